import { groupTag, profileName, TAG } from "../../naming";
import { type Action, type ActualProfile, type Departure, decideDeparture, removalDate } from "./decide";
import type { User } from "./identity-store";
import type { Done, Outcome } from "./outcome";
import type { Person, Tools } from "./person";
import type { ProfileStore } from "./profile-store";

const DAY = 24 * 60 * 60 * 1000;

/** Later outcomes tell more than earlier ones. */
const TELLING: readonly Outcome[] = ["notEntitled", "cutOff", "kept", "removing", "removed"];

const OUTCOMES: Partial<Record<Action["kind"], Outcome>> = {
  mark: "cutOff",
  cutOff: "cutOff",
  deleteApp: "cutOff",
  keep: "kept",
  deleteSpace: "removing",
  deleteProfile: "removed",
  deleteFailed: "removed",
};

/** What takes somebody's work away for good. */
const DESTROYS: readonly Action["kind"][] = ["deleteSpace", "deleteProfile", "deleteFailed"];

/**
 * Does what can be done now about the profiles of a person who is not entitled to any. They are found by the person's
 * id on their tags: the person need not exist any more.
 * @param user - the person, if the identity store still knows them
 * @param isUnchanged - reads the person's memberships again: asked before anything is destroyed
 * @throws an AWS error
 */
export async function depart(
  departure: Departure,
  user: User | undefined,
  person: Person,
  { profiles, identityStore, now }: Tools,
  isUnchanged: () => Promise<boolean>,
): Promise<Done> {
  const names = [person.profile, user && profileName(user.userName)].filter((name) => name !== undefined);
  const owned = await profiles.ownedBy(person.userId, names);
  if (owned.length === 0) {
    return { outcome: "notEntitled", wrote: false, needsSweep: person.mayBeElsewhere && (!user || person.cameByGroup) };
  }
  if (user && !user.isDisabled) {
    for (const adGroup of groupsIn(owned, person)) {
      // Made anew under its name, it has another id, in which nobody was looked for yet.
      if (!(await identityStore.confirmGroup(adGroup))) {
        return { outcome: "notEntitled", wrote: false, isOutdated: true };
      }
    }
  }
  const belongings = await profiles.belongings(owned.map(({ name }) => name));
  const failures: unknown[] = [];
  let done: Done = { outcome: "notEntitled", profile: owned[0]?.name, wrote: false };
  for (const actual of owned) {
    const hanging = belongings.get(actual.name.toLowerCase()) ?? { apps: [], spaces: [] };
    const actions = decideDeparture(departure, actual, hanging, now());
    if (actions.some(({ kind }) => DESTROYS.includes(kind)) && !(await isUnchanged())) {
      return { ...done, isOutdated: true };
    }
    for (const action of actions) {
      const begun = await attempt(removeStep(action, departure, profiles), failures);
      const outcome = OUTCOMES[action.kind] ?? done.outcome;
      done = {
        ...done,
        outcome: TELLING.indexOf(outcome) > TELLING.indexOf(done.outcome) ? outcome : done.outcome,
        wrote: done.wrote || begun,
        ...(action.kind === "wait" && { again: action.reason, stalled: stalled(departure, actual, action, now()) }),
        ...(action.kind === "keep" && { reason: action.reason }),
      };
    }
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

/** One step that AWS refuses must not save the others: a role that cannot be taken while apps run, the apps. */
async function attempt(step: Promise<boolean>, failures: unknown[]): Promise<boolean> {
  try {
    return await step;
  } catch (error) {
    failures.push(error);
    return false;
  }
}

/**
 * Carries out one action of a departure.
 * @returns whether something was begun that had not been begun before
 */
export async function removeStep(action: Action, departure: Departure, profiles: ProfileStore): Promise<boolean> {
  switch (action.kind) {
    case "mark":
      await profiles.tag(action.profile, { [TAG.removeAfter]: action.removeAfter.toISOString() });
      return true;
    case "cutOff":
      await profiles.assignRole(action.profile, departure.roleArn, "DISABLED");
      return true;
    case "deleteApp":
      return await profiles.removeApp(action.profile, action.app);
    case "deleteSpace":
      return await profiles.removeSpace(action.space);
    case "deleteProfile":
    case "deleteFailed":
      return await profiles.remove(action.profile);
    case "keep":
    case "wait":
      return false;
    default:
      throw new Error(`${action.kind} is no step of a departure`);
  }
}

/** The managed groups that the profiles were made for. */
function groupsIn(owned: readonly ActualProfile[], { studio }: Person): string[] {
  const tags = new Set(owned.map((profile) => profile.tags[TAG.group]));
  return studio.groups.map(({ adGroup }) => adGroup).filter((adGroup) => tags.has(groupTag(adGroup)));
}

/** Why what should have ended by now has not: apps a day after the departure, all else a day after the grace period. */
function stalled(
  { retain }: Departure,
  actual: ActualProfile,
  { reason }: { readonly reason: string },
  now: Date,
): string | undefined {
  const removeAfter = removalDate(actual);
  if (removeAfter === undefined || retain === undefined) return undefined;
  const due = now < removeAfter ? removeAfter.getTime() - retain : removeAfter.getTime();
  return now.getTime() - due > DAY
    ? `${actual.name}: ${reason}, and were to be gone since ${new Date(due).toISOString()}`
    : undefined;
}
