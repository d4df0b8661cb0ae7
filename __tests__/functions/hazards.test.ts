import { TAG } from "../../naming";
import type { JsonObject } from "../../rehearsal/json";
import type { LambdaFunction } from "../../rehearsal/lambda";
import type { Queue } from "../../rehearsal/queue";
import { closeStages, GROUPS, openStage, type Stage, type StageOptions } from "./stage";

/** Ways in which removing could hurt somebody, or spare somebody whom it must not. */
const [FRAUD, PRICING] = GROUPS;
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

afterEach(closeStages);

/** A stage on which people work, each in a private space with an app. */
async function working(options: StageOptions = {}, people: readonly string[] = ["alice"]): Promise<Stage> {
  const stage = await openStage(options);
  const { join, play, events, group, emulator, domainId } = stage;
  await play(...people.map((name) => events.addedByApi(join(name, FRAUD), group(FRAUD))));
  for (const name of people) {
    emulator.sagemaker.addSpace(domainId, { name: `${name}-space`, owner: name });
    emulator.sagemaker.addApp(domainId, { spaceName: `${name}-space` });
  }
  stage.outcomes();
  return stage;
}

function idOf({ emulator }: Stage, userName: string): string {
  return emulator.identityStore.findUserByName(userName)?.userId ?? "";
}

function running({ emulator }: Stage): number {
  return emulator.sagemaker.apps().filter(({ status }) => status === "InService").length;
}

function spaces({ emulator }: Stage): string[] {
  return emulator.sagemaker.spaces().map(({ name }) => name);
}

/** Lets something happen, once, right before a call is answered. */
function before(
  { emulator }: Stage,
  isIt: (call: { op: string; caller: string }) => boolean,
  happens: () => void,
): void {
  let isDone = false;
  emulator.faults.random({
    seed: 1,
    rate: 0,
    kinds: [],
    only: (call) => {
      if (!isDone && isIt(call)) {
        isDone = true;
        happens();
      }
      return true;
    },
  });
}

/** Answers what is visible in a queue now, once. @returns how many messages that were */
async function answerNow(queue: Queue, lambda: LambdaFunction): Promise<number> {
  const messages = queue.receive(100);
  for (const { body, receiptHandle } of messages) {
    await lambda.invoke({ Records: [{ messageId: "1", body }] });
    queue.delete(receiptHandle);
  }
  return messages.length;
}

const removed = (stage: Stage, userName: string): JsonObject =>
  stage.events.removedInConsole(idOf(stage, userName), stage.group(FRAUD));

describe("who is entitled", () => {
  test.each([
    ["refused", "renamed"],
    ["no member", "deleted"],
  ] as const)("by a group that was made anew keeps everything (%s, %s)", async (unknownGroups, how) => {
    const stage = await working({ unknownGroups, config: { deprovisioning: { retainDays: 0 } } });
    const { identityStore } = stage.emulator;
    // The hint of it is late.
    if (how === "renamed") identityStore.renameGroup(stage.group(PRICING), "ML Pricing (old)");
    else identityStore.deleteGroup(stage.group(PRICING));
    const anew = identityStore.createGroup(PRICING, { groupId: "93f7a2c4-0000-4000-8000-00000000000a" }).groupId;
    identityStore.addMember(anew, idOf(stage, "alice"));
    stage.leave("alice", FRAUD);
    await stage.play(removed(stage, "alice"));
    expect(stage.profile("alice")?.role).toBe(stage.roleOf(PRICING));
    expect(spaces(stage)).toEqual(["alice-space"]);
    expect(running(stage)).toBe(1);
  });

  test("again after they were disabled is not cut off by a container that remembers them disabled", async () => {
    const stage = await working();
    const { lambda, clock, events, group, emulator } = stage;
    const alice = idOf(stage, "alice");
    const message = (event: JsonObject) => ({ Records: [{ messageId: "1", body: JSON.stringify(event) }] });
    emulator.identityStore.setUserStatus(alice, "DISABLED");
    await lambda.invoke(message(events.notified("User Updated", { userId: alice })));
    emulator.identityStore.setUserStatus(alice, "ENABLED");
    clock.advance(10_000);
    // Another container restores her; a hint through a group then comes to the first.
    await Promise.all([
      lambda.invoke({ none: true }),
      lambda.invoke(message(events.notified("User Updated", { userId: alice }))),
    ]);
    clock.advance(10_000);
    await lambda.invoke(message(events.addedByApi(alice, group(FRAUD))));
    expect(stage.profile("alice")).toMatchObject({ role: stage.roleOf(FRAUD), portal: "ENABLED" });
  });

  test("by a group that was made anew keeps the role, however many move there in one batch", async () => {
    const people = ["ana", "ben", "cleo", "dan"];
    const stage = await working({ unknownGroups: "no member" }, people);
    const { identityStore, sagemaker } = stage.emulator;
    identityStore.deleteGroup(stage.group(PRICING));
    const anew = identityStore.createGroup(PRICING, { groupId: "93f7a2c4-0000-4000-8000-00000000000a" }).groupId;
    for (const name of people) {
      identityStore.addMember(anew, idOf(stage, name));
      stage.leave(name, FRAUD);
    }
    stage.clock.advance(60_000);
    const bodies = people.map((name) => JSON.stringify(removed(stage, name)));
    await stage.lambda.invoke({ Records: bodies.map((body, index) => ({ messageId: String(index), body })) });
    const cut = sagemaker
      .profiles()
      .filter(({ roles }) => roles.some(({ executionRole }) => executionRole === stage.noAccess));
    expect(cut.map(({ name }) => name)).toEqual([]);
  });

  test("under their old name again keeps their apps, although a sweep saw them renamed", async () => {
    const stage = await working({ duplicateSsoUsers: "allowed" });
    const { identityStore } = stage.emulator;
    const alice = idOf(stage, "alice");
    identityStore.renameUser(alice, "alice.smith");
    stage.tick();
    stage.clock.advance(25_000);
    await answerNow(stage.sweepQueue, stage.sweeper);
    before(
      stage,
      ({ op }) => op === "UpdateUserProfile",
      () => identityStore.renameUser(alice, "alice"),
    );
    await stage.drain();
    expect(running(stage)).toBe(1);
  });

  test("and whose profile AWS is updating when a sweep looks raises no alarm", async () => {
    const stage = await working();
    await stage.sweep();
    stage.outcomes();
    const updating = () => stage.emulator.sagemaker.forceProfileStatus(stage.domainId, "alice", "Updating");
    updating();
    stage.tick();
    stage.clock.advance(25_000);
    updating();
    await answerNow(stage.sweepQueue, stage.sweeper);
    updating();
    await answerNow(stage.queue, stage.lambda);
    const counted = stage.outcomes();
    expect(counted).toContain("waiting");
    expect(counted).not.toContain("failed");
  });

  test("again before their apps were deleted keeps them running", async () => {
    const stage = await working();
    stage.leave("alice", FRAUD);
    before(
      stage,
      ({ op }) => op === "ListSpaces",
      () => stage.join("alice", PRICING),
    );
    await stage.play(removed(stage, "alice"));
    expect(stage.profile("alice")).toMatchObject({ role: stage.roleOf(PRICING), portal: "ENABLED" });
    expect(running(stage)).toBe(1);
  });

  test("works on in an adopted profile, whatever container hears of a move", async () => {
    const stage = await openStage({ duplicateSsoUsers: "allowed" });
    const { join, leave, play, events, group, emulator, domainId, clock, lambda } = stage;
    const alice = join("alice", FRAUD);
    emulator.sagemaker.signIn(domainId, "alice-by-hand", "alice");
    clock.advance(60_000);
    await play(events.addedByApi(alice, group(FRAUD)));
    // So many newer ones that a new container does not look at hers.
    await play(...Array.from({ length: 12 }, (_, index) => events.addedByApi(join(`p${index}`, FRAUD), group(FRAUD))));
    lambda.kill();
    leave("alice", FRAUD);
    join("alice", PRICING);
    await stage.sweep();
    const [own, ...more] = emulator.sagemaker.profiles().filter(({ ssoUser }) => ssoUser === "alice");
    expect(more).toEqual([]);
    expect(own?.name).toBe("alice-by-hand");
    expect(own && emulator.sagemaker.executionRole(own)).toBe(stage.roleOf(PRICING));
    stage.outcomes();
    await stage.sweep();
    expect(stage.outcomes()).toEqual(["swept"]);
  });

  test("and was renamed twice with a departure in between gets a new grace period for every profile", async () => {
    const stage = await working({ duplicateSsoUsers: "allowed" });
    const { play, events, group, emulator, clock, leave, join } = stage;
    const alice = idOf(stage, "alice");
    emulator.identityStore.renameUser(alice, "alice.smith");
    await play(events.notified("User Updated", { userId: alice }));
    await stage.sweep();
    leave("alice.smith", FRAUD);
    await play(events.removedInConsole(alice, group(FRAUD)));
    await stage.sweep();
    clock.advance(3 * DAY);
    join("alice.smith", FRAUD);
    await play(events.addedByApi(alice, group(FRAUD)));
    await stage.sweep();
    expect(stage.profile("alice")?.tags).not.toHaveProperty(TAG.removeAfter);
    clock.advance(30 * DAY);
    leave("alice.smith", FRAUD);
    await play(events.removedInConsole(alice, group(FRAUD)));
    await stage.sweep();
    expect(spaces(stage)).toEqual(["alice-space"]);
  });

  test("and all others are renamed by mistake: the sweep cuts off none of their profiles", async () => {
    const people = ["p0", "p1", "p2", "p3"];
    const stage = await working({ config: { sweep: { maxRemovals: 2 } }, duplicateSsoUsers: "allowed" }, people);
    for (const name of people) stage.emulator.identityStore.renameUser(idOf(stage, name), `${name}.x`);
    await stage.sweep();
    for (const name of people) expect(stage.profile(name)?.role).toBe(stage.roleOf(FRAUD));
    expect(running(stage)).toBe(4);
    expect(stage.outcomes()).toContain("removalsWithheld");
  });
});

describe("who left", () => {
  test.each(["ListSpaces", "ListApps"])("is cut off although %s fails", async (op) => {
    const stage = await working();
    stage.leave("alice", FRAUD);
    stage.emulator.faults.random({ seed: 1, rate: 1, kinds: ["error"], only: (call) => call.op === op });
    stage.publish(removed(stage, "alice"));
    await answerNow(stage.queue, stage.lambda);
    expect(stage.profile("alice")).toMatchObject({ role: stage.noAccess, portal: "DISABLED" });
    expect(stage.outcomes()).toEqual(["studioFailing"]);
  });

  test("by being disabled is found under whatever name the profile has", async () => {
    const stage = await openStage();
    const { join, play, events, group, emulator, domainId, clock, lambda } = stage;
    const alice = join("alice", FRAUD);
    emulator.sagemaker.signIn(domainId, "alice-by-hand", "alice");
    clock.advance(60_000);
    await play(events.addedByApi(alice, group(FRAUD)));
    lambda.kill();
    emulator.identityStore.setUserStatus(alice, "DISABLED");
    await play(events.notified("User Updated", { userId: alice }));
    expect(stage.profile("alice")).toMatchObject({ role: stage.noAccess, portal: "DISABLED" });
  });

  test("and whose profile lost its mark is reported", async () => {
    const stage = await working();
    stage.emulator.sagemaker.profiles()[0]?.tags.delete(TAG.managedBy);
    stage.leave("alice", FRAUD);
    await stage.sweep();
    expect(stage.outcomes()).toContain("ownerless");
  });

  test("and had another user name before is cut off there too, although AWS does not take the role while apps run", async () => {
    const stage = await working({ duplicateSsoUsers: "allowed" });
    const { emulator, play, events } = stage;
    emulator.faults.random({
      seed: 1,
      rate: 1,
      kinds: ["error"],
      only: ({ op, input }) => op === "UpdateUserProfile" && input.UserProfileName === "alice" && running(stage) > 0,
    });
    const alice = idOf(stage, "alice");
    emulator.identityStore.renameUser(alice, "alice.smith");
    await play(events.notified("User Updated", { userId: alice }));
    await stage.sweep();
    expect(stage.profile("alice")).toMatchObject({ role: stage.noAccess, portal: "DISABLED" });
    expect(running(stage)).toBe(0);
    expect(stage.deadLetters.messages()).toEqual([]);
  });

  test("from two studios is cut off in one although the other fails, and is looked after there", async () => {
    const stage = await openStage({ studios: ["research", "second"] });
    const { join, leave, play, events, group, emulator, world, queue, lambda } = stage;
    const ana = join("ana", FRAUD);
    await play(events.addedByApi(ana, group(FRAUD)));
    emulator.sagemaker.addApp(stage.domainId, { profileName: "ana" });
    leave("ana", FRAUD);
    const second = world.domains.find(({ name }) => name === "second")?.id;
    emulator.faults.random({
      seed: 1,
      rate: 1,
      kinds: ["error"],
      only: ({ op, input }) => op === "DescribeUserProfile" && input.DomainId === second,
    });
    stage.outcomes();
    stage.publish(events.removedInConsole(ana, group(FRAUD)));
    await answerNow(queue, lambda);
    expect(stage.profile("ana")?.role).toBe(stage.noAccess);
    expect(stage.profile("ana", "second")?.role).toBe(stage.roleOf(FRAUD, "second"));
    expect(new Set(stage.outcomes())).toEqual(new Set(["cutOff", "waiting", "studioFailing"]));
    expect(queue.messages().map(({ body }) => JSON.parse(body).studio)).toEqual(["research", "second"]);
    stage.emulator.faults.clear();
    await stage.drain();
    expect(stage.profile("ana", "second")).toMatchObject({ role: stage.noAccess.replaceAll("research", "second") });
  });

  test("from a renamed person's former profile is noticed when they are disabled soon after", async () => {
    const stage = await working({ duplicateSsoUsers: "allowed" });
    const { emulator, play, events, lambda } = stage;
    const alice = idOf(stage, "alice");
    lambda.kill();
    emulator.identityStore.renameUser(alice, "alice.smith");
    await play(events.notified("User Updated", { userId: alice }));
    emulator.identityStore.setUserStatus(alice, "DISABLED");
    await play(events.notified("User Updated", { userId: alice }));
    expect(stage.profile("alice")).toMatchObject({ role: stage.noAccess, portal: "DISABLED" });
    expect(running(stage)).toBe(0);
  });
});

test("what AWS fails at again and again is tried less and less, and sweeps add no chains", async () => {
  const stage = await working({ timings: { space: 400 * DAY } });
  const { leave, play, emulator, clock, domainId, queue, lambda, sweepQueue, sweeper } = stage;
  leave("alice", FRAUD);
  await play(removed(stage, "alice"));
  clock.advance(8 * DAY);
  emulator.faults.random({
    seed: 1,
    rate: 0,
    kinds: [],
    // AWS takes the order, and fails at it every time.
    only: ({ op }) => {
      if (op === "ListSpaces") emulator.sagemaker.forceSpaceStatus(domainId, "alice-space", "Delete_Failed");
      return true;
    },
  });
  emulator.sagemaker.forceSpaceStatus(domainId, "alice-space", "Delete_Failed");
  let visits = 0;
  for (let hour = 0; hour < 4; hour++) {
    stage.tick();
    clock.advance(25_000);
    await answerNow(sweepQueue, sweeper);
    for (let minute = 0; minute < 60; minute++) {
      visits += await answerNow(queue, lambda);
      clock.advance(60_000);
    }
  }
  expect(queue.messages().length).toBeLessThanOrEqual(1);
  expect(visits).toBeLessThan(50);
}, 120_000);

test("one call by hand may remove more than the config allows", async () => {
  const people = ["p0", "p1", "p2"];
  const stage = await working({ config: { sweep: { maxRemovals: 1 } } }, people);
  for (const name of people) stage.leave(name, FRAUD);
  await stage.sweep();
  for (const name of people) expect(stage.profile(name)?.role).toBe(stage.roleOf(FRAUD));
  const result = await stage.sweeper.invoke({ maxRemovals: 3 });
  expect(result.ok).toBe(true);
  await stage.drain();
  for (const name of people) expect(stage.profile(name)?.role).toBe(stage.noAccess);
});

test("a removal that was withheld for days and goes on has not stalled", async () => {
  const stage = await working({ config: { sweep: { maxRemovals: 0 } } });
  stage.leave("alice", FRAUD);
  await stage.play(removed(stage, "alice"));
  stage.clock.advance(9 * DAY);
  await stage.sweep();
  expect(stage.outcomes()).toContain("removalsWithheld");
  await stage.sweeper.invoke({ maxRemovals: 1 });
  await stage.drain();
  expect(stage.profile("alice")).toBeUndefined();
  expect(stage.outcomes()).not.toContain("removalStalled");
});

test("who is in the grace period costs a sweep nothing until it ends", async () => {
  const stage = await working({}, ["ana", "ben"]);
  const { leave, play, clock } = stage;
  leave("ana", FRAUD);
  await play(removed(stage, "ana"));
  for (let sweeps = 0; sweeps < 2; sweeps++) await stage.sweep();
  const calls = await stage.sweep();
  expect(calls.sort()).toEqual([
    "ListGroupMemberships",
    "ListGroupMemberships",
    "ListGroupMemberships",
    "ListUserProfiles",
    "ListUsers",
  ]);
  clock.advance(8 * DAY);
  await stage.sweep();
  expect(spaces(stage)).toEqual(["ben-space"]);
});
