import { z } from "zod";
import { commandLine } from "../scripts/command-line";
import { UsageError } from "../scripts/usage-error";
import { type TrailTable, trailTableOf, type WorkGroup } from "./athena";
import { type EventDataStore, eventDataStoreOf } from "./cloudtrail-lake";
import type { Named } from "./person";
import { type Trail, trailOf } from "./trail";

/** What the command line asks for. */
export interface AuditArguments {
  readonly named: Named;
  /** As given: `7d`. */
  readonly since: string;
  /** As given; now, if absent. */
  readonly until?: string | undefined;
  /** Names of studios; all of them, if empty. */
  readonly studios: readonly string[];
  readonly from: Origin;
  readonly format: "table" | "json" | "query";
}

/** Where the events are. */
export type Origin =
  | { readonly kind: "lake"; readonly store: EventDataStore }
  | { readonly kind: "athena"; readonly table: TrailTable; readonly workGroup: WorkGroup; readonly trail?: Trail };

const USAGE = `npm run audit -- --user <user name> --since <7d | 12h> and one of
  --event-data-store <ARN>                                    CloudTrail Lake
  --athena <database.table> --workgroup <name> [--output s3://…] [--trail <ARN>]   a trail's files

  --since <date or time>   or since when, UTC: 2026-11-15 or 2026-11-15T08:30:00Z
  --until <date or time>   up to when, itself not included; now, if nothing is said
  --user-id <id>           somebody who is gone, or instead of --user; with both, nothing is looked up
  --studio-profile <name>  another Studio profile of theirs (again for each)
  --studio <name>          this studio only (again for each)
  --json                   for machines
  --print-query            print the query for the console and run nothing`;

const checked = z.object({
  user: text("a user name of 1 to 128 characters without spaces", /^[^\s\p{C}]{1,128}$/u).optional(),
  "user-id": text(
    "a user id like 93f7a2c4-0000-4000-8000-000000000001",
    /^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  )
    // As AWS writes it: the queries compare it letter by letter.
    .toLowerCase()
    .optional(),
  "studio-profile": z
    .array(text("the name of a user profile, letters, digits and hyphens", /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/))
    .default([]),
  workgroup: text("the name of a workgroup", /^[\w.-]{1,128}$/).optional(),
  output: text(
    "a place like s3://acme-athena-results/audit/",
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/,
  ).optional(),
});

/**
 * Reads the command line.
 * @param argv - without node and the script
 * @throws UsageError that says what is wrong and what would be right
 */
export function auditArguments(argv: readonly string[]): AuditArguments {
  const given = parsed(argv);
  const values = checked.safeParse(given);
  if (!values.success) {
    const issue = values.error.issues[0];
    throw new UsageError(`--${String(issue?.path[0])}: ${issue?.message}`);
  }
  const { user, "user-id": userId, "studio-profile": profiles, workgroup, output } = values.data;
  if (user === undefined && userId === undefined) throw new UsageError(USAGE);
  return {
    named: { userName: user, userId, profiles },
    since: given.since,
    until: given.until,
    studios: given.studio,
    from: originOf(given, workgroup, output),
    format: given["print-query"] ? "query" : given.json ? "json" : "table",
  };
}

function originOf(given: ReturnType<typeof parsed>, workgroup: string | undefined, output: string | undefined): Origin {
  const { "event-data-store": store, athena, trail } = given;
  if ((store === undefined) === (athena === undefined)) {
    throw new UsageError(`say where the events are: --event-data-store or --athena, one of them\n\n${USAGE}`);
  }
  if (store !== undefined) {
    if (trail !== undefined) throw new UsageError("--trail goes with --athena: a store says itself what it records");
    return { kind: "lake", store: eventDataStoreOf(store) };
  }
  if (workgroup === undefined) throw new UsageError("--athena needs --workgroup <name>, where the query runs");
  return {
    kind: "athena",
    table: trailTableOf(athena ?? ""),
    workGroup: { name: workgroup, output },
    ...(trail !== undefined && { trail: trailOf(trail) }),
  };
}

function parsed(argv: readonly string[]) {
  const { values } = commandLine(
    {
      args: [...argv],
      options: {
        user: { type: "string" },
        "user-id": { type: "string" },
        "studio-profile": { type: "string", multiple: true },
        studio: { type: "string", multiple: true, default: [] },
        since: { type: "string", default: "7d" },
        until: { type: "string" },
        "event-data-store": { type: "string" },
        athena: { type: "string" },
        workgroup: { type: "string" },
        output: { type: "string" },
        trail: { type: "string" },
        json: { type: "boolean", default: false },
        "print-query": { type: "boolean", default: false },
      },
    },
    USAGE,
  );
  return values;
}

function text(what: string, pattern: RegExp) {
  return z.string().regex(pattern, { error: ({ input }) => `${JSON.stringify(input)} is not ${what}` });
}
