import { isSameUserName } from "../../naming";
import { type Action, type DesiredProfile, decide } from "./decide";
import { partWith } from "./depart";
import { ProfileConflict } from "./failures";
import type { Done, Outcome } from "./outcome";
import type { Person, Tools } from "./person";
import type { ProfileStore } from "./profile-store";
import { supersededBy } from "./standing";

/** How often to look again when AWS refuses a creation or somebody else's profile has the name. */
const LOOKS = 3;

/**
 * Gives a person who is entitled to a profile what they should have, and cuts off the profile of a former user name, if
 * that is the one that the hint is about.
 * @param isUnchanged - reads the person's memberships again: asked before apps are deleted
 * @throws ProfileConflict, or an AWS error
 */
export async function entitle(
  desired: DesiredProfile,
  person: Person,
  tools: Tools,
  isUnchanged: () => Promise<boolean>,
): Promise<Done> {
  const { profiles } = tools;
  let refusal: Error | undefined;
  let thorough = false;
  for (let look = 0; look < LOOKS; look++) {
    const actual = await profiles.locate(desired, thorough, person.profile);
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
    const given = { ...step, profile: actual?.name ?? desired.name, roleArn: desired.roleArn };
    return await cutOffFormer(given, desired, person, tools, isUnchanged);
  }
  throw refusal ?? new ProfileConflict(`no profile of user ${desired.userId} could be made`);
}

/**
 * Does what {@link decide} says, in its order.
 * @returns what became of the profile, or AWS's refusal to create it
 */
async function carryOut(
  actions: readonly Action[],
  desired: DesiredProfile,
  profiles: ProfileStore,
): Promise<Done | Error> {
  let outcome: Outcome = "unchanged";
  let wrote = false;
  const done = (more: Partial<Done> = {}): Done => ({ outcome, wrote, progressed: wrote, ...more });
  for (const action of actions) {
    switch (action.kind) {
      case "create": {
        const refusal = await profiles.create(desired);
        if (refusal) return refusal;
        return done({ outcome: "joined", wrote: true, progressed: true });
      }
      case "tag":
        await profiles.tag(action.profile, desired.tags);
        outcome = action.adopts ? "adopted" : "retagged";
        break;
      case "unmark":
        await profiles.unmark(action.profile);
        outcome = "restored";
        break;
      case "assignRole":
        await profiles.assignRole(
          action.profile,
          desired.roleArn,
          action.profile.isPortalDisabled ? "ENABLED" : undefined,
        );
        if (outcome !== "adopted" && outcome !== "restored") outcome = "moved";
        break;
      case "deleteFailed": {
        const again = `profile ${action.profile.name} had failed and is deleted first`;
        const progressed = await profiles.remove(action.profile);
        return done({ outcome: "waiting", wrote: true, progressed, again });
      }
      case "wait":
        return done({ again: action.reason });
      case "refuse":
        throw new ProfileConflict(action.reason);
      default:
        throw new Error(`${action.kind} is no step towards a profile`);
    }
    wrote = true;
  }
  return done();
}

/** A renamed person gets a new profile; the one that a sweep saw under the former name must not stay open to whoever gets it. */
async function cutOffFormer(
  given: Done,
  desired: DesiredProfile,
  { studio, userId, profile }: Person,
  tools: Tools,
  isUnchanged: () => Promise<boolean>,
): Promise<Done> {
  if (profile === undefined || profile.toLowerCase() === given.profile?.toLowerCase()) return given;
  const former = await tools.profiles.owned(userId, profile);
  // A second one of the same user name is as good as the first.
  if (!former || (former.userName !== undefined && isSameUserName(former.userName, desired.userName))) return given;
  const cut = await partWith([former], supersededBy(desired, studio), tools, isUnchanged);
  return {
    ...given,
    wrote: given.wrote || cut.wrote,
    progressed: given.progressed || cut.progressed,
    again: given.again ?? cut.again,
    isRemoval: given.again === undefined,
    ...(cut.isOutdated && { isOutdated: true }),
    ...(cut.again !== undefined && { profile }),
  };
}
