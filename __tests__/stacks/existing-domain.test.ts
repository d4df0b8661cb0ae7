import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { noAccessRoleArn } from "../../naming";
import { studioApp } from "../../stacks/app";
import { parseConfig } from "../../stacks/config/load";
import { untraced } from "../../stacks/untraced";
import { prepareFolder } from "../apply/workspace";
import { configOf } from "./synthesize";

/** What a real plan says of a domain that is there, as Cloud Control describes it. */
const STUDIO = { name: "research", accountId: "444455556666", region: "eu-west-1" };
const DOMAIN = "d-abcdef012345";
const VERSION = process.env.AWS_PROVIDER_VERSION ?? "~> 6.33";

/** A domain that has everything. */
const RIGHT = {
  DomainId: DOMAIN,
  AuthMode: "SSO",
  AppNetworkAccessType: "VpcOnly",
  VpcId: "vpc-0123456789abcdef0",
  SubnetIds: ["subnet-0fedcba9876543210", "subnet-0123456789abcdef0"],
  SingleSignOnApplicationArn: "arn:aws:sso::444455556666:application/ssoins-1234567890abcdef/apl-1234567890abcdef",
  HomeEfsFileSystemId: "fs-0123456789abcdef0",
  Url: `https://${DOMAIN}.studio.eu-west-1.sagemaker.aws`,
  TagPropagation: "ENABLED",
  DomainSettings: { ExecutionRoleIdentityConfig: "USER_PROFILE_NAME" },
  DefaultUserSettings: { ExecutionRole: noAccessRoleArn(STUDIO), DefaultLandingUri: "studio::" },
};

const CALLER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::${STUDIO.accountId}:root</Arn><UserId>${STUDIO.accountId}</UserId><Account>${STUDIO.accountId}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

const prepared = prepareFolder(VERSION);

if ("folder" in prepared) {
  describe("a plan with a domain that is there", () => realPlan(prepared.folder));
} else if (process.env.CI === "true" || process.env.STUDIO_REQUIRE_TERRAFORM === "1") {
  test("a plan with a domain that is there", () => {
    throw new Error(prepared.missing);
  });
} else {
  process.stderr.write(`The plan of an existing domain is skipped: ${prepared.missing}\n`);
  test.skip("a plan with a domain that is there", () => undefined);
}

function realPlan(folder: string): void {
  let described: object = RIGHT;
  let server: Server;
  let env: NodeJS.ProcessEnv = {};
  const stack = join(folder, "stacks", "studio-research");

  beforeAll(async () => {
    server = createServer((request, response) => {
      const isCloudControl = String(request.headers["x-amz-target"]).endsWith(".GetResource");
      const ResourceDescription = { Identifier: DOMAIN, Properties: JSON.stringify(described) };
      response.writeHead(200, { "content-type": isCloudControl ? "application/x-amz-json-1.0" : "text/xml" });
      response.end(isCloudControl ? JSON.stringify({ ResourceDescription }) : CALLER);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const settings = join(folder, "terraform.tfrc");
    const mirror = JSON.stringify(join(folder, "provider", ".terraform", "providers"));
    writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    env = {
      PATH: process.env.PATH,
      TF_CLI_CONFIG_FILE: settings,
      CHECKPOINT_DISABLE: "1",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "AKIAADMINISTRATOR000",
      AWS_SECRET_ACCESS_KEY: "administrator",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const config = JSON.parse(configOf(["ML Fraud"]));
    Object.assign(config.studios[0], { existingDomainId: DOMAIN, subnetIds: [...RIGHT.SubnetIds].reverse() });
    const source = JSON.stringify({ ...config, terraform: { awsProviderVersion: VERSION } });
    untraced(() => studioApp(parseConfig(source, "studio.yaml"), { outdir: folder }).synth());
    expect(await terraform("init")).toMatchObject({ stops: false });
  }, 120_000);

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  /** What Terraform says, and whether it goes no further. */
  function terraform(command: "init" | "plan"): Promise<{ readonly says: string; readonly stops: boolean }> {
    return new Promise((resolve) => {
      execFile("terraform", [command, "-input=false", "-no-color"], { cwd: stack, env }, (error, stdout, stderr) => {
        const says = `${stdout}${stderr}`.replace(/[│╷╵\n]/g, " ").replace(/\s+/g, " ");
        resolve({ says, stops: error !== null });
      });
    });
  }

  test("of which nothing is amiss says nothing, and makes no domain", async () => {
    described = RIGHT;
    const { says, stops } = await terraform("plan");
    expect(stops).toBe(false);
    expect(says).toContain("aws_iam_role.provisioner will be created");
    expect(says).not.toMatch(/Warning|aws_sagemaker_domain/);
  });

  test("that cannot do what is needed, or is not as the config says, is stopped with every reason", async () => {
    described = {
      AuthMode: "IAM",
      VpcId: "vpc-0fedcba9876543210",
      SubnetIds: ["subnet-0123456789abcdef0"],
      AppNetworkAccessType: "PublicInternetOnly",
    };
    const { says, stops } = await terraform("plan");
    expect(stops).toBe(true);
    for (const reason of [
      "it must be in SSO mode",
      "it has no SingleSignOnApplicationArn",
      "its VpcId is not vpc-0123456789abcdef0, as vpcId of the config says",
      "its SubnetIds are not",
      "its AppNetworkAccessType is not VpcOnly, as networkAccess of the config says",
    ]) {
      expect(says).toContain(`studio research, domain ${DOMAIN}: ${reason}`);
    }
  });

  test("whose defaults could be safer warns, and goes on", async () => {
    described = { ...RIGHT, DefaultUserSettings: {}, DomainSettings: undefined, TagPropagation: undefined };
    const { says, stops } = await terraform("plan");
    expect(stops).toBe(false);
    for (const advice of [
      "its default role should be",
      "ExecutionRoleIdentityConfig",
      "TagPropagation",
      "LandingUri",
    ]) {
      expect(says).toContain(advice);
    }
  });
}
