import { profileTags, TAG } from "../../naming";
import type { JsonObject } from "../../rehearsal/json";
import { closeStages, GROUPS, openStage, type Stage, type StageOptions } from "./stage";

/** What events missed, found by the deployed sweep and repaired by the deployed onboarding function. */
const [FRAUD, PRICING, PLATFORM] = GROUPS;
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

afterEach(closeStages);

const PEOPLE = ["ana", "ben", "cleo", "dan", "eve"];

/** A stage with people in the first group, whose profiles are right. */
async function settled(options: StageOptions = {}, people: readonly string[] = PEOPLE): Promise<Stage> {
  const stage = await openStage(options);
  for (const name of people) stage.join(name, FRAUD);
  await stage.sweep();
  for (const name of people) if (!stage.profile(name)) throw new Error(`${name} has no profile`);
  stage.outcomes();
  return stage;
}

/** Calls the sweep function by hand. */
async function call({ sweeper }: Stage, event: JsonObject) {
  const result = await sweeper.invoke(event);
  if (!result.ok) throw new Error(result.error.errorMessage);
  return result.result;
}

/** Lets every call of an operation fail that has a text in its input. */
function failing({ emulator }: Stage, op: string, part: string): void {
  const only = (call: { readonly op: string; readonly input: unknown }) =>
    call.op === op && JSON.stringify(call.input).includes(part);
  emulator.faults.random({ seed: 1, rate: 1, kinds: ["error"], only });
}

/** What an admin does in the console. */
function changeByHand({ emulator, clock, domainId }: Stage, name: string, settings: JsonObject): void {
  const profile = emulator.sagemaker.findProfile(domainId, name);
  if (!profile) throw new Error(`no profile ${name}`);
  profile.settings = { ...profile.settings, ...settings };
  profile.modifiedAt = clock.now();
}

const lists = (calls: readonly string[]) => calls.filter((op) => op.startsWith("List") && op !== "ListTags");

describe("what events missed is repaired by one sweep", () => {
  test("a join, a move, a departure", async () => {
    const stage = await settled();
    const { join, leave, sweep, profile, roleOf, noAccess } = stage;
    join("fay", PRICING);
    leave("ana", FRAUD);
    join("ana", PLATFORM);
    leave("ben", FRAUD);
    await sweep();
    expect(profile("fay")?.role).toBe(roleOf(PRICING));
    expect(profile("ana")).toMatchObject({ role: roleOf(PLATFORM), tags: { [TAG.team]: "team 2" } });
    expect(profile("ben")).toMatchObject({ role: noAccess, portal: "DISABLED" });
    expect(profile("cleo")?.role).toBe(roleOf(FRAUD));
  });

  test("the members that a new group has when it is deployed", async () => {
    const stage = await openStage();
    for (const name of PEOPLE) stage.join(name, PRICING);
    await stage.applied();
    await stage.drain();
    for (const name of PEOPLE) expect(stage.profile(name)?.role).toBe(stage.roleOf(PRICING));
  });

  test("and a deployment that asks before IAM knows the new permission asks again", async () => {
    const stage = await openStage();
    stage.join("ana", PRICING);
    stage.emulator.faults.once("SendMessage", "denied", 3);
    await stage.applied();
    await stage.drain();
    expect(stage.profile("ana")?.role).toBe(stage.roleOf(PRICING));
  });

  test("members whom the identity provider added by SCIM: the event does not say whom", async () => {
    const stage = await settled();
    stage.join("fay", PRICING);
    await stage.play(stage.events.patchedByScim(stage.group(PRICING)));
    expect(stage.profile("fay")?.role).toBe(stage.roleOf(PRICING));
  });

  test("somebody who was disabled, somebody who was deleted, and somebody who was renamed", async () => {
    const stage = await settled({ duplicateSsoUsers: "allowed" });
    await stage.sweep();
    const { emulator, sweep, profile, noAccess, roleOf } = stage;
    const idOf = (name: string) => emulator.identityStore.findUserByName(name)?.userId ?? "";
    emulator.identityStore.setUserStatus(idOf("ana"), "DISABLED");
    emulator.identityStore.deleteUser(idOf("ben"));
    emulator.identityStore.renameUser(idOf("cleo"), "cleopatra");
    await sweep();
    for (const name of ["ana", "ben"]) expect(profile(name)).toMatchObject({ role: noAccess, portal: "DISABLED" });
    expect(profile("cleopatra")?.role).toBe(roleOf(FRAUD));
    await sweep();
    expect(profile("cleo")).toMatchObject({ role: noAccess, portal: "DISABLED" });
  });

  test("a profile that failed after AWS had taken the order", async () => {
    const stage = await settled();
    stage.emulator.sagemaker.forceProfileStatus(stage.domainId, "ana", "Failed");
    stage.emulator.sagemaker.forceProfileStatus(stage.domainId, "ben", "Update_Failed");
    await stage.sweep();
    expect(stage.profile("ana")).toMatchObject({ status: "InService", role: stage.roleOf(FRAUD) });
    expect(stage.profile("ben")).toMatchObject({ status: "InService", role: stage.roleOf(FRAUD) });
  });

  test("a profile that somebody deleted", async () => {
    const stage = await settled();
    stage.emulator.sagemaker.forceProfileStatus(stage.domainId, "ana", "Deleting");
    stage.clock.advance(60_000);
    await stage.sweep();
    expect(stage.profile("ana")).toMatchObject({ status: "InService", role: stage.roleOf(FRAUD) });
  });
});

describe("what somebody changed by hand", () => {
  test("a role and a portal setting are put back by the next sweep, because lists show that something changed", async () => {
    const stage = await settled();
    changeByHand(stage, "ana", { ExecutionRole: stage.noAccess });
    changeByHand(stage, "ben", { StudioWebPortal: "DISABLED" });
    stage.clock.advance(60_000);
    await stage.sweep();
    expect(stage.profile("ana")?.role).toBe(stage.roleOf(FRAUD));
    expect(stage.profile("ben")?.portal).toBe("ENABLED");
  });

  test("tags are put back within a day, a share of the profiles at every sweep", async () => {
    const stage = await settled({ config: { sweep: { every: "2 hours" } } });
    // What was made since the last sweep is looked at anyway.
    await stage.sweep();
    for (const profile of stage.emulator.sagemaker.profiles()) profile.tags.set(TAG.team, "another");
    const wrong = () => stage.emulator.sagemaker.profiles().filter(({ tags }) => tags.get(TAG.team) === "another");
    const left: number[] = [];
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      stage.clock.advance(2 * HOUR);
      await stage.sweep();
      left.push(wrong().length);
    }
    // A twelfth of the day, and of the five at least one.
    expect(left).toEqual([4, 3]);
  });
});

describe("nobody is removed", () => {
  const CASES: [string, (stage: Stage) => void][] = [
    ["when a group cannot be found", ({ emulator, group }) => emulator.identityStore.renameGroup(group(PLATFORM), "x")],
    ["when a page of members cannot be read", (stage) => failing(stage, "ListGroupMemberships", stage.group(PLATFORM))],
    ["when a group cannot be looked up", (stage) => failing(stage, "GetGroupId", PLATFORM)],
    ["when a page of users cannot be read", (stage) => failing(stage, "ListUsers", "")],
    ["when a page of profiles cannot be read", (stage) => failing(stage, "ListUserProfiles", "")],
    ["when a profile cannot be read", (stage) => failing(stage, "DescribeUserProfile", "ana")],
    ["when spaces cannot be read", (stage) => failing(stage, "ListSpaces", "")],
    ["when apps cannot be read", (stage) => failing(stage, "ListApps", "")],
  ];

  test.each(CASES)("%s; joins and moves go through", async (_, spoil) => {
    const stage = await settled();
    const { join, leave, play, profile, roleOf, events, group, emulator } = stage;
    // Of who is cut off, what hangs on the profile is read.
    leave("eve", FRAUD);
    await play(events.removedInConsole(emulator.identityStore.findUserByName("eve")?.userId ?? "", group(FRAUD)));
    leave("ben", FRAUD);
    join("fay", PRICING);
    leave("ana", FRAUD);
    join("ana", PRICING);
    spoil(stage);
    stage.tick();
    // The sweep alone: what it tries again later would find everything readable.
    const [message] = stage.sweepQueue.receive(1);
    await stage.sweeper.invoke({ Records: [{ messageId: "1", body: message?.body ?? "" }] });
    const handedOn = stage.queue.messages().map(({ body }) => JSON.parse(body).userId);
    const idOf = (name: string) => stage.emulator.identityStore.findUserByName(name)?.userId;
    expect(handedOn).not.toContain(idOf("ben"));
    expect(profile("ben")?.role).toBe(roleOf(FRAUD));
    expect(handedOn).toContain(idOf("fay"));
    expect(stage.sweeper.logs.join("\n")).toContain("nobody is removed");
  });

  test("when they would be more than maxRemovals: the alarm's line says whom", async () => {
    const stage = await settled({ config: { sweep: { maxRemovals: 2 } } });
    const { join, leave, sweep, profile, roleOf, noAccess, outcomes, sweeper } = stage;
    for (const name of ["ana", "ben", "cleo"]) leave(name, FRAUD);
    join("fay", PRICING);
    await sweep();
    for (const name of PEOPLE) expect(profile(name)?.role).toBe(roleOf(FRAUD));
    expect(profile("fay")?.role).toBe(roleOf(PRICING));
    expect(outcomes()).toContain("removalsWithheld");
    const line = sweeper.logs.find((each) => each.includes("nobody is removed")) ?? "";
    expect(sweeper.logs.filter((each) => each.includes("not removed"))).toHaveLength(3);
    for (const name of ["ana", "ben", "cleo"]) expect(line).toContain(`"${name}"`);
    join("cleo", FRAUD);
    await sweep();
    expect(profile("ana")?.role).toBe(noAccess);
    expect(profile("ben")?.role).toBe(noAccess);
  });

  test.each([
    ["19%", "withheld"],
    ["20%", "removed"],
  ])("maxRemovals of %s of five profiles: one person is %s", async (maxRemovals, expected) => {
    const stage = await settled({ config: { sweep: { maxRemovals } } });
    stage.leave("ana", FRAUD);
    await stage.sweep();
    expect(stage.profile("ana")?.role).toBe(expected === "removed" ? stage.noAccess : stage.roleOf(FRAUD));
  });
});

test("a dry run says the same and changes nothing", async () => {
  const stage = await settled({ config: { sweep: { maxRemovals: 1 } } });
  stage.leave("ana", FRAUD);
  stage.leave("ben", FRAUD);
  stage.join("fay", PRICING);
  const before = stage.emulator.calls.length;
  const report = await call(stage, { dryRun: true });
  expect(report).toMatchObject([
    {
      studio: "research",
      differences: [{ actions: ["create"] }],
      withheld: [
        { profile: "ana", actions: ["mark", "cutOff", "wait"] },
        { profile: "ben", actions: ["mark", "cutOff", "wait"] },
      ],
      stopped: expect.stringContaining("2 of 5 profiles would be removed, more than maxRemovals (1)"),
    },
  ]);
  const made = stage.emulator.calls.slice(before).map(({ op }) => op);
  expect(made.filter((op) => !/^(List|Describe|GetGroupId|AssumeRole)/.test(op))).toEqual([]);
  expect(stage.queue.messages()).toEqual([]);
  expect(stage.sweepQueue.messages()).toEqual([]);
});

test("a call by hand answers what it handed on", async () => {
  const stage = await settled();
  stage.join("fay", PRICING);
  expect(await call(stage, {})).toMatchObject([{ studio: "research", differences: [{ actions: ["create"] }] }]);
  await stage.drain();
  expect(stage.profile("fay")?.role).toBe(stage.roleOf(PRICING));
});

test("many hints in a short time make few sweeps", async () => {
  const stage = await settled();
  const { events, group, sweeper } = stage;
  const sweeps = () => sweeper.logs.filter((line) => line.includes('"message":"swept"')).length;
  const before = sweeps();
  await stage.play(...Array.from({ length: 50 }, () => events.patchedByScim(group(FRAUD))));
  expect(sweeps() - before).toBeLessThanOrEqual(2);
  expect(sweeps() - before).toBeGreaterThan(0);
});

test("two sweeps at once, and a sweep and events at once, do no harm", async () => {
  const stage = await settled();
  const { join, leave, events, group, profile, roleOf, noAccess, emulator } = stage;
  leave("ana", FRAUD);
  const fay = join("fay", PRICING);
  for (let times = 0; times < 3; times++) stage.tick();
  const ana = emulator.identityStore.findUserByName("ana")?.userId ?? "";
  await Promise.all([
    call(stage, {}),
    call(stage, {}),
    stage.play(events.addedByApi(fay, group(PRICING)), events.removedInConsole(ana, group(FRAUD))),
  ]);
  await stage.sweep();
  expect(profile("ana")?.role).toBe(noAccess);
  expect(profile("fay")?.role).toBe(roleOf(PRICING));
  expect(stage.deadLetters.messages()).toEqual([]);
});

test("without differences only lists are read, and the day's share", async () => {
  const groups = Array.from({ length: 4 }, (_, index) => `ML Team ${index}`);
  const stage = await openStage({ groups });
  const { emulator, domainId, clock } = stage;
  for (const [index, adGroup] of groups.entries()) {
    const names = Array.from({ length: 150 }, (_, person) => `person-${index}-${person}`);
    for (const { userId, userName } of emulator.identityStore.createMembers(stage.group(adGroup), names)) {
      emulator.sagemaker.addProfile(domainId, {
        name: userName,
        ssoUser: userName,
        executionRole: stage.roleOf(adGroup),
        tags: profileTags({ userName, userId, adGroup, team: `team ${index}` }),
      });
    }
  }
  clock.advance(HOUR);
  await stage.sweep();
  clock.advance(HOUR);
  const calls = await stage.sweep();
  // Four groups of 150 are two pages each; 600 profiles are six, and so are their people.
  expect(lists(calls)).toHaveLength(4 * 2 + 6 + 6);
  const share = Math.ceil(600 / 24);
  for (const op of ["DescribeUserProfile", "ListTags"]) {
    expect(calls.filter((each) => each === op)).toHaveLength(share);
  }
  expect(calls).toHaveLength(4 * 2 + 6 + 6 + 2 * share);
}, 120_000);

test("a profile whose user id somebody took away is reported, and nobody's", async () => {
  const stage = await settled();
  const [ana] = stage.emulator.sagemaker.profiles();
  ana?.tags.delete(TAG.userId);
  stage.leave(ana?.name ?? "", FRAUD);
  for (const each of [stage.lambda, stage.sweeper]) each.kill();
  stage.outcomes();
  await stage.sweep();
  expect(stage.outcomes()).toContain("ownerless");
});

test("what runs out of time goes on where it was", async () => {
  const stage = await settled();
  const { sweeper, emulator, leave, join, profile, noAccess, roleOf } = stage;
  leave("ana", FRAUD);
  join("fay", PRICING);
  sweeper.kill();
  // Long enough for the first sweep to run dry: two thirds of the time that it is given.
  const result = await sweeper.invoke({ Records: [{ messageId: "1", body: '{"scope":"everyone"}' }] }, 1);
  expect(result.ok).toBe(true);
  expect(emulator.calls.at(-1)?.op).toBe("SendMessage");
  expect(profile("ana")?.role).toBe(roleOf(FRAUD));
  await stage.drain();
  expect(profile("ana")?.role).toBe(noAccess);
  expect(profile("fay")?.role).toBe(roleOf(PRICING));
});

test("an empty directory by mistake removes nobody", async () => {
  const stage = await settled(
    {},
    Array.from({ length: 11 }, (_, index) => `person-${index}`),
  );
  for (let index = 0; index < 11; index++) stage.leave(`person-${index}`, FRAUD);
  stage.clock.advance(DAY);
  await stage.sweep();
  for (const { settings } of stage.emulator.sagemaker.profiles()) {
    expect(settings.ExecutionRole).toBe(stage.roleOf(FRAUD));
  }
});
