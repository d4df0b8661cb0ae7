import type { Departure, DesiredProfile } from "./decide";
import { depart } from "./depart";
import { entitle } from "./entitle";
import { TryLater } from "./failures";
import type { User } from "./identity-store";
import type { Result } from "./outcome";
import type { Person, Tools } from "./person";
import { type Standing, standingOf } from "./standing";

/** What became of a person, where. */
export interface Reconciled extends Result {
  readonly studio: string;
  readonly userName?: string | undefined;
}

/** How old the ids of groups may be when something is destroyed because of them, in milliseconds. */
const AGE = 5_000;

/** Others may be at the same profile: how often to look again before leaving it for later. */
const ROUNDS = 4;

/**
 * Brings what a person has in one studio to what their memberships say. Reads, decides, acts; can be called at any time,
 * any number of times, by several callers at once.
 * @throws TryLater, ProfileConflict, or an AWS error; nothing is left half done that a later call would not finish
 */
export async function reconcile(person: Person, tools: Tools): Promise<Reconciled> {
  const { studio, userId } = person;
  let present = await readPresent(person, person.groups, person.isFresh, tools);
  let before: Result | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const { standing, user } = present;
    const about = { studio: studio.name, userName: user?.userName };
    if (standing.kind === "unknown") {
      const reason = `groups that cannot be found: ${standing.missing.join(", ")}`;
      return { ...about, outcome: "unknown", reason, wrote: false, progressed: false };
    }
    /** Reads once more whether the person is where they were; for who leaves, without relying on anything remembered. */
    const isUnchanged = async () => {
      if (standing.kind === "departed") await tools.identityStore.confirmGroups(AGE);
      const groups = await tools.identityStore.groupsOf(userId);
      present = await readPresent(person, groups, standing.kind === "departed", tools);
      return isSame(standing, present.standing);
    };
    const { isOutdated, ...done } =
      standing.kind === "entitled"
        ? await entitle(standing, person, tools, isUnchanged)
        : await depart(standing, user, person, tools, isUnchanged);
    // What was changed is what there is to tell, not that all is well now.
    const { wrote, progressed } = {
      wrote: done.wrote || !!before,
      progressed: done.progressed || !!before?.progressed,
    };
    const told = { ...about, ...done, wrote, progressed, ...(before && !done.wrote && { outcome: before.outcome }) };
    if (done.wrote) before = done;
    // A join is left at three calls: who leaves in this very moment is for the sweep to find.
    if (!isOutdated && (!done.wrote || done.outcome === "joined")) return told;
    // While this was written the person may have moved on, and whoever answered that may have been faster: only a
    // reading after the last writing can tell.
    if ((await isUnchanged()) && !isOutdated) return told;
  }
  throw new TryLater(`the profile of user ${userId} in studio ${studio.name} kept changing`);
}

async function readPresent(
  { studio, userId }: Person,
  groups: ReadonlySet<string>,
  isFresh: boolean,
  { identityStore, deprovisioning }: Tools,
): Promise<{ readonly standing: Standing; readonly user: User | undefined }> {
  const { idByName } = await identityStore.managedGroups();
  const user = await identityStore.user(userId, isFresh);
  return { user, standing: standingOf(studio, userId, groups, user, idByName, deprovisioning) };
}

function isSame(one: DesiredProfile | Departure, other: Standing): boolean {
  return one.kind === other.kind && one.roleArn === other.roleArn;
}
