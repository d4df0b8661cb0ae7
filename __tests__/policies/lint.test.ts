import { executionRolePath } from "../../naming";
import type { PolicyStatement } from "../../rehearsal/policy-document";
import { type FoundDocument, policyDocuments } from "./documents";
import { canMatch, type Finding, lint, oversized, RULES, type Rule, unescaped } from "./lint";
import { exampleConfig, PARTITIONS, type Partition, type Synthesized, synthesize } from "./synthesized";

const PASSABLE = "arn:aws:iam::444455556666:role/studio/research/*";
const PROFILE = "arn:aws:sagemaker:eu-west-1:444455556666:user-profile/d-1/*";

/** Findings that stay, by statement and rule, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "DeleteAppsOfProfiles vacuous-condition":
    "an app of a profile has no key to compare with but the absence of a space's; AWS sets the key from the space, not " +
    "the caller",
};

describe.each(PARTITIONS)("the synthesized policies in partition %s", (partition) => {
  const synthesized = synthesize(exampleConfig(partition));
  const documents = policyDocuments(synthesized.world);

  test("are all found", () => {
    const { roles, queues, blocks } = synthesized.world;
    const count = (kind: string) => documents.filter((each) => each.kind === kind).length;
    expect(count("trust")).toBe(roles.size);
    expect(count("resource")).toBe(queues.length);
    expect(count("managed") + count("inline")).toBe(
      blocks.filter(({ type }) => type === "aws_iam_policy" || type === "aws_iam_role_policy").length,
    );
    // Terraform would make such a document where nothing here reads it.
    expect(blocks.filter(({ type }) => type === "data.aws_iam_policy_document")).toEqual([]);
  });

  test("are what AWS's reference says they can be", async () => {
    const findings: Finding[] = [];
    for (const { where, kind, stack, document } of documents) {
      findings.push(
        ...(await lint({ where, kind, document, partition, passable: passable(synthesized, stack, partition) })),
      );
    }
    expect(findings.filter(({ where, rule }) => !isAccepted(where, rule))).toEqual([]);
    // A reason for what is no longer found would only mislead.
    expect(
      Object.keys(ACCEPTED).filter((each) => !findings.some(({ where, rule }) => keyOf(where, rule) === each)),
    ).toEqual([]);
  });

  test("fit AWS's limits", () => {
    expect(oversized(documents)).toEqual([]);
  });

  test("leave IAM its variables, and nothing unresolved", () => {
    expect([...synthesized.texts.values()].flatMap(unescaped)).toEqual([]);
    // The check above would pass on stacks without a variable too.
    expect([...synthesized.texts.values()].join()).toContain("$${sagemaker:UserProfileName}");
  });

  test("are as many for 50 groups as for 2, and no more than 10 a role", () => {
    const fifty = Array.from({ length: 50 }, (_, index) => ({
      adGroup: `ML Team ${index}`,
      team: `team-${index}`,
      persona: "mlops",
      buckets: [`acme-team-${index}`],
    }));
    const many = synthesize(exampleConfig(partition, { groups: JSON.stringify(fifty) }));
    const managed = ({ world }: Synthesized) => policyDocuments(world).filter(({ kind }) => kind === "managed");
    expect(managed(many).map(({ document }) => document)).toEqual(managed(synthesized).map(({ document }) => document));
    expect(oversized(policyDocuments(many.world))).toEqual([]);
    for (const { world } of [synthesized, many]) {
      const roles = world.blocks
        .filter(({ type }) => type === "aws_iam_role_policy_attachment")
        .map(({ stack, config }) => `${stack.name} ${String(config.role)}`);
      const attached = roles.map((role) => roles.filter((other) => other === role).length);
      expect(Math.max(...attached)).toBeLessThanOrEqual(10);
    }
  });
});

/** A studio passes the roles under its own path, to its own profiles. */
function passable({ config }: Synthesized, stack: string, partition: Partition): string[] {
  return config.studios
    .filter(({ name }) => stack === `studio-${name}`)
    .map(({ name, accountId }) => `arn:${partition}:iam::${accountId}:role${executionRolePath(name)}*`);
}

function isAccepted(where: string, rule: Rule): boolean {
  return ACCEPTED[keyOf(where, rule)] !== undefined;
}

function keyOf(where: string, rule: Rule): string {
  return `${where.split(": ").at(-1)} ${rule}`;
}

/** A statement that nothing is wrong with. */
const GOOD: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: ["sagemaker:AddTags"],
  Resource: [PROFILE],
  Condition: {
    StringEquals: { "aws:RequestTag/studio:managed-by": "x" },
    "ForAllValues:StringEquals": { "aws:TagKeys": ["studio:managed-by"] },
  },
};

const GOOD_TRUST: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "sagemaker.amazonaws.com" },
  Condition: { StringEquals: { "aws:SourceAccount": "444455556666" } },
};

const GOOD_PASS: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "iam:PassRole",
  Resource: PASSABLE,
  Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
};

/** Statements with one thing wrong each, and the rules that must say so. */
const BROKEN: readonly (readonly [string, readonly Rule[], PolicyStatement])[] = [
  ["a misspelt action", ["unknown-action"], { ...GOOD, Action: ["sagemaker:AddTags", "sagemaker:AddTag"] }],
  ["an unknown service", ["unknown-action"], { ...GOOD, Action: ["sagemaker:AddTags", "sagemakr:AddTags"] }],
  ["a wildcard in an action", ["wildcard-action"], { ...GOOD, Action: "sagemaker:*App", Condition: {} }],
  ["every action", ["wildcard-action"], { ...GOOD, Action: "*", Condition: {} }],
  ["NotAction", ["negated-element"], { Sid: "Good", Effect: "Allow", NotAction: "iam:*", Resource: [PROFILE] }],
  [
    "NotResource",
    ["negated-element"],
    { Sid: "Good", Effect: "Deny", Action: "sagemaker:AddTags", NotResource: [PROFILE] },
  ],
  ["a misspelt key", ["unknown-key"], withCondition({ StringEquals: { "aws:RequestTags/team": "x" } })],
  [
    "a key of another action",
    ["unsupported-key"],
    withCondition({ StringEquals: { "sagemaker:SpaceSharingType": "Private" } }),
  ],
  [
    "a tag key on an action that takes no tags",
    ["unsupported-key"],
    { ...GOOD, Action: "sagemaker:UpdateUserProfile", Condition: { StringEquals: { "aws:RequestTag/team": "x" } } },
  ],
  [
    "an owner on StartSession, which AWS does not set",
    ["unsupported-key"],
    {
      ...GOOD,
      Action: "sagemaker:StartSession",
      Resource: PROFILE.replace("user-profile", "space"),
      Condition: { ArnEquals: { "sagemaker:OwnerUserProfileArn": PROFILE } },
    },
  ],
  [
    "a variable where a key must be",
    ["unsupported-key"],
    withCondition({ StringEquals: { "sagemaker:UserProfileName": "ana" } }),
  ],
  [
    "a key that was replaced",
    ["deprecated-key", "unsupported-key"],
    {
      ...GOOD,
      Action: "sagemaker:CreateTrainingJob",
      Resource: "arn:aws:sagemaker:eu-west-1:444455556666:training-job/*",
      Condition: { ArnEquals: { "sagemaker:VolumeKmsKey": "arn:aws:kms:eu-west-1:444455556666:key/1" } },
    },
  ],
  [
    "an ARN compared as a text",
    ["key-type"],
    { ...GOOD_TRUST, Condition: { StringLike: { "aws:SourceArn": "arn:aws:sagemaker:eu-west-1:444455556666:*" } } },
  ],
  ["a Bool that is none", ["key-type"], withCondition({ Bool: { "aws:SecureTransport": "yes" } })],
  ["a Null that is none", ["key-type"], withCondition({ Null: { "sagemaker:TaggingAction": "no" } })],
  [
    "an account where an ARN must be",
    ["key-type"],
    { ...GOOD_TRUST, Condition: { ArnLike: { "aws:SourceArn": "444455556666" } } },
  ],
  ["many values compared as one", ["set-operator"], withCondition({ StringEquals: { "aws:TagKeys": "team" } })],
  [
    "one value compared as many",
    ["set-operator"],
    withCondition({ "ForAnyValue:StringEquals": { "aws:RequestTag/team": "x" } }),
  ],
  [
    "ForAllValues alone: no tag key is all tag keys",
    ["vacuous-condition"],
    withCondition({ "ForAllValues:StringEquals": { "aws:TagKeys": "team" } }),
  ],
  [
    "IfExists alone",
    ["vacuous-condition"],
    withCondition({ StringEqualsIfExists: { "aws:RequestTag/team": "${aws:PrincipalTag/team}" } }),
  ],
  [
    "a denial of one value alone",
    ["vacuous-condition"],
    withCondition({ StringNotEquals: { "aws:RequestTag/team": "x" } }),
  ],
  ["only what must be absent", ["vacuous-condition"], withCondition({ Null: { "aws:RequestTag/team": "true" } })],
  ["a bucket's name for a resource", ["malformed-resource", "resource-type"], bucket("acme-data")],
  ["an ARN cut short", ["malformed-resource", "resource-type"], bucket("arn:aws:s3")],
  [
    "a key's id for a resource",
    ["malformed-resource", "resource-type"],
    { ...bucket("1234abcd"), Action: "kms:Decrypt" },
  ],
  ["another partition", ["wrong-partition"], { ...GOOD, Resource: [PROFILE, PROFILE.replace("aws", "aws-cn")] }],
  [
    "another partition in a condition",
    ["wrong-partition"],
    { ...GOOD_TRUST, Condition: { ArnLike: { "aws:SourceArn": "arn:aws-cn:sagemaker:cn-north-1:444455556666:*" } } },
  ],
  ["any type of a service", ["open-type"], { ...GOOD, Resource: "arn:aws:sagemaker:*:*:*/*" }],
  [
    "a type that no action takes",
    ["dead-resource"],
    {
      ...GOOD,
      Action: "sagemaker:CreateSpace",
      Resource: [PROFILE, PROFILE.replace("user-profile", "space")],
      Condition: {},
    },
  ],
  [
    "an object for an action on buckets",
    ["dead-resource", "resource-type"],
    { ...bucket("arn:aws:s3:::acme-data/*"), Action: "s3:ListBucket" },
  ],
  [
    "a profile without a name",
    ["dead-resource", "resource-type"],
    { ...GOOD, Action: "sagemaker:DescribeUserProfile", Resource: PROFILE.slice(0, -2), Condition: {} },
  ],
  [
    "a resource missing that the action needs",
    ["resource-type"],
    { ...bucket("arn:aws:identitystore:::user/*"), Action: "identitystore:DescribeUser" },
  ],
  [
    "an ARN for an action that only knows *",
    ["dead-resource", "wildcard-only"],
    { ...GOOD, Action: "sagemaker:ListUserProfiles", Condition: {} },
  ],
  ["* for an action that knows ARNs", ["open-resource"], { ...GOOD, Resource: "*" }],
  ["PassRole on every role", ["open-resource", "pass-role"], { ...GOOD_PASS, Resource: "*" }],
  [
    "PassRole on the roles of all studios",
    ["pass-role"],
    { ...GOOD_PASS, Resource: "arn:aws:iam::444455556666:role/studio/*" },
  ],
  ["PassRole to any service", ["pass-role"], { ...GOOD_PASS, Condition: {} }],
  [
    "PassRole to a second service",
    ["pass-role"],
    {
      ...GOOD_PASS,
      Condition: { StringEquals: { "iam:PassedToService": ["sagemaker.amazonaws.com", "lambda.amazonaws.com"] } },
    },
  ],
  [
    "PassRole to a service that may be absent",
    ["pass-role", "vacuous-condition"],
    { ...GOOD_PASS, Condition: { StringEqualsIfExists: { "iam:PassedToService": "sagemaker.amazonaws.com" } } },
  ],
  [
    "a variable that nobody fills in",
    ["unknown-variable"],
    { ...GOOD, Resource: PROFILE.replace("*", "${sagemaker:Profile}") },
  ],
  ["a variable with many values", ["unknown-variable"], { ...GOOD, Resource: PROFILE.replace("*", "${aws:TagKeys}") }],
  [
    "what Terraform did not fill in",
    ["unknown-variable"],
    { ...GOOD, Resource: PROFILE.replace("d-1", "${aws_sagemaker_domain.domain.id}") },
  ],
  [
    "an escape too many",
    ["unknown-variable"],
    { ...GOOD, Resource: `${PROFILE.slice(0, -1)}$\${sagemaker:UserProfileName}` },
  ],
  ["everybody", ["open-principal"], { ...GOOD_TRUST, Principal: "*" }],
  ["every account", ["open-principal"], { ...GOOD_TRUST, Principal: { AWS: "*" } }],
  ["no principal", ["malformed-principal"], { ...GOOD_TRUST, Principal: undefined }],
  ["an account's number", ["malformed-principal"], { ...GOOD_TRUST, Principal: { AWS: "444455556666" } }],
  ["a service that is none", ["malformed-principal"], { ...GOOD_TRUST, Principal: { Service: "sagemaker" } }],
  [
    "an account of another partition",
    ["malformed-principal"],
    { ...GOOD_TRUST, Principal: { AWS: "arn:aws-cn:iam::444455556666:root" } },
  ],
  ["any account's SageMaker", ["no-source"], { ...GOOD_TRUST, Condition: {} }],
  ["no name", ["sid"], { ...GOOD, Sid: undefined }],
  ["a name that AWS refuses", ["sid"], { ...GOOD, Sid: "Mark profiles" }],
];

describe("the linter", () => {
  const check = (...statements: PolicyStatement[]) =>
    lint({
      where: "broken",
      kind: statements[0]?.Resource === undefined && statements[0]?.NotResource === undefined ? "trust" : "inline",
      document: { Version: "2012-10-17", Statement: statements },
      partition: "aws",
      passable: [PASSABLE],
    });

  test.each([GOOD, GOOD_TRUST, GOOD_PASS])("finds nothing wrong with a good statement", async (good) => {
    expect(await check(good)).toEqual([]);
  });

  test.each(BROKEN)("finds %s", async (_, rules, statement) => {
    const found = new Set((await check(statement)).map(({ rule }) => rule));
    expect([...found].sort()).toEqual([...rules].sort());
  });

  test("finds a name used twice", async () => {
    expect((await check(GOOD, GOOD)).map(({ rule }) => rule)).toEqual(["sid"]);
  });

  test("has seen each of its rules broken", () => {
    expect(new Set(BROKEN.flatMap(([, rules]) => rules))).toEqual(new Set(Object.keys(RULES)));
  });

  test("finds documents that are too large, inline ones of a role together, white space not counted", () => {
    const found = (kind: FoundDocument["kind"], length: number, where = kind): FoundDocument => ({
      where,
      kind,
      stack: "s",
      role: "r",
      text: `${" ".repeat(9999)}${"x".repeat(length)}`,
      document: { Version: "2012-10-17", Statement: [GOOD] },
    });
    const fitting = [
      found("managed", 6144),
      found("trust", 2048),
      found("inline", 5000),
      found("inline", 5240, "inline"),
    ];
    expect(oversized(fitting)).toEqual([]);
    expect(
      oversized([found("managed", 6145), found("trust", 2049), found("inline", 5000), found("inline", 5241)]),
    ).toEqual([
      "managed: 6145 characters; AWS takes 6144",
      "trust: 2049 characters; AWS takes 2048",
      "s: inline policies of r: 10241 characters; AWS takes 10240",
    ]);
  });

  test("finds what Terraform would take for its own, and what CDKTF left", () => {
    const fine = "a/$${sagemaker:UserProfileName} ${aws_sagemaker_domain.domain.id} ${aws_sqs_queue.queue.arn}";
    expect(unescaped(fine)).toEqual([]);
    expect(unescaped("a/${sagemaker:UserProfileName}/${aws:PrincipalTag/team}")).toHaveLength(2);
    expect(unescaped("$${aws_sagemaker_domain.domain.id}")).toHaveLength(1);
    expect(unescaped("x/${TfToken[TOKEN.7]}/* ${Token[a.1]}")).toHaveLength(2);
  });

  test.each([
    ["arn:aws:s3:::acme/*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", true],
    ["arn:aws:s3:::acme/*", "arn:${Partition}:s3:::${BucketName}", false],
    ["arn:aws:s3:::acme*", "arn:${Partition}:s3:::${BucketName}", true],
    [
      "arn:aws:logs:r:1:log-group:/aws/x:*",
      "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}",
      true,
    ],
    ["arn:aws:iam::1:role/a/b/*", "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}", true],
    ["arn:aws:sagemaker:r:1:app/d/*", "arn:${Partition}:sagemaker:${Region}:${Account}:app/${D}/${U}/${T}/${N}", true],
    ["arn:aws:sagemaker:r:1:app/d", "arn:${Partition}:sagemaker:${Region}:${Account}:app/${D}/${U}/${T}/${N}", false],
    ["arn:aws:sagemaker:r:1:space/d/*", "arn:${Partition}:sagemaker:${Region}:${Account}:domain/${DomainId}", false],
    ["arn:aws:sagemaker:r:1:s?ace/d", "arn:${Partition}:sagemaker:${Region}:${Account}:space/${DomainId}", true],
  ])("knows whether %s can be %s: %s", (resource, type, expected) => {
    expect(canMatch(resource, type)).toBe(expected);
  });
});

function withCondition(Condition: PolicyStatement["Condition"]): PolicyStatement {
  return { ...GOOD, Condition };
}

function bucket(resource: string): PolicyStatement {
  return { Sid: "Good", Effect: "Allow", Action: "s3:GetObject", Resource: resource };
}
