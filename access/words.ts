import { studioStackName } from "../naming";
import type { Answer } from "./answer";
import type { Row } from "./rows";
import type { Source } from "./sources";
import { DATA_KINDS } from "./subject";
import type { Member } from "./subjects";

/** What a decision is called. */
export const VERDICTS = { Allowed: "yes", ImplicitlyDenied: "no", ExplicitlyDenied: "denied" } as const;

/** What stands where a column makes no sense. */
export const NOTHING = "·";

/** A policy without what all of the studio's policies are called. */
export function policyName({ subject }: Member, policy: string): string {
  const prefix = `${studioStackName(subject.studio.name)}-`;
  return policy.startsWith(prefix) ? policy.slice(prefix.length) : policy;
}

/**
 * A policy without its number. What a persona grants is spread over numbered policies, and one more action may renumber
 * them all.
 */
export function partName(member: Member, policy: string): string {
  const name = policyName(member, policy);
  return name === policy ? name : name.replace(/-\d+$/, "");
}

/** The statements that decided, by policy: `mlops ListAll, UseOwn`. */
export function deciders(member: Member, by: readonly Source[]): string {
  const sids = new Map<string, Set<string>>();
  for (const { policy, sid } of by) {
    const part = partName(member, policy);
    sids.set(part, (sids.get(part) ?? new Set()).add(sid));
  }
  return [...sids]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${name} ${[...each].sort().join(", ")}`)
    .join("; ");
}

/** An answer in words. */
export function inWords(member: Member, answer: Answer | undefined): string {
  if (answer === undefined) return NOTHING;
  const verdict = VERDICTS[answer.verdict];
  return answer.by.length === 0 ? verdict : `${verdict}: ${deciders(member, answer.by)}`;
}

/** What a row is about. */
export function about({ on, isUnmet }: Row): string {
  return isUnmet ? `${on} (no request that was tried meets its conditions)` : on;
}

/** What a member has by name. */
export function dataOf({ subject }: Member): string {
  const kinds = DATA_KINDS.map((kind) => [kind, subject.data[kind].own] as const);
  return kinds.flatMap(([kind, names]) => (names.length === 0 ? [] : [`${kind} ${names.join(", ")}`])).join("; ");
}

/** What a role is called in a heading. */
export function titleOf({ kind, name }: Member): string {
  return kind === "group" ? name : `Compute role of ${name}`;
}
