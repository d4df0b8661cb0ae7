import type { PolicyDocument } from "../../../rehearsal/policy-document";
import {
  type Caller,
  type Context,
  type Request,
  STUDIO_KEYS,
  type Verdict,
} from "../../../rehearsal/policy-simulator";
import { FOREIGN_ACCOUNT } from "../synthesized";

/**
 * A request that is allowed, and what of it must not be changed: each variation differs from the allowed request in what
 * its name says and in nothing else, so that no refusal is one for another reason.
 */
export interface Allowed {
  readonly name: string;
  readonly who: Caller;
  /** One action, or several that are all alike. */
  readonly action: string | readonly string[];
  readonly resource: string;
  readonly context?: Context;
  readonly resourcePolicy?: PolicyDocument;
  /** The Sids of the statements that allow it: all of them. */
  readonly by: Sids;
  readonly butNot?: Readonly<Record<string, Change>>;
  /** Where else it is allowed. All that has a Region or an account is tried in others too. */
  readonly alsoIn?: readonly Elsewhere[];
  /** The statements that deny it there. Without: no statement allows it there. */
  readonly deniedElsewhere?: Sids;
}

type Elsewhere = "another Region" | "another account";

/** One statement, or all of several. */
type Sids = string | readonly string[];

/** What a variation changes. A context key that is `undefined` is taken away. */
export interface Change {
  readonly who?: Caller;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly resourcePolicy?: PolicyDocument;
  /** The statements that deny it. Without: no statement allows it. */
  readonly deniedBy?: Sids;
  /** Keys of the context that AWS does not set on such a request, so that they play no part. */
  readonly ignored?: readonly string[];
}

/** Requests that nothing allows, whatever comes with them. */
export interface Refused {
  readonly name: string;
  readonly who: Caller;
  readonly action: string | readonly string[];
  readonly resource: string;
  readonly context?: Context;
  readonly resourcePolicy?: PolicyDocument;
  /** The statements that deny it. Without: no statement allows it. */
  readonly deniedBy?: Sids;
  readonly ignored?: readonly string[];
}

/**
 * A request by somebody who may do everything but for denials, and what of it must be otherwise to be let through: each
 * variation differs in what its name says and in nothing else.
 */
export interface Denied {
  readonly name: string;
  /** See `guarded` in callers.ts. */
  readonly who: Caller;
  readonly action: string | readonly string[];
  readonly resource: string;
  readonly context?: Context;
  /** The Sids of the statements that deny it: all of them. */
  readonly by: Sids;
  readonly ignored?: readonly string[];
  /** A variation with `deniedBy` is denied too, by other statements. */
  readonly unless?: Readonly<Record<string, Change>>;
}

/** What one kind of role may do, and what it may not. */
export interface Table {
  readonly allowed: readonly Allowed[];
  readonly refused: readonly Refused[];
  readonly denied?: readonly Denied[];
}

/** One row of a table: one request and what must be decided. */
export interface Row {
  readonly name: string;
  readonly request: Request;
  readonly verdict: Verdict;
  readonly by: readonly string[];
  readonly ignored: readonly string[];
}

/** The statement that lets through whatever is not denied. */
export const EVERYTHING = "Everything";

/** Every row of a table. */
export function rowsOf({ allowed, refused, denied = [] }: Table): Row[] {
  return [...allowed.flatMap(allowedRows), ...refused.flatMap(refusedRows), ...denied.flatMap(deniedRows)];
}

/** A single row, for tables of another form. */
export function row(
  name: string,
  request: Request,
  expected: { readonly verdict: Verdict; readonly by?: readonly string[]; readonly ignored?: readonly string[] },
): Row {
  const studio = request.who.kind === "role" && request.who.studio !== undefined;
  return {
    name: `${caller(request)}: ${name}`,
    request,
    verdict: expected.verdict,
    by: [...(expected.by ?? [])].sort(),
    ignored: [...(studio ? STUDIO_KEYS : []), ...(expected.ignored ?? [])].sort(),
  };
}

function allowedRows(each: Allowed): Row[] {
  return list(each.action).flatMap((action) => {
    const name = `${action}: ${each.name}`;
    const request: Request = {
      who: each.who,
      action,
      resource: each.resource,
      context: each.context ?? {},
      ...(each.resourcePolicy && { resourcePolicy: each.resourcePolicy }),
    };
    const variations = Object.entries({ ...elsewhere(each), ...each.butNot });
    return [
      row(name, request, { verdict: "Allowed", by: list(each.by) }),
      ...variations.map(([what, change]) => row(`${name}, but not ${what}`, changed(request, change), refusal(change))),
    ];
  });
}

function refusedRows(each: Refused): Row[] {
  return list(each.action).map((action) => {
    const { who, resource, context = {}, resourcePolicy } = each;
    const request = { who, action, resource, context, ...(resourcePolicy && { resourcePolicy }) };
    return row(`${action}: ${each.name}`, request, refusal(each));
  });
}

function deniedRows(each: Denied): Row[] {
  return list(each.action).flatMap((action) => {
    const name = `${action}: ${each.name}`;
    const request = { who: each.who, action, resource: each.resource, context: each.context ?? {} };
    const ignored = each.ignored ?? [];
    return [
      row(name, request, { verdict: "ExplicitlyDenied", by: list(each.by), ignored }),
      ...Object.entries(each.unless ?? {}).map(([what, change]) => {
        const expected =
          change.deniedBy === undefined ? ({ verdict: "Allowed", by: [EVERYTHING] } as const) : refusal(change);
        return row(`${name}, unless ${what}`, changed(request, change), {
          ...expected,
          ignored: change.ignored ?? ignored,
        });
      }),
    ];
  });
}

function refusal({ deniedBy, ignored = [] }: Pick<Refused, "deniedBy" | "ignored">): Omit<Row, "name" | "request"> {
  if (deniedBy === undefined) return { verdict: "ImplicitlyDenied", by: [], ignored };
  return { verdict: "ExplicitlyDenied", by: list(deniedBy), ignored };
}

function changed(request: Request, change: Change): Request {
  const context = new Map(Object.entries(request.context));
  for (const [key, value] of Object.entries(change.context ?? {})) {
    if (value === undefined) context.delete(key);
    else context.set(key, value);
  }
  return {
    ...request,
    ...(change.who && { who: change.who }),
    ...(change.action && { action: change.action }),
    ...(change.resource && { resource: change.resource }),
    ...(change.resourcePolicy && { resourcePolicy: change.resourcePolicy }),
    context: Object.fromEntries(context),
  };
}

/** What every ARN of a Region or an account is also tried with. */
function elsewhere({ resource, alsoIn = [], deniedElsewhere }: Allowed): Record<string, Change> {
  const [arn, partition, service, region = "", account = "", ...rest] = resource.split(":");
  const at = (otherRegion: string, otherAccount: string): Change => ({
    resource: [arn, partition, service, otherRegion, otherAccount, ...rest].join(":"),
    ...(deniedElsewhere && { deniedBy: deniedElsewhere }),
  });
  return {
    ...(region &&
      !alsoIn.includes("another Region") && { "in another Region": at(`${region.slice(0, -1)}9`, account) }),
    ...(account && !alsoIn.includes("another account") && { "in another account": at(region, FOREIGN_ACCOUNT) }),
  };
}

function caller({ who }: Request): string {
  if (who.kind !== "role") return who.kind === "service" ? who.service : who.arn;
  return who.studio === undefined ? who.role.name : `${who.studio.profile || "a job"} as ${who.role.name}`;
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
