import { type Context, decide } from "../../rehearsal/policy-simulator";
import { FRAUD, identityScene } from "./scene";

/** The roles that AWS's services take on to reach data for a person: who, for whom, and how far. */
const scene = identityScene();
const { world, instanceArn } = scene;
const ACCOUNT = "444455556666";
const FOREIGN = "999988887777";
const PROVIDER = "arn:aws:iam::aws:contextProvider/IdentityCenter";
const OTHER_PROVIDER = "arn:aws:iam::aws:contextProvider/Other";
const WORKGROUP = String(world.blocks.find(({ type }) => type === "aws_athena_workgroup")?.config.name);
const workgroupArn = `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/${WORKGROUP}`;
const ANOTHER_STUDIOS = workgroupArn.replace("studio-research.", "studio-research-two.");

const ROLES = [
  {
    name: "studio-research-access-grants",
    service: "access-grants.s3.amazonaws.com",
    source: instanceArn,
    other: `${instanceArn}-other`,
  },
  {
    name: "studio-research-query-results",
    service: "access-grants.s3.amazonaws.com",
    source: instanceArn,
    other: `${instanceArn}-other`,
  },
  {
    name: "studio-research-athena",
    service: "athena.amazonaws.com",
    source: workgroupArn,
    other: ANOTHER_STUDIOS,
  },
];

describe.each(ROLES)("$name", ({ name, service, source, other }) => {
  const own = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": source, "sts:RequestContextProviders": PROVIDER };
  const ask = async (action: string, context: Context, by = service) => {
    const resource = scene.role(name).arn;
    return (
      (await decide(world, { who: { kind: "service", service: by }, action, resource, context })).verdict === "Allowed"
    );
  };

  test.each(["sts:AssumeRole", "sts:SetContext"])("is taken on by its service, with a person: %s", async (action) => {
    expect(await ask(action, own)).toBe(true);
    for (const other of ["sagemaker.amazonaws.com", "lambda.amazonaws.com", "glue.amazonaws.com"]) {
      expect(await ask(action, own, other)).toBe(false);
    }
  });

  test.each([
    ["another account", { "aws:SourceAccount": FOREIGN }],
    ["another account's resource", { "aws:SourceArn": source.replace(ACCOUNT, FOREIGN) }],
    ["another resource", { "aws:SourceArn": other }],
  ])("is not taken on for %s", async (_what, change) => {
    for (const action of ["sts:AssumeRole", "sts:SetContext"])
      expect(await ask(action, { ...own, ...change })).toBe(false);
  });

  test("takes nobody's word for a person but Identity Center's", async () => {
    expect(await ask("sts:SetContext", { ...own, "sts:RequestContextProviders": OTHER_PROVIDER })).toBe(false);
  });
});

test("a studio's roles let no other Region's SageMaker set a person for the same account", async () => {
  const { arn } = scene.roleOf(FRAUD);
  const context = {
    "aws:SourceAccount": ACCOUNT,
    "aws:SourceArn": `arn:aws:sagemaker:us-east-1:${ACCOUNT}:domain/d-1`,
    "sts:RequestContextProviders": PROVIDER,
  };
  const who = { kind: "service", service: "sagemaker.amazonaws.com" } as const;
  expect((await decide(world, { who, action: "sts:SetContext", resource: arn, context })).verdict).not.toBe("Allowed");
});

describe("what Access Grants hands out reaches", () => {
  const context = { "s3:AccessGrantsInstanceArn": instanceArn, "aws:ResourceAccount": ACCOUNT };
  const may = async (action: string, key: string, change: Context = {}) => {
    const who = { kind: "role", role: scene.role("studio-research-access-grants") } as const;
    const asked = { who, action, resource: `arn:aws:s3:::acme-fraud-data/${key}`, context: { ...context, ...change } };
    return (await decide(world, asked)).verdict === "Allowed";
  };

  test.each([
    ["s3:GetObject", "curated/x", true],
    ["s3:GetObject", "features/x", true],
    ["s3:PutObject", "features/x", true],
    ["s3:PutObject", "curated/x", false],
    ["s3:DeleteObject", "curated/x", false],
    ["s3:GetObject", "raw/x", false],
  ])("no more than some grant gives: %s of %s, %s", async (action, key, allowed) => {
    expect(await may(action, key)).toBe(allowed);
  });

  test("no bucket of another account", async () => {
    expect(await may("s3:GetObject", "curated/x", { "aws:ResourceAccount": FOREIGN })).toBe(false);
  });
});

test("the domain propagates identities", () => {
  const domain = world.blocks.find(({ type }) => type === "aws_sagemaker_domain");
  expect(domain?.config.domain_settings).toMatchObject({
    trusted_identity_propagation_settings: { status: "ENABLED" },
  });
});

test("the credentials that Access Grants hands out reach the groups' keys by way of S3 alone", async () => {
  const role = scene.role("studio-research-access-grants");
  const resource = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const decrypt = async (context: Context) =>
    (await decide(world, { who: { kind: "role", role }, action: "kms:Decrypt", resource, context })).verdict;
  expect(await decrypt({ "kms:ViaService": "s3.eu-west-1.amazonaws.com" })).toBe("Allowed");
  expect(await decrypt({ "kms:ViaService": "s3.us-east-1.amazonaws.com" })).toBe("ImplicitlyDenied");
  expect(await decrypt({})).toBe("ImplicitlyDenied");
});
