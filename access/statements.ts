import { asList } from "../rehearsal/json";
import type { PolicyStatement } from "../rehearsal/policy-document";
import type { Entry } from "./report";
import type { Subject } from "./subject";
import { partName } from "./words";

/** A denial in words. */
export interface Denial {
  readonly name: string;
  readonly actions: string;
  readonly on: string;
  readonly when: string;
  /** How many roles have it. */
  readonly roles: string;
}

/** The condition of what allows, in words, and the policies that hold it under this name. */
export interface Condition {
  readonly sid: string;
  readonly policies: string;
  readonly when: string;
}

/**
 * Every denial of a studio's roles, whether or not an answer shows it at work: with these and {@link conditionsOf},
 * whatever is changed in a policy changes a line of the report.
 */
export function denialsOf(entries: readonly Entry[]): readonly Denial[] {
  const found = new Map<string, { denial: Omit<Denial, "roles">; roles: Set<Entry> }>();
  for (const [entry, { policy, sid, statement }] of statementsOf(entries, "Deny")) {
    const { Action, NotAction, Resource, NotResource } = statement;
    const plain = (text: string) => named(entry.member.subject, text);
    const denial = {
      name: `${partName(entry.member, policy)} ${sid}`,
      actions: listed(Action, NotAction),
      on: plain(listed(Resource, NotResource)),
      when: plain(whenOf(statement)) || "always",
    };
    const key = JSON.stringify(denial);
    const roles = found.get(key)?.roles ?? new Set();
    found.set(key, { denial, roles: roles.add(entry) });
  }
  return inOrder(found).map(({ denial, roles }) => ({
    ...denial,
    roles: roles.size === entries.length ? "all" : `${roles.size}`,
  }));
}

/** Every condition under which something is allowed. */
export function conditionsOf(entries: readonly Entry[]): readonly Condition[] {
  const found = new Map<string, { sid: string; when: string; policies: Set<string> }>();
  for (const [{ member }, { policy, sid, statement }] of statementsOf(entries, "Allow")) {
    const when = named(member.subject, whenOf(statement));
    if (when === "") continue;
    const key = `${sid} ${when}`;
    const policies = found.get(key)?.policies ?? new Set();
    found.set(key, { sid, when, policies: policies.add(partName(member, policy)) });
  }
  return inOrder(found).map(({ policies, ...each }) => ({ ...each, policies: [...policies].sort().join(", ") }));
}

function inOrder<T>(found: ReadonlyMap<string, T>): T[] {
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function statementsOf(entries: readonly Entry[], effect: PolicyStatement["Effect"]) {
  return entries.flatMap((entry) =>
    entry.member.subject.sources
      .filter(({ statement }) => statement.Effect === effect)
      .map((source) => [entry, source] as const),
  );
}

function listed(these: string | string[] | undefined, others: string | string[] | undefined): string {
  return others === undefined ? asList(these).join(", ") : `all but ${asList(others).join(", ")}`;
}

function whenOf({ Condition = {} }: PolicyStatement): string {
  const words = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key} ${asList<unknown>(values).join(" or ")}`),
  );
  return words.join(" and ");
}

/** Ids that AWS makes up. */
function named({ domainId, homeFileSystemId }: Subject, text: string): string {
  return text.replaceAll(domainId, "<domain>").replaceAll(homeFileSystemId, "<file system>");
}
