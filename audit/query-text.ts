import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a query compares with, by the name of its placeholder. A number stands in it as it is, a text in quotes. */
export type QueryValues = Readonly<Record<string, string | number>>;

/** A query whose values travel apart from it, in the order of its question marks. */
export interface ParameterizedQuery {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** All that names, ids, ARNs, times and the patterns made of them are written with. No quote is among it. */
const SAFE_TEXT = /^[A-Za-z0-9_+=,.@:/ %^$()|-]*$/;

/** A table's name as Athena and CloudTrail Lake take it. */
const SAFE_TABLE = /^("[a-z0-9_]+"\."[a-z0-9_]+"|[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12})$/;

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/** The text of a query of this folder, such as `athena.sql`. */
export function queryFile(name: "athena.sql" | "cloudtrail-lake.sql"): string {
  return readFileSync(join(__dirname, "queries", name), "utf8");
}

/**
 * A text or a number as SQL writes it.
 * CloudTrail Lake has no parameters for queries of one's own, and Athena wants quotes around each: what would have to be
 * escaped is refused instead, because nothing that queries are asked with needs it.
 * @throws Error for a text with any other character, such as a quote
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export function sqlLiteral(value: string | number): string {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string" && SAFE_TEXT.test(value)) return `'${value}'`;
  throw new Error(`${JSON.stringify(value)} cannot stand in a query`);
}

/**
 * A query with its values in it, for CloudTrail Lake and for consoles.
 * @param table - what it reads from: it stands for the placeholder `table` or `event_data_store`
 * @throws Error for a table or a value that could be anything else, and for a placeholder without a value
 */
export function inlined(sql: string, table: string, values: QueryValues): string {
  return replaced(sql, table, (name) => sqlLiteral(valueFor(name, values)));
}

/** A query with a question mark for each value, and the values, for Athena. See {@link inlined}. */
export function parameterized(sql: string, table: string, values: QueryValues): ParameterizedQuery {
  const parameters: string[] = [];
  const text = replaced(sql, table, (name) => {
    parameters.push(sqlLiteral(valueFor(name, values)));
    return "?";
  });
  return { text, parameters };
}

/** One pass: what a value holds is never looked at again. Comments go, with the placeholders that they explain. */
function replaced(sql: string, table: string, replace: (name: string) => string): string {
  if (!SAFE_TABLE.test(table)) throw new Error(`${JSON.stringify(table)} is not the name of a table`);
  return sql
    .replace(/^\s*--.*\n/gm, "")
    .replace(PLACEHOLDER, (_, name: string) =>
      name === "table" || name === "event_data_store" ? table : replace(name),
    )
    .trim();
}

function valueFor(name: string, values: QueryValues): string | number {
  const value = values[name];
  if (value === undefined) throw new Error(`no value for {{${name}}}`);
  return value;
}
