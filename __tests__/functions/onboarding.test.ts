import { profileName, TAG } from "../../naming";
import { closeStages, GROUPS, openStage } from "./stage";

const [FRAUD, PRICING] = GROUPS;

afterEach(closeStages);

describe("what an event costs, once the container is warm", () => {
  test("a join 3 calls, a duplicate 3 that change nothing, an unmanaged group's event none", async () => {
    const { play, events, join, group } = await openStage();
    await play(events.addedByApi(join("warm.up", FRAUD), group(FRAUD)));
    const alice = join("alice@example.com", FRAUD);
    expect(await play(events.addedByApi(alice, group(FRAUD)))).toEqual([
      "IsMemberInGroups",
      "DescribeUser",
      "CreateUserProfile",
    ]);
    expect(await play(events.addedByApi(alice, group(FRAUD)))).toEqual([
      "IsMemberInGroups",
      "DescribeUserProfile",
      "ListTags",
    ]);
    expect(await play(events.addedByApi(alice, group("Finance")), events.patchedByScim(group("Finance")))).toEqual([]);
  });
});

describe("whatever AWS answers to a second profile", () => {
  const readings = [
    { existingProfileError: "ResourceInUse", duplicateSsoUsers: "refused" },
    { existingProfileError: "ValidationException", duplicateSsoUsers: "refused" },
    { existingProfileError: "ResourceInUse", duplicateSsoUsers: "allowed" },
  ] as const;

  test.each(readings)("an existing profile of the same person is adopted, whatever its name: %j", async (reading) => {
    const { play, events, join, group, profile, roleOf, emulator, world, clock, lambda, outcomes } =
      await openStage(reading);
    const domainId = world.domains[0]?.id ?? "";
    for (const [userName, name] of [
      ["dave", "dave"],
      ["erin@example.com", "legacy-profile-7"],
    ] as const) {
      const userId = join(userName, PRICING);
      emulator.sagemaker.signIn(domainId, name, userName);
      clock.advance(60_000);
      await play(events.addedByApi(userId, group(PRICING)));
      expect(profile(userName)).toMatchObject({ name, role: roleOf(PRICING), tags: { [TAG.userId]: userId } });
      expect(outcomes()).toEqual(["adopted"]);
      // Known to a warm container by now, too.
      expect(await play(events.addedByApi(userId, group(PRICING)))).not.toContain("CreateUserProfile");
      outcomes();
      lambda.kill();
    }
  });

  test.each(readings.slice(0, 2))(
    "a profile that was made since the container last looked is adopted: %j",
    async (reading) => {
      const { play, events, join, group, profile, roleOf, emulator, world, clock, outcomes } = await openStage(reading);
      await play(events.addedByApi(join("warm.up", FRAUD), group(FRAUD)));
      for (const [userName, name] of [
        ["dave", "dave"],
        ["erin@example.com", "legacy-profile-7"],
      ] as const) {
        const userId = join(userName, PRICING);
        emulator.sagemaker.signIn(world.domains[0]?.id ?? "", name, userName);
        clock.advance(10_000);
        outcomes();
        expect(await play(events.addedByApi(userId, group(PRICING)))).toContain("CreateUserProfile");
        expect(profile(userName)).toMatchObject({ name, role: roleOf(PRICING), tags: { [TAG.userId]: userId } });
        expect(outcomes()).toEqual(["adopted"]);
      }
    },
  );

  test.each(readings)("somebody else's profile of the needed name is left alone: %j", async (reading) => {
    const { play, events, join, group, profile, emulator, world, clock, deadLetters, outcomes } =
      await openStage(reading);
    const domainId = world.domains[0]?.id ?? "";
    join("bob", PRICING);
    emulator.sagemaker.signIn(domainId, "alice", "bob");
    clock.advance(60_000);
    await play(events.addedByApi(join("alice", FRAUD), group(FRAUD)));
    expect(profile("alice")).toBeUndefined();
    expect(profile("bob")?.tags).toEqual({});
    expect(deadLetters.messages()).toHaveLength(1);
    expect(new Set(outcomes())).toEqual(new Set(["failed"]));
  });
});

test("the person's own profile is found although somebody else's has the name that theirs should have", async () => {
  const { play, events, join, group, profile, roleOf, emulator, world, clock, outcomes } = await openStage();
  const domainId = world.domains[0]?.id ?? "";
  const alice = join("alice", FRAUD);
  join("bob", FRAUD);
  emulator.sagemaker.signIn(domainId, "alice", "bob");
  // Named as if the onboarding had shortened it: such names are not looked at in advance.
  emulator.sagemaker.signIn(domainId, "legacy-0123456789", "alice");
  clock.advance(60_000);
  await play(events.addedByApi(alice, group(FRAUD)));
  expect(profile("alice")).toMatchObject({ name: "legacy-0123456789", role: roleOf(FRAUD) });
  expect(profile("bob")?.tags).toEqual({});
  expect(outcomes()).toEqual(["adopted"]);
});

test("a second profile of a person is left alone once one of them is managed", async () => {
  const { play, events, join, group, emulator, world, clock, lambda, outcomes } = await openStage({
    duplicateSsoUsers: "allowed",
  });
  const alice = join("alice", FRAUD);
  await play(events.addedByApi(alice, group(FRAUD)));
  emulator.sagemaker.signIn(world.domains[0]?.id ?? "", "legacy-7", "alice");
  clock.advance(60_000);
  lambda.kill();
  outcomes();
  await play(events.addedByApi(alice, group(FRAUD)));
  expect(outcomes()).toEqual(["unchanged"]);
});

test("a thousand groups: the first join of a container finds its group", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `ML Team ${index}`);
  const { play, events, join, group, profile, roleOf } = await openStage({ groups: names });
  await play(events.addedByApi(join("alice", "ML Team 777"), group("ML Team 777")));
  expect(profile("alice")?.role).toBe(roleOf("ML Team 777"));
});

test("a user name that was given to another person does not hand on the profile", async () => {
  const { play, events, join, group, profile, emulator, deadLetters } = await openStage();
  const before = join("alice", FRAUD);
  await play(events.addedByApi(before, group(FRAUD)));
  emulator.identityStore.deleteUser(before);
  const after = emulator.identityStore.createUser("alice", { userId: "93f7a2c4-0000-4000-8000-000000000001" }).userId;
  emulator.identityStore.addMember(group(PRICING), after);
  await play(events.addedByApi(after, group(PRICING)));
  expect(profile("alice")?.tags[TAG.userId]).toBe(before);
  expect(deadLetters.messages()).toHaveLength(1);
});

test("tags that somebody changed are put back", async () => {
  const { play, events, join, group, profile, emulator, outcomes } = await openStage();
  const alice = join("alice", FRAUD);
  await play(events.addedByApi(alice, group(FRAUD)));
  const [made] = emulator.sagemaker.profiles();
  made?.tags.set(TAG.team, "pricing").set("cost-center", "7");
  outcomes();
  await play(events.addedByApi(alice, group(FRAUD)));
  expect(profile("alice")?.tags).toMatchObject({ [TAG.team]: "team 0", "cost-center": "7" });
  expect(outcomes()).toEqual(["retagged"]);
});

test("who is disabled, deleted, or in no managed group gets no profile", async () => {
  const { play, events, join, group, emulator, outcomes } = await openStage();
  const disabled = join("disabled", FRAUD);
  emulator.identityStore.setUserStatus(disabled, "DISABLED");
  const deleted = join("deleted", FRAUD);
  emulator.identityStore.deleteUser(deleted);
  const left = join("left");
  for (const userId of [disabled, deleted, left]) {
    await play(events.addedByApi(userId, group(FRAUD)));
    // Somebody of a managed group may have a profile under another name: that is for the sweep to find.
    const counted = outcomes();
    expect(counted).toContain("notEntitled");
    expect(counted.filter((outcome) => outcome !== "notEntitled")).toEqual(["sweepNeeded", "swept"]);
  }
  expect(emulator.sagemaker.profiles()).toEqual([]);
});

test("a renamed person is looked up anew after the event that says so", async () => {
  const { play, events, join, group, profile, emulator } = await openStage({ duplicateSsoUsers: "allowed" });
  const alice = join("alice", FRAUD);
  await play(events.addedByApi(alice, group(FRAUD)));
  emulator.identityStore.renameUser(alice, "alice.smith");
  await play(events.notified("User Updated", { userId: alice }));
  expect(profile("alice.smith")?.name).toBe(profileName("alice.smith"));
});

test("several studios: each gives its own role, and one that fails holds up no other", async () => {
  const { play, events, join, group, profile, roleOf, emulator, outcomes } = await openStage({
    studios: ["lab", "research"],
  });
  emulator.faults.random({
    seed: 1,
    rate: 1,
    kinds: ["error"],
    only: ({ caller, op }) => op === "CreateUserProfile" && caller.includes("studio-lab-provisioner") && failing,
  });
  let failing = true;
  const alice = join("alice", FRAUD);
  const playing = play(events.addedByApi(alice, group(FRAUD)));
  for (let wait = 0; wait < 500 && !profile("alice", "research"); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(profile("alice", "research")?.role).toBe(roleOf(FRAUD, "research"));
  expect(profile("alice", "lab")).toBeUndefined();
  failing = false;
  await playing;
  expect(profile("alice", "research")?.role).toBe(roleOf(FRAUD, "research"));
  expect(profile("alice", "lab")?.role).toBe(roleOf(FRAUD, "lab"));
  expect(outcomes()).toContain("joined");
});

test("a person who moves while another hint for them is answered ends with the right role", async () => {
  for (const slow of ["DescribeUserProfile", "ListTags", "AddTags", "UpdateUserProfile"]) {
    const { play, events, join, group, profile, roleOf, emulator } = await openStage();
    const alice = join("alice", FRAUD);
    await play(events.addedByApi(alice, group(FRAUD)));
    emulator.identityStore.removeMember(group(FRAUD), alice);
    join("alice", PRICING);
    let moved = false;
    emulator.faults.random({
      seed: 1,
      rate: 0,
      kinds: [],
      only: ({ op }) => {
        // In the middle of the move to the second group she is moved on, and no event tells of it.
        if (op === slow && !moved) {
          moved = true;
          emulator.identityStore.removeMember(group(PRICING), alice);
          join("alice", GROUPS[2]);
        }
        return true;
      },
    });
    await play(events.addedByApi(alice, group(PRICING)));
    expect(moved).toBe(true);
    expect(profile("alice")).toMatchObject({ role: roleOf(GROUPS[2]), tags: { [TAG.team]: "team 2" } });
  }
});

test("a person who moves on while AWS still updates their profile, which shows the old role meanwhile", async () => {
  const { play, events, join, group, profile, roleOf, emulator } = await openStage({ updatesShow: "when done" });
  const alice = join("alice", PRICING);
  await play(events.addedByApi(alice, group(PRICING)));
  emulator.identityStore.removeMember(group(PRICING), alice);
  join("alice", FRAUD);
  // Answered together: at the second hint the profile is still being updated for the first.
  let left = false;
  emulator.faults.random({
    seed: 1,
    rate: 0,
    kinds: [],
    only: ({ op }) => {
      if (op === "DescribeUserProfile" && emulator.sagemaker.profiles()[0]?.status === "Updating" && !left) {
        left = true;
        emulator.identityStore.removeMember(group(FRAUD), alice);
        join("alice", PRICING);
      }
      return true;
    },
  });
  await play(events.addedByApi(alice, group(FRAUD)), events.removedInConsole(alice, group(FRAUD)));
  await play(events.addedByApi(alice, group(PRICING)));
  expect(left).toBe(true);
  expect(profile("alice")).toMatchObject({ role: roleOf(PRICING), tags: { [TAG.team]: "team 1" } });
});

describe("an event that comes before the directory shows what it tells of", () => {
  const MINUTE = 60_000;

  test("of somebody who leaves, or joins, is looked at again, without any sweep", async () => {
    const stage = await openStage();
    const { join, leave, play, publish, drain, clock, events, group, profile, roleOf, noAccess } = stage;
    const alice = join("alice", FRAUD);
    const bob = join("bob");
    await play(events.addedByApi(alice, group(FRAUD)));
    publish(events.removedInConsole(alice, group(FRAUD)));
    publish(events.addedByApi(bob, group(FRAUD)));
    await drain(new Date(clock.now().getTime() + MINUTE / 2));
    leave("alice", FRAUD);
    join("bob", FRAUD);
    await drain(new Date(clock.now().getTime() + 5 * MINUTE));
    expect(profile("alice")?.role).toBe(noAccess);
    expect(profile("bob")?.role).toBe(roleOf(FRAUD));
  });

  test("and never comes true, is looked at once more and no more", async () => {
    const { join, play, events, group, emulator, queue, profile, roleOf } = await openStage();
    const alice = join("alice", FRAUD);
    await play(events.addedByApi(alice, group(FRAUD)));
    const before = emulator.calls.length;
    // They are back already, or somebody put the event on the bus.
    await play(events.removedInConsole(alice, group(FRAUD)));
    const asked = emulator.calls.slice(before).filter(({ op }) => op === "IsMemberInGroups");
    expect(asked).toHaveLength(2);
    expect(queue.messages()).toEqual([]);
    expect(profile("alice")?.role).toBe(roleOf(FRAUD));
  });
});

test("a group that was deleted and made anew under its name is found again", async () => {
  const { play, events, join, group, profile, roleOf, emulator } = await openStage();
  await play(events.addedByApi(join("warm.up", PRICING), group(PRICING)));
  const before = group(FRAUD);
  emulator.identityStore.deleteGroup(before);
  await play(events.deletedByApi(before));
  const after = emulator.identityStore.createGroup(FRAUD, { groupId: "93f7a2c4-0000-4000-8000-000000000002" }).groupId;
  for (const { applicationArn } of [...emulator.ssoAdmin.assignments()]) {
    emulator.ssoAdmin.assign({ applicationArn, principalId: after, principalType: "GROUP" });
  }
  await play(events.addedByApi(join("alice", FRAUD), after));
  expect(profile("alice")?.role).toBe(roleOf(FRAUD));
});

const node24 = process.env.NODE_24;
(node24 ? test : test.skip)(
  "the bundle runs under the Lambda runtime's Node.js (NODE_24 names its binary)",
  async () => {
    const { play, events, join, group, profile, roleOf } = await openStage(node24 ? { node: node24 } : {});
    await play(events.addedByApi(join("alice", FRAUD), group(FRAUD)));
    expect(profile("alice")?.role).toBe(roleOf(FRAUD));
  },
);
