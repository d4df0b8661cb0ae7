import type { IdentityStore, User } from "../../functions/membership/identity-store";
import type { ProfileReader } from "../../functions/membership/profile-reader";
import { sweep } from "../../functions/membership/sweep";
import { createSweepMemory } from "../../functions/membership/sweep-memory";
import { executionRoleArn, profileTags } from "../../naming";

const GROUP = { adGroup: "ML Fraud", team: "fraud" };
const studio = { name: "research", accountId: "123456789012", region: "eu-west-1", domainId: "d-1", groups: [GROUP] };
const PEOPLE: readonly User[] = Array.from({ length: 40 }, (_, index) => ({
  userId: `93f7a2c4-0000-4000-8000-0000000000${String(index).padStart(2, "0")}`,
  userName: `person-${index}`,
  isDisabled: false,
}));

/** Everything as it should be, but for the first person, who is in no group any more. */
const identityStore: IdentityStore = {
  managedGroups: async () => ({ idByName: new Map([["ml fraud", "g-1"]]), ids: new Set(["g-1"]) }),
  foundGroups: () => ({ idByName: new Map(), ids: new Set() }),
  forgetGroups: () => undefined,
  confirmGroups: async () => undefined,
  membersOf: async () => PEOPLE.slice(1).map(({ userId }) => userId),
  groupsOf: async () => new Set(),
  user: async () => undefined,
  everyone: async () => new Map(PEOPLE.map((user) => [user.userId, user])),
  forgetEveryone: () => undefined,
};

test("a sweep that runs out of time removes nobody, and the next looks only at what is left", async () => {
  const looked: string[] = [];
  const profiles: ProfileReader = {
    async *pages() {
      yield PEOPLE.map(({ userName }) => ({ name: userName, status: "InService", createdAt: 1, modifiedAt: 1 }));
    },
    list: async () => [],
    describe: async () => undefined,
    read: async (name) => {
      looked.push(name);
      const user = PEOPLE.find(({ userName }) => userName === name);
      if (!user) return undefined;
      return {
        name,
        arn: `arn:${name}`,
        status: "InService",
        userName: name,
        roleArn: executionRoleArn(studio, GROUP.adGroup),
        isPortalDisabled: false,
        tags: profileTags({ ...user, ...GROUP }),
        createdAt: 1,
        modifiedAt: 1,
      };
    },
    belongings: async () => new Map(),
  };
  let limit = 25;
  const sweeper = {
    identityStore,
    profiles,
    settings: {
      deprovisioning: { retainDays: 7, sharedSpaces: "keep" },
      sweep: { everyMinutes: 60, maxRemovals: 10 },
    } as const,
    memory: createSweepMemory(),
    hasTime: () => looked.length < limit,
    now: () => new Date("2026-11-20T08:00:00.000Z"),
  };
  const first = await sweep(studio, sweeper, true);
  expect(first.isFinished).toBe(false);
  const before = looked.splice(0);
  expect(before.length).toBeGreaterThanOrEqual(25);
  expect(before.length).toBeLessThan(40);

  limit = Number.POSITIVE_INFINITY;
  const second = await sweep(studio, sweeper, false);
  expect(second.isFinished).toBe(true);
  expect(second.changes).toEqual([]);
  expect(second.removals.map(({ profile }) => profile)).toEqual(["person-0"]);
  // Whoever was found right is not looked at again; who is to be removed is.
  expect(new Set([...before, ...looked]).size).toBe(40);
  expect(looked.filter((name) => before.includes(name))).toEqual(["person-0"]);
});
