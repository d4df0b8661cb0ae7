import { computeRolePath, executionRolePath, ROLE_TAG } from "../../naming";
import type { PolicyStatement } from "../../rehearsal/policy-document";
import { type FoundDocument, policyDocuments } from "./documents";
import { canMatch, type Finding, lint, oversized, RULES, type Rule, unescaped } from "./lint";
import { exampleConfig, libraryConfig, PARTITIONS, type Partition, type Synthesized, synthesize } from "./synthesized";

const PASSABLE = "arn:aws:iam::444455556666:role/studio/research/*";
const PROFILE = "arn:aws:sagemaker:eu-west-1:444455556666:user-profile/d-1/*";

const APP_OF_A_PROFILE =
  "an app of a profile has no key to compare with but the absence of a space's; AWS sets the key from the space, not " +
  "the caller";
const TAKEN_AWAY =
  "AWS sets sagemaker:TaggingAction on AddTags alone: tags are only ever taken from what exists, and the denial holds";
const MADE_ELSEWHERE =
  "the types that can be tagged; what needs a second thing is made in a statement of its own, and lies idle here";

/** Findings that stay, by statement and rule, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "DeleteAppsOfProfiles vacuous-condition": APP_OF_A_PROFILE,
  "AppsOfOwnProfile vacuous-condition": APP_OF_A_PROFILE,
  "KeepProfilesByHand vacuous-condition":
    "the mark of those that the onboarding keeps must be absent: all others of that domain are the administrator's",
  "SearchOwn set-operator":
    "AWS's reference says one value, and a request that asks for two teams at once has two: all must be the own team",
  "PutMetrics open-resource":
    "the datasets that AWS's reference knows are CloudWatch's own of OTLP; plain metrics belong to no resource",
  "TeamOfWhatExists unsupported-key": TAKEN_AWAY,
  "TagsOfOthersThings unsupported-key": TAKEN_AWAY,
  "TagsOfPeoplesThings unsupported-key": TAKEN_AWAY,
  "CreateOwn dead-resource": MADE_ELSEWHERE,
  "CreateOwnTrials resource-type": "UseOwn has the experiment, which must bear the team's tag already",
  "CreateOwnEndpoints resource-type": "UseOwn has the configuration, which must bear the team's tag already",
  "CreateOwnComponents resource-type": "UseOwn has the endpoint, which must bear the team's tag already",
};

const EVERYTHING = { network: true, encryption: true, outsideIdentityCenter: true };

describe.each(PARTITIONS)("the synthesized policies in partition %s", (partition) => {
  const worlds = [
    { synthesized: synthesize(exampleConfig(partition)), handedOut: 0 },
    { synthesized: synthesize(libraryConfig(partition, EVERYTHING)), handedOut: 1 },
  ].map((each) => ({ ...each, documents: policyDocuments(each.synthesized.world) }));

  test.each(worlds)("are all found", ({ synthesized: { world }, documents, handedOut }) => {
    const { roles, queues, blocks } = world;
    const count = (kind: string) => documents.filter((each) => each.kind === kind).length;
    expect(count("trust")).toBe(roles.size + handedOut);
    expect(count("resource")).toBe(queues.length);
    expect(count("managed") + count("inline")).toBe(
      blocks.filter(({ type }) => type === "aws_iam_policy" || type === "aws_iam_role_policy").length,
    );
    // Terraform would make such a document where nothing here reads it.
    expect(blocks.filter(({ type }) => type === "data.aws_iam_policy_document")).toEqual([]);
  });

  test("are what AWS's reference says they can be", async () => {
    const findings: Finding[] = [];
    const seen = new Set<string>();
    for (const { synthesized, documents } of worlds) {
      for (const found of documents) {
        const { where, kind, document, text } = found;
        const limits = passable(synthesized, found, partition);
        // The roles of a studio have the same trust, those of a team the same data.
        const subject = JSON.stringify([kind, text, limits]);
        if (seen.has(subject)) continue;
        seen.add(subject);
        findings.push(...(await lint({ where, kind, document, partition, passable: limits })));
      }
    }
    expect(findings.filter(({ where, rule }) => !isAccepted(where, rule))).toEqual([]);
    // A reason for what is no longer found would only mislead.
    expect(
      Object.keys(ACCEPTED).filter((each) => !findings.some(({ where, rule }) => keyOf(where, rule) === each)),
    ).toEqual([]);
  });

  test.each(worlds)("fit AWS's limits", ({ documents }) => {
    expect(oversized(documents)).toEqual([]);
  });

  test.each(worlds)("leave IAM its variables, and nothing unresolved", ({ synthesized: { texts } }) => {
    expect([...texts.values()].flatMap(unescaped)).toEqual([]);
    // The check above would pass on stacks without a variable too.
    expect([...texts.values()].join()).toContain("$${sagemaker:UserProfileName}");
  });
});

/** Roles for people's profiles are an administrator's to give. */
const GIVES_PROFILES = /\.(provisioner_profiles|policy_profiles-by-hand)\./;

/** A studio gives the roles under its own path to profiles; a person passes nothing but the two that the tags name. */
function passable({ config }: Synthesized, { where, stack }: FoundDocument, partition: Partition): string[] {
  return config.studios
    .filter(({ name }) => stack === `studio-${name}`)
    .flatMap(({ name, accountId }) => {
      const role = (path: string, rest: string) => `arn:${partition}:iam::${accountId}:role${path}${rest}`;
      if (GIVES_PROFILES.test(where)) return [role(executionRolePath(name), "*")];
      return [
        role(executionRolePath(name), `\${aws:PrincipalTag/${ROLE_TAG.executionRole}}`),
        role(computeRolePath(name), `\${aws:PrincipalTag/${ROLE_TAG.computeRole}}`),
      ];
    });
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

const SAML = "arn:aws:iam::444455556666:saml-provider/corporate";

const GOOD_FEDERATED: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
  Principal: { Federated: SAML },
  Condition: {
    StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" },
    StringLike: { "aws:RequestTag/studiouserid": "?*" },
    "ForAllValues:StringEquals": { "aws:TagKeys": ["studiouserid"] },
  },
};

/** A denial of everything but one's own, with a negated comparison and a wildcard: what it does not think of is refused. */
const GOOD_DENIAL: PolicyStatement = {
  Sid: "Good",
  Effect: "Deny",
  Action: ["sagemaker:*"],
  NotResource: [PROFILE],
  Condition: {
    StringNotEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" },
    Null: { "aws:ResourceTag/team": "false" },
  },
};

const DENIAL_OF_ALL: PolicyStatement = { Sid: "Good", Effect: "Deny", Resource: "*" };

const GOOD_SESSION: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "sagemaker:StartSession",
  Resource: PROFILE.replace("user-profile", "space"),
  Condition: { StringEquals: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": PROFILE.replace("*", "ana") } },
};

const GOOD_SEARCH: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "sagemaker:Search",
  Resource: "*",
  Condition: {
    StringEquals: { "sagemaker:SearchVisibilityCondition/Tags.team/EqualsIfExists": "${aws:PrincipalTag/team}" },
  },
};

const REPOSITORY: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "ecr:BatchGetImage",
  Resource: "arn:aws:ecr:eu-west-1:444455556666:repository/fraud/training",
};

const GOOD_PASS: PolicyStatement = {
  Sid: "Good",
  Effect: "Allow",
  Action: "iam:PassRole",
  Resource: PASSABLE,
  Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
};

const TEAM = { StringEquals: { "aws:ResourceTag/team": "x" } };

/** Statements with one thing wrong each, and the rules that must say so. */
const BROKEN: readonly (readonly [string, readonly Rule[], PolicyStatement])[] = [
  ["a misspelt action", ["unknown-action"], { ...GOOD, Action: ["sagemaker:AddTags", "sagemaker:AddTag"] }],
  ["an unknown service", ["unknown-action"], { ...GOOD, Action: ["sagemaker:AddTags", "sagemakr:AddTags"] }],
  ["a wildcard in an action", ["wildcard-action"], { ...GOOD, Action: "sagemaker:*Profile", Condition: {} }],
  ["every action", ["wildcard-action"], { ...GOOD, Action: "*", Condition: {} }],
  ["NotAction", ["negated-element"], { Sid: "Good", Effect: "Allow", NotAction: "iam:*", Resource: [PROFILE] }],
  ["NotResource", ["negated-element"], { ...GOOD, Resource: undefined, NotResource: [PROFILE] }],
  ["a misspelt action that is denied", ["unknown-action"], { ...GOOD_DENIAL, Action: "sagemaker:CreateDomains" }],
  [
    "a denied wildcard that stands for no action",
    ["unknown-action"],
    { ...GOOD_DENIAL, Action: ["sagemaker:*", "sagemaker:Make*"] },
  ],
  [
    "a denial with a key of another action, which denies nothing",
    ["unsupported-key"],
    {
      ...DENIAL_OF_ALL,
      Action: "sagemaker:CreateTransformJob",
      Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
    },
  ],
  [
    "a denial of a wildcard with a key that none of its actions has",
    ["unsupported-key"],
    {
      ...GOOD_DENIAL,
      Action: ["sagemaker:*", "sagemaker:Stop*"],
      Condition: { StringEquals: { "sagemaker:SpaceSharingType": "Shared" } },
    },
  ],
  [
    "a denial with a key that was replaced",
    ["deprecated-key", "unsupported-key"],
    {
      ...DENIAL_OF_ALL,
      Action: "sagemaker:CreateTrainingJob",
      Condition: { ArnNotEquals: { "sagemaker:VolumeKmsKey": "arn:aws:kms:eu-west-1:444455556666:key/1" } },
    },
  ],
  [
    "a denial that excepts what its action cannot match",
    ["dead-resource"],
    { ...GOOD_DENIAL, Action: "sagemaker:DeleteApp", Condition: undefined },
  ],
  [
    "a denial that excepts another partition",
    ["wrong-partition"],
    { ...GOOD_DENIAL, NotResource: PROFILE.replace("aws", "aws-cn") },
  ],
  [
    "a denial that excepts a variable that nobody fills in",
    ["unknown-variable"],
    { ...GOOD_DENIAL, NotResource: PROFILE.replace("*", "${sagemaker:Profile}") },
  ],
  [
    "a denial that excepts what is no ARN",
    ["malformed-resource"],
    { ...GOOD_DENIAL, NotResource: "user-profile/d-1/*" },
  ],
  [
    "a tag that AWS does not compare on one of the types",
    ["unsupported-key"],
    {
      ...GOOD,
      Action: "sagemaker:DeleteTags",
      Resource: [PROFILE, "arn:aws:sagemaker:eu-west-1:444455556666:mlflow-tracking-server/*"],
      Condition: { StringEquals: { "aws:ResourceTag/team": "x" } },
    },
  ],
  ["a search that no team limits", ["unsupported-key"], { ...GOOD_SEARCH, Condition: withCondition(TEAM).Condition }],
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
  [
    "PassRole on a role that another tag names",
    ["pass-role"],
    { ...GOOD_PASS, Resource: PASSABLE.replace("*", "${aws:PrincipalTag/team}") },
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
  [
    "a sign-in meant for any site",
    ["no-source"],
    { ...GOOD_FEDERATED, Condition: { ...GOOD_FEDERATED.Condition, StringEquals: {} } },
  ],
  [
    "an identity provider without SAML",
    ["malformed-principal"],
    { ...GOOD_FEDERATED, Principal: { Federated: SAML.replace("saml", "oidc") } },
  ],
  [
    "an identity provider of another partition",
    ["malformed-principal"],
    { ...GOOD_FEDERATED, Principal: { Federated: SAML.replace("aws", "aws-cn") } },
  ],
  ["any identity provider", ["open-principal"], { ...GOOD_FEDERATED, Principal: { Federated: "*" } }],
  [
    "an identity provider that names the team",
    ["session-tags"],
    {
      ...GOOD_FEDERATED,
      Condition: {
        ...GOOD_FEDERATED.Condition,
        "ForAllValues:StringEquals": { "aws:TagKeys": ["studiouserid", "Team"] },
      },
    },
  ],
  [
    "an identity provider that names any tag",
    ["session-tags"],
    { ...GOOD_FEDERATED, Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } } },
  ],
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

  test.each([GOOD, GOOD_TRUST, GOOD_FEDERATED, GOOD_DENIAL, GOOD_SESSION, GOOD_SEARCH, REPOSITORY, GOOD_PASS])(
    "finds nothing wrong with a good statement",
    async (good) => {
      expect(await check(good)).toEqual([]);
    },
  );

  test.each(BROKEN)("finds %s", async (_, rules, statement) => {
    const found = new Set((await check(statement)).map(({ rule }) => rule));
    expect([...found].sort()).toEqual([...rules].sort());
  });

  test("says what a wildcard would let through", async () => {
    const found = await check({ ...GOOD, Action: "sagemaker:DeleteT*", Condition: undefined });
    expect(found).toContainEqual({
      rule: "wildcard-action",
      where: "broken: Good",
      detail: "sagemaker:DeleteT* Tagging: 1, Write: 4",
    });
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
