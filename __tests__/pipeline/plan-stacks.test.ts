import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planStacks } from "../../pipeline/plan-stacks";
import { pickStacks, synthesizedStacks } from "../../pipeline/stacks";
import { summary } from "../../pipeline/summary";
import { studioApp } from "../../stacks/app";
import { untraced } from "../../stacks/untraced";
import { configWith, DOMAIN, FRAUD, PLATFORM, PRICING, planOf, rawPlanOf, roleOf } from "./example";
import { type FakePeople, fakePeople, fakeTerraform } from "./fakes";

const LAB = { name: "lab", groups: [PLATFORM] };
const folder = mkdtempSync(join(tmpdir(), "plan-"));
const config = configWith([PLATFORM], {}, [LAB]);

beforeAll(() => {
  untraced(() => studioApp(config, { outdir: folder }).synth());
});

afterAll(() => rmSync(folder, { recursive: true }));

const RESEARCH = "studio-research";

async function planned(
  plans: Readonly<Record<string, unknown>>,
  people: FakePeople = fakePeople(),
  stacks = synthesizedStacks(folder),
  groups: readonly { readonly adGroup: string }[] = [PLATFORM],
  more: object = {},
) {
  const terraform = fakeTerraform({ plans });
  const access = { kind: "unknown", reason: "no git" } as const;
  const given = configWith(groups, more, [LAB]);
  const report = await planStacks({ config: given, stacks, out: folder, terraform, people, access, planOnly: false });
  return { report, asked: terraform.asked.filter((line) => line.startsWith("plan")), people };
}

/** A plan of the studio `lab` in which nothing changes. */
const quiet = rawPlanOf("research-same");

describe("planning", () => {
  test("takes studios before what reads their outputs", () => {
    expect(synthesizedStacks(folder)).toEqual([RESEARCH, "studio-lab", "onboarding"]);
    expect(pickStacks(["studio-lab", RESEARCH, "onboarding"], ["onboarding", "studio-lab"])).toEqual([
      "studio-lab",
      "onboarding",
    ]);
    expect(() => pickStacks(["studio-lab", "onboarding"], ["lab"])).toThrow(
      "there is no stack lab; there are studio-lab, onboarding",
    );
    expect(() => synthesizedStacks(join(folder, "elsewhere"))).toThrow(/nothing was synthesized/);
  });

  test("leaves out what reads outputs of a studio that is not there yet, and goes on with the rest", async () => {
    const { report, asked } = await planned({ [RESEARCH]: quiet, "studio-lab": rawPlanOf("research-new") });
    expect(asked).toEqual([`plan ${RESEARCH}`, "plan studio-lab"]);
    expect(report.stacks.at(-1)).toEqual({ kind: "waits", stack: "onboarding", after: ["studio-lab"] });
    expect(summary(report)).toContain("onboarding is planned after studio-lab is applied");
  });

  test("leaves it out, too, where an output would be another", async () => {
    const { report } = await planned({ "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-vpc") });
    expect(report.stacks.at(-1)).toMatchObject({ kind: "waits", after: [RESEARCH] });
  });

  test("plans it alone where nothing else was asked for", async () => {
    const { asked } = await planned({ onboarding: rawPlanOf("onboarding-forgets") }, undefined, ["onboarding"]);
    expect(asked).toEqual(["plan onboarding"]);
  });

  test("goes on after a stack that cannot be planned", async () => {
    const { report, asked } = await planned({ "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-add") });
    expect(asked).toContain("plan onboarding");
    expect(report.stacks.map(({ kind }) => kind)).toEqual(["planned", "planned", "failed"]);
    expect(summary(report)).toMatch(/\*\*Failed\*\*: onboarding could not be planned.*Error: no group/s);
  });

  test("says that roles are deleted last, or in another round if the onboarding is not planned", async () => {
    const removal = { "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-remove") };
    const { report } = await planned({ ...removal, onboarding: rawPlanOf("onboarding-forgets") });
    expect(report.order.steps.map(({ stack }) => stack)).toEqual(["studio-lab", "onboarding", RESEARCH]);
    const { report: alone } = await planned(removal, undefined, ["studio-lab", RESEARCH]);
    expect(alone.order.later).toEqual([RESEARCH]);
  });

  test("looks for people only in the roles that are deleted", async () => {
    const plans = { "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-swap"), onboarding: quiet };
    const groups = [PLATFORM, PRICING];
    const { report } = await planned(plans, fakePeople({ alice: roleOf(FRAUD) }), undefined, groups);
    expect(report.refusals).toHaveLength(1);
    expect(report.added).toEqual([expect.objectContaining({ group: expect.objectContaining(PRICING) })]);
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: {} });
    const { report: blind } = await planned(plans, fakePeople({}, denied), undefined, groups);
    expect(blind.refusals[0]?.why).toContain("AccessDeniedException");
    const { report: calm } = await planned({ ...plans, [RESEARCH]: quiet }, fakePeople({}, denied));
    expect(calm).toMatchObject({ refusals: [], notes: [] });
  });
});

describe("a dry sweep is made", () => {
  const forgets = rawPlanOf("onboarding-forgets");
  const withoutSweep = {
    ...forgets,
    resource_changes: forgets.resource_changes.filter(({ type }) => type !== "aws_lambda_invocation"),
  };

  test("of every studio, if the deployment asks for a sweep", async () => {
    const { people } = await planned({ "studio-lab": quiet, [RESEARCH]: quiet, onboarding: forgets });
    expect(people.swept).toEqual([`research ${DOMAIN}`, `lab ${DOMAIN}`]);
  });

  test("of a domain that was there before the studio", async () => {
    const fresh = { "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-new") };
    const { people } = await planned(fresh, undefined, undefined, [PLATFORM], { existingDomainId: "d-abcdef012345" });
    expect(people.swept).toEqual(["research d-abcdef012345"]);
  });

  test("of those whose groups change otherwise, and not of a domain that is not there", async () => {
    const removal = { "studio-lab": quiet, [RESEARCH]: rawPlanOf("research-remove"), onboarding: withoutSweep };
    expect((await planned(removal)).people.swept).toEqual([`research ${DOMAIN}`]);
    const fresh = { "studio-lab": rawPlanOf("research-new"), [RESEARCH]: quiet };
    const { report, people } = await planned(fresh);
    expect(people.swept).toEqual([]);
    expect(summary(report)).toMatch(/Studio `lab`: not known: it is new/);
  });
});

test("what a plan's conditions warn of is told", () => {
  const plan = planOf("research-same", (raw) => {
    const instances = [{ address: {}, status: "fail", problems: [{ message: "its default role should be another" }] }];
    Object.assign(raw, { checks: [{ address: {}, status: "fail", instances }] });
  });
  expect(plan.warnings).toEqual(["its default role should be another"]);
});
