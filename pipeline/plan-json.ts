import { z } from "zod";
import { Stopped } from "./stopped";

const attributes = z.record(z.string(), z.unknown());

/** Terraform's words; one that is not here means something that nobody has thought about yet. */
const action = z.enum(["no-op", "create", "read", "update", "delete", "forget"]);

const resourceChange = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: z.object({
    actions: z.array(action),
    before: attributes.nullish(),
    after: attributes.nullish(),
    after_unknown: z.union([attributes, z.boolean()]).nullish(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

const outputs = z.record(z.string(), z.object({ value: z.unknown().optional() }));

const planFile = z.object({
  format_version: z.string().regex(/^1\./),
  errored: z.boolean().optional(),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z
    .record(
      z.string(),
      z.object({ actions: z.array(action), after: z.unknown().optional(), after_unknown: z.unknown().optional() }),
    )
    .default({}),
  checks: z
    .array(
      z.object({
        instances: z.array(z.object({ problems: z.array(z.object({ message: z.string() })).default([]) })).default([]),
      }),
    )
    .default([]),
  prior_state: z
    .object({
      values: z
        .object({
          outputs: outputs.default({}),
          root_module: z
            .object({
              resources: z.array(z.object({ address: z.string(), type: z.string(), values: attributes })).default([]),
            })
            .default({ resources: [] }),
        })
        .optional(),
    })
    .optional(),
});

/** What becomes of a resource. */
export type Change = z.output<typeof resourceChange>;
type Resource = NonNullable<
  NonNullable<z.output<typeof planFile>["prior_state"]>["values"]
>["root_module"]["resources"][number];

/** A plan, as far as the pipeline looks at it. */
export interface StackPlan {
  /** What changes; neither what stays as it is nor what is only read. */
  readonly changes: readonly Change[];
  /** What was found to have changed outside Terraform. */
  readonly drift: readonly Change[];
  /** The outputs that change, by name. */
  readonly outputs: Readonly<Record<string, { readonly after: unknown; readonly unknown: unknown }>>;
  /** What conditions in the stack say is wrong, and does not fail the plan. */
  readonly warnings: readonly string[];
  /** What there was before. */
  readonly prior: {
    readonly resources: readonly Resource[];
    readonly outputs: Readonly<Record<string, unknown>>;
  };
}

/**
 * Reads what `terraform show -json` says of a plan file.
 * @param stack - for the messages
 * @throws Stopped if it is not a whole plan in a format that is known
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function parsePlan(json: unknown, stack: string): StackPlan {
  const read = planFile.safeParse(json);
  if (!read.success) {
    throw new Stopped(
      `the plan of ${stack} is not in a format that is known (version 1 of Terraform's JSON): ` +
        z.prettifyError(read.error),
    );
  }
  const { resource_changes, resource_drift, output_changes, checks, prior_state, errored } = read.data;
  if (errored) throw new Stopped(`the plan of ${stack} broke off with an error: it is not whole; plan again`);
  const { outputs: priorOutputs = {}, root_module } = prior_state?.values ?? {};
  const isChange = (actions: readonly string[]) => !["no-op", "read"].includes(actions.join());
  return {
    changes: resource_changes.filter(({ change }) => isChange(change.actions)),
    drift: resource_drift,
    warnings: checks.flatMap(({ instances }) =>
      instances.flatMap(({ problems }) => problems.map(({ message }) => message)),
    ),
    outputs: Object.fromEntries(
      Object.entries(output_changes)
        .filter(([, { actions }]) => isChange(actions))
        .map(([name, { after, after_unknown: unknown }]) => [name, { after, unknown }]),
    ),
    prior: {
      resources: root_module?.resources ?? [],
      outputs: Object.fromEntries(Object.entries(priorOutputs).map(([name, { value }]) => [name, value])),
    },
  };
}

/** Whether a change ends what was there; what is made anew is ended, too. */
export function isDeleted({ change }: Change): boolean {
  return change.actions.includes("delete");
}

/** Whether a change makes something; what is made anew is made, too. */
export function isCreated({ change }: Change): boolean {
  return change.actions.includes("create");
}

/** What a change is in one word. */
export function kindOf(change: Change): "create" | "update" | "replace" | "delete" | "forget" {
  if (isDeleted(change)) return isCreated(change) ? "replace" : "delete";
  if (isCreated(change)) return "create";
  return change.change.actions.includes("forget") ? "forget" : "update";
}

/** The attributes that a change touches, by name: their values may be nobody's business. */
export function changedAttributes({ change: { before, after, after_unknown: unknown } }: Change): string[] {
  const names = new Set([before, after, unknown].flatMap((each) => (isAttributes(each) ? Object.keys(each) : [])));
  return [...names]
    .filter(
      (name) =>
        JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]) ||
        (isAttributes(unknown) && isUnknown(unknown[name])),
    )
    .sort();
}

/** Whether anything in what Terraform marks as unknown is so. */
function isUnknown(mark: unknown): boolean {
  if (typeof mark !== "object" || mark === null) return mark === true;
  return Object.values(mark).some(isUnknown);
}

function isAttributes(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
