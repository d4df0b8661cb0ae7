import { sessionPolicy } from "../../functions/membership/session-policy";
import { executionRoleArn } from "../../naming";
import { provisioner } from "../../policies/provisioner";
import { readProfiles } from "../../policies/read-profiles";
import { policyDocument } from "../../policies/statement";
import { createAuthorizer } from "../../rehearsal/emulator/authorize";
import { createUsage } from "../../rehearsal/emulator/usage";
import { parseJson } from "../../rehearsal/json";
import { parseIdentityPolicy } from "../../rehearsal/policy-document";

const STUDIO = {
  name: "research",
  accountId: "444455556666",
  region: "eu-west-1",
  domainId: "d-abcdef012345",
  groups: [{ adGroup: "ML Fraud", team: "fraud" }],
};
const SCOPE = {
  ...STUDIO,
  partition: "aws",
  homeFileSystemId: "fs-1",
  kmsKeyArn: undefined,
  network: undefined,
  encryption: undefined,
  longestJob: undefined,
};
const ROLE = "arn:aws:iam::444455556666:role/studio-onboarding/studio-research-provisioner";
const thing = (type: string, rest: string) => `arn:aws:sagemaker:eu-west-1:444455556666:${type}/${rest}`;
const OWN = thing("user-profile", "d-abcdef012345/alice");

const actionsOf = (document: string) =>
  parseIdentityPolicy(parseJson(document), "policy")
    .Statement.flatMap(({ Action = [] }) => Action)
    .sort();

/** Who has somehow come to be allowed everything, in a session of the functions'. */
function overpowered(access: "look" | "keep") {
  const parse = (document: string) => parseIdentityPolicy(parseJson(document), "policy");
  const everything =
    '{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}]}';
  const role = {
    arn: ROLE,
    name: "studio-research-provisioner",
    accountId: STUDIO.accountId,
    trust: parse(everything),
    policies: [{ name: "everything", document: parse(everything) }],
    boundary: undefined,
    tags: {},
  };
  const authorizer = createAuthorizer(new Map([[ROLE, role]]), createUsage());
  const policy = parse(sessionPolicy(STUDIO, access));
  return async (action: string, resource: string, context: Record<string, string> = {}) => {
    const session = { kind: "role", roleArn: ROLE, sessionName: "studio-onboarding", policy } as const;
    return (await authorizer.decide(session, { action, resource, context }, STUDIO.region)).allowed;
  };
}

test.each([
  ["keep", provisioner(SCOPE, true)],
  ["look", readProfiles(SCOPE)],
] as const)("a session that may %s has every action of its role, and no other", (access, role) => {
  expect(new Set(actionsOf(sessionPolicy(STUDIO, access)))).toEqual(new Set(actionsOf(policyDocument(role))));
});

test.each(["keep", "look"] as const)("a session that may %s takes no more than STS does", (access) => {
  const longest = { ...STUDIO, name: "x".repeat(24), region: "us-gov-west-1", domainId: `d-${"x".repeat(61)}` };
  expect(sessionPolicy(longest, access).length).toBeLessThanOrEqual(2048);
});

describe("whatever its role may do", () => {
  const passed = { "iam:PassedToService": "sagemaker.amazonaws.com" };
  test.each([
    ["sagemaker:UpdateUserProfile", OWN, {}, true],
    ["sagemaker:UpdateUserProfile", thing("user-profile", "d-another00000/alice"), {}, false],
    ["sagemaker:DeleteSpace", thing("space", "d-another00000/alice"), {}, false],
    ["sagemaker:DeleteApp", thing("app", "d-another00000/alice/JupyterLab/default"), {}, false],
    ["sagemaker:DeleteDomain", thing("domain", "d-abcdef012345"), {}, false],
    ["sagemaker:CreatePresignedDomainUrl", OWN, {}, false],
    ["iam:PassRole", executionRoleArn(STUDIO, "ML Fraud"), passed, true],
    ["iam:PassRole", "arn:aws:iam::444455556666:role/admin", passed, false],
    ["iam:CreateRole", "arn:aws:iam::444455556666:role/studio/research/x", {}, false],
    ["s3:GetObject", "arn:aws:s3:::acme-fraud-data/x", {}, false],
  ] as const)("to keep profiles: %s on %s", async (action, resource, context, allowed) => {
    expect(await overpowered("keep")(action, resource, context)).toBe(allowed);
  });

  test.each([
    ["sagemaker:DescribeUserProfile", OWN, true],
    ["sagemaker:UpdateUserProfile", OWN, false],
    ["sagemaker:DescribeUserProfile", thing("user-profile", "d-another00000/alice"), false],
  ] as const)("to look at profiles: %s on %s", async (action, resource, allowed) => {
    expect(await overpowered("look")(action, resource)).toBe(allowed);
  });
});
