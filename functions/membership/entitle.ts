import { type Action, type DesiredProfile, decide, decideDeparture } from "./decide";
import { removeStep } from "./depart";
import { ProfileConflict } from "./failures";
import type { Done, Outcome } from "./outcome";
import type { Person, Tools } from "./person";
import type { ProfileStore } from "./profile-store";
import { supersededBy } from "./standing";

/** How often to look again when AWS refuses a creation or somebody else's profile has the name. */
const LOOKS = 3;

/**
 * Gives a person who is entitled to a profile what they should have, and cuts off what they have besides, such as the
 * profile of a former user name.
 * @throws ProfileConflict, or an AWS error
 */
export async function entitle(desired: DesiredProfile, person: Person, tools: Tools): Promise<Done> {
  const { profiles } = tools;
  let refusal: Error | undefined;
  let thorough = false;
  for (let look = 0; look < LOOKS; look++) {
    const actual = await profiles.locate(desired, thorough);
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
    const name = actual?.name ?? desired.name;
    await cutOffOthers(desired, name, person, tools);
    return { ...step, profile: name, roleArn: desired.roleArn };
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
  for (const action of actions) {
    switch (action.kind) {
      case "create": {
        const refusal = await profiles.create(desired);
        if (refusal) return refusal;
        return { outcome: "joined", wrote: true };
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
      case "deleteFailed":
        await profiles.remove(action.profile);
        return {
          outcome: "waiting",
          wrote: true,
          again: `profile ${action.profile.name} had failed and is deleted first`,
        };
      case "wait":
        return { outcome, wrote, again: action.reason };
      case "refuse":
        throw new ProfileConflict(action.reason);
      default:
        throw new Error(`${action.kind} is no step towards a profile`);
    }
    wrote = true;
  }
  return { outcome, wrote };
}

async function cutOffOthers(
  desired: DesiredProfile,
  own: string,
  { studio, userId, profile }: Person,
  { profiles, now }: Tools,
): Promise<void> {
  const others = await profiles.ownedBy(userId, profile === undefined ? [] : [profile], own);
  const belongings = await profiles.belongings(others.map(({ name }) => name));
  for (const other of others) {
    const hanging = belongings.get(other.name.toLowerCase()) ?? { apps: [], spaces: [] };
    for (const action of decideDeparture(supersededBy(desired, studio), other, hanging, now())) {
      await removeStep(action, supersededBy(desired, studio), profiles);
    }
  }
}
