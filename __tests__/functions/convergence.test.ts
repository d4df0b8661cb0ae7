import fc from "fast-check";
import { profileName, profileTags, TAG } from "../../naming";
import type { Fault } from "../../rehearsal/emulator/faults";
import { seededRandom } from "../../rehearsal/emulator/faults";
import type { JsonObject } from "../../rehearsal/json";
import { closeStages, GROUPS, openStage, type Stage } from "./stage";

/**
 * From any state, after any changes with events lost, repeated and reordered, and any call failing: one sweep and an
 * empty queue later, the studio is as it should be.
 */
const DAY = 24 * 60 * 60 * 1000;
const PEOPLE = Array.from({ length: 8 }, (_, index) => `person-${index}`);
const KINDS: Fault[] = ["throttle", "error", "error-after", "reset"];

afterEach(closeStages);

/** How a person's profile is found. */
const beginning = fc.record({
  groups: fc.subarray([...GROUPS], { minLength: 0 }),
  user: fc.constantFrom("enabled", "enabled", "enabled", "disabled", "deleted"),
  profile: fc.constantFrom("none", "right", "wrong role", "cut off", "due", "by hand", "failed", "portal disabled"),
  space: fc.constantFrom("none", "private", "shared"),
  app: fc.boolean(),
});

const change = fc.record({
  person: fc.nat(PEOPLE.length - 1),
  what: fc.constantFrom("join", "leave", "disable", "enable", "delete"),
  group: fc.constantFrom(...GROUPS),
  /** How often its event arrives. */
  events: fc.constantFrom(0, 0, 1, 2),
});

const day = fc.record({
  beginnings: fc.array(beginning, { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
  changes: fc.array(change, { maxLength: 20 }),
  faults: fc.constantFrom(0, 0.15),
  seed: fc.nat(1000),
});

test("one sweep and an empty queue later the studio is as it should be", async () => {
  await fc.assert(
    fc.asyncProperty(day, async ({ beginnings, changes, faults, seed }) => {
      const stage = await openStage({
        shuffle: seed,
        config: { sweep: { maxRemovals: "100%" }, deprovisioning: { retainDays: 2 } },
      });
      const entitledThroughout = new Set<string>();
      for (const [index, each] of beginnings.entries()) begin(stage, index, each);
      for (const userName of PEOPLE) if (isEntitled(stage, userName)) entitledThroughout.add(userName);

      const random = seededRandom(seed);
      if (faults > 0) stage.emulator.faults.random({ seed, rate: faults, kinds: KINDS });
      for (const each of changes) {
        const event = carryOut(stage, each);
        for (const userName of PEOPLE) if (!isEntitled(stage, userName)) entitledThroughout.delete(userName);
        for (let times = each.events; times > 0; times--) stage.publish(event);
        if (random() < 0.3) await stage.drain();
      }
      await stage.sweep();
      stage.emulator.faults.clear();
      await stage.sweep();

      expectDesired(stage);
      // Whoever was entitled all the time never had the role that may do nothing, but for what was there before.
      for (const userName of entitledThroughout) {
        const index = PEOPLE.indexOf(userName);
        if (beginnings[index]?.profile === "cut off" || beginnings[index]?.profile === "due") continue;
        for (const { name, roles } of profilesOf(stage, userName)) {
          const cuts = roles.filter(
            ({ by, executionRole }) => executionRole === stage.noAccess && by.includes("provisioner"),
          );
          expect([name, cuts]).toEqual([name, []]);
        }
      }
      stage.clock.advance(3 * DAY);
      await stage.sweep();
      expectDesired(stage);
      expectRemoved(stage);
      const shared = beginnings.filter(({ profile, space }) => space === "shared" && profile !== "none");
      expect(stage.emulator.sagemaker.spaces().filter(({ sharingType }) => sharingType === "Shared")).toHaveLength(
        shared.length,
      );
      await closeStages();
    }),
    {
      numRuns: Number(process.env.CONVERGENCE_RUNS ?? 10),
      seed: Number(process.env.CONVERGENCE_SEED ?? 3),
      endOnFailure: true,
    },
  );
}, 600_000);

function userNamed({ emulator }: Stage, userName: string) {
  return emulator.identityStore.findUserByName(userName);
}

function groupOf(stage: Stage, userName: string) {
  const user = userNamed(stage, userName);
  if (!user || user.status === "DISABLED") return undefined;
  const names = stage.emulator.identityStore.groupsOf(user.userId).map(({ displayName }) => displayName);
  return GROUPS.find((name) => names.includes(name));
}

function isEntitled(stage: Stage, userName: string): boolean {
  return groupOf(stage, userName) !== undefined;
}

function profilesOf({ emulator }: Stage, userName: string) {
  return emulator.sagemaker.profiles().filter(({ ssoUser }) => ssoUser === userName);
}

function begin(
  stage: Stage,
  index: number,
  { groups, user, profile, space, app }: typeof beginning extends fc.Arbitrary<infer T> ? T : never,
): void {
  const { emulator, domainId, join, clock } = stage;
  const userName = PEOPLE[index] ?? "";
  const userId = join(userName, ...groups);
  const adGroup = groups[0] ?? GROUPS[0];
  const [first] = GROUPS.filter((each) => groups.includes(each));
  const team = `team ${GROUPS.indexOf(first ?? adGroup)}`;
  const tags = profileTags({ userName, userId, adGroup: first ?? adGroup, team });
  const role = (group: string) => stage.roleOf(group);
  const states: Record<typeof profile, { role?: string; tags?: Record<string, string>; portal?: string } | undefined> =
    {
      none: undefined,
      right: { role: role(first ?? adGroup), tags },
      "wrong role": { role: role(GROUPS[2]), tags },
      "cut off": {
        role: stage.noAccess,
        portal: "DISABLED",
        tags: { ...tags, [TAG.removeAfter]: new Date(clock.now().getTime() + DAY).toISOString() },
      },
      due: {
        role: stage.noAccess,
        portal: "DISABLED",
        tags: { ...tags, [TAG.removeAfter]: new Date(clock.now().getTime() - DAY).toISOString() },
      },
      "by hand": {},
      failed: { role: role(first ?? adGroup), tags },
      "portal disabled": { role: role(first ?? adGroup), tags, portal: "DISABLED" },
    };
  const state = states[profile];
  if (state) {
    const name = profileName(userName);
    const made = emulator.sagemaker.addProfile(domainId, {
      name,
      ssoUser: userName,
      ...(state.role && { executionRole: state.role }),
      ...(state.tags && { tags: state.tags }),
    });
    if (state.portal) made.settings = { ...made.settings, StudioWebPortal: state.portal };
    if (space !== "none") {
      const sharingType = space === "shared" ? "Shared" : "Private";
      emulator.sagemaker.addSpace(domainId, { name: `${name}-space`, owner: name, sharingType });
      if (app) emulator.sagemaker.addApp(domainId, { spaceName: `${name}-space` });
    } else if (profile === "failed") emulator.sagemaker.forceProfileStatus(domainId, name, "Failed");
    else if (app) emulator.sagemaker.addApp(domainId, { profileName: name });
  }
  if (user === "disabled") emulator.identityStore.setUserStatus(userId, "DISABLED");
  if (user === "deleted") emulator.identityStore.deleteUser(userId);
}

/** Does a change. Answers the event that tells of it. */
function carryOut(
  stage: Stage,
  { person, what, group }: typeof change extends fc.Arbitrary<infer T> ? T : never,
): JsonObject {
  const { events, emulator } = stage;
  const userName = PEOPLE[person] ?? "";
  const user = userNamed(stage, userName);
  const userId = user?.userId ?? "93f7a2c4-0000-4000-8000-0000000000ff";
  if (user && what === "join") stage.join(userName, group);
  if (user && what === "leave") stage.leave(userName, group);
  if (user && what === "disable") emulator.identityStore.setUserStatus(userId, "DISABLED");
  if (user && what === "enable") emulator.identityStore.setUserStatus(userId, "ENABLED");
  if (user && what === "delete") emulator.identityStore.deleteUser(userId);
  if (what === "join") return events.addedByApi(userId, stage.group(group));
  if (what === "leave") return events.removedInConsole(userId, stage.group(group));
  return events.notified(what === "delete" ? "User Deleted" : "User Updated", { userId });
}

function expectDesired(stage: Stage): void {
  const { sagemaker } = stage.emulator;
  for (const userName of PEOPLE) {
    const group = groupOf(stage, userName);
    const profiles = profilesOf(stage, userName);
    const [profile] = profiles;
    if (group === undefined) {
      for (const each of profiles) {
        // One that somebody made by hand is nobody's business.
        if (!each.tags.has(TAG.managedBy)) continue;
        expect(sagemaker.executionRole(each)).toBe(stage.noAccess);
        expect(each.settings.StudioWebPortal).toBe("DISABLED");
        expect(each.tags.get(TAG.removeAfter)).toEqual(expect.any(String));
      }
      continue;
    }
    expect([userName, profiles.length]).toEqual([userName, 1]);
    expect(profile?.status).toBe("InService");
    expect(profile && sagemaker.executionRole(profile)).toBe(stage.roleOf(group));
    expect(profile?.settings.StudioWebPortal ?? "ENABLED").toBe("ENABLED");
    expect(profile?.tags.get(TAG.group)).toBe(group);
    expect(profile?.tags.has(TAG.removeAfter)).toBe(false);
  }
  expect(stage.queue.messages()).toEqual([]);
  expect(stage.sweepQueue.messages()).toEqual([]);
  expect(stage.deadLetters.messages()).toEqual([]);
}

/** After the grace period nothing is left of who left but shared spaces, and the profiles that own them. */
function expectRemoved(stage: Stage): void {
  const { sagemaker } = stage.emulator;
  for (const profile of sagemaker.profiles()) {
    if (!profile.tags.has(TAG.managedBy) || isEntitled(stage, profile.ssoUser ?? "")) continue;
    const spaces = sagemaker.spaces().filter(({ owner }) => owner === profile.name);
    expect([profile.name, spaces.map(({ sharingType }) => sharingType)]).toEqual([profile.name, ["Shared"]]);
  }
}
