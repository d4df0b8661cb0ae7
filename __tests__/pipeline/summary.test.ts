import { planDigest } from "../../pipeline/digest";
import type { DrySweep } from "../../pipeline/dry-sweep";
import { type PlanReport, summary } from "../../pipeline/summary";
import { configWith, FRAUD, PRICING, planOf, type RawPlan, studioWith } from "./example";

const NOTHING: PlanReport = {
  stacks: [],
  refusals: [],
  notes: [],
  order: { steps: [], later: [] },
  added: [],
  sweeps: [],
  access: { kind: "diff", base: "0123456789abcdef", text: "" },
  planOnly: false,
};

function stack(name: string, change?: (plan: RawPlan) => void) {
  const plan = planOf(name, change);
  const hasChanges = plan.changes.length > 0;
  return { kind: "planned", stack: "studio-research", plan, hasChanges, digest: planDigest(plan) } as const;
}

const told = (report: Partial<PlanReport>) => summary({ ...NOTHING, ...report });

describe("the summary", () => {
  test("counts and lists what changes, with attributes and without their values", () => {
    const text = told({ stacks: [stack("research-vpc")] });
    expect(text).toContain("| `studio-research` | 0 | 7 | 1 | 0 | changes |");
    expect(text).toContain("| replace | `aws_sagemaker_domain.domain` | `vpc_id` |");
    expect(text).toContain("| update | `aws_iam_policy.policy_mlops-1` | `policy` |");
    expect(text).not.toContain("vpc-0123456789abcdef1");
    expect(told({ stacks: [stack("research-same")] })).toMatch(/\n\nNo changes\.\n/);
  });

  test("says of every group that is added whose it is, with which role, and what it may do", () => {
    const [studio] = configWith([PRICING]).studios;
    const [group] = studio?.groups ?? [];
    const added = studio && group ? [{ studio, group }] : [];
    expect(told({ added })).toContain(
      "| `research` | `ML Pricing` | `pricing` | `studio-research.ml-pricing-e67963a11a`<br>" +
        "`arn:aws:iam::123456789012:role/studio/research/studio-research.ml-pricing-e67963a11a` | `data-scientist` |",
    );
  });

  test("leads with a refusal, its reason and the way out", () => {
    const refusals = [{ stack: "studio-research", why: "it would delete a domain", wayOut: "do not" }];
    const text = told({ refusals, stacks: [stack("research-vpc")] });
    expect(text).toMatch(/\*\*Refused\*\*.*### Refused.*it would delete a domain\.\n.*What to do: do not\./s);
  });

  test("names people by user name, or by id where there is none, and what is done in words", () => {
    const sweeps: DrySweep[] = [
      {
        kind: "known",
        studio: "research",
        managed: 3,
        people: [
          { userId: "1", userName: "alice", profile: "alice", actions: ["tag", "assignRole"] },
          { userId: "2", userName: "bob", profile: undefined, actions: ["create"] },
        ],
        withheld: [{ userId: "33-id", userName: undefined, profile: "carol", actions: ["mark", "cutOff", "wait"] }],
        stopped: "1 of 3 profiles would be removed",
        reportsOnly: true,
      },
      { kind: "unknown", studio: "lab", reason: "AccessDeniedException: not authorized" },
    ];
    const text = told({ sweeps });
    expect(text).toContain("Studio `research`, 3 profiles now: 2 changes. 1 removal withheld: 1 of 3 profiles");
    expect(text).toContain("| `alice` | `alice` | tags are written, gets another role |");
    expect(text).toContain("| `bob` | none | gets a profile |");
    expect(text).toContain("| `33-id` | `carol` | withheld: is to be removed later, access is cut |");
    expect(text).toContain("Sweeps of this studio only report");
    expect(text).toContain("Studio `lab`: not known: AccessDeniedException: not authorized.");
  });

  test("shows how the access report differs, or why that is not known", () => {
    expect(told({ access: { kind: "unknown", reason: "no base" } })).toContain("Not compared: no base.");
    const text = told({ access: { kind: "diff", base: "0123456789abcdef", text: "-| a | no |\n+| a | ``` yes |" } });
    expect(text).toContain("differs from `0123456789ab`:\n\n````diff\n-| a | no |\n+| a | ``` yes |\n````");
    expect(told({})).not.toContain("What groups may do");
  });

  test("says in which order the plans are applied where that is not plain, and what is left for later", () => {
    const steps = [
      { stack: "onboarding", waits: false },
      { stack: "studio-research", waits: true },
    ];
    const text = told({ order: { steps, later: [] } });
    expect(text).toContain("in this order: `onboarding`, `studio-research` when nobody has its roles.");
    expect(told({ order: { steps: steps.slice(0, 1), later: [] } })).not.toContain("in this order");
    expect(told({ order: { steps: [], later: ["studio-lab"] } })).toMatch(/Not applied before .*: `studio-lab`\./);
  });

  test("is never longer than a comment may be", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `+| line ${index} | yes | no |`).join("\n");
    const people = Array.from({ length: 900 }, (_, index) => {
      return { userId: `${index}`, userName: `person-${index}`, profile: `p-${index}`, actions: ["create"] as const };
    });
    const sweep = { kind: "known", managed: 1, withheld: [], stopped: undefined, reportsOnly: false } as const;
    const sweeps = ["a", "b", "c"].map((studio) => ({ ...sweep, studio, people }));
    const crowded = (plan: RawPlan) => {
      for (let copy = 0; copy < 50; copy++) plan.resource_changes.push(...plan.resource_changes.slice(0, 10));
    };
    const access = { kind: "diff", base: "0", text: many } as const;
    const one = told({ stacks: [stack("research-add", crowded)], sweeps, access });
    expect(one.length).toBeLessThan(60_000);
    expect(one).toMatch(/and 850 more/);
    expect(one).toMatch(/and \d+ more \|/);
    expect(one).toMatch(/… \d+ more characters\n```/);
    const stacks = Array.from({ length: 50 }, () => stack("research-add", crowded));
    const all = told({ stacks, sweeps, access });
    expect(all.length).toBeLessThan(61_000);
    expect(all).toMatch(/… \d+ more characters\n$/);
  });

  test("lets no name become a link, a mention, or a cell of its own", () => {
    const adGroup = "ML | `x` @here <img src=y> [z](w)";
    const [group] = studioWith([{ ...FRAUD, adGroup }]).groups;
    const studio = studioWith([FRAUD]);
    const refusals = [{ stack: "s", why: `loses ${adGroup}`, wayOut: "no" }];
    const text = told({ added: group ? [{ studio, group }] : [], refusals });
    expect(text).toContain("| ``ML \\| `x` @here <img src=y> [z](w)`` |");
    expect(text).toContain("loses ML \\| \\`x\\` @\u200bhere &lt;img src=y> \\[z](w).");
  });
});
