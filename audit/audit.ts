import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { UsageError } from "../scripts/usage-error";
import type { Config } from "../stacks/config/schema";
import type { AuditArguments, Origin } from "./arguments";
import { athenaQuery, describeTable, placesOf, quotedName, runInAthena } from "./athena";
import { describeStore, lakeQuery, runInLake, sourceOf } from "./cloudtrail-lake";
import { type AuditEvent, eventOf } from "./event";
import { athenaValues, lakeValues } from "./evidence";
import type { Wait } from "./finished";
import { notCovered, readBy, type Source } from "./not-covered";
import { ownRoles } from "./own-roles";
import { personOf } from "./person";
import { inlined, type QueryValues, queryFile } from "./query-text";
import { reportOf } from "./report";
import { reportText } from "./report-text";
import { type Returned, ROW_LIMIT } from "./rows";
import { spanOf } from "./span";
import { sourceOfTrail } from "./trail";

/** AWS as the audit sees it. Each client is made for its account and Region. */
export interface AuditClients {
  /** In Identity Center's Region. */
  readonly identityStore: IdentitystoreClient;
  /** In the Region of the store or the trail. */
  readonly cloudTrail: CloudTrailClient;
  readonly athena: AthenaClient;
}

/**
 * What a person did, as text.
 * @throws UsageError for what the caller can mend, and what AWS answers
 */
export async function audit(
  { named, since, until, studios: names, from, format }: AuditArguments,
  config: Pick<Config, "identityCenter" | "studios">,
  clients: AuditClients,
  { now, wait }: { readonly now: Date; readonly wait: Wait },
): Promise<string> {
  const span = spanOf(since, until, now);
  const studios = studiosOf(config, names);
  const roles = ownRoles(studios);
  const store = config.identityCenter;
  const person = await personOf(named, store.identityStoreId, clients.identityStore);
  const values = from.kind === "lake" ? lakeValues : athenaValues;
  const compared = values(person, store, roles, span);
  if (format === "query") return `${printed(from, compared)}\n`;

  const { source, rows, scannedBytes } = await answer(from, compared, clients, wait);
  const found = rows.map((row) => eventOf(row, person, roles));
  const report = reportOf(person, span, found, {
    notCovered: notCovered({
      source,
      person,
      span,
      now,
      places: {
        regions: distinct(studios.map(({ region }) => region)),
        accounts: roles.accounts,
        identityCenter: store,
      },
      ...(rows.length >= ROW_LIMIT && { cutAt: earliestOf(found) }),
    }),
    scannedBytes,
  });
  return format === "json" ? `${JSON.stringify(report, null, 2)}\n` : reportText(report);
}

/** The query as a console takes it. Nothing is asked for it: who prints a query may have no access to where it runs. */
function printed(from: Origin, values: QueryValues): string {
  return from.kind === "lake"
    ? lakeQuery(from.store, undefined, values)
    : inlined(queryFile("athena.sql"), quotedName(from.table), values);
}

/** What is known of where the query reads, and what it finds. Fails before it runs if it could not run there. */
async function answer(
  from: Origin,
  values: QueryValues,
  { cloudTrail, athena }: AuditClients,
  wait: Wait,
): Promise<Returned & { readonly source: Source }> {
  if (from.kind === "lake") {
    const described = await describeStore(from.store, cloudTrail);
    const found = await runInLake(lakeQuery(from.store, described, values), cloudTrail, wait);
    return { source: sourceOf(from.store, described), ...found };
  }
  const query = athenaQuery(from.table, values);
  const table = placesOf(from.table, await describeTable(from.table, athena));
  const source = from.trail ? readBy(table, await sourceOfTrail(from.trail, cloudTrail)) : table;
  return { source, ...(await runInAthena(query, from.workGroup, athena, wait)) };
}

function studiosOf({ studios }: Pick<Config, "studios">, names: readonly string[]) {
  const unknown = names.filter((name) => !studios.some((studio) => studio.name === name));
  if (unknown.length > 0) {
    throw new UsageError(
      `--studio ${unknown.join(", ")}: the config has ${studios.map(({ name }) => name).join(", ")}`,
    );
  }
  return names.length === 0 ? studios : studios.filter(({ name }) => names.includes(name));
}

function earliestOf(found: readonly AuditEvent[]): Date {
  return new Date(Math.min(...found.map(({ time }) => Date.parse(time))));
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
