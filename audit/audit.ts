import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { IdentitystoreClient } from "@aws-sdk/client-identitystore";
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
import { inlined, queryFile } from "./query-text";
import { reportOf } from "./report";
import { reportText } from "./report-text";
import { type Returned, ROW_LIMIT } from "./rows";
import { spanOf } from "./span";
import { sourceOfTrail } from "./trail";
import { UsageError } from "./usage-error";

/** AWS as the audit sees it. Each client is made for its account and Region. */
export interface AuditClients {
  /** In Identity Center's Region. */
  readonly identityStore: IdentitystoreClient;
  /** In the Region of the store or the trail. */
  readonly cloudTrail: CloudTrailClient;
  readonly athena: AthenaClient;
}

/** A query that is ready to run. */
interface Prepared {
  /** As a console takes it. */
  readonly text: string;
  /** What is known of where it reads. Fails if the query could not run there. */
  readonly source: () => Promise<Source>;
  readonly run: () => Promise<Returned>;
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
  const prepared = await prepare(from, values(person, store, roles, span), clients, wait);
  if (format === "query") return `${prepared.text}\n`;

  const source = await prepared.source();
  const { rows, scannedBytes } = await prepared.run();
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

async function prepare(
  from: Origin,
  values: ReturnType<typeof lakeValues>,
  { cloudTrail, athena }: AuditClients,
  wait: Wait,
): Promise<Prepared> {
  if (from.kind === "lake") {
    const described = await describeStore(from.store, cloudTrail);
    const text = lakeQuery(from.store, described, values);
    return { text, source: async () => sourceOf(from.store, described), run: () => runInLake(text, cloudTrail, wait) };
  }
  const query = athenaQuery(from.table, values);
  return {
    text: inlined(queryFile("athena.sql"), quotedName(from.table), values),
    source: async () => {
      const table = placesOf(from.table, await describeTable(from.table, athena));
      return from.trail ? readBy(table, await sourceOfTrail(from.trail, cloudTrail)) : table;
    },
    run: () => runInAthena(query, from.workGroup, athena, wait),
  };
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
