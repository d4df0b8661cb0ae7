import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import { DEFAULT_CONFIG_FILE, parseConfig } from "../../stacks/config/load";
import { CONFIG, PROVIDER_VERSION } from "../apply/config";
import { prepareFolder } from "../apply/workspace";

/** What a real plan of the example does, from `cdktf synth --hcl` and from the JSON that the pipeline uses. */
const ROOT = resolve(__dirname, "../..");
const STACKS = ["studio-research", "onboarding"] as const;
const FORMS = ["json", "hcl"] as const;

const ADMINISTRATOR = { accessKeyId: "AKIAADMINISTRATOR000", secretAccessKey: "administrator" };

/** What the onboarding reads in the studio's state. */
const OUTPUTS = {
  "cross-stack-output-aws_sagemaker_domaindomainid": "d-0123456789ab",
  "cross-stack-output-aws_sagemaker_domaindomainsingle_sign_on_application_arn":
    "arn:aws:sso::123456789012:application/ssoins-1234567890abcdef/apl-1234567890abcdef",
};

const planned = z.object({
  resource_changes: z.array(
    z.object({
      address: z.string(),
      change: z.object({ actions: z.array(z.string()), after: z.unknown(), after_unknown: z.unknown() }),
    }),
  ),
});

const prepared = prepareFolder(PROVIDER_VERSION);

if ("folder" in prepared) {
  describe("the HCL of the example", () => plansTheSame(prepared.folder));
} else if (process.env.CI === "true" || process.env.STUDIO_REQUIRE_TERRAFORM === "1") {
  test("a plan of HCL", () => {
    throw new Error(prepared.missing);
  });
} else {
  process.stderr.write(`The plan of HCL is skipped: ${prepared.missing}\n`);
  test.skip("a plan of HCL", () => undefined);
}

function plansTheSame(provider: string): void {
  const folder = mkdtempSync(join(tmpdir(), "way-off-plan-"));
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    const { terraform = {}, ...content } = parse(readFileSync(join(ROOT, DEFAULT_CONFIG_FILE), "utf8"));
    const source = stringify({
      ...content,
      functions: CONFIG.functions,
      terraform: { ...terraform, awsProviderVersion: PROVIDER_VERSION },
    });
    const config = parseConfig(source, "example.yaml");
    writeFileSync(join(folder, "example.yaml"), source);
    const { accountId, identityStoreId } = config.identityCenter;
    const options = { identityStoreId, identityCenterAccountId: accountId };
    emulator = await startEmulator({ clock: realClock(), options });
    emulator.callers.register(ADMINISTRATOR.accessKeyId, { kind: "admin", accountId });
    for (const { groups } of config.studios) {
      for (const { adGroup } of groups) emulator.identityStore.createGroup(adGroup);
    }
    const settings = join(folder, "terraform.tfrc");
    const mirror = JSON.stringify(join(provider, "provider", ".terraform", "providers"));
    writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    env = {
      PATH: process.env.PATH,
      TF_CLI_CONFIG_FILE: settings,
      CHECKPOINT_DISABLE: "1",
      STUDIO_CONFIG: join(folder, "example.yaml"),
      AWS_ENDPOINT_URL: emulator.url,
      AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    };
    for (const form of FORMS) mkdirSync(join(folder, form));
    await run(process.execPath, ["--import", "tsx", "main.ts"], ROOT, { CDKTF_OUTDIR: join(folder, "json") });
    const cdktf = join(ROOT, "node_modules/.bin/cdktf");
    await run(cdktf, ["synth", "--hcl", "-o", join(folder, "hcl")], ROOT);
    const outputs = Object.fromEntries(
      Object.entries(OUTPUTS).map(([name, value]) => [name, { value, type: "string", sensitive: true }]),
    );
    const state = { version: 4, terraform_version: "1.10.0", serial: 1, lineage: "studio", outputs, resources: [] };
    writeFileSync(join(folder, "studio.tfstate"), JSON.stringify(state));
  }, 120_000);

  afterAll(async () => {
    await emulator.close();
    for (const each of [folder, provider]) rmSync(each, { recursive: true });
  });

  async function run(command: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
    const maxBuffer = Number.POSITIVE_INFINITY;
    return (await promisify(execFile)(command, args, { cwd, env: { ...env, ...more }, maxBuffer })).stdout;
  }

  /** What Terraform would do, by address. */
  async function plan(form: (typeof FORMS)[number], stack: string) {
    const cwd = join(folder, form, "stacks", stack);
    const file = join(cwd, form === "json" ? "cdk.tf.json" : "cdk.tf");
    // The states of the project's own folder are nobody's business here.
    const elsewhere = readFileSync(file, "utf8").replace(/"[^"]*terraform\.([\w-]+)\.tfstate"/g, (_, of: string) =>
      JSON.stringify(of === stack ? join(folder, `${form}-${of}.tfstate`) : join(folder, "studio.tfstate")),
    );
    writeFileSync(file, elsewhere);
    await run("terraform", ["init", "-input=false", "-no-color"], cwd);
    await run("terraform", ["plan", "-input=false", "-no-color", "-out=plan"], cwd);
    const { resource_changes } = planned.parse(JSON.parse(await run("terraform", ["show", "-json", "plan"], cwd)));
    return Object.fromEntries(resource_changes.map(({ address, change }) => [address, change]));
  }

  test.each(STACKS)(
    "plans the same resources at the same addresses: %s",
    async (stack) => {
      const [json = {}, hcl = {}] = await Promise.all(FORMS.map((form) => plan(form, stack)));
      expect(Object.keys(json).length).toBeGreaterThan(20);
      expect(hcl).toEqual(json);
    },
    60_000,
  );
}
