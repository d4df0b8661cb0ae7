import { TAG } from "../../naming";
import { closeStages, GROUPS, openStage, type Stage, type StageOptions } from "./stage";

/** Leaving and coming back, with the deployed bundles against the emulator. */
const [FRAUD, PRICING] = GROUPS;
const DAY = 24 * 60 * 60 * 1000;

afterEach(closeStages);

/** A stage on which alice works: in two private spaces with apps, and in an app of her profile itself. */
async function working(options: StageOptions = {}): Promise<Stage & { readonly alice: string }> {
  const stage = await openStage(options);
  const { join, play, events, group, emulator, domainId } = stage;
  const alice = join("alice", FRAUD);
  await play(events.addedByApi(alice, group(FRAUD)));
  const { sagemaker } = emulator;
  for (const name of ["alice-one", "alice-two"]) {
    sagemaker.addSpace(domainId, { name, owner: "alice" });
    sagemaker.addApp(domainId, { spaceName: name });
  }
  sagemaker.addApp(domainId, { profileName: "alice", type: "Canvas" });
  stage.outcomes();
  return { ...stage, alice };
}

/** What of a profile is left: live apps, spaces. */
function left({ emulator }: Stage) {
  const apps = emulator.sagemaker.apps().filter(({ status }) => status !== "Deleted" && status !== "Failed");
  return { apps: apps.length, spaces: emulator.sagemaker.spaces().map(({ name }) => name) };
}

const removed = (stage: Stage, userId: string) => stage.events.removedInConsole(userId, stage.group(FRAUD));

test("who leaves the last group is cut off, their apps stop, and their work stays for the grace period", async () => {
  const stage = await working();
  const { alice, leave, play, profile, noAccess, clock, outcomes } = stage;
  leave("alice", FRAUD);
  const at = clock.now().getTime();
  await play(removed(stage, alice));
  const after = profile("alice");
  expect(after).toMatchObject({ role: noAccess, portal: "DISABLED", status: "InService" });
  expect(new Date(after?.tags[TAG.removeAfter] ?? "").getTime() - at).toBeGreaterThanOrEqual(7 * DAY);
  expect(new Date(after?.tags[TAG.removeAfter] ?? "").getTime() - at).toBeLessThan(7 * DAY + 60_000);
  expect(left(stage)).toEqual({ apps: 0, spaces: ["alice-one", "alice-two"] });
  expect(outcomes()).toContain("cutOff");

  clock.advance(6.9 * DAY);
  await stage.sweep();
  expect(left(stage).spaces).toHaveLength(2);
  clock.advance(0.1 * DAY);
  await stage.sweep();
  expect(profile("alice")).toBeUndefined();
  expect(left(stage).spaces).toEqual([]);
  expect(stage.deadLetters.messages()).toEqual([]);
});

test("who comes back within the grace period has everything as it was", async () => {
  const stage = await working();
  const { alice, leave, join, play, events, group, profile, roleOf, clock, outcomes } = stage;
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  clock.advance(3 * DAY);
  await stage.sweep();
  join("alice", FRAUD);
  outcomes();
  await play(events.addedByApi(alice, group(FRAUD)));
  expect(profile("alice")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED", status: "InService" });
  expect(profile("alice")?.tags).not.toHaveProperty(TAG.removeAfter);
  expect(outcomes()).toEqual(["restored"]);
  clock.advance(30 * DAY);
  await stage.sweep();
  expect(left(stage).spaces).toEqual(["alice-one", "alice-two"]);
});

test("a second departure has a grace period of its own", async () => {
  const stage = await working();
  const { alice, leave, join, play, events, group, clock } = stage;
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  clock.advance(5 * DAY);
  join("alice", FRAUD);
  await play(events.addedByApi(alice, group(FRAUD)));
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  clock.advance(3 * DAY);
  await stage.sweep();
  expect(left(stage).spaces).toHaveLength(2);
});

test("without a grace period everything goes as soon as the apps are gone", async () => {
  const stage = await working({ config: { deprovisioning: { retainDays: 0 } } });
  stage.leave("alice", FRAUD);
  await stage.play(removed(stage, stage.alice));
  expect(stage.profile("alice")).toBeUndefined();
  expect(left(stage)).toEqual({ apps: 0, spaces: [] });
});

test("who is still in another group moves, and loses nothing", async () => {
  const stage = await working();
  const { alice, leave, join, play, profile, roleOf } = stage;
  join("alice", PRICING);
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  expect(profile("alice")).toMatchObject({ role: roleOf(PRICING), portal: "ENABLED" });
  expect(left(stage).apps).toBe(3);
});

test("a shared space is others' work: it stays, with what runs in it, and the profile with it", async () => {
  const stage = await working();
  const { alice, leave, play, profile, emulator, domainId, clock, outcomes } = stage;
  emulator.sagemaker.addSpace(domainId, { name: "team", owner: "alice", sharingType: "Shared" });
  emulator.sagemaker.addApp(domainId, { spaceName: "team" });
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  expect(left(stage).apps).toBe(1);
  clock.advance(8 * DAY);
  await stage.sweep();
  outcomes();
  await stage.sweep();
  expect(left(stage)).toEqual({ apps: 1, spaces: ["team"] });
  expect(profile("alice")?.status).toBe("InService");
  expect(outcomes()).toContain("kept");
});

test("a shared space goes too if the config says so", async () => {
  const stage = await working({ config: { deprovisioning: { retainDays: 1, sharedSpaces: "delete" } } });
  const { alice, leave, play, profile, emulator, domainId, clock } = stage;
  emulator.sagemaker.addSpace(domainId, { name: "team", owner: "alice", sharingType: "Shared" });
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  clock.advance(2 * DAY);
  await stage.sweep();
  expect(profile("alice")).toBeUndefined();
  expect(left(stage)).toEqual({ apps: 0, spaces: [] });
});

test("who is disabled is cut off, and restored when enabled", async () => {
  const { alice, play, events, profile, noAccess, roleOf, emulator } = await working();
  emulator.identityStore.setUserStatus(alice, "DISABLED");
  await play(events.notified("User Updated", { userId: alice }));
  expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
  emulator.identityStore.setUserStatus(alice, "ENABLED");
  await play(events.notified("User Updated", { userId: alice }));
  expect(profile("alice")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED" });
});

test("who is deleted outright is found by the id on the profile, by whichever function", async () => {
  for (const isWarm of [true, false]) {
    const stage = await working();
    const { alice, play, events, profile, noAccess, emulator, lambda, sweeper, clock } = stage;
    if (!isWarm) for (const each of [lambda, sweeper]) each.kill();
    emulator.identityStore.deleteUser(alice);
    await play(events.notified("User Deleted", { userId: alice }));
    expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
    clock.advance(8 * DAY);
    await stage.sweep();
    expect(profile("alice")).toBeUndefined();
    await closeStages();
  }
});

test("a group that cannot be found takes nobody's access: an alarm names it", async () => {
  const stage = await working();
  const { alice, play, events, group, profile, roleOf, emulator, outcomes, lambda, sweeper } = stage;
  const pricing = group(PRICING);
  emulator.identityStore.renameGroup(group(FRAUD), "ML Fraud (old)");
  await play(events.deletedByApi(pricing), events.removedInConsole(alice, pricing));
  await play(events.notified("User Updated", { userId: alice }));
  await stage.sweep();
  expect(profile("alice")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED" });
  expect(outcomes()).toContain("groupsMissing");
  for (const { logs } of [lambda, sweeper]) expect(logs.join("\n")).toMatch(/cannot be found.*ML Fraud/);
});

test.each(["refused", "no member"] as const)(
  "a group made anew under its name is read anew before anybody is cut off (ids of deleted groups: %s)",
  async (unknownGroups) => {
    const stage = await working({ unknownGroups });
    const { alice, play, events, group, profile, roleOf, emulator } = stage;
    emulator.identityStore.deleteGroup(group(FRAUD));
    const after = emulator.identityStore.createGroup(FRAUD, {
      groupId: "93f7a2c4-0000-4000-8000-00000000000a",
    }).groupId;
    emulator.identityStore.addMember(after, alice);
    await play(events.notified("User Updated", { userId: alice }));
    await stage.sweep();
    expect(profile("alice")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED" });
    expect(left(stage).apps).toBe(3);
  },
);

test("who comes back while the removal is under way keeps what is not deleted yet", async () => {
  const stage = await working();
  const { alice, leave, join, play, profile, roleOf, emulator, clock } = stage;
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  clock.advance(8 * DAY);
  let isBack = false;
  emulator.faults.random({
    seed: 1,
    rate: 0,
    kinds: [],
    // After the last look at what hangs on the profile, and before anything is deleted.
    only: ({ op, caller }) => {
      if (op === "ListApps" && caller.includes("provisioner") && !isBack) {
        isBack = true;
        join("alice", FRAUD);
      }
      return true;
    },
  });
  await stage.sweep();
  expect(isBack).toBe(true);
  expect(left(stage).spaces).toEqual(["alice-one", "alice-two"]);
  expect(profile("alice")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED" });
});

test("no visit counts towards the dead letters: each goes back as a new message, after a longer delay", async () => {
  const stage = await working({ timings: { app: 40 * 60_000 } });
  const { alice, leave, play, queue, clock, lambda, deadLetters } = stage;
  leave("alice", FRAUD);
  const at = clock.now().getTime();
  let received = 0;
  const receive = queue.receive.bind(queue);
  Object.assign(queue, {
    receive: (maximum?: number) => {
      const messages = receive(maximum);
      received = Math.max(received, ...messages.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
      return messages;
    },
  });
  await play(removed(stage, alice));
  expect(left(stage).apps).toBe(0);
  expect(clock.now().getTime() - at).toBeGreaterThan(40 * 60_000);
  expect(received).toBe(1);
  expect(deadLetters.messages()).toEqual([]);
  expect(lambda.logs.filter((line) => line.includes('"message":"notEntitled"')).length).toBeLessThan(20);
});

test("a removal that makes no progress for a day raises an alarm with the reason", async () => {
  const stage = await working({ timings: { app: 400 * DAY } });
  const { alice, leave, play, clock, outcomes, lambda } = stage;
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  expect(outcomes()).not.toContain("removalStalled");
  clock.advance(DAY);
  await stage.sweep();
  expect(outcomes()).toContain("removalStalled");
  expect(lambda.logs.join("\n")).toMatch(/alice: 3 apps are being deleted/);
  expect(stage.deadLetters.messages()).toEqual([]);
});

test("a role that AWS does not take while apps run is taken when they are gone", async () => {
  const stage = await working();
  const { alice, leave, play, profile, noAccess, emulator } = stage;
  emulator.faults.once("UpdateUserProfile", "error", 5);
  leave("alice", FRAUD);
  await play(removed(stage, alice));
  expect(left(stage).apps).toBe(0);
  expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
});

test("the profile of a former user name is cut off and kept, and goes when the person goes", async () => {
  const stage = await working({ duplicateSsoUsers: "allowed" });
  const { alice, play, events, profile, roleOf, noAccess, emulator, clock, leave, group } = stage;
  emulator.identityStore.renameUser(alice, "alice.smith");
  await play(events.notified("User Updated", { userId: alice }));
  await stage.sweep();
  expect(profile("alice.smith")).toMatchObject({ role: roleOf(FRAUD), portal: "ENABLED" });
  expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
  expect(profile("alice")?.tags).not.toHaveProperty(TAG.removeAfter);
  clock.advance(30 * DAY);
  await stage.sweep();
  expect(left(stage)).toEqual({ apps: 0, spaces: ["alice-one", "alice-two"] });
  leave("alice.smith", FRAUD);
  await play(events.removedInConsole(alice, group(FRAUD)));
  // The old one may be unknown to the container by now.
  await stage.sweep();
  clock.advance(8 * DAY);
  await stage.sweep();
  expect(emulator.sagemaker.profiles()).toEqual([]);
});

test("somebody else's profile of the same name is none of a leaver's business", async () => {
  const stage = await openStage();
  const { join, leave, play, events, group, emulator, domainId, clock } = stage;
  join("bob", FRAUD);
  emulator.sagemaker.signIn(domainId, "alice", "bob");
  clock.advance(60_000);
  const alice = join("alice", FRAUD);
  leave("alice", FRAUD);
  await play(events.removedInConsole(alice, group(FRAUD)));
  await stage.sweep();
  expect(emulator.sagemaker.profiles().map(({ ssoUser, status }) => [ssoUser, status])).toEqual([["bob", "InService"]]);
  expect(emulator.calls.filter(({ op }) => /^Delete/.test(op))).toEqual([]);
});
