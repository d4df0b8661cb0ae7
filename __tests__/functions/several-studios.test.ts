import type { FaultyCall } from "../../rehearsal/emulator/faults";
import type { JsonObject } from "../../rehearsal/json";
import { configOf } from "../stacks/synthesize";
import { closeStages, GROUPS, openStage, type Stage } from "./stage";

/** What a studio in trouble means for the others, for its own people, and for on-call. */
const [FRAUD, PRICING] = GROUPS;
const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const STUDIOS = ["research", "second"];
const PEOPLE = ["ana", "ben", "cleo", "dan", "eve", "fay"];

afterEach(closeStages);

/** How a studio can fail as a whole. */
const TROUBLES = [
  {
    name: "whose account is closed, or whose role is missing",
    kind: "denied",
    only: ({ op, input }: FaultyCall) => op === "AssumeRole" && String(input.RoleArn).includes("studio-second"),
  },
  { name: "that AWS throttles", kind: "throttle", only: isSecond },
  { name: "that AWS fails in", kind: "error", only: isSecond },
  { name: "that cannot be reached", kind: "reset", only: isSecond },
] as const;

function isSecond({ service, caller }: FaultyCall): boolean {
  return service === "sagemaker" && caller.includes("studio-second");
}

/** The joins of everybody, as the console tells them. */
function joins({ join, events, group }: Stage): JsonObject[] {
  return PEOPLE.map((name) => events.addedByApi(join(name, FRAUD), group(FRAUD)));
}

/** How often something was counted, by studio. */
function counted({ lambda, sweeper }: Stage, name: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of [...lambda.logs, ...sweeper.logs]) {
    if (!line.startsWith('{"_aws"')) continue;
    const metric: JsonObject = JSON.parse(line);
    if (name in metric) counts[String(metric.studio)] = (counts[String(metric.studio)] ?? 0) + 1;
  }
  return counts;
}

/** Lets time pass, and the functions work on what becomes due. */
async function pass({ clock, drain }: Stage, milliseconds: number): Promise<void> {
  const end = new Date(clock.now().getTime() + milliseconds);
  await drain(end);
  clock.advance(end.getTime() - clock.now().getTime());
}

describe.each(TROUBLES)("a studio $name", ({ kind, only }) => {
  test("holds up nobody else; its people wait for it, however long, and get what is theirs", async () => {
    const stage = await openStage({ studios: STUDIOS });
    const { emulator, publish, queue, deadLetters, profile, roleOf } = stage;
    for (const event of joins(stage)) publish(event);
    emulator.faults.random({ seed: 1, rate: 1, kinds: [kind], only });
    await pass(stage, MINUTE / 2);
    for (const name of PEOPLE) {
      expect(profile(name)?.role).toBe(roleOf(FRAUD));
      expect(profile(name, "second")).toBeUndefined();
    }
    await pass(stage, HOUR);
    expect(deadLetters.messages()).toEqual([]);
    const waiting = queue.messages().map(({ body, receiveCount }) => ({ ...JSON.parse(body), receiveCount }));
    expect(new Set(waiting.map(({ userId }) => userId)).size).toBe(PEOPLE.length);
    // However long it takes, none of them comes nearer to the dead letters.
    for (const each of waiting) expect(each).toMatchObject({ studio: "second", receiveCount: 0 });
    expect(Object.keys(counted(stage, "studioFailing"))).toEqual(["second"]);
    expect(counted(stage, "failed")).toEqual({});
    emulator.faults.clear();
    await pass(stage, 20 * MINUTE);
    for (const name of PEOPLE) expect(profile(name, "second")?.role).toBe(roleOf(FRAUD, "second"));
    expect(queue.messages()).toEqual([]);
  });
});

test("a studio that fails is tried now and then, not by everybody who waits for it", async () => {
  const stage = await openStage({ studios: STUDIOS });
  const [trouble] = TROUBLES;
  stage.emulator.faults.random({ seed: 1, rate: 1, kinds: [trouble.kind], only: trouble.only });
  for (const event of joins(stage)) stage.publish(event);
  await pass(stage, HOUR);
  const tried = stage.emulator.calls.filter(({ op, outcome }) => op === "AssumeRole" && outcome !== "ok");
  // The first batch finds out; after that one attempt for every round of waiting messages.
  expect(tried.length).toBeLessThan(2 * PEOPLE.length);
});

test("while a studio fails sweeps do not add to what waits, hour after hour", async () => {
  const stage = await openStage({ studios: STUDIOS });
  const { emulator, tick, queue, deadLetters, profile } = stage;
  for (const name of PEOPLE) stage.join(name, FRAUD);
  // The sweep can look, and the onboarding function can do nothing.
  const only = ({ op, input }: FaultyCall) =>
    op === "AssumeRole" && /studio-second-provisioner/.test(String(input.RoleArn));
  emulator.faults.random({ seed: 1, rate: 1, kinds: ["denied"], only });
  for (let hour = 0; hour < 4; hour++) {
    tick();
    await pass(stage, HOUR);
  }
  expect(queue.messages().length).toBeLessThanOrEqual(2 * PEOPLE.length);
  expect(deadLetters.messages()).toEqual([]);
  emulator.faults.clear();
  tick();
  await pass(stage, HOUR);
  for (const name of PEOPLE) expect(profile(name, "second")).toBeDefined();
  await pass(stage, HOUR);
  expect(queue.messages()).toEqual([]);
}, 120_000);

test("whoever cannot be helped has one hint at a time, however many sweeps there are", async () => {
  const stage = await openStage();
  const { emulator, tick, queue, deadLetters, profile } = stage;
  for (const name of PEOPLE) stage.join(name, FRAUD);
  const isAna = (call: FaultyCall) => call.op === "CreateUserProfile" && call.input.UserProfileName === "ana";
  emulator.faults.random({ seed: 1, rate: 1, kinds: ["denied"], only: isAna });
  for (let hour = 0; hour < 5; hour++) {
    tick();
    await pass(stage, HOUR);
  }
  expect(queue.messages().length).toBeLessThanOrEqual(2);
  expect(deadLetters.messages()).toEqual([]);
  for (const name of PEOPLE.slice(1)) expect(profile(name)).toBeDefined();
  emulator.faults.clear();
  tick();
  await pass(stage, HOUR);
  expect(profile("ana")).toBeDefined();
}, 120_000);

test.each(["error", "denied", "throttle"] as const)(
  "a profile that cannot be looked at keeps nobody from theirs: %s",
  async (kind) => {
    const stage = await openStage();
    stage.emulator.sagemaker.addProfile(stage.domainId, { name: "by-hand", ssoUser: "somebody" });
    const only = (call: FaultyCall) => call.op === "DescribeUserProfile" && call.input.UserProfileName === "by-hand";
    stage.emulator.faults.random({ seed: 1, rate: 1, kinds: [kind], only });
    for (const event of joins(stage)) stage.publish(event);
    await pass(stage, MINUTE);
    for (const name of PEOPLE) expect(stage.profile(name)).toBeDefined();
  },
);

test("a person's own trouble is not their studio's", async () => {
  const stage = await openStage();
  const { emulator, publish, drain, profile } = stage;
  const isAna = (call: FaultyCall) => call.op === "CreateUserProfile" && call.input.UserProfileName === "ana";
  emulator.faults.random({ seed: 1, rate: 1, kinds: ["denied"], only: isAna });
  for (const event of joins(stage)) publish(event);
  await drain();
  expect(profile("ana")).toBeUndefined();
  for (const name of PEOPLE.slice(1)) expect(profile(name)).toBeDefined();
  expect(counted(stage, "studioFailing")).toEqual({});
});

test("being in one studio decides nothing about another", async () => {
  const config = JSON.parse(configOf([FRAUD], ["research", "second"]));
  const [research, second] = config.studios;
  second.groups = [{ adGroup: PRICING, team: "pricing", persona: "viewer" }];
  const stage = await openStage({ studios: STUDIOS, config: { studios: [research, second] } });
  const { join, leave, play, events, group, profile, roleOf } = stage;
  const ana = join("ana", FRAUD, PRICING);
  await play(events.addedByApi(ana, group(FRAUD)), events.addedByApi(ana, group(PRICING)));
  leave("ana", FRAUD);
  await play(events.removedInConsole(ana, group(FRAUD)));
  expect(profile("ana")?.role).toBe(stage.noAccess);
  expect(profile("ana", "second")).toMatchObject({ role: roleOf(PRICING, "second"), portal: "ENABLED" });
});

test("a session in a studio's account is asked for once", async () => {
  const stage = await openStage({ studios: STUDIOS });
  for (const event of joins(stage)) await stage.play(event);
  const sessions = stage.emulator.calls.filter(
    ({ op, caller }) => op === "AssumeRole" && caller.includes("onboarding"),
  );
  expect(sessions.map(({ summary }) => summary.split("/").at(-1)).sort()).toEqual([
    "studio-research-provisioner",
    "studio-second-provisioner",
  ]);
});

test("a sweep of the others comes to its end beside one that fails, which is counted by name", async () => {
  const stage = await openStage({ studios: STUDIOS });
  stage.join("ana", FRAUD);
  stage.emulator.faults.random({ seed: 1, rate: 1, kinds: ["throttle"], only: isSecond });
  stage.tick();
  const due = stage.sweepQueue.receive(10).map(({ body }) => ({ messageId: "1", body }));
  await stage.sweeper.invoke({ Records: due });
  expect(counted(stage, "swept")).toEqual({ research: 1 });
  expect(counted(stage, "sweepFailed")).toEqual({ second: 1 });
});
