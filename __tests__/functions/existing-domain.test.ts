import type { JsonObject } from "../../rehearsal/json";
import { closeStages, GROUPS, openStage, type Stage } from "./stage";

/** A domain in which others made profiles before: they are taken over one by one, and only when that was said. */
const [FRAUD, PRICING] = GROUPS;
const DOMAIN = "d-abcdef012345";
const BY_HAND = "arn:aws:iam::444455556666:role/service-role/studio-default";

/** More profiles than are looked at where nobody else makes any; alice's is the oldest. */
const OTHERS = Array.from({ length: 14 }, (_, index) => `other-${index}`);

afterEach(closeStages);

/** A stage on that domain. AWS, as far as is known, may let a person have two profiles. */
async function existing(studio: JsonObject = {}): Promise<Stage> {
  const stage = await openStage({
    studio: { existingDomainId: DOMAIN, ...studio },
    duplicateSsoUsers: "allowed",
    requireAssignment: false,
  });
  const { emulator, clock, domainId, join } = stage;
  join("alice@example.com", FRAUD);
  emulator.sagemaker.addProfile(domainId, { name: "alice", ssoUser: "alice@example.com", executionRole: BY_HAND });
  for (const name of OTHERS) {
    clock.advance(60_000);
    emulator.identityStore.createUser(name);
    emulator.sagemaker.addProfile(domainId, { name, ssoUser: name, executionRole: BY_HAND });
  }
  return stage;
}

const names = ({ emulator, domainId }: Stage) => emulator.sagemaker.profiles(domainId).map(({ name }) => name);

function idOf({ emulator }: Stage, userName: string): string {
  return emulator.identityStore.findUserByName(userName)?.userId ?? "";
}

test("whoever joins gets the profile that was made for them before, and no second one", async () => {
  const stage = await existing();
  const before = names(stage);
  await stage.play(stage.events.addedByApi(idOf(stage, "alice@example.com"), stage.group(FRAUD)));
  expect(stage.profile("alice@example.com")).toMatchObject({ name: "alice", role: stage.roleOf(FRAUD) });
  expect(names(stage)).toEqual(before);
  expect(stage.outcomes()).toEqual(["adopted"]);
});

test("whoever has none gets one, and the profiles of others are left alone", async () => {
  const stage = await existing();
  await stage.play(stage.events.addedByApi(stage.join("zoe", PRICING), stage.group(PRICING)));
  expect(stage.profile("zoe")?.role).toBe(stage.roleOf(PRICING));
  for (const name of OTHERS) expect(stage.profile(name)).toMatchObject({ role: BY_HAND, tags: {} });
});

test("sweeps only say what they would do", async () => {
  const stage = await existing();
  stage.join("zoe", PRICING);
  const before = JSON.stringify(stage.emulator.sagemaker.profiles(stage.domainId));
  await stage.applied();
  const calls = [...(await stage.sweep()), ...(await stage.play())];
  expect(calls.filter((op) => !/^(Describe|List|Get|IsMember|SendMessage)/.test(op))).toEqual([]);
  expect(JSON.stringify(stage.emulator.sagemaker.profiles(stage.domainId))).toBe(before);
  const said = stage.sweeper.logs
    .filter((line) => line.includes('"message":"difference"'))
    .map((line) => JSON.parse(line));
  const zoe = { userId: idOf(stage, "zoe"), actions: ["create"] };
  const alice = { userId: idOf(stage, "alice@example.com"), profile: "alice", actions: ["tag", "assignRole"] };
  expect(said).toEqual(expect.arrayContaining([expect.objectContaining(zoe), expect.objectContaining(alice)]));
  expect(stage.sweeper.logs.some((line) => line.includes("swept, and changed nothing"))).toBe(true);
});

test.each([
  ["the config says that it is taken over", { takeOver: true }, undefined],
  ["somebody asks for it by hand, once", {}, { dryRun: false }],
])("a sweep acts when %s", async (_when, studio, call) => {
  const stage = await existing(studio);
  stage.join("zoe", PRICING);
  if (call) await stage.sweeper.invoke(call);
  else stage.tick();
  await stage.drain();
  expect(stage.profile("zoe")?.role).toBe(stage.roleOf(PRICING));
  expect(stage.profile("alice@example.com")).toMatchObject({ name: "alice", role: stage.roleOf(FRAUD) });
});
