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

/**
 * How old the ids of groups may be when somebody is cut off because of them, in milliseconds: a little, and as long as
 * it takes to look all of them up.
 */
const AGE = 5_000;
const AGE_A_GROUP = 20;

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
      return { ...about, outcome: "unknown", reason, wrote: !!before, progressed: !!before?.progressed };
    }
    /** Reads once more whether the person is where they were; for who leaves, without relying on anything remembered. */
    const isUnchanged = async () => {
      const names = studio.groups.map(({ adGroup }) => adGroup);
      const age = AGE + AGE_A_GROUP * names.length;
      if (standing.kind === "departed") await tools.identityStore.confirmGroups(names, age);
      const groups = await tools.identityStore.groupsOf(userId);
      present = await readPresent(person, groups, standing.kind === "departed" || person.profile !== undefined, tools);
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
    if (!isOutdated && done.outcome === "joined") return { ...told, needsSweep: mayHaveFormer(person) };
    if (!isOutdated && !done.wrote) return told;
    // While this was written the person may have moved on, and whoever answered that may have been faster: only a
    // reading after the last writing can tell.
    if ((await isUnchanged()) && !isOutdated) return told;
  }
  throw new TryLater(`the profile of user ${userId} in studio ${studio.name} kept changing`);
}

/** Whether a new profile may stand beside one of a former user name: its maker did not come by joining a group. */
function mayHaveFormer({ mayBeElsewhere, cameByGroup }: Person): boolean {
  return mayBeElsewhere && !cameByGroup;
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
  const isSameName = one.kind !== "entitled" || (other.kind === "entitled" && one.userName === other.userName);
  return one.kind === other.kind && one.roleArn === other.roleArn && isSameName;
}
