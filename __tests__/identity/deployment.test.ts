import { deploymentPolicies } from "../../policies/deployment/deployment-policies";
import { policyDocument } from "../../policies/statement";
import { parseJson } from "../../rehearsal/json";
import { parseIdentityPolicy } from "../../rehearsal/policy-document";
import { loadConfig } from "../../stacks/config/load";
import { type Finding, lint } from "../policies/lint";
import { synthesize } from "../policies/synthesized";
import { EXAMPLE } from "./scene";

/** What deploying the example needs: in the studio's account, and, for the groups' ids, in Identity Center's. */
const config = loadConfig(EXAMPLE);
const policies = deploymentPolicies(config, synthesize(config).texts);
const statements = (name: RegExp) => policies.filter((each) => name.test(each.name)).flatMap((each) => each.statements);
const actions = (name: RegExp) => statements(name).flatMap(({ Action }) => Action);

test("a studio's deployment may make grants, workgroups and the roles that they work with", () => {
  expect(actions(/^444455556666-deploy/)).toEqual(
    expect.arrayContaining([
      "s3:CreateAccessGrant",
      "s3:CreateAccessGrantsInstance",
      "lakeformation:GrantPermissions",
      "athena:CreateWorkGroup",
    ]),
  );
  const passes = statements(/^444455556666-deploy/).filter(({ Action }) => Action.includes("iam:PassRole"));
  const passed = Object.fromEntries(
    passes.map(({ Condition, Resource }) => [
      String(Condition?.StringEquals?.["iam:PassedToService"]),
      Resource?.map((arn) => arn.split("/").at(-1)),
    ]),
  );
  expect(passed).toMatchObject({
    "access-grants.s3.amazonaws.com": ["studio-research-access-grants", "studio-research-query-results"],
    "athena.amazonaws.com": ["studio-research-athena"],
  });
});

test("the groups are looked up in Identity Center's account, and not in the studio's", () => {
  expect(actions(/^444455556666-plan/).filter((action) => action.startsWith("identitystore:"))).toEqual([]);
  // Access Grants looks at a group as whoever grants it something.
  expect(actions(/^444455556666-deploy/).filter((action) => action.startsWith("identitystore:"))).toEqual([
    "identitystore:DescribeGroup",
  ]);
  expect(actions(/^111122223333-plan/)).toContain("identitystore:GetGroupId");
});

test("background sessions can be shown by who plans, and switched by who deploys", () => {
  const [show, put] = ["sso:GetApplicationSessionConfiguration", "sso:PutApplicationSessionConfiguration"];
  for (const role of ["plan", "deploy"]) {
    expect(actions(new RegExp(`^444455556666-${role}`))).toContain("sagemaker:ListDomains");
    expect(actions(new RegExp(`^111122223333-${role}`))).toContain(show);
  }
  expect(actions(/^111122223333-deploy/)).toContain(put);
  const [studio] = config.studios;
  if (!studio) throw new Error("the example has no studio");
  const { trustedIdentityPropagation: _, ...rest } = studio;
  const groups = studio.groups.map(({ accessGrants: __, dataLake: ___, ...group }) => group);
  const plain = { ...config, studios: [{ ...rest, groups }] };
  const without = deploymentPolicies(plain, synthesize(plain).texts).flatMap(({ statements: all }) => all);
  expect(without.flatMap(({ Action }) => Action)).not.toEqual(expect.arrayContaining([show]));
  expect(without.flatMap(({ Action }) => Action)).not.toEqual(expect.arrayContaining([put]));
});

test("planning changes nothing", () => {
  const writes = actions(/-plan/).filter((action) => !/:(Get|List|Describe)|^sts:AssumeRole$/.test(action));
  expect(writes).toEqual([]);
});

test("a further group with grants needs no other policy", () => {
  const [studio] = config.studios;
  if (!studio) throw new Error("the example has no studio");
  const [group] = studio.groups;
  if (!group) throw new Error("the studio has no group");
  const more = { ...config, studios: [{ ...studio, groups: [{ ...group, adGroup: "ML Another" }, ...studio.groups] }] };
  expect(deploymentPolicies(more, synthesize(more).texts)).toEqual(policies);
});

test("the statements about granted data are what AWS's reference says they can be", async () => {
  const mine =
    /^(Read|Change)(AccessGrants|LakeFormation|Workgroups)|^Connect|BackgroundSessions$|^ShowGroups|^FindDomains$/;
  const findings: Finding[] = [];
  for (const { name, statements } of policies) {
    const about = statements.filter(({ Sid }) => mine.test(Sid));
    if (about.length === 0) continue;
    const document = parseIdentityPolicy(parseJson(policyDocument(about)), name);
    findings.push(...(await lint({ where: name, kind: "managed", document, partition: "aws", passable: [] })));
  }
  // The reference asks for one of everything that can be tagged.
  const ofAnyKind = /^athena:(ListTagsForResource|TagResource|UntagResource) needs/;
  const left = findings.filter(({ rule, detail }) => rule !== "open-resource" && !ofAnyKind.test(detail));
  expect(left).toEqual([]);
});
