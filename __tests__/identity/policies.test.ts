import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Context, decide } from "../../rehearsal/policy-simulator";
import { policyDocuments } from "../policies/documents";
import { lint, oversized, type Rule } from "../policies/lint";
import { synthesize } from "../stacks/synthesize";
import { EXAMPLE, FRAUD, identityScene } from "./scene";

/** The policies that carry a person: who may vouch for whom, what queries need, and what AWS's reference says of them. */
const scene = identityScene();
const { world } = scene;
const REGION = "eu-west-1";
const ACCOUNT = "444455556666";
const SAGEMAKER = { kind: "service", service: "sagemaker.amazonaws.com" } as const;
const IDENTITY_CENTER = { "sts:RequestContextProviders": "arn:aws:iam::aws:contextProvider/IdentityCenter" };
const BY_ARN = { "aws:SourceArn": `arn:aws:sagemaker:${REGION}:${ACCOUNT}:domain/d-1` };
const BY_ACCOUNT = { "aws:SourceAccount": ACCOUNT };

describe("the trust of a group's role lets a person's context be set", () => {
  const roles = [scene.roleOf(FRAUD), scene.computeRole("fraud")];
  const verdict = async (context: Context, who: Parameters<typeof decide>[1]["who"] = SAGEMAKER) => {
    const asked = roles.map(({ arn }) => decide(world, { who, action: "sts:SetContext", resource: arn, context }));
    const [first, ...more] = (await Promise.all(asked)).map((each) => each.verdict === "Allowed");
    expect(more).toEqual(more.map(() => first));
    return first;
  };

  test.each([
    ["for a resource of this account", { ...BY_ARN, ...IDENTITY_CENTER }, true],
    ["for this account", { ...BY_ACCOUNT, ...IDENTITY_CENTER }, true],
    ["for both", { ...BY_ARN, ...BY_ACCOUNT, ...IDENTITY_CENTER }, true],
    ["for nobody that is named", IDENTITY_CENTER, false],
    ["for another account", { "aws:SourceAccount": "999988887777", ...IDENTITY_CENTER }, false],
    ["for another account's resource", { ...BY_ARN, "aws:SourceAccount": "999988887777", ...IDENTITY_CENTER }, false],
    [
      "for a resource of another Region",
      { "aws:SourceArn": `arn:aws:sagemaker:us-east-1:${ACCOUNT}:domain/d-1`, ...IDENTITY_CENTER },
      false,
    ],
    [
      "by another provider",
      { ...BY_ACCOUNT, "sts:RequestContextProviders": "arn:aws:iam::aws:contextProvider/Other" },
      false,
    ],
  ])("by SageMaker %s: %s", async (_for, context, expected) => {
    expect(await verdict(context)).toBe(expected);
  });

  test("by nobody else", async () => {
    for (const service of ["lambda.amazonaws.com", "athena.amazonaws.com", "ec2.amazonaws.com"]) {
      expect(await verdict({ ...BY_ACCOUNT, ...IDENTITY_CENTER }, { kind: "service", service })).toBe(false);
    }
  });

  test("only where the studio asks for it", () => {
    const { studios, ...config } = parse(readFileSync(EXAMPLE, "utf8"));
    const [{ trustedIdentityPropagation: _, groups, ...studio }] = studios;
    const plain = groups.map(
      ({ accessGrants: _grants, dataLake: _lake, ...group }: object & Record<string, unknown>) => group,
    );
    const stack = synthesize(JSON.stringify({ ...config, studios: [{ ...studio, groups: plain }] }))["studio-research"];
    expect(stack?.text).not.toMatch(
      /SetContext|trusted_identity_propagation|access_grants|lakeformation|athena_workgroup/,
    );
  });
});

describe("with a person in the session", () => {
  const person = { "identitystore:UserId": "93f7a2c4-0000-4000-8000-000000000001" };
  const ask = (action: string, resource: string, context: Context = {}) =>
    decide(world, { who: { kind: "role", role: scene.roleOf(FRAUD) }, action, resource, context });

  test.each([
    ["sagemaker:StopTrainingJob", "training-job/theirs", { "aws:ResourceTag/team": "platform" }, "ExplicitlyDenied"],
    ["sagemaker:StopTrainingJob", "training-job/own", { "aws:ResourceTag/team": "fraud" }, "Allowed"],
    ["sagemaker:DeleteDomain", "domain/d-1", {}, "ExplicitlyDenied"],
  ] as const)("the guardrails hold as without: %s on %s", async (action, resource, context, verdict) => {
    const arn = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${resource}`;
    expect((await ask(action, arn, context)).verdict).toBe(verdict);
    expect((await ask(action, arn, { ...context, ...person })).verdict).toBe(verdict);
  });

  test.each([
    ["studio-research-access-grants", "Allowed"],
    ["studio-research-query-results", "Allowed"],
    ["studio-research-athena", "ImplicitlyDenied"],
    ["studio-research-provisioner", "ImplicitlyDenied"],
  ])("it is shown to %s: %s", async (name, verdict) => {
    const { arn } = scene.role(name);
    // What the other side says is another test's matter.
    const open = { Version: "2012-10-17" as const, Statement: [] };
    const { verdict: said } = await decide(world, {
      who: { kind: "role", role: scene.roleOf(FRAUD) },
      action: "sts:SetContext",
      resource: arn,
      context: {},
      resourcePolicy: {
        ...open,
        Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:SetContext" }],
      },
    });
    expect(said).toBe(verdict);
  });
});

describe("queries", () => {
  const workgroup = world.blocks.find(({ type }) => type === "aws_athena_workgroup");
  const own = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${workgroup?.config.name}`;
  const ask = (role: string, action: string, resource: string) =>
    decide(world, {
      who: { kind: "role", role: scene.role(role) },
      action,
      resource,
      context: { "aws:ResourceAccount": ACCOUNT },
    });

  test("run in the group's own workgroup, and in no other", async () => {
    const who = { kind: "role", role: scene.roleOf(FRAUD) } as const;
    const start = (resource: string) =>
      decide(world, { who, action: "athena:StartQueryExecution", resource, context: {} });
    expect((await start(own)).verdict).toBe("Allowed");
    expect((await start(own.replace(/workgroup\/.*/, "workgroup/primary"))).verdict).not.toBe("Allowed");
  });

  test("reach data through Lake Formation and Access Grants only", async () => {
    expect((await ask("studio-research-athena", "lakeformation:GetDataAccess", "*")).verdict).toBe("Allowed");
    expect((await ask("studio-research-athena", "s3:GetDataAccess", scene.instanceArn)).verdict).toBe("Allowed");
    for (const action of ["s3:GetObject", "s3:PutObject"]) {
      const { verdict } = await ask("studio-research-athena", action, "arn:aws:s3:::acme-query-results/fraud/x");
      expect(verdict).toBe("ImplicitlyDenied");
    }
  });

  test("hand the person on, and leave results with the person", () => {
    expect(workgroup?.config).toMatchObject({
      configuration: {
        enforce_workgroup_configuration: true,
        identity_center_configuration: { enable_identity_center: true },
        query_results_s3_access_grants_configuration: {
          enable_s3_access_grants: true,
          create_user_level_prefix: true,
          authentication_type: "DIRECTORY_IDENTITY",
        },
        result_configuration: { output_location: "s3://acme-query-results/fraud/" },
      },
    });
  });

  test("see the columns that the directory group was granted", () => {
    const permissions = world.blocks.filter(({ type }) => type === "aws_lakeformation_permissions");
    expect(permissions.map(({ config: { principal } }) => principal)).toEqual(
      permissions.map(() => `arn:aws:identitystore:::group/${scene.groupId(FRAUD)}`),
    );
    expect(permissions.map(({ config }) => config)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ permissions: ["DESCRIBE"], database: { name: "fraud" } }),
        expect.objectContaining({
          permissions: ["SELECT"],
          table_with_columns: { database_name: "fraud", name: "transactions", column_names: ["id", "amount", "day"] },
        }),
      ]),
    );
  });
});

/** Findings that stay, by statement and rule, each with its reason. */
const ACCESS_GRANTS = "S3 calls it access-grants.s3.amazonaws.com: the only service here with a dot in its name";
const ACCEPTED: Readonly<Record<string, string>> = {
  "AccessGrants malformed-principal": ACCESS_GRANTS,
  "AccessGrantsForAPerson malformed-principal": ACCESS_GRANTS,
};

test("the policies are what AWS's reference says they can be, and fit its limits", async () => {
  const role = (path: string) => `arn:aws:iam::${ACCOUNT}:role${path}`;
  const mine = policyDocuments(world).filter(({ where }) =>
    /team-data|location-role|results-role|athena-role/.test(where),
  );
  expect(mine.length).toBeGreaterThan(5);
  const findings: { where: string; rule: Rule; detail: string }[] = [];
  for (const { where, kind, document } of mine) {
    findings.push(...(await lint({ where, kind, document, partition: "aws", passable: [role("/none/*")] })));
  }
  expect(findings.filter(({ where, rule }) => !ACCEPTED[`${where.split(": ").at(-1)} ${rule}`])).toEqual([]);
  expect(oversized(policyDocuments(world))).toEqual([]);
});

/** What each page's config makes, besides what every studio has. */
const CONFIGS = {
  "notebook-to-s3": ["access_grant", "access_grants_instance", "access_grants_location"],
  athena: ["access_grant", "access_grants_instance", "access_grants_location", "athena_workgroup", "lakeformation"],
  "background-sessions": ["access_grant", "access_grants_instance", "access_grants_location"],
  audit: [],
};

test.each(Object.entries(CONFIGS))("the config of the page %s makes what the page says", (page, expected) => {
  const source = readFileSync(`docs/identity/${page}.yaml`, "utf8");
  const stack = synthesize(source)["studio-research"];
  const found = Object.keys(stack?.json.resource ?? {})
    .map((type) => /^aws_(?:s3control_)?(access_grant.*|athena_workgroup|lakeformation)/.exec(type)?.[1])
    .filter((type) => type !== undefined);
  expect([...new Set(found)].sort()).toEqual([...expected].sort());
  expect(stack?.text).toContain("trusted_identity_propagation_settings");
  expect(readFileSync(`docs/identity/${page}.md`, "utf8")).toContain(`(${page}.yaml)`);
});
