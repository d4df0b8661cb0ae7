import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PLATFORM } from "./example";

/*
 * `npm run plan` and `npm run apply` as they are started, with a Terraform that shows a plan of the example and says what
 * it was asked to do: of a studio that is not there yet, so that there are no people to look for.
 */
const ROOT = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "commands-"));
const asked = join(folder, "asked");

const TERRAFORM = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const [chdir, command, ...args] = process.argv.slice(2);
const stack = chdir.split("/").pop();
if (command === "plan") writeFileSync(chdir.slice("-chdir=".length) + "/plan.tfplan", "a plan");
if (command === "apply") appendFileSync(${JSON.stringify(asked)}, stack + "\\n");
if (command === "show") process.stdout.write(readFileSync(process.env.SHOWN, "utf8"));
process.exitCode = command === "plan" ? 2 : 0;
`;

function config(vpcId: string): void {
  const studio = {
    name: "research",
    accountId: "123456789012",
    region: "eu-west-1",
    vpcId,
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    groups: [PLATFORM],
  };
  const identityCenter = {
    accountId: "123456789012",
    region: "eu-west-1",
    identityStoreId: "d-906716eb24",
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
  };
  writeFileSync(join(folder, "studio.yaml"), JSON.stringify({ identityCenter, studios: [studio] }));
}

function run(command: "plan" | "apply", shown: string, ...args: readonly string[]) {
  const tsx = resolve(ROOT, "node_modules/tsx/dist/loader.mjs");
  const ended = spawnSync("node", ["--import", tsx, join(ROOT, "pipeline", `${command}.ts`), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      NODE_NO_WARNINGS: "1",
      STUDIO_CONFIG: "studio.yaml",
      TERRAFORM_BINARY_NAME: join(folder, "terraform"),
      SHOWN: join(__dirname, "plans", `${shown}.json`),
      GIT_CEILING_DIRECTORIES: tmpdir(),
    },
  });
  return { code: ended.status, output: `${ended.stdout}${ended.stderr}` };
}

const applied = () => (existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n") : []);

beforeAll(() => {
  writeFileSync(join(folder, "terraform"), TERRAFORM);
  chmodSync(join(folder, "terraform"), 0o755);
  config("vpc-0123456789abcdef0");
});

afterAll(() => rmSync(folder, { recursive: true }));

test("what is planned can be applied, as long as it is of what is there", () => {
  const planned = run("plan", "research-new");
  expect(planned).toEqual({ code: 2, output: expect.stringContaining("onboarding is planned after studio-research") });
  expect(planned.output).toContain(readFileSync(join(folder, "cdktf.out/plan.md"), "utf8"));
  expect(JSON.parse(readFileSync(join(folder, "cdktf.out/counts.json"), "utf8"))).toEqual({
    create: expect.any(Number),
    update: 0,
    delete: 0,
  });
  const [, digest] = /Digest `(\w+)`/.exec(planned.output) ?? [];

  config("vpc-0123456789abcdef1");
  expect(run("apply", "research-new")).toEqual({
    code: 1,
    output: expect.stringContaining("the config is another than the plans were made from"),
  });
  expect(applied()).toEqual([]);

  config("vpc-0123456789abcdef0");
  const done = run("apply", "research-new");
  expect(done).toEqual({ code: 2, output: expect.stringContaining("Not applied yet: onboarding.") });
  expect(done.output).toContain(`digest ${digest}`);
  expect(applied()).toEqual(["studio-research"]);
});

test("a plan that is refused ends with 1", () => {
  expect(run("plan", "research-vpc")).toEqual({ code: 1, output: expect.stringContaining("### Refused") });
});

test("a run that cannot plan ends with 1, and leaves no older plan behind", () => {
  config("no vpc");
  expect(run("plan", "research-new")).toEqual({
    code: 1,
    output: expect.stringMatching(/^studio\.yaml:1:\d+: .*vpcId/),
  });
  expect(existsSync(join(folder, "cdktf.out/plans.json"))).toBe(false);
  expect(existsSync(join(folder, "cdktf.out/stacks/studio-research/plan.tfplan"))).toBe(false);
});

test.each([
  ["plan", "--foo", "Unknown option '--foo'\nUsage: npm run plan -- [stack…]\n"],
  ["apply", "--help", "Unknown option '--help'\nUsage: npm run apply, which takes nothing else: "],
  [
    "apply",
    "studio-research",
    "Unexpected argument 'studio-research'\nUsage: npm run apply, which takes nothing else: ",
  ],
] as const)("npm run %s -- %s ends with 1, and says how it is meant", (command, argument, message) => {
  const before = applied();
  const { code, output } = run(command, "research-new", argument);
  expect(code).toBe(1);
  expect(output.startsWith(message)).toBe(true);
  expect(output.trimEnd().split("\n")).toHaveLength(2);
  expect(applied()).toEqual(before);
});
