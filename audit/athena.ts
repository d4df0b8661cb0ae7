import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetTableMetadataCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type TableMetadata,
} from "@aws-sdk/client-athena";
import { UsageError } from "../scripts/usage-error";
import { finished, type Wait } from "./finished";
import type { Source } from "./not-covered";
import { type ParameterizedQuery, parameterized, type QueryValues, queryFile, sqlLiteral } from "./query-text";
import type { Returned } from "./rows";

/** A table of a trail's files. */
export interface TrailTable {
  readonly database: string;
  readonly table: string;
}

/** Where a query runs, and where its results go. */
export interface WorkGroup {
  readonly name: string;
  /** Not for a workgroup that keeps its results itself, or that has a place for them. */
  readonly output?: string | undefined;
}

/** Athena takes parameters of 1 to 1,024 characters. */
const PARAMETER_LIMIT = 1024;

/** @throws UsageError for what is not `<database>.<table>` */
export function trailTableOf(name: string): TrailTable {
  const [, database, table] = /^([a-z0-9_]+)\.([a-z0-9_]+)$/.exec(name) ?? [];
  if (database === undefined || table === undefined) {
    throw new UsageError(`--athena ${name}: expected <database>.<table>, in lower-case letters, digits and _`);
  }
  return { database, table };
}

/** The table's name in a query. */
export function quotedName({ database, table }: TrailTable): string {
  return `"${database}"."${table}"`;
}

/** How the query writes a day. Days are compared as texts. */
const DAY_FORMAT = "yyyy/MM/dd";

/**
 * Reads what Athena knows of the table.
 * @throws UsageError if it lacks what the query needs: the table that AWS's console makes lacks the source identity, and
 * a column `day` that holds the day of the month alone would match nothing, without any error
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export async function describeTable({ database, table }: TrailTable, client: AthenaClient): Promise<TableMetadata> {
  const { TableMetadata } = await client.send(
    new GetTableMetadataCommand({ CatalogName: "AwsDataCatalog", DatabaseName: database, TableName: table }),
  );
  const columns = [...(TableMetadata?.Columns ?? []), ...(TableMetadata?.PartitionKeys ?? [])];
  const identity = columns.find(({ Name }) => Name === "useridentity")?.Type ?? "";
  const lacking = [
    ...["onbehalfof", "sourceidentity"].filter((part) => !new RegExp(`[<,]\\s*${part}\\s*:`).test(identity)),
    ...(columns.some(({ Name }) => Name === "day") ? [] : ["day"]),
  ];
  if (!TableMetadata || lacking.length > 0) {
    throw new UsageError(
      `table ${database}.${table} has no ${lacking.join(", no ")}; make one with audit/queries/athena-table.sql`,
    );
  }
  const { "projection.enabled": projected = "not set", "projection.day.format": format = "not set" } =
    TableMetadata.Parameters ?? {};
  if (projected.toLowerCase() !== "true" || format !== DAY_FORMAT) {
    throw new UsageError(
      `table ${database}.${table}: expected the partition day as ${DAY_FORMAT}, with projection.enabled true and ` +
        `projection.day.format ${DAY_FORMAT}; they are ${projected} and ${format}. ` +
        "Make one with audit/queries/athena-table.sql",
    );
  }
  return TableMetadata;
}

/** What the table's partitions say of its Regions, accounts and days. Pure. */
export function placesOf({ database, table }: TrailTable, { Parameters = {} }: TableMetadata): Source {
  const listed = (partition: string) =>
    Parameters[`projection.${partition}.values`]?.split(",").map((each) => each.trim());
  const [regions, accounts] = [listed("region"), listed("account")];
  const [, year, month, day] = /^(\d{4})\/(\d\d)\/(\d\d),/.exec(Parameters["projection.day.range"] ?? "") ?? [];
  return {
    title: `table ${database}.${table}`,
    ...(regions && { regions }),
    ...(accounts && { accounts }),
    ...(day !== undefined && { beginsAt: new Date(`${year}-${month}-${day}T00:00:00Z`) }),
  };
}

/** @throws UsageError if a parameter of Athena's cannot hold all profiles, or all studios */
export function athenaQuery(table: TrailTable, values: QueryValues): ParameterizedQuery {
  const tooLong = Object.keys(values).find((name) => sqlLiteral(values[name] ?? "").length > PARAMETER_LIMIT);
  if (tooLong !== undefined) {
    throw new UsageError(
      tooLong === "profile_names"
        ? "more Studio profiles than fit into one query; name fewer at a time with --studio-profile"
        : "more studios than fit into one query; name some of them with --studio",
    );
  }
  return parameterized(queryFile("athena.sql"), quotedName(table), values);
}

/**
 * Runs a query to its end.
 * @throws UsageError if it fails, with Athena's reason
 */
export async function runInAthena(
  { text, parameters }: ParameterizedQuery,
  { name, output }: WorkGroup,
  client: AthenaClient,
  wait: Wait,
): Promise<Returned> {
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: text,
      ExecutionParameters: [...parameters],
      WorkGroup: name,
      ...(output && { ResultConfiguration: { OutputLocation: output } }),
    }),
  );
  const end = await finished(async () => {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    return state === "QUEUED" || state === "RUNNING" ? undefined : QueryExecution;
  }, wait);
  if (end === undefined) {
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    throw new UsageError("the query was stopped after half an hour; ask for a shorter time");
  }
  if (end.Status?.State !== "SUCCEEDED") {
    throw new UsageError(
      `Athena: the query ${end.Status?.State}: ${end.Status?.StateChangeReason ?? "no reason given"}`,
    );
  }
  const rows: Record<string, string>[] = [];
  let columns: string[] | undefined;
  for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId, MaxResults: 1000 })) {
    for (const { Data = [] } of ResultSet?.Rows ?? []) {
      const cells = Data.map(({ VarCharValue }) => VarCharValue);
      // The first row holds the columns' names.
      if (columns === undefined) columns = cells.map((cell) => cell ?? "");
      else rows.push(plain(columns, cells));
    }
  }
  return { rows, scannedBytes: end.Statistics?.DataScannedInBytes ?? 0 };
}

function plain(columns: readonly string[], cells: readonly (string | undefined)[]): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap((column, index) => {
      const cell = cells[index];
      return cell === undefined || cell === "" ? [] : [[column, cell] as const];
    }),
  );
}
