import { canonicalGroup } from "../../naming";
import { TryLater } from "./failures";
import type { IdentityStore } from "./identity-store";
import type { ProfileStore } from "./profile-store";
import { type Reconciled, reconcile } from "./reconcile";
import type { Scope } from "./scope";
import type { Deprovisioning, Studio } from "./settings";
import type { StudioHealth } from "./studio-health";

/** What a scope led to. */
export type Visit =
  | {
      readonly kind: "reconciled";
      readonly results: readonly Reconciled[];
      /** Where it failed, and why. */
      readonly failures: readonly { readonly studio: string; readonly error: unknown }[];
      /** What was read is not what the event told of: it may be older, or the person has moved on. */
      readonly isEarly: boolean;
    }
  /** The hint came through a group that this config does not manage. */
  | { readonly kind: "unmanaged" }
  /** Only a sweep can answer this scope. */
  | { readonly kind: "sweepNeeded"; readonly scope: "group" | "everyone" };

/** What a visit works with. */
export interface Visitor {
  readonly studios: readonly Studio[];
  readonly identityStore: IdentityStore;
  readonly deprovisioning: Deprovisioning;
  readonly health: StudioHealth;
  profilesOf(studio: Studio): ProfileStore;
  /** Whether the invocation has time for one call more. */
  hasTime(): boolean;
}

/**
 * Answers one scope: a person is reconciled in every studio that the hint can concern.
 * Studios are visited at once: one that is slow, or fails, does not hold up the others.
 * @throws an AWS error if the person's memberships cannot be read
 */
export async function visit(scope: Scope, visitor: Visitor): Promise<Visit> {
  const { studios, identityStore, deprovisioning, health, profilesOf, hasTime } = visitor;
  if (scope.kind === "everyone") return { kind: "sweepNeeded", scope: "everyone" };
  const { ids, idByName } = await identityStore.managedGroups();
  if (scope.groupId !== undefined && !ids.has(scope.groupId)) return { kind: "unmanaged" };
  if (scope.kind === "group") {
    // What has its id may soon be another group, and the name have another id.
    if (scope.replaced) identityStore.forgetGroups();
    return { kind: "sweepNeeded", scope: "group" };
  }
  const { userId, groupId, profile } = scope;
  const groups = await identityStore.groupsOf(userId);
  const concerned = studios.filter(({ name, groups: listed }) => {
    if (scope.studio !== undefined && scope.studio !== name) return false;
    return groupId === undefined || listed.some(({ adGroup }) => idByName.get(canonicalGroup(adGroup)) === groupId);
  });
  const results: Reconciled[] = [];
  const failures: { studio: string; error: unknown }[] = [];
  const visits = concerned.map((studio) => {
    const isFresh = groupId === undefined;
    // What a sweep sends names its studio: asking it again would lead in a circle.
    const mayBeElsewhere = scope.studio === undefined;
    const person = { studio, userId, groups, isFresh, cameByGroup: groupId !== undefined, mayBeElsewhere, profile };
    return health.work(studio.name, userId, () => {
      const tools = { identityStore, profiles: profilesOf(studio), deprovisioning, now: () => new Date(), hasTime };
      return reconcile(person, tools);
    });
  });
  for (const [index, visited] of (await Promise.allSettled(visits)).entries()) {
    const studio = concerned[index]?.name ?? "";
    if (visited.status === "fulfilled") results.push(visited.value);
    else if (visited.reason instanceof TryLater) {
      const again = visited.reason.message;
      results.push({ studio, outcome: "waiting", again, wrote: false, progressed: false });
    } else failures.push({ studio, error: visited.reason });
  }
  const isIn = [...groups].some((name) => idByName.get(name) === groupId);
  return { kind: "reconciled", results, failures, isEarly: scope.joined !== undefined && scope.joined !== isIn };
}
