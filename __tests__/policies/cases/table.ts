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
  readonly by: string | readonly string[];
  readonly butNot?: Readonly<Record<string, Change>>;
  /** Where else it is allowed. All that has a Region or an account is tried in others too. */
  readonly alsoIn?: readonly Elsewhere[];
}

type Elsewhere = "another Region" | "another account";

/** What a variation changes. A context key that is `undefined` is taken away. */
export interface Change {
  readonly who?: Caller;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly resourcePolicy?: PolicyDocument;
  /** The statement that denies it. Without: no statement allows it. */
  readonly deniedBy?: string;
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
  readonly ignored?: readonly string[];
}

/** What one kind of role may do, and what it may not. */
export interface Table {
  readonly allowed: readonly Allowed[];
  readonly refused: readonly Refused[];
}

/** One row of a table: one request and what must be decided. */
export interface Row {
  readonly name: string;
  readonly request: Request;
  readonly verdict: Verdict;
  readonly by: readonly string[];
  readonly ignored: readonly string[];
}

/** Every row of a table. */
export function rowsOf({ allowed, refused }: Table): Row[] {
  return [...allowed.flatMap(allowedRows), ...refused.flatMap(refusedRows)];
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
      ...variations.map(([what, change]) =>
        row(`${name}, but not ${what}`, changed(request, change), {
          verdict: change.deniedBy === undefined ? "ImplicitlyDenied" : "ExplicitlyDenied",
          by: change.deniedBy === undefined ? [] : [change.deniedBy],
          ...(change.ignored && { ignored: change.ignored }),
        }),
      ),
    ];
  });
}

function refusedRows(each: Refused): Row[] {
  return list(each.action).map((action) =>
    row(
      `${action}: ${each.name}`,
      { who: each.who, action, resource: each.resource, context: each.context ?? {} },
      { verdict: "ImplicitlyDenied", ...(each.ignored && { ignored: each.ignored }) },
    ),
  );
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
function elsewhere({ resource, alsoIn = [] }: Allowed): Record<string, Change> {
  const [arn, partition, service, region = "", account = "", ...rest] = resource.split(":");
  const at = (otherRegion: string, otherAccount: string) => ({
    resource: [arn, partition, service, otherRegion, otherAccount, ...rest].join(":"),
  });
  return {
    ...(region &&
      !alsoIn.includes("another Region") && { "in another Region": at(`${region.slice(0, -1)}9`, account) }),
    ...(account && !alsoIn.includes("another account") && { "in another account": at(region, FOREIGN_ACCOUNT) }),
  };
}

function caller({ who }: Request): string {
  if (who.kind !== "role") return who.kind === "service" ? who.service : who.arn;
  return who.studio === undefined ? who.role.name : `${who.studio.profile} as ${who.role.name}`;
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
