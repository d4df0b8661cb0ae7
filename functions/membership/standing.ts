import { canonicalGroup, executionRoleArn, noAccessRoleArn, profileName, profileTags } from "../../naming";
import type { Departure, DesiredProfile } from "./decide";
import type { User } from "./identity-store";
import type { Deprovisioning, Studio } from "./settings";

const DAY = 24 * 60 * 60 * 1000;

/** What a person's memberships say about them in one studio. */
export type Standing =
  | DesiredProfile
  | Departure
  /** Some of the studio's groups cannot be found: nobody may be taken for gone because of that. */
  | { readonly kind: "unknown"; readonly missing: readonly string[] };

/**
 * Where a person stands in a studio. Pure.
 *
 * Entitled is who exists, is not disabled, and is in one of the studio's groups: the first listed gives the role. Who is
 * gone or disabled is not, whatever groups are missing; who is merely in none of the groups is not if all of them exist.
 * @param groups - the canonical names of the managed groups that the person is in
 * @param user - `undefined` if the identity store has no such user (any more)
 * @param existing - the canonical names of the managed groups that exist
 */
export function standingOf(
  studio: Studio,
  userId: string,
  groups: ReadonlySet<string>,
  user: User | undefined,
  existing: { has(group: string): boolean },
  { retainDays, sharedSpaces }: Deprovisioning,
): Standing {
  const departure: Departure = {
    kind: "departed",
    userId,
    roleArn: noAccessRoleArn(studio),
    retain: retainDays * DAY,
    deletesSharedSpaces: sharedSpaces === "delete",
  };
  if (!user || user.isDisabled) return departure;
  const group = firstGroup(studio, groups);
  if (group) {
    return {
      kind: "entitled",
      name: profileName(user.userName),
      userName: user.userName,
      userId,
      roleArn: executionRoleArn(studio, group.adGroup),
      tags: profileTags({ userName: user.userName, userId, ...group }),
    };
  }
  const missing = missingGroups(studio, existing);
  return missing.length > 0 ? { kind: "unknown", missing } : departure;
}

/** The group that gives the role: the first listed that the person is in. */
function firstGroup(studio: Studio, groups: ReadonlySet<string>): Studio["groups"][number] | undefined {
  return studio.groups.find(({ adGroup }) => groups.has(canonicalGroup(adGroup)));
}

/** The studio's groups that the identity store does not have: renamed, or deleted. */
export function missingGroups(studio: Studio, existing: { has(group: string): boolean }): string[] {
  return studio.groups.map(({ adGroup }) => adGroup).filter((adGroup) => !existing.has(canonicalGroup(adGroup)));
}

/** What becomes of a person's other profiles, such as that of a former user name: cut off, and kept. */
export function supersededBy(standing: DesiredProfile, studio: Studio): Departure {
  const { userId } = standing;
  return { kind: "departed", userId, roleArn: noAccessRoleArn(studio), retain: undefined, deletesSharedSpaces: false };
}
