import { type Applying, applyPlans } from "../../pipeline/apply-plans";
import { planDigest } from "../../pipeline/digest";
import type { Indexed } from "../../pipeline/plan-index";
import { parsePlan } from "../../pipeline/plan-json";
import { configWith, FRAUD, PLATFORM, PRICING, rawPlanOf, roleOf } from "./example";
import { type FakeStacks, fakePeople, fakeTerraform, ticking } from "./fakes";

const DENIED = Object.assign(new Error("User: x is not authorized to perform: sagemaker:ListUserProfiles"), {
  name: "AccessDeniedException",
  $metadata: {},
});
const EVERYBODY_GONE = { alice: roleOf(PLATFORM) };

/** What is applied, with Terraform and people as they are given. */
function applying(
  stacks: FakeStacks,
  people = fakePeople(EVERYBODY_GONE),
  clock = ticking(),
  more: readonly Indexed[] = [],
  groups: readonly { readonly adGroup: string }[] = [PLATFORM],
) {
  const terraform = fakeTerraform(stacks);
  const planned = Object.entries(stacks.plans).map(([stack, json]) => {
    const digest = planDigest(parsePlan(json, stack));
    return { kind: "planned", stack, hasChanges: true, digest, planFile: "", sources: "" } as const;
  });
  const said: string[] = [];
  const given: Applying = {
    config: configWith(groups),
    index: { format: 1, commit: null, planOnly: false, config: "", stacks: [...planned, ...more] },
    terraform,
    people,
    waiting: clock.waiting,
    say: (line) => said.push(line),
  };
  const applied = () => terraform.asked.filter((line) => line.startsWith("apply"));
  return { run: () => applyPlans(given), terraform, applied, said, clock, people };
}

const removal = { "studio-research": rawPlanOf("research-remove"), onboarding: rawPlanOf("onboarding-forgets") };

describe("a group's role that is deleted", () => {
  test("is deleted when the onboarding has forgotten the group and nobody has the role any more", async () => {
    const people = fakePeople({ alice: roleOf(FRAUD), bob: roleOf(FRAUD).toUpperCase(), carol: roleOf(PLATFORM) });
    const order: string[] = [];
    const clock = ticking((tick) => {
      if (tick === 2) people.roles.delete("alice");
      if (tick === 4) people.roles.set("bob", roleOf(PLATFORM));
      order.push(...applied().slice(order.length));
    });
    const { run, applied } = applying({ plans: removal }, people, clock);
    expect(await run()).toEqual({ applied: ["onboarding", "studio-research"], later: [] });
    expect(applied()).toEqual(["apply onboarding", "apply studio-research"]);
    // While it waited, the role was still there.
    expect(order).toEqual(["apply onboarding"]);
    expect(clock.said).toEqual([
      "2 profiles still with a role that is to be deleted: alice, bob",
      "1 profile still with a role that is to be deleted: bob",
    ]);
  });

  test("is kept while somebody gets it who did not have it before", async () => {
    const people = fakePeople({ alice: roleOf(FRAUD) });
    const clock = ticking((tick) => {
      if (tick === 1) people.roles.set("alice", roleOf(PLATFORM)).set("dave", roleOf(FRAUD));
      if (tick === 3) people.roles.delete("dave");
    });
    const { run } = applying({ plans: removal }, people, clock);
    expect((await run()).applied).toEqual(["onboarding", "studio-research"]);
    expect(clock.said.at(-1)).toContain("dave");
  });

  test("is kept if somebody has it to the end, with their names and the way out", async () => {
    const people = fakePeople({ alice: roleOf(FRAUD), carol: roleOf(PLATFORM) });
    const { run, applied } = applying({ plans: removal }, people);
    await expect(run()).rejects.toThrow(
      /not applied: after 15 minutes.*ml-fraud[^\n]*: alice\n.*maxRemovals.*too-many-removals.*npm run apply again.*Applied before: onboarding/s,
    );
    expect(applied()).toEqual(["apply onboarding"]);
  });

  test("is kept if nobody can tell who has it, and nothing is applied", async () => {
    const { run, applied } = applying({ plans: removal }, fakePeople({}, DENIED));
    await expect(run()).rejects.toThrow(
      /nothing was applied:\n- studio-research: it deletes \S*ml-fraud\S*, and who has it cannot be looked up: AccessDeniedException: .*ListUserProfiles.*deploy-policy/s,
    );
    expect(applied()).toEqual([]);
  });

  test("is kept if nobody can tell any more, after the onboarding was applied", async () => {
    const people = fakePeople({ alice: roleOf(PLATFORM) });
    const { run, applied, terraform } = applying({ plans: removal }, people);
    const { apply } = terraform;
    terraform.apply = async (stack) => {
      people.profiles = fakePeople({}, DENIED).profiles;
      return apply(stack);
    };
    await expect(run()).rejects.toThrow(/cannot be looked up: AccessDeniedException: .*Applied before: onboarding/s);
    expect(applied()).toEqual(["apply onboarding"]);
  });

  test("is left for another round before that, whether or not anybody can tell who has it", async () => {
    const { "studio-research": studio } = removal;
    const { run } = applying({ plans: { "studio-research": studio } }, fakePeople({}, DENIED));
    expect(await run()).toEqual({ applied: [], later: ["studio-research"] });
  });

  test("is kept until the onboarding is planned, too", async () => {
    const { "studio-research": studio } = removal;
    const { run, applied } = applying({ plans: { "studio-research": studio } });
    expect(await run()).toEqual({ applied: [], later: ["studio-research"] });
    expect(applied()).toEqual([]);
  });
});

describe("saved plans", () => {
  const addition = { "studio-research": rawPlanOf("research-add"), onboarding: rawPlanOf("onboarding-forgets") };

  test("are applied as they are, with the providers of the plan, and none is made", async () => {
    const { run, terraform } = applying({ plans: addition });
    expect((await run()).applied).toEqual(["studio-research", "onboarding"]);
    expect(terraform.asked).toEqual([
      "init studio-research locked",
      "init onboarding locked",
      "apply studio-research",
      "apply onboarding",
    ]);
  });

  test("are all left alone if one of them is refused by now", async () => {
    const plans = { ...removal, "studio-research": rawPlanOf("research-swap") };
    const groups = [PLATFORM, PRICING];
    const { run, applied } = applying({ plans }, fakePeople({ alice: roleOf(FRAUD) }), undefined, [], groups);
    await expect(run()).rejects.toThrow(/Refused, and nothing was applied:.*1 profile would.*alice.*add first/s);
    expect(applied()).toEqual([]);
    const { run: alone } = applying({ plans }, fakePeople({ alice: roleOf(PLATFORM) }), undefined, [], groups);
    expect((await alone()).applied).toEqual(["onboarding", "studio-research"]);
  });

  test("that would do something else than what was reviewed are left alone", async () => {
    const { run, applied, terraform } = applying({ plans: addition });
    terraform.show = async () => rawPlanOf("research-remove");
    await expect(run()).rejects.toThrow(/studio-research: the plan file would do something else/);
    expect(applied()).toEqual([]);
  });

  test("that were applied by a run that broke off later are no obstacle", async () => {
    const { run, said } = applying({ plans: removal, stale: { onboarding: "settled" } });
    expect((await run()).applied).toEqual(["onboarding", "studio-research"]);
    expect(said).toContain("onboarding: its plan was applied before, and nothing is left to do");
  });

  test("that are stale are not applied, and nothing after them", async () => {
    const { run, applied } = applying({ plans: addition, stale: { "studio-research": "unsettled" } });
    await expect(run()).rejects.toThrow(/plan of studio-research is stale.*npm run plan/s);
    expect(applied()).toEqual(["apply studio-research"]);
  });

  test("that fail end the run, which says what was applied", async () => {
    const { run } = applying({ plans: addition, fails: ["onboarding"] });
    await expect(run()).rejects.toThrow(/apply of onboarding ended with 1.*Applied before: studio-research/s);
  });

  test("of a stack that reads what was just made are left to another round", async () => {
    const waits: Indexed[] = [{ kind: "waits", stack: "onboarding", after: ["studio-research"] }];
    const { run } = applying({ plans: { "studio-research": rawPlanOf("research-new") } }, undefined, undefined, waits);
    expect(await run()).toEqual({ applied: ["studio-research"], later: ["onboarding"] });
  });
});
