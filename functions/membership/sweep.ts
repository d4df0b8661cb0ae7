import { ResourceNotFoundException } from "@aws-sdk/client-identitystore";
import { canonicalGroup, isSameUserName, MANAGED_BY, profileName, TAG } from "../../naming";
import { eachOf } from "./cache";
import {
  type Action,
  type ActualProfile,
  type Belongings,
  type Departure,
  decide,
  decideDeparture,
  removalDate,
} from "./decide";
import { TryLater } from "./failures";
import type { IdentityStore, User } from "./identity-store";
import type { ListedProfile, ProfileReader } from "./profile-reader";
import { isResourceId } from "./scope";
import type { Settings, Studio } from "./settings";
import { missingGroups, type Standing, standingOf, supersededBy } from "./standing";
import type { SweepMemory } from "./sweep-memory";

const NOTHING: Belongings = { apps: [], spaces: [] };
const GROUPS_AT_A_TIME = 4;
const PROFILES_AT_A_TIME = 8;

/** Somebody whose profile is not as it should be. */
export interface Difference {
  readonly userId: string;
  /** `undefined` for a member who has no profile. */
  readonly profile: string | undefined;
  /** What decide says to do. */
  readonly actions: readonly Action["kind"][];
}

/** What a sweep of one studio found. */
export interface Findings {
  /** How many profiles bear the mark. */
  readonly managed: number;
  /** Joins, moves, repairs. */
  readonly changes: readonly Difference[];
  /** Profiles that would be cut off, and those whose spaces, or which themselves, would be deleted. */
  readonly removals: readonly Difference[];
  /** Removals that AWS is at. */
  readonly underWay: readonly Difference[];
  /** Profiles whose removal a shared space stops. */
  readonly kept: readonly string[];
  /** Profiles with the mark and without a user id, or the other way round: somebody took it away. */
  readonly ownerless: readonly string[];
  /** Groups of the config that the identity store does not have. */
  readonly missing: readonly string[];
  /** Reads that failed: what was found is not all there is. */
  readonly failures: readonly unknown[];
  /** False if time ran out: what was seen is remembered, and the next run goes on. */
  readonly isFinished: boolean;
}

/** What a sweep reads with. */
export interface Sweeper {
  readonly identityStore: IdentityStore;
  readonly profiles: ProfileReader;
  readonly settings: Pick<Settings, "deprovisioning" | "sweep">;
  readonly memory: SweepMemory;
  readonly hasTime: () => boolean;
  readonly now: () => Date;
}

/**
 * Compares the members of a studio's groups with its profiles. Reads only; a read that fails is part of what is found.
 *
 * Where nothing changed, the lists are all that is read: a profile that was found right is right for as long as its times
 * in the list, its person's name and status, and their group are the same. A share of the profiles is looked at all the
 * same, for what lists do not show, so that a day covers all of them.
 * @param trusts - whether group ids that are remembered will do, for as long as nobody would be removed
 */
export async function sweep(studio: Studio, sweeper: Sweeper, trusts: boolean): Promise<Findings> {
  if (!trusts) sweeper.identityStore.forgetGroups();
  const findings = await look(studio, sweeper);
  const isDoubtful = findings.removals.length > 0 || findings.failures.some(isNotFound);
  if (!trusts || !isDoubtful) return findings;
  sweeper.identityStore.forgetGroups();
  return await look(studio, sweeper);
}

async function look(studio: Studio, sweeper: Sweeper): Promise<Findings> {
  const { identityStore, profiles, settings, memory, hasTime, now } = sweeper;
  const failures: unknown[] = [];
  const found: Found = { managed: 0, changes: [], departed: [], unmanaged: [], ownerless: [], covered: new Set() };
  const listed: ListedProfile[] = [];
  const members = await readMembers(studio, identityStore, failures);
  await attempt(async () => {
    for await (const page of profiles.pages()) listed.push(...page);
  }, failures);
  const due = new Set(memory.takeDue(listed, settings.sweep.everyMinutes, now()));
  const suspects = listed.filter(
    (profile) => due.has(profile) || !isAsRemembered(profile, members, memory, found, now()),
  );
  const read = new Set<string>();
  await eachOf(suspects, PROFILES_AT_A_TIME, async (profile) => {
    await attempt(async () => {
      if (!hasTime()) throw new TryLater("no time left to look at every profile; what was seen is remembered");
      await examine(profile, studio, members, sweeper, found);
      read.add(profile.name.toLowerCase());
    }, failures);
  });
  // Whose profile could not be read has one all the same.
  const unread = new Set(suspects.map(({ name }) => name.toLowerCase()).filter((name) => !read.has(name)));
  for (const userId of unread.size === 0 ? [] : members.groupOf.keys()) {
    const user = members.users?.get(userId);
    if (user && unread.has(profileName(user.userName).toLowerCase())) found.covered.add(userId);
  }
  const departures = (await attempt(() => readDepartures(found, sweeper), failures)) ?? NO_DEPARTURES;
  // Before every profile was looked at, nobody knows who has none.
  if (!failures.some(isOutOfTime)) {
    // Where the list broke off, whoever was found right before is taken to be so still.
    const covered = failures.length > 0 ? memory.entitled() : new Set<string>();
    const without = [...members.groupOf.keys()].filter((userId) => !found.covered.has(userId) && !covered.has(userId));
    await eachOf(without, PROFILES_AT_A_TIME, async (userId) => {
      await attempt(async () => {
        const standing = await standingIn(members, studio, userId, sweeper);
        // Who is disabled has what they should have.
        if (standing.kind !== "entitled") return;
        const isTheirs = ({ userName }: { userName: string }) => isSameUserName(userName, standing.userName);
        const byOthers = found.unmanaged.find(isTheirs)?.name;
        const actual = byOthers === undefined ? undefined : await profiles.read(byOthers);
        const actions = decide(standing, actual).map(({ kind }) => kind);
        found.changes.push({ userId, profile: actual?.name, actions });
      }, failures);
    });
  }
  return {
    managed: found.managed,
    changes: inOrder([...found.changes, ...departures.changes]),
    removals: inOrder(departures.removals),
    underWay: inOrder(departures.underWay),
    kept: [...departures.kept].sort(),
    ownerless: [...found.ownerless].sort(),
    missing: members.missing,
    failures: failures.filter((failure) => !isOutOfTime(failure)),
    isFinished: !failures.some(isOutOfTime),
  };
}

/** Who there is, and who is in which of the studio's groups. */
interface Members {
  /** Everybody in the identity store, by id; `undefined` if they could not be listed. */
  readonly users: ReadonlyMap<string, User> | undefined;
  /** User id → the canonical name of the group that gives the role: the first listed. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** The canonical names of the groups that exist. */
  readonly existing: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** What the profiles were found to be, on the way. */
interface Found {
  managed: number;
  readonly changes: Difference[];
  readonly departed: {
    readonly listed: ListedProfile;
    readonly profile: ActualProfile;
    readonly departure: Departure;
    /** The person's present user name, if they have another profile. */
    readonly userName?: string;
  }[];
  /** What others made for whom: to be adopted, if it is a member's. */
  readonly unmanaged: { readonly name: string; readonly userName: string }[];
  readonly ownerless: string[];
  /** The user ids of those who have a profile of their own. */
  readonly covered: Set<string>;
}

async function readMembers(studio: Studio, identityStore: IdentityStore, failures: unknown[]): Promise<Members> {
  const all = await attempt(() => identityStore.managedGroups(), failures);
  const { idByName: existing } = all ?? identityStore.foundGroups();
  const names = studio.groups.map(({ adGroup }) => canonicalGroup(adGroup));
  const membersOf = new Map<string, readonly string[]>();
  await eachOf(names, GROUPS_AT_A_TIME, async (name) => {
    const id = existing.get(name);
    if (id === undefined) return;
    await attempt(async () => membersOf.set(name, await identityStore.membersOf(id)), failures);
  });
  const users = await attempt(() => identityStore.everyone(), failures);
  const groupOf = new Map<string, string>();
  for (const name of names) {
    for (const userId of membersOf.get(name) ?? []) if (!groupOf.has(userId)) groupOf.set(userId, name);
  }
  return { users, groupOf, existing, missing: all ? missingGroups(studio, existing) : [] };
}

/** Whether a profile need not be looked at: it was found right, and nothing that a list shows has changed since. */
function isAsRemembered(
  profile: ListedProfile,
  members: Members,
  memory: SweepMemory,
  found: Found,
  now: Date,
): boolean {
  const known = memory.recall(profile);
  if (!known) return false;
  if (known.kind === "unmanaged") {
    const { userName } = known;
    if (userName !== undefined) found.unmanaged.push({ name: profile.name, userName });
    return true;
  }
  const user = members.users?.get(known.userId);
  const group = members.groupOf.get(known.userId);
  if (known.kind === "departed") {
    if (now >= known.until || (group !== undefined && user?.isDisabled === false)) return false;
    found.managed += 1;
    return true;
  }
  if (members.users && (!user || user.isDisabled || user.userName !== known.userName)) return false;
  if (known.kind === "superseded") {
    if (group === undefined) return false;
    found.managed += 1;
    return true;
  }
  if (group !== known.group) return false;
  found.managed += 1;
  found.covered.add(known.userId);
  return true;
}

async function examine(
  listed: ListedProfile,
  studio: Studio,
  members: Members,
  sweeper: Sweeper,
  found: Found,
): Promise<void> {
  const { profiles, memory, now } = sweeper;
  const actual = await profiles.read(listed.name);
  memory.forget(listed);
  if (!actual) return;
  const userId = actual.tags[TAG.userId];
  if (actual.tags[TAG.managedBy] !== MANAGED_BY) {
    // The onboarding writes both, or none.
    if (userId !== undefined) {
      found.ownerless.push(listed.name);
      return;
    }
    const { userName } = actual;
    memory.learn(listed, { kind: "unmanaged", userName }, now());
    if (userName !== undefined) found.unmanaged.push({ name: listed.name, userName });
    return;
  }
  found.managed += 1;
  if (userId === undefined || !isResourceId(userId)) {
    found.ownerless.push(listed.name);
    return;
  }
  const standing = await standingIn(members, studio, userId, sweeper);
  if (standing.kind === "unknown") return;
  if (standing.kind === "departed") {
    found.departed.push({ listed, profile: actual, departure: standing });
    return;
  }
  if (actual.userName === undefined || !isSameUserName(actual.userName, standing.userName)) {
    const { userName } = standing;
    found.departed.push({ listed, profile: actual, departure: supersededBy(standing, studio), userName });
    return;
  }
  found.covered.add(userId);
  const actions = decide(standing, actual).map(({ kind }) => kind);
  if (actions.length > 0) found.changes.push({ userId, profile: listed.name, actions });
  // The list is older than what was read: a change in between shows at the next sweep.
  else {
    const { userName } = standing;
    memory.learn(listed, { kind: "entitled", userId, userName, group: members.groupOf.get(userId) ?? "" }, now());
  }
}

async function standingIn(
  { users, groupOf, existing }: Members,
  studio: Studio,
  userId: string,
  { identityStore, settings }: Sweeper,
): Promise<Standing> {
  const groups = new Set([groupOf.get(userId)].filter((group) => group !== undefined));
  const user = users ? users.get(userId) : await identityStore.user(userId, true);
  return standingOf(studio, userId, groups, user, existing, settings.deprovisioning);
}

interface Departures extends Pick<Findings, "changes" | "removals" | "underWay" | "kept"> {}

const NO_DEPARTURES: Departures = { changes: [], removals: [], underWay: [], kept: [] };

async function readDepartures({ departed }: Found, { profiles, memory, now }: Sweeper): Promise<Departures> {
  const start = now();
  // Who is still to be cut off is a difference whatever hangs on the profile, and they may be many.
  const isCut = new Set(departed.filter(({ profile, departure }) => !takesAccess(departure, profile, start)));
  const belongings = await profiles.belongings([...isCut].map(({ profile }) => profile.name));
  const changes: Difference[] = [];
  const removals: Difference[] = [];
  const underWay: Difference[] = [];
  const kept: string[] = [];
  for (const each of departed) {
    const { listed, profile, departure, userName } = each;
    const hanging = belongings.get(profile.name.toLowerCase()) ?? NOTHING;
    const actions = decideDeparture(departure, profile, hanging, start).map(({ kind }) => kind);
    const difference = { userId: departure.userId, profile: profile.name, actions };
    const until = removalDate(profile);
    if (actions.includes("keep")) kept.push(profile.name);
    const { userId } = departure;
    if (actions.length === 0 && userName !== undefined) {
      memory.learn(listed, { kind: "superseded", userId, userName }, start);
    } else if (actions.length === 0 && until) {
      memory.learn(listed, { kind: "departed", userId, until }, start);
    }
    if (actions.every((kind) => kind === "keep")) continue;
    if (actions.every((kind) => kind === "wait" || kind === "keep")) underWay.push(difference);
    else if (actions.every((kind) => kind === "unmark")) changes.push(difference);
    else removals.push(difference);
  }
  return { changes, removals, underWay, kept };
}

function takesAccess(departure: Departure, profile: ActualProfile, now: Date): boolean {
  return decideDeparture(departure, profile, NOTHING, now).some(({ kind }) => kind === "cutOff");
}

/** The same findings read the same, whichever call was answered first. */
function inOrder(differences: readonly Difference[]): Difference[] {
  const keyOf = ({ profile, userId }: Difference) => `${profile ?? ""} ${userId}`;
  return [...differences].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

async function attempt<T>(read: () => Promise<T>, failures: unknown[]): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    failures.push(error);
    return undefined;
  }
}

function isOutOfTime(failure: unknown): boolean {
  return failure instanceof TryLater;
}

function isNotFound(failure: unknown): boolean {
  return failure instanceof ResourceNotFoundException;
}
