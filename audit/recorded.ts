import type { AdvancedEventSelector, EventSelector } from "@aws-sdk/client-cloudtrail";

/** What a trail or an event data store records. */
export interface Recorded {
  /** `some`: only what its selectors pick. */
  readonly management: "all" | "some" | "none";
  /** Types of resources whose data events are recorded, such as `AWS::S3::Object`. */
  readonly data: ReadonlyMap<string, "all" | "some">;
}

/** Everything else in a selector picks among the events of a category and a type. */
const KINDS = ["eventCategory", "resources.type"];

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html */
export function recordedByAdvanced(selectors: readonly AdvancedEventSelector[]): Recorded {
  const found = selectors.flatMap(({ FieldSelectors = [] }) => {
    const equals = (field: string) => FieldSelectors.find(({ Field }) => Field === field)?.Equals ?? [];
    const picks = FieldSelectors.some(({ Field }) => Field === undefined || !KINDS.includes(Field));
    const extent = picks ? ("some" as const) : ("all" as const);
    return equals("eventCategory").map((category) => ({ category, types: equals("resources.type"), extent }));
  });
  const management = found.filter(({ category }) => category === "Management").map(({ extent }) => extent);
  const data = found.filter(({ category }) => category === "Data");
  return {
    management: most(management) ?? "none",
    data: byType(data.flatMap(({ types, extent }) => types.map((type) => ({ type, extent })))),
  };
}

/**
 * A trail that never had selectors records all management events.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
 */
export function recordedByBasic(selectors: readonly EventSelector[]): Recorded {
  if (selectors.length === 0) return { management: "all", data: new Map() };
  const readsAndWrites = ({ ReadWriteType }: EventSelector) => (ReadWriteType ?? "All") === "All";
  const management = selectors
    .filter(({ IncludeManagementEvents }) => IncludeManagementEvents ?? true)
    .map((each) => readsAndWrites(each) && (each.ExcludeManagementEventSources ?? []).length === 0)
    .map((isAll) => (isAll ? ("all" as const) : ("some" as const)));
  const data = selectors.flatMap((each) =>
    (each.DataResources ?? []).flatMap(({ Type, Values = [] }) => {
      // "To log data events for all objects in all S3 buckets in your account, specify the prefix as arn:aws:s3."
      const isAll = readsAndWrites(each) && Values.some((value) => /^arn:aws[a-z-]*:\w+(:::)?$/.test(value));
      return Type === undefined ? [] : [{ type: Type, extent: isAll ? ("all" as const) : ("some" as const) }];
    }),
  );
  return { management: most(management) ?? "none", data: byType(data) };
}

function most(extents: readonly ("all" | "some")[]): "all" | "some" | undefined {
  return extents.includes("all") ? "all" : extents[0];
}

function byType(found: readonly { readonly type: string; readonly extent: "all" | "some" }[]): Recorded["data"] {
  const types = new Set(found.map(({ type }) => type));
  return new Map(
    [...types].map((type) => [
      type,
      most(found.filter((each) => each.type === type).map((each) => each.extent)) ?? "some",
    ]),
  );
}
