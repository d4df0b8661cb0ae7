import {
  CancelQueryCommand,
  type CloudTrailClient,
  DescribeQueryCommand,
  GetEventDataStoreCommand,
  type GetEventDataStoreCommandOutput,
  paginateGetQueryResults,
  StartQueryCommand,
} from "@aws-sdk/client-cloudtrail";
import { UsageError } from "../scripts/usage-error";
import { finished, type Wait } from "./finished";
import type { Source } from "./not-covered";
import { inlined, type QueryValues, queryFile } from "./query-text";
import { recordedByAdvanced } from "./recorded";
import type { Returned } from "./rows";

/** An event data store, from its ARN. */
export interface EventDataStore {
  readonly arn: string;
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
}

/** @throws UsageError for what is not the ARN of an event data store */
export function eventDataStoreOf(arn: string): EventDataStore {
  const parts = /^arn:aws[a-z-]*:cloudtrail:([a-z0-9-]+):(\d{12}):eventdatastore\/([a-f0-9-]{36})$/.exec(arn);
  const [, region, accountId, id] = parts ?? [];
  if (region === undefined || accountId === undefined || id === undefined) {
    throw new UsageError(
      `--event-data-store ${arn}: expected an ARN like ` +
        "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/1c0bd22e-0000-4000-8000-000000000001",
    );
  }
  return { arn, id, accountId, region };
}

/** What AWS says of an event data store. */
export async function describeStore(store: EventDataStore, client: CloudTrailClient) {
  return client.send(new GetEventDataStoreCommand({ EventDataStore: store.arn }));
}

/** What is known of a store, for {@link notCovered}. Pure. */
export function sourceOf(store: EventDataStore, described: GetEventDataStoreCommandOutput): Source {
  const { Name, Status, RetentionPeriod, CreatedTimestamp, MultiRegionEnabled, OrganizationEnabled } = described;
  return {
    title: `event data store ${Name ?? store.id}`,
    recorded: recordedByAdvanced(described.AdvancedEventSelectors ?? []),
    ...(Status && { isOn: Status === "ENABLED" || Status === "STARTING_INGESTION" }),
    ...(RetentionPeriod !== undefined && { retentionDays: RetentionPeriod }),
    ...(CreatedTimestamp && { createdAt: CreatedTimestamp }),
    ...(MultiRegionEnabled === false && { regions: [store.region] }),
    ...(OrganizationEnabled === false && { accounts: [store.accountId] }),
  };
}

/** The line of the query that only some stores take. */
const BY_DAY = /^-- (only a store with this partition key): (.*)$/m;

/**
 * The query for a store, with its values in it: CloudTrail Lake has no parameters.
 * A store that is partitioned by day is asked by day too, where it says so.
 * @param described - absent if the store was not asked: the condition on the day is then a comment in the query
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html (PartitionKeys)
 */
export function lakeQuery(
  store: EventDataStore,
  described: GetEventDataStoreCommandOutput | undefined,
  values: QueryValues,
): string {
  const text = queryFile("cloudtrail-lake.sql");
  if (described === undefined) return inlined(text.replace(BY_DAY, "  /* $1: $2 */"), store.id, values);
  const hasDays = (described.PartitionKeys ?? []).some(({ Name }) => Name?.toLowerCase() === "calendarday");
  return inlined(hasDays ? text.replace(BY_DAY, "  $2") : text, store.id, values);
}

/**
 * Runs a query to its end.
 * @throws UsageError if it fails, with CloudTrail's reason
 */
export async function runInLake(query: string, client: CloudTrailClient, wait: Wait): Promise<Returned> {
  const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement: query }));
  const end = await finished(async () => {
    const described = await client.send(new DescribeQueryCommand({ QueryId }));
    return described.QueryStatus === "QUEUED" || described.QueryStatus === "RUNNING" ? undefined : described;
  }, wait);
  if (end === undefined) {
    await client.send(new CancelQueryCommand({ QueryId }));
    throw new UsageError("the query was cancelled after half an hour; ask for a shorter time");
  }
  if (end.QueryStatus !== "FINISHED") {
    throw new UsageError(`CloudTrail Lake: the query ${end.QueryStatus}: ${end.ErrorMessage ?? "no reason given"}`);
  }
  const rows: Record<string, string>[] = [];
  for await (const page of paginateGetQueryResults({ client }, { QueryId, MaxQueryResults: 1000 })) {
    for (const cells of page.QueryResultRows ?? []) rows.push(plain(cells));
  }
  return { rows, scannedBytes: end.QueryStatistics?.BytesScanned ?? 0 };
}

/** A row comes as a list of mappings with one column each. How null is written is not documented. */
function plain(cells: readonly Readonly<Record<string, string | null | undefined>>[]): Record<string, string> {
  return Object.fromEntries(
    cells.flatMap((cell) =>
      Object.entries(cell).flatMap(([column, value]) =>
        value === undefined || value === null || value === "" || value === "null" ? [] : [[column, value] as const],
      ),
    ),
  );
}
