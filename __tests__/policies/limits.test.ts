import { groupSlug } from "../../naming";
import { ACTIVITY_NAMES, PERSONA_NAMES } from "../../policies/personas";
import { policyDocument } from "../../policies/statement";
import type { StudioScope } from "../../policies/studio-scope";
import { teamData } from "../../policies/team-data";
import type { World } from "../../rehearsal/world";
import { parseConfig } from "../../stacks/config/load";
import { synthesize as readStacks } from "../stacks/synthesize";
import { type FoundDocument, policyDocuments } from "./documents";
import { oversized } from "./lint";
import { HOME_ACCOUNT, IDENTITY_STORE, PARTITIONS, type Partition, synthesize } from "./synthesized";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const POLICIES_PER_ROLE = 10;

const ACCOUNT = "444455556666";
/** The longest names that the config takes, of the Regions that there are. */
const STUDIO = "a-studio-with-24-letters";
const REGIONS: Record<Partition, string> = {
  aws: "ap-northeast-1",
  "aws-cn": "cn-northwest-1",
  "aws-us-gov": "us-gov-west-1",
};

const SCOPE: StudioScope = {
  name: STUDIO,
  partition: "aws",
  region: REGIONS.aws,
  accountId: ACCOUNT,
  domainId: "d-1",
  homeFileSystemId: "fs-1",
  kmsKeyArn: undefined,
  network: undefined,
  encryption: undefined,
  longestJob: undefined,
};

/** SageMaker and EFS make up ids: 14 characters for a domain, 20 for a file system. */
const LONG_ID = "x".repeat(24);

/** A group as the config writes it. */
interface Group {
  readonly adGroup: string;
  readonly team: string;
  readonly persona?: string;
  readonly activities?: readonly string[];
  readonly buckets?: readonly string[];
  readonly repositories?: readonly string[];
  readonly databases?: readonly string[];
  readonly managedPolicyArns?: readonly string[];
}

/** What makes policies as long as the config lets them become. */
type Prescribed = "nothing" | "network" | "encryption" | "network and encryption";

/** The text of a config with these groups in one studio. */
function configWith(partition: Partition, groups: readonly Group[], prescribed: Prescribed = "nothing"): string {
  const region = REGIONS[partition];
  const ids = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index.toString(16).padStart(17, "0")}`);
  const keys = (from: number, count: number) =>
    Array.from(
      { length: count },
      (_, index) => `arn:${partition}:kms:${region}:${ACCOUNT}:key/mrk-${String(from + index).padStart(32, "0")}`,
    );
  const studio = {
    name: STUDIO,
    accountId: ACCOUNT,
    region,
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ids("subnet", 1),
    kmsKeyArn: keys(0, 1)[0],
    ...(prescribed.includes("network") && {
      network: { subnetIds: ids("subnet", 16), securityGroupIds: ids("sg", 5) },
    }),
    ...(prescribed.includes("encryption") && {
      encryption: { volumeKeyArns: keys(1, 5), outputKeyArns: keys(6, 5) },
    }),
    outsideIdentityCenter: {
      domainId: `d-${"0".repeat(61)}`,
      samlProviderArns: ids("provider", 5).map((id) => `arn:${partition}:iam::${ACCOUNT}:saml-provider/${id}`),
    },
    groups,
  };
  const identityCenter = {
    accountId: HOME_ACCOUNT,
    region,
    identityStoreId: IDENTITY_STORE,
    instanceArn: `arn:${partition}:sso:::instance/ssoins-1234567890abcdef`,
  };
  return JSON.stringify({ identityCenter, studios: [studio] });
}

/** The stacks of a config as AWS would hold them. */
function worldOf(config: string): World {
  return synthesize(parseConfig(config, "limits.yaml")).world;
}

/** What the studio's stack of a config makes, by its address. (The other stack holds the groups in the config's order.) */
function resourcesOf(config: string): Map<string, unknown> {
  const resource = readStacks(config)[`studio-${STUDIO}`]?.json.resource ?? {};
  return new Map(
    Object.entries(resource).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, block]) => [`${type}.${id}`, block] as const),
    ),
  );
}

/** The managed policies of each role, by the role's id, as the addresses of what attaches them say. */
function attachedIn(addresses: Iterable<string>): Map<string, string[]> {
  const attached = new Map<string, string[]>();
  for (const address of addresses) {
    const [, role = "", name = ""] = /^aws_iam_role_policy_attachment\.([a-z]+_[^_]+)_(.+)$/.exec(address) ?? [];
    if (role !== "") attached.set(role, [...(attached.get(role) ?? []), name]);
  }
  return attached;
}

/** The managed policies of a role, or the message with which the config is refused. */
function attachedOrRefused(config: string, role: string): string | readonly string[] {
  try {
    return attachedIn(resourcesOf(config).keys()).get(role) ?? [];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The addresses of what both have, and have differently. */
function changed(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter(
    (address) => JSON.stringify(before.get(address)) !== JSON.stringify(after.get(address)),
  );
}

function added(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...after.keys()].filter((address) => !before.has(address));
}

const EVERY_ACCESS: readonly Group[] = [
  ...PERSONA_NAMES.map((persona) => ({ adGroup: persona, team: "fraud", persona })),
  ...ACTIVITY_NAMES.map((name) => ({ adGroup: `only ${name}`, team: "fraud", activities: [name] })),
];
/** More than anybody needs, and in some studios more than a role can have. */
const EVERYTHING: Group = { adGroup: "everything", team: "fraud", activities: ACTIVITY_NAMES };
/** The partition whose ARNs are the longest. */
const LONGEST: Partition = "aws-us-gov";
const PRESCRIBED: readonly Prescribed[] = ["nothing", "network", "encryption", "network and encryption"];

describe("with the longest names that there are", () => {
  test.each(PRESCRIBED)(
    "with %s prescribed, no policy is too long, and no role has too many, for any persona and any activity",
    (prescribed) => {
      const world = worldOf(configWith(LONGEST, EVERY_ACCESS, prescribed));
      expect(oversized(policyDocuments(world).map((found) => withLongIds(world, found)))).toEqual([]);
      const attached = [...attachedIn(world.blocks.map(({ address }) => address))];
      // Every group's role and the team's compute role.
      expect(attached).toHaveLength(EVERY_ACCESS.length + 1);
      expect(attached.filter(([, policies]) => policies.length > POLICIES_PER_ROLE)).toEqual([]);
    },
  );

  test.each(PRESCRIBED)(
    "with %s prescribed, all activities fit, or are refused by name, in any order",
    (prescribed) => {
      const outcomes = [ACTIVITY_NAMES, [...ACTIVITY_NAMES].reverse(), [...ACTIVITY_NAMES].sort()].map((activities) =>
        attachedOrRefused(configWith(LONGEST, [{ ...EVERYTHING, activities }], prescribed), "role_everything"),
      );
      for (const outcome of outcomes) {
        if (typeof outcome === "string") {
          expect(outcome).toMatch(new RegExp(`^studio ${STUDIO}: group "everything": 1[1-9] managed policies`));
          expect(prescribed).not.toBe("nothing");
        } else expect(outcome.length).toBeLessThanOrEqual(POLICIES_PER_ROLE);
        // A group is not refused for the order of a list.
        expect(outcome).toEqual(outcomes[0]);
      }
    },
  );
});

describe.each(PARTITIONS)("in partition %s", (partition) => {
  test("every ARN is of this partition", () => {
    const stacks = readStacks(configWith(partition, EVERY_ACCESS, "network and encryption"));
    const partitions = Object.values(stacks).flatMap(({ text }) =>
      [...text.matchAll(/\barn:([^:"]+):/g)].map(([, of]) => of),
    );
    expect(new Set(partitions)).toEqual(new Set([partition]));
  });

  test("2 groups of a persona have the same managed policies as 50", () => {
    const managed = (count: number) => {
      const groups = Array.from({ length: count }, (_, index) => ({
        adGroup: `ML Team ${index}`,
        team: `team-${index}`,
        buckets: [`acme-team-${index}`],
        persona: "mlops",
      }));
      const resources = resourcesOf(configWith(partition, groups));
      return new Map([...resources].filter(([address]) => address.startsWith("aws_iam_policy.")));
    };
    const [two, fifty] = [managed(2), managed(50)];
    expect([...fifty.keys()]).toEqual([...two.keys()]);
    expect(changed(two, fifty)).toEqual([]);
  });
});

describe("managed policies of a group's own", () => {
  const own = (count: number) =>
    Array.from({ length: count }, (_, index) => `arn:aws-us-gov:iam::${ACCOUNT}:policy/our-own-${index}`);
  const attachedTo = (group: Group, prescribed: Prescribed, id = `role_${groupSlug(group.adGroup)}`) =>
    attachedIn(resourcesOf(configWith("aws-us-gov", [group], prescribed)).keys()).get(id) ?? [];

  const personas = EVERY_ACCESS.filter(({ persona }) => persona);
  test.each<{ group: Group; prescribed: Prescribed }>([
    ...personas.map((group) => ({ group, prescribed: "network and encryption" as const })),
    { group: EVERYTHING, prescribed: "nothing" },
  ])(
    "are attached while there is room, and refused by name where there is none: $group.adGroup with $prescribed prescribed",
    ({ group, prescribed }) => {
      const room = POLICIES_PER_ROLE - attachedTo(group, prescribed).length;
      expect(room).toBeGreaterThanOrEqual(0);
      if (room > 0) {
        expect(attachedTo({ ...group, managedPolicyArns: own(room) }, prescribed)).toHaveLength(POLICIES_PER_ROLE);
      }
      expect(() => attachedTo({ ...group, managedPolicyArns: own(room + 1) }, prescribed)).toThrow(
        `studio ${STUDIO}: group "${group.adGroup}": ${POLICIES_PER_ROLE + 1} managed policies`,
      );
    },
  );

  test("are not attached to the compute role, which is not the group's", () => {
    const viewers: Group = { adGroup: "viewers", team: "fraud", persona: "viewer" };
    const withOwn = { ...viewers, managedPolicyArns: own(3) };
    expect(attachedTo(withOwn, "nothing")).toHaveLength(attachedTo(viewers, "nothing").length + 3);
    const compute = attachedTo(viewers, "nothing", "compute_fraud");
    expect(attachedTo(withOwn, "nothing", "compute_fraud")).toEqual(compute);
    expect(compute).not.toEqual([]);
  });
});

describe("what is a team's by name", () => {
  /** AWS's limit on a role's inline policies together. */
  const LIMIT = 10_240;
  const databases = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `${"d".repeat(240)}_${String(from + index).padStart(2, "0")}`);

  /** Databases and repositories whose policy has exactly so many characters. */
  function dataOf(partition: Partition, length: number): Pick<Group, "databases" | "repositories"> {
    const scope = { ...SCOPE, partition, region: REGIONS[partition] };
    const repositories: string[] = [];
    for (;;) {
      const data = { databases: databases(0, 12), repositories: [...repositories, ""] };
      const room = length - policyDocument(teamData(scope, data, true)).length;
      if (room <= 256) return { ...data, repositories: [...repositories, "r".repeat(room)] };
      repositories.push(`${"r".repeat(150)}${repositories.length}`);
    }
  }

  test.each(PARTITIONS)("is refused by the role's name in %s where AWS would refuse it for its length", (partition) => {
    const group = (length: number): Group => ({
      adGroup: "scientists",
      team: "fraud",
      persona: "mlops",
      ...dataOf(partition, length),
    });
    const world = worldOf(configWith(partition, [group(LIMIT)]));
    const inline = policyDocuments(world).filter(({ where }) => where.includes("role_scientists_team-data"));
    expect(inline.map(({ text }) => text.length)).toEqual([LIMIT]);
    expect(oversized(policyDocuments(world))).toEqual([]);
    expect(() => resourcesOf(configWith(partition, [group(LIMIT + 1)]))).toThrow(`role studio-${STUDIO}.scientists: `);
  });

  test("is refused by the compute role's name where a team's groups have too much together", () => {
    const groups = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        adGroup: `group ${index}`,
        team: "fraud",
        persona: "mlops",
        databases: databases(10 * index, 5),
      }));
    expect(oversized(policyDocuments(worldOf(configWith("aws", groups(2)))))).toEqual([]);
    expect(() => resourcesOf(configWith("aws", groups(8)))).toThrow(`role studio-${STUDIO}@fraud: `);
  });
});

describe("names and documents", () => {
  const groups: readonly Group[] = [
    { adGroup: "Fraud Scientists", team: "fraud", persona: "data-scientist", buckets: ["acme-scientists"] },
    { adGroup: "Fraud Ops", team: "fraud", persona: "mlops", buckets: ["acme-ops", "acme-shared"] },
    { adGroup: "Fraud Readers", team: "fraud", activities: ["view", "hub", "search-and-visualize", "manage-jobs"] },
    { adGroup: "Risk Readers", team: "risk", activities: ["manage-jobs", "hub", "view", "search-and-visualize"] },
    { adGroup: "Risk Askers", team: "risk", activities: ["invoke-endpoints"] },
  ];
  const config = (each: readonly Group[]) => configWith("aws", each, "network and encryption");
  const written = resourcesOf(config(groups));

  test("are the same in every synthesis", () => {
    const texts = () => Object.values(readStacks(config(groups))).map(({ text }) => text);
    expect(texts()).toEqual(texts());
  });

  test("do not depend on the order of the groups", () => {
    const reversed = resourcesOf(config([...groups].reverse()));
    expect([changed(written, reversed), added(written, reversed)]).toEqual([[], []]);
  });

  test.each(["Fraud Readers", "Risk Readers"])("do not depend on the order of the activities of %s", (name) => {
    const turned = resourcesOf(
      config(
        groups.map((group) =>
          group.adGroup === name ? { ...group, activities: [...(group.activities ?? [])].reverse() } : group,
        ),
      ),
    );
    expect([changed(written, turned), added(written, turned)]).toEqual([[], []]);
  });

  test("stay as they are when a group is added before all others", () => {
    const newcomer = { adGroup: "A Newcomer", team: "newcomers", persona: "viewer", buckets: ["acme-new"] };
    const after = resourcesOf(config([newcomer, ...groups]));
    expect(changed(written, after)).toEqual([]);
    const made = added(written, after);
    // A role for the group and one for its team, with what is attached to them.
    expect(made.filter((address) => !/a-newcomer|newcomers/.test(address))).toEqual([]);
    expect(made.filter((address) => address.startsWith("aws_iam_role."))).toHaveLength(2);
  });

  test("stay as they are when a group gets one more managed policy before its others", () => {
    const own = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
    const withOwn = (...names: string[]) =>
      resourcesOf(
        config(
          groups.map((group) =>
            group.adGroup === "Risk Askers" ? { ...group, managedPolicyArns: names.map(own) } : group,
          ),
        ),
      );
    const before = withOwn("second");
    const after = withOwn("first", "second");
    expect(changed(before, after)).toEqual([]);
    expect(added(before, after)).toEqual([
      `aws_iam_role_policy_attachment.role_${groupSlug("Risk Askers")}_${groupSlug(own("first"))}`,
    ]);
  });
});

/** The document as it would be with longer ids than AWS makes up. */
function withLongIds({ blocks }: World, found: FoundDocument): FoundDocument {
  const ids = blocks
    .filter(({ type }) => type === "aws_sagemaker_domain")
    .flatMap((block) => [block.attribute("id"), block.attribute("home_efs_file_system_id")]);
  const text = ids.reduce<string>((longer, id) => longer.replaceAll(String(id), LONG_ID), found.text);
  return { ...found, text };
}
