import { guardOnboarding, guardStudio, rolesToLookFor } from "../../pipeline/guard";
import type { Holders } from "../../pipeline/holders";
import { studioPlan } from "../../pipeline/studio-plan";
import {
  changeOf,
  DOMAIN,
  FRAUD,
  having,
  PLATFORM,
  PRICING,
  planOf,
  type RawPlan,
  roleOf,
  studioWith,
} from "./example";

const NOBODY = having(FRAUD);
const ALICE = having(FRAUD, "alice", "bob");
const UNKNOWN: Holders = { kind: "unknown", reason: "AccessDeniedException: not authorized" };

/** The studio's stack without what its name begins with, as if the code had changed. */
function deleting(name: string): (plan: RawPlan) => void {
  return (plan) => {
    const role = plan.prior_state.values.root_module.resources?.find(
      ({ address }) => address === `aws_iam_role.${name}`,
    );
    const change = { actions: ["delete"], before: role?.values, after: null };
    plan.resource_changes.push({
      address: `aws_iam_role.${name}`,
      mode: "managed",
      type: "aws_iam_role",
      name,
      change,
    });
  };
}

/** A role that Terraform deletes to make it anew. */
function replacing(name: string): (plan: RawPlan) => void {
  return (plan) => {
    deleting(name)(plan);
    const { change } = changeOf(plan, `aws_iam_role.${name}`);
    change.actions = ["delete", "create"];
    change.after = { ...change.before, path: "/elsewhere/" };
    change.replace_paths = [["path"]];
  };
}

function withoutDomain(plan: RawPlan): void {
  const { root_module: root } = plan.prior_state.values;
  root.resources = root.resources?.filter(({ type }) => type !== "aws_sagemaker_domain") ?? [];
}

/** The domain was deleted by somebody else: Terraform found out while it refreshed its state. */
function domainGone(plan: RawPlan): void {
  const domain = plan.prior_state.values.root_module.resources?.find(({ type }) => type === "aws_sagemaker_domain");
  withoutDomain(plan);
  const change = { actions: ["delete"], before: domain?.values, after: null };
  const place = { address: "aws_sagemaker_domain.domain", type: "aws_sagemaker_domain", name: "domain" };
  plan.resource_drift.push({ ...place, mode: "managed", change });
}

/** The domain goes out of the stack. */
function domainDropped(plan: RawPlan): void {
  const { change, ...rest } = changeOf(plan, "aws_sagemaker_domain.domain");
  const dropped = { ...rest, change: { actions: ["delete"], before: change.before, after: null } };
  plan.resource_changes = plan.resource_changes.map((each) => (each.address === rest.address ? dropped : each));
}

const both = [PLATFORM, FRAUD];

interface Case {
  readonly plan: string;
  readonly change?: (plan: RawPlan) => void;
  readonly groups?: readonly { readonly adGroup: string }[];
  readonly more?: object;
  readonly holders?: Holders;
  /** What the refusal says; nothing if there is none. */
  readonly refused: readonly RegExp[];
}

const CASES: Readonly<Record<string, Case>> = {
  "nothing changes": { plan: "research-same", groups: both, refused: [] },
  "a studio is new": { plan: "research-new", groups: both, refused: [] },
  "a group is added": { plan: "research-add", groups: [...both, PRICING], refused: [] },
  "a group is removed that nobody is in": { plan: "research-remove", holders: NOBODY, refused: [] },
  "a group is removed that somebody is in": { plan: "research-remove", holders: ALICE, refused: [] },
  "a group is removed, and nobody may look": { plan: "research-remove", holders: UNKNOWN, refused: [] },
  "the domain is made anew": {
    plan: "research-vpc",
    groups: both,
    refused: [new RegExp(`${DOMAIN}.*made anew.*vpc_id \\(vpcId in the config\\).*everybody's profiles`)],
  },
  "the domain is tainted": {
    plan: "research-vpc",
    groups: both,
    change: (plan) => {
      const domain = changeOf(plan, "aws_sagemaker_domain.domain");
      domain.action_reason = "replace_because_tainted";
      delete domain.change.replace_paths;
    },
    refused: [/tainted.* untaint aws_sagemaker_domain\.domain/s],
  },
  "the domain is deleted": {
    plan: "research-vpc",
    groups: both,
    change: domainDropped,
    refused: [/would be deleted\..*remove-a-studio/s],
  },
  "the stack's own domain is named as an existing one": {
    plan: "research-vpc",
    groups: both,
    change: domainDropped,
    more: { existingDomainId: DOMAIN },
    refused: [/existingDomainId.*terraform -chdir=cdktf\.out\/stacks\/studio-research state rm/s],
  },
  "the domain was handed over": {
    plan: "research-same",
    groups: both,
    change: withoutDomain,
    more: { existingDomainId: DOMAIN },
    refused: [],
  },
  "the domain is another, and somebody is in the first": {
    plan: "research-same",
    groups: both,
    change: withoutDomain,
    more: { existingDomainId: "d-another00000" },
    holders: ALICE,
    refused: [new RegExp(`leave its domain ${DOMAIN} for d-another00000.*2 profiles: alice, bob`)],
  },
  "the domain is another, and nobody is in the first": {
    plan: "research-same",
    groups: both,
    change: withoutDomain,
    more: { existingDomainId: "d-another00000" },
    holders: NOBODY,
    refused: [],
  },
  "the domain is another, and nobody may look": {
    plan: "research-same",
    groups: both,
    change: withoutDomain,
    more: { existingDomainId: "d-another00000" },
    holders: UNKNOWN,
    refused: [/not known: AccessDeniedException/],
  },
  "an existing domain is to be one of the stack's own": {
    plan: "research-same",
    groups: both,
    change: withoutDomain,
    holders: ALICE,
    refused: [/for a new one/],
  },
  "the domain is gone in AWS": { plan: "research-same", groups: both, change: domainGone, refused: [] },
  "the domain is gone in AWS, and a group is swapped": {
    plan: "research-swap",
    groups: [PLATFORM, PRICING],
    change: domainGone,
    refused: [],
  },
  "a group is swapped for another while somebody is in it": {
    plan: "research-swap",
    groups: [PLATFORM, PRICING],
    holders: ALICE,
    refused: [/lose studio-research\.ml-fraud.*"ML Pricing" in one plan, while 2 profiles.*alice, bob.*add first/s],
  },
  "a group is swapped for another that nobody is in": {
    plan: "research-swap",
    groups: [PLATFORM, PRICING],
    holders: NOBODY,
    refused: [],
  },
  "a group is swapped for another, and nobody may look": {
    plan: "research-swap",
    groups: [PLATFORM, PRICING],
    holders: UNKNOWN,
    refused: [/not known: AccessDeniedException/],
  },
  "a group's role is made anew while somebody has it": {
    plan: "research-same",
    groups: both,
    change: replacing("role_ml-fraud-0316f50aa8"),
    holders: ALICE,
    refused: [/get the same anew in one plan, while 2 profiles/],
  },
  "a group's role is made anew that nobody has": {
    plan: "research-same",
    groups: both,
    change: replacing("role_ml-fraud-0316f50aa8"),
    holders: NOBODY,
    refused: [],
  },
  "the role of who was cut off is deleted": {
    plan: "research-same",
    groups: both,
    change: deleting("no-access"),
    refused: [/studio-research-no-access would be deleted while the domain/],
  },
  "the provisioner is made anew": {
    plan: "research-same",
    groups: both,
    change: replacing("provisioner"),
    refused: [/studio-research-provisioner \(made anew\)/],
  },
  "the reader is deleted": {
    plan: "research-same",
    groups: both,
    change: deleting("reader"),
    refused: [/studio-research-reader/],
  },
  "the reader is deleted where the domain is gone": {
    plan: "research-same",
    groups: both,
    change: (plan) => {
      deleting("reader")(plan);
      domainGone(plan);
    },
    refused: [],
  },
  "a whole studio is destroyed": {
    plan: "research-vpc",
    groups: both,
    change: (plan) => {
      domainDropped(plan);
      for (const name of ["no-access", "provisioner", "role_ml-fraud-0316f50aa8"]) deleting(name)(plan);
    },
    refused: [/everybody's profiles/],
  },
};

describe("the guard", () => {
  test.each(Object.entries(CASES))("%s", (_, { plan, change, groups = [PLATFORM], more, holders, refused }) => {
    const studio = studioWith(groups, more);
    const verdict = guardStudio(studioPlan("studio-research", studio, planOf(plan, change)), holders);
    const told = verdict.refusals.map(({ why, wayOut }) => `${why}\n${wayOut}`);
    expect(told).toHaveLength(refused.length);
    refused.forEach((said, index) => {
      expect(told[index]).toMatch(said);
    });
  });
});

describe("what a reviewer is told", () => {
  const notesOf = (plan: string, holders: Holders | undefined, change?: (plan: RawPlan) => void) =>
    guardStudio(studioPlan("studio-research", studioWith([PLATFORM]), planOf(plan, change)), holders).notes;

  test("who has a role that is deleted, and what becomes of them", () => {
    expect(notesOf("research-remove", ALICE)).toEqual([
      "studio-research.ml-fraud-0316f50aa8 is deleted: 2 profiles: alice, bob; they are moved or removed first",
      expect.stringMatching(/^studio-research@fraud is deleted: jobs, endpoints/),
    ]);
    expect(notesOf("research-remove", NOBODY)[0]).toMatch(/nobody has it$/);
    expect(notesOf("research-remove", UNKNOWN)[0]).toMatch(/not known \(AccessDeniedException.*looks again/);
  });

  test("nothing of people who would have to be moved, where a role goes that is nobody's", () => {
    expect(notesOf("research-same", undefined, deleting("no-access"))).toEqual([]);
  });

  test("that nobody is moved where sweeps only report", () => {
    const studio = studioWith([PLATFORM], { existingDomainId: DOMAIN });
    const plan = studioPlan("studio-research", studio, planOf("research-remove", withoutDomain));
    expect(guardStudio(plan, ALICE).notes[0]).toMatch(/2 profiles: alice, bob; sweeps of this studio only report/);
  });

  test("that the domain is gone", () => {
    const notes = notesOf("research-same", undefined, domainGone);
    expect(notes).toEqual([expect.stringMatching(new RegExp(`domain ${DOMAIN} is gone in AWS`))]);
  });

  test("that a studio is forgotten whose entry was removed", () => {
    const { refusals, notes } = guardOnboarding(planOf("onboarding-forgets"), ["research"]);
    expect(refusals).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^studio lab is no longer in the config/)]);
    expect(guardOnboarding(planOf("onboarding-forgets"), ["research", "lab"]).notes).toEqual([]);
  });
});

describe("the roles whose holders have to be known", () => {
  const looked = (plan: string, change?: (plan: RawPlan) => void, more?: object) =>
    rolesToLookFor(studioPlan("studio-research", studioWith([PLATFORM], more), planOf(plan, change)));

  test("are those that are deleted, and all where the domain is left", () => {
    expect(looked("research-same")).toEqual([]);
    expect(looked("research-remove")).toEqual([roleOf(FRAUD)]);
    expect(looked("research-same", withoutDomain, { existingDomainId: "d-another00000" }).toSorted()).toEqual(
      [roleOf(FRAUD), roleOf(PLATFORM)].toSorted(),
    );
    expect(looked("research-vpc")).toEqual([]);
  });
});

test("a plan file of a Terraform that nobody knows is refused", () => {
  const read = (change: (plan: RawPlan) => void) => () => planOf("research-same", change);
  expect(read((plan) => Object.assign(plan, { format_version: "2.0" }))).toThrow(
    /format that is known.*format_version/s,
  );
  expect(read((plan) => Object.assign(plan, { errored: true }))).toThrow(/broke off/);
  expect(
    read((plan) => {
      const [first] = plan.resource_changes;
      if (first) first.change.actions = ["vanish"];
    }),
  ).toThrow(/actions/);
});
