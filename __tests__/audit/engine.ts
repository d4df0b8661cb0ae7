import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { duckType, fitted, type HiveType, hiveType } from "./hive-type";
import type { RecordedEvent } from "./recorded-events";

/** The id of the event data store that {@link engine} holds. */
export const STORE_ID = "1c0bd22e-0000-4000-8000-000000000001";

/** The columns of an event data store that queries use, as AWS writes them.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
 */
const LAKE_COLUMNS: Readonly<Record<string, string>> = {
  eventversion: "string",
  useridentity:
    "struct<type:string,principalid:string,arn:string,accountid:string,accesskeyid:string,username:string," +
    "sessioncontext:struct<attributes:struct<creationdate:timestamp,mfaauthenticated:string>," +
    "sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>," +
    "webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>," +
    "sourceidentity:string,ec2roledelivery:string,ec2issuedinvpc:string>," +
    "onbehalfof:struct<userid:string,identitystorearn:string>," +
    "inscopeof:struct<sourcearn:string,sourceaccount:string,issuertype:string,credentialsissuedto:string>," +
    "invokedby:string,identityprovider:string>",
  eventtime: "timestamp",
  eventsource: "string",
  eventname: "string",
  awsregion: "string",
  errorcode: "string",
  requestparameters: "map<string,string>",
  responseelements: "map<string,string>",
  additionaleventdata: "map<string,string>",
  requestid: "string",
  eventid: "string",
  readonly: "boolean",
  resources: "array<struct<accountid:string,type:string,arn:string,arnprefix:string>>",
  recipientaccountid: "string",
  sharedeventid: "string",
  eventcategory: "string",
};

/** What Trino has and DuckDB calls otherwise. The queries themselves are not touched. */
const TRINO = [
  "CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)",
  "CREATE MACRO json_format(value) AS CAST(value AS VARCHAR)",
  // In Trino out of bounds is null, and a map's value is no list.
  "CREATE MACRO element_at(whole, part) AS CASE WHEN true THEN whole[part] END",
  // Trino writes $["a:b"], DuckDB $."a:b".
  `CREATE MACRO json_extract_scalar(json, path) AS
     json_extract_string(json, replace(replace(path, '["', '."'), '"]', '"'))`,
];

/** Rows as the services return them: every value a text. */
export type TextRow = Readonly<Record<string, string | null>>;

/** Event data store and trail of the same events, in a local engine. */
export interface Engine {
  /** Runs what CloudTrail Lake would run. */
  lake(query: string): Promise<TextRow[]>;
  /** Runs what Athena would run; `parameters` are as SQL writes them, in quotes. */
  athena(query: string, parameters?: readonly string[]): Promise<TextRow[]>;
  /** What DuckDB makes of an expression, as a text. */
  value(expression: string): Promise<string | null>;
  close(): void;
}

/**
 * The recorded events in DuckDB: as a table of the columns that CloudTrail Lake documents, and as the table that
 * `athena-table.sql` makes.
 */
export async function engine(events: readonly RecordedEvent[]): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const macro of TRINO) await connection.run(macro);

  async function fill(table: string, columns: ReadonlyMap<string, HiveType>, rows: readonly object[]): Promise<void> {
    const whole: HiveType = { kind: "struct", fields: columns };
    const names = [...columns].map(([name, type]) => `"${name}" ${duckType(type)}`);
    await connection.run(`CREATE TABLE ${table} (${names.join(", ")})`);
    const json = JSON.stringify(rows.map((row) => fitted(row, whole)));
    await connection.run(
      `INSERT INTO ${table} SELECT unnest(each) FROM (SELECT unnest($1::JSON::${duckType(whole)}[]) AS each)`,
      [json],
    );
  }

  async function run(query: string, values: readonly string[] = []): Promise<TextRow[]> {
    const reader = await connection.runAndReadAll(query, [...values]);
    return reader
      .getRowObjectsJson()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
      );
  }

  const lakeColumns = Object.entries(LAKE_COLUMNS).map(([name, type]) => [name, hiveType(type)] as const);
  await fill(
    `"${STORE_ID}"`,
    new Map([...lakeColumns, ["calendarday", hiveType("bigint")]]),
    events.map(withCalendarDay),
  );
  await connection.run("CREATE SCHEMA audit");
  await fill('"audit"."trail"', trailColumns(), events.map(withPartitions));

  return {
    // CloudTrail Lake takes an id with hyphens as a table's name, DuckDB in quotes only.
    lake: (query) => run(query.replace(`FROM ${STORE_ID}`, `FROM "${STORE_ID}"`)),
    athena: (query, parameters = []) => run(query, parameters.map(unquoted)),
    value: async (expression) => (await run(`SELECT ${expression} AS value`))[0]?.value ?? null,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function tableSql(): string {
  return readFileSync(join(__dirname, "../../audit/queries/athena-table.sql"), "utf8").replace(/^--.*\n/gm, "");
}

/** The table's properties in `athena-table.sql`, placeholders and all. */
export function trailProperties(): Readonly<Record<string, string>> {
  const [, properties = ""] = /TBLPROPERTIES \((.*)\)/s.exec(tableSql()) ?? [];
  return Object.fromEntries([...properties.matchAll(/'(.*?)' = '(.*?)'/g)].map(([, name, value]) => [name, value]));
}

/** The columns and partitions of `athena-table.sql`, read from it. */
export function trailColumns(): ReadonlyMap<string, HiveType> {
  const [, columns = "", partitions = ""] = /\(\n(.*?)\n\)\nPARTITIONED BY \((.*?)\)/s.exec(tableSql()) ?? [];
  return new Map(
    topLevel(`${columns}, ${partitions}`).map((column) => {
      const [, name = "", type = ""] = /^\s*(\w+)\s+(.*)$/s.exec(column) ?? [];
      return [name, hiveType(type)];
    }),
  );
}

function topLevel(list: string): string[] {
  let depth = 0;
  let current = "";
  const parts: string[] = [];
  for (const char of list) {
    depth += char === "<" ? 1 : char === ">" ? -1 : 0;
    if (char === "," && depth === 0) parts.push(current);
    current = char === "," && depth === 0 ? "" : current + char;
  }
  return [...parts, current];
}

function withCalendarDay(event: RecordedEvent): object {
  return { ...event, calendarday: Number(event.eventTime.slice(0, 10).replaceAll("-", "")) };
}

function withPartitions(event: RecordedEvent): object {
  const day = event.eventTime.slice(0, 10).replaceAll("-", "/");
  return { ...event, account: event.recipientAccountId, region: event.awsRegion, day };
}

/** A parameter of Athena's without its quotes. Without them Athena would compute it as an expression. */
function unquoted(parameter: string): string {
  const [, text] = /^'((?:[^']|'')*)'$/.exec(parameter) ?? [];
  if (text === undefined) throw new Error(`${parameter} is no text in quotes`);
  return text.replaceAll("''", "'");
}
