import { readFileSync } from "node:fs";
import { JSON_SCHEMA_FILE, jsonSchema } from "../../stacks/config/json-schema";
import { DEFAULT_CONFIG_FILE, loadConfig, parseConfig } from "../../stacks/config/load";
import { ConfigError } from "../../stacks/config/mistake";

const EXAMPLE = readFileSync(DEFAULT_CONFIG_FILE, "utf8");

/** The design's smallest config: everything that has a default is left out. */
const SMALL = `identityCenter:
  accountId: "111122223333"
  region: eu-west-1
  identityStoreId: d-906716eb24
  instanceArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
studios:
  - name: research
    accountId: "444455556666"
    region: eu-west-1
    vpcId: vpc-0123456789abcdef0
    subnetIds: [subnet-0123456789abcdef0]
    groups:
      - adGroup: ML Fraud Scientists
        team: fraud
        persona: data-scientist
`;

function mistakesOf(source: string): string {
  try {
    parseConfig(source, "studio.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
}

test("the example is valid", () => {
  const { studios } = loadConfig(DEFAULT_CONFIG_FILE);
  expect(studios.map(({ groups }) => groups.map(({ team }) => team))).toEqual([["platform", "fraud", "pricing"]]);
});

test("what is left out has a safe default", () => {
  expect(parseConfig(SMALL, "studio.yaml")).toMatchObject({
    studios: [{ networkAccess: "VpcOnly" }],
    deprovisioning: { retainDays: 7 },
    sweep: { every: "1 hour", maxRemovals: 10 },
    terraform: { awsProviderVersion: "~> 6.33" },
    functions: { runtime: "nodejs24.x" },
    notifications: { alarmTopicArn: null },
    tags: {},
  });
});

const group = (...lines: string[]) => `${SMALL}      - ${lines.join("\n        ")}\n`;
const with_ = (before: string, after: string) => {
  if (!SMALL.includes(before)) throw new Error(`no ${before} in the config`);
  return SMALL.replace(before, after);
};

/** A mistake → its place and what is said of it. */
const MISTAKES: readonly [what: string, source: string, place: string, message: RegExp][] = [
  ["an unknown key on top", `${SMALL}owner: me\n`, "16:1", /owner: unknown key; known here: identityCenter, studios/],
  [
    "an unknown key in a group",
    group("adGroup: B", "team: b", "persona: mlops", "role: admin"),
    "19:9",
    /role: unknown key; known here: adGroup, team/,
  ],
  [
    "an unknown key in Identity Center",
    with_("  region: eu-west-1\n", "  region: eu-west-1\n  regoin: x\n"),
    "4:3",
    /unknown key/,
  ],
  [
    "a wrong type",
    with_("groups:\n      - adGroup", "groups:\n        adGroup"),
    "13:9",
    /expected a list of groups|groups/,
  ],
  ["a number for a list", with_("[subnet-0123456789abcdef0]", "7"), "11:16", /expected a list of subnet ids/],
  ["an empty list", with_("[subnet-0123456789abcdef0]", "[]"), "11:16", /an empty list; expected at least one/],
  ["an account id without quotes", with_('"111122223333"', "111122223333"), "2:14", /12 digits, in quotes/],
  ["a short account id", with_('"444455556666"', '"44445555666"'), "8:16", /"44445555666" is not an account id/],
  [
    "a Region that is none",
    with_("    region: eu-west-1", "    region: europe"),
    "9:13",
    /"europe" is not a Region; expected something like eu-west-1/,
  ],
  [
    "an instance ARN that is none",
    with_("instance/ssoins-1234567890abcdef", "instance/x"),
    "5:16",
    /is not the ARN of an Identity Center instance/,
  ],
  ["an identity store id that is none", with_("d-906716eb24", "906716eb24"), "4:20", /is not an identity store id/],
  ["a VPC id that is none", with_("vpc-0123456789abcdef0", "vpc-1"), "10:12", /"vpc-1" is not a VPC id/],
  [
    "a subnet id that is none",
    with_("[subnet-0123456789abcdef0]", "[subnet-0123456789abcdef0, net-1]"),
    "11:43",
    /"net-1" is not a subnet id/,
  ],
  [
    "a subnet twice",
    with_("[subnet-0123456789abcdef0]", "[subnet-0123456789abcdef0, subnet-0123456789abcdef0]"),
    "11:43",
    /is subnetIds\[0\] already/,
  ],
  [
    "a KMS key that is no ARN",
    with_("    groups:", "    kmsKeyArn: alias/studio\n    groups:"),
    "12:16",
    /is not the ARN of a KMS key/,
  ],
  [
    "a KMS key of another Region",
    with_("    groups:", "    kmsKeyArn: arn:aws:kms:us-east-1:444455556666:key/1\n    groups:"),
    "12:16",
    /a key in us-east-1; expected one in eu-west-1/,
  ],
  [
    "a KMS key of another partition",
    with_("    groups:", "    kmsKeyArn: arn:aws-cn:kms:eu-west-1:444455556666:key/1\n    groups:"),
    "12:16",
    /partition aws-cn/,
  ],
  [
    "a boundary of another account",
    with_("    groups:", "    permissionsBoundaryArn: arn:aws:iam::111122223333:policy/b\n    groups:"),
    "12:29",
    /account 111122223333; expected one of 444455556666/,
  ],
  [
    "a network access that is none",
    with_("    groups:", "    networkAccess: Internet\n    groups:"),
    "12:20",
    /expected VpcOnly or PublicInternetOnly/,
  ],
  [
    "the same group twice",
    group("adGroup: ML Fraud Scientists", "team: b", "persona: mlops"),
    "16:18",
    /the same AD group as groups\[0\]/,
  ],
  [
    "the same group in another case",
    group("adGroup: ml fraud SCIENTISTS", "team: b", "persona: mlops"),
    "16:18",
    /the same AD group as groups\[0\]/,
  ],
  [
    "a group with spaces around it",
    group('adGroup: " ML Fraud"', "team: b", "persona: mlops"),
    "16:18",
    /no space around it/,
  ],
  [
    "a group that Terraform would evaluate",
    group("adGroup: ML ${path.root}", "team: b", "persona: mlops"),
    "16:18",
    /no \$\{ or %\{/,
  ],
  ["a team that is no tag", group("adGroup: B", 'team: "b*"', "persona: mlops"), "17:15", /"b\*" is not a team/],
  ["an empty team", group("adGroup: B", 'team: ""', "persona: mlops"), "17:15", /is not a team/],
  [
    "a team longer than a tag",
    group("adGroup: B", `team: ${"b".repeat(257)}`, "persona: mlops"),
    "17:15",
    /is not a team/,
  ],
  ["no team", group("adGroup: B", "persona: mlops"), "16:9", /team: missing/],
  [
    "a persona that is none",
    group("adGroup: B", "team: b", "persona: admin"),
    "18:18",
    /expected one of data-scientist, mlops, data-engineer, viewer/,
  ],
  ["neither persona nor activities", group("adGroup: B", "team: b"), "16:9", /neither persona nor activities/],
  [
    "both persona and activities",
    group("adGroup: B", "team: b", "persona: mlops", "activities: [private-spaces]"),
    "19:9",
    /give one of them/,
  ],
  [
    "an activity that is none",
    group("adGroup: B", "team: b", "activities: [admin]"),
    "18:22",
    /expected one of private-spaces, studio-apps/,
  ],
  [
    "a bucket's ARN",
    group("adGroup: B", "team: b", "persona: mlops", "buckets: [arn:aws:s3:::b]"),
    "19:19",
    /the name alone, no ARN/,
  ],
  [
    "a bucket twice",
    group("adGroup: B", "team: b", "persona: mlops", "buckets: [acme-b, acme-b]"),
    "19:27",
    /is buckets\[0\] already/,
  ],
  [
    "a repository's ARN",
    group("adGroup: B", "team: b", "persona: mlops", "repositories: [arn:aws:ecr:r:1:repository/b]"),
    "19:24",
    /is not the name of an ECR repository/,
  ],
  [
    "a database in capitals, which Glue folds",
    group("adGroup: B", "team: b", "persona: mlops", "databases: [Fraud]"),
    "19:21",
    /is not the name of a Glue database/,
  ],
  [
    "every database",
    group("adGroup: B", "team: b", "persona: mlops", 'databases: ["*"]'),
    "19:21",
    /is not the name of a Glue database/,
  ],
  [
    "a group's key that is an alias",
    group("adGroup: B", "team: b", "persona: mlops", "keys: [alias/b]"),
    "19:16",
    /is not the ARN of a KMS key/,
  ],
  [
    "a group's key of another partition",
    group("adGroup: B", "team: b", "persona: mlops", "keys: ['arn:aws-cn:kms:eu-west-1:444455556666:key/1']"),
    "19:16",
    /partition aws-cn/,
  ],
  [
    "a policy of another account",
    group("adGroup: B", "team: b", "persona: mlops", "managedPolicyArns: ['arn:aws:iam::111122223333:policy/b']"),
    "19:29",
    /a policy of account 111122223333; expected one of 444455556666/,
  ],
  [
    "a network without security groups",
    with_("    groups:", "    network: {subnetIds: [subnet-0123456789abcdef0]}\n    groups:"),
    "12:14",
    /securityGroupIds: missing; expected a list of security group ids/,
  ],
  [
    "a network without subnets",
    with_("    groups:", "    network: {subnetIds: [], securityGroupIds: [sg-0123456789abcdef0]}\n    groups:"),
    "12:26",
    /an empty list/,
  ],
  [
    "an output key of another Region",
    with_(
      "    groups:",
      "    encryption: {volumeKeyArns: ['arn:aws:kms:eu-west-1:444455556666:key/1'], " +
        "outputKeyArns: ['arn:aws:kms:us-east-1:444455556666:key/1']}\n    groups:",
    ),
    "12:95",
    /a key in us-east-1; expected one in eu-west-1/,
  ],
  [
    "a SAML provider of another account",
    with_(
      "    groups:",
      "    outsideIdentityCenter: {domainId: d-1, samlProviderArns: ['arn:aws:iam::111122223333:saml-provider/a']}\n    groups:",
    ),
    "12:63",
    /a SAML provider of account 111122223333; expected one of 444455556666/,
  ],
  [
    "a studio name that is too long",
    with_("name: research", `name: ${"r".repeat(25)}`),
    "7:11",
    /1 to 24 lower-case letters/,
  ],
  ["a studio name with a dot", with_("name: research", "name: a.b"), "7:11", /is not a studio's name/],
  [
    "two studios of one name",
    SMALL + SMALL.slice(SMALL.indexOf("  - name")),
    "16:11",
    /"research" is the name of studios\[0\] too/,
  ],
  [
    "a deploying role of another account",
    with_("    vpcId", "    deployRoleArn: arn:aws:iam::111122223333:role/deploy\n    vpcId"),
    "10:20",
    /a role of account 111122223333; expected one of 444455556666, where the stack is/,
  ],
  [
    "a planning role of another partition",
    with_("studios:", "  planRoleArn: arn:aws-cn:iam::111122223333:role/plan\nstudios:"),
    "6:16",
    /partition aws-cn; in eu-west-1 it begins with arn:aws:/,
  ],
  [
    "a boundary of the functions in another account",
    with_("studios:", "  permissionsBoundaryArn: arn:aws:iam::444455556666:policy/boundary\nstudios:"),
    "6:27",
    /a policy of account 444455556666; expected one of 111122223333/,
  ],
  [
    "a deploying role that is none",
    with_("    vpcId", "    deployRoleArn: deploy\n    vpcId"),
    "10:20",
    /"deploy" is not the ARN of an IAM role/,
  ],
  [
    "a domain without a network",
    with_("    vpcId: vpc-0123456789abcdef0\n", ""),
    "7:5",
    /vpcId: missing; expected a VPC id, like vpc-0123456789abcdef0, or existingDomainId/,
  ],
  [
    "a domain id that is none",
    with_("    vpcId: vpc-0123456789abcdef0", "    existingDomainId: research"),
    "10:23",
    /"research" is not the id of a SageMaker domain/,
  ],
  [
    "a domain that two studios would manage",
    `${with_("    vpcId: vpc-0123456789abcdef0", "    existingDomainId: d-abcdef012345")}  - name: lab
    accountId: "444455556666"
    region: eu-west-1
    existingDomainId: d-abcdef012345
    groups: [{adGroup: A, team: a, persona: viewer}]
`,
    "19:23",
    /d-abcdef012345 is the domain of studios\[0\] too; one studio manages a domain/,
  ],
  [
    "taking over a domain that is made here",
    with_("    vpcId", "    takeOver: true\n    vpcId"),
    "10:5",
    /nothing to take over without existingDomainId/,
  ],
  [
    "two backends",
    `${SMALL}terraform: {backend: {s3: {bucket: acme-states, region: eu-west-1}, remote: {organization: acme, workspaces: {prefix: a-}}}}\n`,
    "16:69",
    /two backends; a state is in one place: give s3 or remote/,
  ],
  [
    "a backend that is not known",
    `${SMALL}terraform: {backend: {gcs: {bucket: acme}}}\n`,
    "16:23",
    /gcs: unknown key; known here: s3, remote/,
  ],
  [
    "a credential in the backend",
    `${SMALL}terraform: {backend: {s3: {bucket: acme-states, region: eu-west-1, access_key: AKIA}}}\n`,
    "16:68",
    /access_key: unknown key/,
  ],
  [
    "studios in another partition",
    with_("    region: eu-west-1", "    region: cn-north-1"),
    "9:13",
    /both must be in the same/,
  ],
  ["a sweep interval that is none", `${SMALL}sweep: {every: hourly}\n`, "16:16", /"1 hour" or "30 minutes"/],
  ["a share of removals that is none", `${SMALL}sweep: {maxRemovals: many}\n`, "16:22", /a percentage such as "5%"/],
  ["negative days", `${SMALL}deprovisioning: {retainDays: -1}\n`, "16:30", /0 days or more/],
  [
    "a runtime that AWS retired",
    `${SMALL}functions: {runtime: nodejs18.x}\n`,
    "16:22",
    /expected something like nodejs24.x/,
  ],
  [
    "a provider version that is none",
    `${SMALL}terraform: {awsProviderVersion: latest}\n`,
    "16:33",
    /is not a version constraint/,
  ],
  [
    "an alarm topic that is none",
    `${SMALL}notifications: {alarmTopicArn: alarms}\n`,
    "16:32",
    /is not the ARN of an SNS topic/,
  ],
  ["a tag key of ours", `${SMALL}tags: {team: x}\n`, "16:8", /"team" is not a tag key/],
  ["a tag key of AWS's", `${SMALL}tags: {"aws:x": x}\n`, "16:8", /"aws:x" is not a tag key/],
  ["a tag value that is none", `${SMALL}tags: {x: "*"}\n`, "16:11", /is not a tag's value/],
  ["a tag key of ours in another case", `${SMALL}tags: {Team: x}\n`, "16:8", /"Team" is not a tag key/],
  ["tag keys that differ by case alone", `${SMALL}tags: {Owner: x, owner: y}\n`, "16:7", /differ by case alone/],
  ["an alias of nothing", `${SMALL}tags: *none\n`, "16:7", /there is no &none above/],
  [
    "a topic of another Region",
    `${SMALL}notifications: {alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:a"}\n`,
    "16:32",
    /a topic in us-east-1; expected one in eu-west-1/,
  ],
  [
    "a group that nobody can read",
    group('adGroup: "ML\\u202eFraud"', "team: b", "persona: mlops"),
    "16:18",
    /is not a group's display name/,
  ],
  [
    "a group that CDKTF would take for a token",
    group('adGroup: "#{TfToken[TOKEN.1]}"', "team: b", "persona: mlops"),
    "16:18",
    /is not a group's display name/,
  ],
  ["a list for a team", group("adGroup: B", "team: [b]", "persona: mlops"), "17:15", /a list is not a team/],
  ["an unknown YAML tag", `${SMALL}tags: !secret {}\n`, "16:7", /Unresolved tag/],
  ["a key twice", `${SMALL}tags: {}\ntags: {}\n`, "17:1", /Map keys must be unique/],
  ["YAML that does not parse", `${SMALL}tags: [\n`, "17:1", /./],
  ["two documents", `${SMALL}---\n${SMALL}`, "16:1", /a second document begins here; expected one/],
  [
    "a topic of another partition",
    `${SMALL}notifications: {alarmTopicArn: "arn:aws-cn:sns:eu-west-1:111122223333:a"}\n`,
    "16:32",
    /an ARN of partition aws-cn; in eu-west-1 it begins with arn:aws:/,
  ],
  [
    "an instance of another partition",
    with_("arn:aws:sso", "arn:aws-us-gov:sso"),
    "5:16",
    /an ARN of partition aws-us-gov; in eu-west-1 it begins with arn:aws:/,
  ],
  [
    "a team that AWS keeps for itself",
    group("adGroup: B", 'team: "AWS:b"', "persona: mlops"),
    "17:15",
    /is not a team/,
  ],
  ["a number that is none", `${SMALL}sweep: {maxRemovals: -1}\n`, "16:22", /expected a whole number or a percentage/],
  [
    "states above their folder",
    `${SMALL}terraform: {backend: {s3: {bucket: acme, region: eu-west-1, key: a/../b}}}\n`,
    "16:66",
    /is not a folder in the bucket/,
  ],
  [
    "the states in a group's bucket",
    `${group("adGroup: B", "team: b", "persona: mlops", "buckets: [acme]")}terraform: {backend: {s3: {bucket: acme, region: eu-west-1}}}\n`,
    "19:19",
    /acme holds Terraform's states; a group must not reach it/,
  ],
  [
    "the states in what a group is granted",
    `${group("adGroup: B", "team: b", "persona: mlops", "accessGrants: [{location: s3://acme/x, permission: READ}]")}terraform: {backend: {s3: {bucket: acme, region: eu-west-1}}}\n`,
    "19:35",
    /acme holds Terraform's states; a group must not reach it/,
  ],
  [
    "a deploying role where the deployment makes roles",
    with_("    vpcId", "    deployRoleArn: arn:aws:iam::444455556666:role/studio/research/deploy\n    vpcId"),
    "10:20",
    /\/studio\/research\/deploy is where the deployment itself makes roles/,
  ],
  [
    "a boundary where the deployment makes policies",
    with_("    vpcId", "    permissionsBoundaryArn: arn:aws:iam::444455556666:policy/studio/research/b\n    vpcId"),
    "10:29",
    /is where the deployment itself makes roles and policies; expected another path/,
  ],
  [
    "an IAM mode domain that is the studio's own",
    with_("    vpcId", "    existingDomainId: d-abc\n    outsideIdentityCenter: {domainId: d-abc}\n    vpcId"),
    "11:39",
    /the studio's own domain, which is in SSO mode; expected another one/,
  ],
];

test.each(MISTAKES)("%s is refused, and where it is", (_, source, place, message) => {
  const said = mistakesOf(source);
  expect(said).toMatch(message);
  expect(said.split("\n").map((line) => line.split(": ")[0])).toContain(`studio.yaml:${place}`);
});

test.each([
  "a: &a [*a, *a]",
  "team: &a [*a]",
  ["b0: &b0 [x]", ...Array.from({ length: 9 }, (_, i) => `b${i + 1}: &b${i + 1} [${`*b${i}, `.repeat(40)}]`)].join(
    "\n",
  ),
])("aliases without end are refused, and break nothing (%#)", (source) => {
  expect(mistakesOf(source)).toMatch(/^studio.yaml: aliases repeat one another without end/);
});

test("a section whose lines are all commented out is as if it were not there", () => {
  expect(parseConfig(`${SMALL}notifications:\n  # alarmTopicArn: x\ntags:\n`, "studio.yaml")).toMatchObject({
    tags: {},
  });
});

test("merge keys and anchors can be used", () => {
  const merged = `${SMALL.replace("      - adGroup", "      - &first\n        adGroup")}      - {<<: *first, adGroup: Another}\n`;
  expect(parseConfig(merged, "studio.yaml").studios[0]?.groups[1]).toMatchObject({ adGroup: "Another", team: "fraud" });
});

test("what a group and a studio may be given besides is taken", () => {
  const source = group(
    "adGroup: B",
    "team: b",
    "activities: [manage-jobs, view]",
    "buckets: [acme-b]",
    "keys: ['arn:aws:kms:us-east-1:111122223333:key/1']",
    "repositories: [bb, team-b/training_2.x]",
    "databases: [b_features]",
    "managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonBedrockReadOnly']",
  ).replace("    groups:", "    outsideIdentityCenter: {domainId: d-1}\n    groups:");
  expect(parseConfig(source, "studio.yaml").studios[0]).toMatchObject({
    outsideIdentityCenter: { domainId: "d-1" },
    groups: [{}, { repositories: ["bb", "team-b/training_2.x"], activities: ["manage-jobs", "view"] }],
  });
});

test("an empty file is refused with what it lacks", () => {
  expect(mistakesOf("")).toMatch(/identityCenter: missing.*\n.*studios: missing/);
});

test("a file that does not exist is refused with the way to name another", () => {
  expect(() => loadConfig("nowhere.yaml")).toThrow(/nowhere.yaml: does not exist; .*STUDIO_CONFIG/);
});

test("all mistakes are told at once, in the order of the file", () => {
  const source = SMALL.replace("vpc-0123456789abcdef0", "vpc-1")
    .replace("team: fraud", 'team: "*"')
    .replace('"111122223333"', "1");
  const lines = mistakesOf(`${source}      - {adGroup: ml fraud scientists, team: x, persona: mlops}\nx: 1\n`).split(
    "\n",
  );
  expect(lines.map((line) => Number(line.split(":")[1]))).toEqual([2, 10, 14, 16, 17]);
});

test("what is no list is not told to be too long besides", () => {
  const said = mistakesOf(with_("[subnet-0123456789abcdef0]", "subnet-0123456789abcdef0"));
  expect(said).toMatch(/subnetIds: expected a list of subnet ids$/);
});

test("one mistake hides no other", () => {
  const broken = SMALL.replace("vpc-0123456789abcdef0", "vpc-1");
  // What is no YAML at all has no other mistakes to tell.
  const readable = MISTAKES.filter(
    ([what, source]) => source.startsWith(SMALL) && !/twice|documents|parse|alias|YAML tag/.test(what),
  );
  expect(readable.length).toBeGreaterThan(20);
  for (const [, source, place] of readable) {
    const said = mistakesOf(source.replace(SMALL, broken));
    expect(said).toContain(`studio.yaml:${place}: `);
    expect(said).toContain('"vpc-1" is not a VPC id');
  }
});

test("the JSON Schema for editors is current: npm run schema", () => {
  expect(readFileSync(JSON_SCHEMA_FILE, "utf8")).toBe(jsonSchema());
});

test("the example names its schema and explains itself", () => {
  expect(EXAMPLE).toMatch(/^# yaml-language-server: \$schema=studio.schema.json/);
});
