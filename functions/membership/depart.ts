import { profileName } from "../../naming";
import {
  type Action,
  type ActualProfile,
  type Belongings,
  type Departure,
  decideDeparture,
  removalDate,
} from "./decide";
import type { User } from "./identity-store";
import type { Done, Outcome } from "./outcome";
import type { Person, Tools } from "./person";
import type { ProfileStore } from "./profile-store";

const DAY = 24 * 60 * 60 * 1000;

const NOTHING: Belongings = { apps: [], spaces: [] };

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

/** What needs no look at what hangs on the profile, and must not wait for it. */
const FIRST: readonly Action["kind"][] = ["unmark", "mark", "cutOff"];

const CALLS_NOTHING: readonly Action["kind"][] = ["wait", "keep"];

/** What is lost when somebody comes back: running apps, and then their work. */
const DESTROYS: readonly Action["kind"][] = ["deleteApp", "deleteSpace", "deleteProfile", "deleteFailed"];

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
  tools: Tools,
  isUnchanged: () => Promise<boolean>,
): Promise<Done> {
  const { profiles } = tools;
  const names = [person.profile, user && profileName(user.userName)].filter((name) => name !== undefined);
  const owned = await profiles.ownedBy(person.userId, names);
  if (owned.length === 0) {
    const needsSweep = person.mayBeElsewhere && (!user || user.isDisabled || person.cameByGroup);
    return { outcome: "notEntitled", wrote: false, progressed: false, needsSweep };
  }
  // A group that was made anew under its name has another id, in which nobody was looked for yet.
  if (user && !user.isDisabled && !(await isUnchanged())) {
    return { outcome: "notEntitled", wrote: false, progressed: false, isOutdated: true };
  }
  return await partWith(owned, departure, tools, isUnchanged);
}

/**
 * Takes what profiles give, and then what hangs on them: access first, because what hangs on them may take long to read.
 * @param owned - profiles that bear the person's id
 * @throws an AWS error, after every step was tried
 */
export async function partWith(
  owned: readonly ActualProfile[],
  departure: Departure,
  { profiles, now, hasTime }: Pick<Tools, "profiles" | "now" | "hasTime">,
  isUnchanged: () => Promise<boolean>,
): Promise<Done> {
  const failures: unknown[] = [];
  let done: Done = {
    outcome: "notEntitled",
    profile: owned[0]?.name,
    wrote: false,
    progressed: false,
    isRemoval: true,
  };
  const carryOut = async (action: Action, actual: ActualProfile) => {
    if (!CALLS_NOTHING.includes(action.kind) && !hasTime()) {
      done = { ...done, again: "no time left in this invocation" };
      return;
    }
    const progressed = await attempt(() => removeStep(action, departure, profiles), failures);
    const outcome = OUTCOMES[action.kind] ?? done.outcome;
    done = {
      ...done,
      outcome: TELLING.indexOf(outcome) > TELLING.indexOf(done.outcome) ? outcome : done.outcome,
      wrote: done.wrote || !CALLS_NOTHING.includes(action.kind),
      progressed: done.progressed || progressed,
      ...(action.kind === "wait" && {
        again: action.reason,
        stalled: stalled(departure, actual, action, now()) ?? done.stalled,
      }),
      ...(action.kind === "keep" && { reason: action.reason }),
    };
  };
  const start = now();
  for (const actual of owned) {
    for (const action of decideDeparture(departure, actual, NOTHING, start)) {
      if (FIRST.includes(action.kind)) await carryOut(action, actual);
    }
  }
  const belongings = await profiles.belongings(owned.map(({ name }) => name));
  for (const actual of owned) {
    const hanging = belongings.get(actual.name.toLowerCase()) ?? NOTHING;
    const rest = decideDeparture(departure, actual, hanging, start).filter(({ kind }) => !FIRST.includes(kind));
    if (rest.some(({ kind }) => DESTROYS.includes(kind)) && !(await isUnchanged()))
      return { ...done, isOutdated: true };
    for (const action of rest) await carryOut(action, actual);
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

/** One step that AWS refuses must not save the others: a role that cannot be taken while apps run, the apps. */
async function attempt(step: () => Promise<boolean>, failures: unknown[]): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    failures.push(error);
    return false;
  }
}

/**
 * Carries out one action of a departure.
 * @returns whether AWS was given something to do that it had not failed at before
 */
async function removeStep(action: Action, departure: Departure, profiles: ProfileStore): Promise<boolean> {
  switch (action.kind) {
    case "mark":
      await profiles.mark(action.profile, action.removeAfter);
      return true;
    case "unmark":
      await profiles.unmark(action.profile);
      return true;
    case "cutOff":
      await profiles.assignRole(action.profile, departure.roleArn, "DISABLED");
      return action.profile.status !== "Update_Failed";
    case "deleteApp":
      return await profiles.removeApp(action.profile, action.app);
    case "deleteSpace":
      return (await profiles.removeSpace(action.space)) && action.space.status !== "Delete_Failed";
    case "deleteProfile":
    case "deleteFailed":
      return (await profiles.remove(action.profile)) && action.profile.status !== "Delete_Failed";
    case "keep":
    case "wait":
      return false;
    default:
      throw new Error(`${action.kind} is no step of a departure`);
  }
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
  if (now.getTime() - due <= DAY) return undefined;
  return `${actual.name}: ${reason}, and were to be gone since ${new Date(due).toISOString()}`;
}
