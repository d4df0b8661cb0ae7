import { canonicalGroup, executionRoleArn, profileName, profileTags } from "../../naming";
import { type Action, type DesiredProfile, decide } from "./decide";
import { ProfileConflict, TryLater } from "./failures";
import type { IdentityStore, User } from "./identity-store";
import type { ProfileStore } from "./profile-store";
import type { Studio } from "./settings";

/** How a person's profile in a studio came to be as it should. */
export type Outcome = "joined" | "moved" | "adopted" | "retagged" | "unchanged" | "notEntitled";

/** What became of a person in a studio. */
export interface Reconciled {
  readonly studio: string;
  readonly outcome: Outcome;
  readonly userName?: string;
  readonly profile?: string;
  readonly roleArn?: string;
}

/** Others may be at the same profile: how often to look again before leaving it for later. */
const ROUNDS = 4;

/**
 * Brings a person's profile in one studio to what their memberships say. Reads, decides, acts; can be called at any
 * time, any number of times, by several callers at once.
 * @param groups - the person's managed groups, as just read
 * @param fresh - whether the person's name may have changed
 * @throws TryLater, ProfileConflict, or an AWS error; nothing is left half done that a later call would not finish
 */
export async function reconcile(
  studio: Studio,
  userId: string,
  groups: ReadonlySet<string>,
  fresh: boolean,
  identityStore: IdentityStore,
  profiles: ProfileStore,
): Promise<Reconciled> {
  let current = groups;
  let refusal: Error | undefined;
  let thorough = false;
  let outcome: Outcome = "unchanged";
  for (let round = 0; round < ROUNDS; round++) {
    const desired = await desiredProfile(studio, userId, current, fresh && round === 0, identityStore);
    if (!desired) return { studio: studio.name, outcome: "notEntitled" };
    const actual = await profiles.locate(desired, thorough);
    const done = (): Reconciled => ({
      studio: studio.name,
      outcome,
      userName: desired.userName,
      profile: actual?.name ?? desired.name,
      roleArn: desired.roleArn,
    });
    // AWS refused, and not because of a profile that exists: what it said is all there is to go by.
    if (!actual && refusal) throw refusal;
    const actions = decide(desired, actual);
    if (!thorough && actions.some(({ kind }) => kind === "refuse")) {
      // Somebody else's has the name: the person's own may have another.
      thorough = true;
      continue;
    }
    const step = await carryOut(actions, desired, profiles);
    if (step instanceof Error) {
      refusal = step;
      thorough = true;
      continue;
    }
    if (outcome === "unchanged") outcome = step;
    // A join is left at three calls: who leaves in this very moment is for the sweep to find.
    if (step === "unchanged" || step === "joined") return done();

    // While this was written the person may have moved on, and whoever answered that may have been faster: only a
    // reading after the last writing can tell.
    current = await identityStore.groupsOf(userId);
    const latest = await desiredProfile(studio, userId, current, false, identityStore);
    if (latest?.roleArn === desired.roleArn) return done();
  }
  throw new TryLater(`the profile of user ${userId} in studio ${studio.name} kept changing`);
}

/** What the person should have in the studio: the role of the first listed group that they are in, or nothing. */
async function desiredProfile(
  studio: Studio,
  userId: string,
  groups: ReadonlySet<string>,
  fresh: boolean,
  identityStore: IdentityStore,
): Promise<DesiredProfile | undefined> {
  const group = studio.groups.find(({ adGroup }) => groups.has(canonicalGroup(adGroup)));
  if (!group) return undefined;
  const user: User | undefined = await identityStore.user(userId, fresh);
  if (!user || user.isDisabled) return undefined;
  return {
    name: profileName(user.userName),
    userName: user.userName,
    userId,
    roleArn: executionRoleArn(studio, group.adGroup),
    tags: profileTags({ userName: user.userName, userId, ...group }),
  };
}

/**
 * Does what {@link decide} says, in its order.
 * @returns what became of the profile, or AWS's refusal to create it
 */
async function carryOut(
  actions: readonly Action[],
  desired: DesiredProfile,
  profiles: ProfileStore,
): Promise<Outcome | Error> {
  let outcome: Outcome = "unchanged";
  for (const action of actions) {
    switch (action.kind) {
      case "create":
        return (await profiles.create(desired)) ?? "joined";
      case "tag":
        await profiles.tag(action.profile, desired);
        outcome = action.adopts ? "adopted" : "retagged";
        break;
      case "assignRole":
        await profiles.assignRole(action.profile, desired);
        if (outcome !== "adopted") outcome = "moved";
        break;
      case "deleteFailed":
        await profiles.remove(action.profile);
        throw new TryLater(`profile ${action.profile.name} had failed and is deleted first`);
      case "wait":
        throw new TryLater(action.reason);
      case "refuse":
        throw new ProfileConflict(action.reason);
    }
  }
  return outcome;
}
