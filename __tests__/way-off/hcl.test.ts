import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { parse as parseHcl } from "@cdktf/hcl2json";
import { parse as parseYaml, stringify } from "yaml";
import { z } from "zod";
import { DEFAULT_CONFIG_FILE } from "../../stacks/config/load";
import { CONFIG, PROVIDER_VERSION } from "../apply/config";
import { prepareFolder } from "../apply/workspace";

const ROOT = resolve(__dirname, "../..");
const MINUTE = 60_000;

/** Terraform repeats a line, however long, for each thing in it that it cannot read. */
const LONGEST_ERROR = 3_000;

/** The example, and what it leaves out. */
const CONFIGS = [
  { name: "example", file: DEFAULT_CONFIG_FILE, stacks: ["studio-research", "onboarding"] },
  {
    name: "every-setting",
    file: "scripts/check-cdktn/every-setting.yaml",
    stacks: ["studio-research", "studio-lab", "onboarding"],
  },
] as const;

const STACKS = CONFIGS.flatMap(({ name, stacks }) => stacks.map((stack) => ({ config: name, stack })));

const configFile = z.looseObject({ terraform: z.looseObject({}).default({}) });

const folder = mkdtempSync(join(tmpdir(), "way-off-"));
const synthesized = (form: "json" | "hcl", { config, stack }: (typeof STACKS)[number], file: string) =>
  join(folder, form, config, "stacks", stack, file);

beforeAll(async () => {
  await Promise.all(CONFIGS.map(synthesize));
}, 2 * MINUTE);

afterAll(() => rmSync(folder, { recursive: true }));

describe("cdktf synth --hcl", () => {
  test.each(STACKS)("says what the JSON says: $stack of the config $config", async (each) => {
    const json: unknown = JSON.parse(readFileSync(synthesized("json", each, "cdk.tf.json"), "utf8"));
    const hcl = await parseHcl("cdk.tf", readFileSync(synthesized("hcl", each, "cdk.tf"), "utf8"));
    expect(comparable(hcl)).toEqual(comparable(json));
    expect(hcl).toHaveProperty("resource");
  });

  test.each(STACKS)("brings the same archives: $stack of the config $config", (each) => {
    expect(filesIn(synthesized("hcl", each, "assets"))).toEqual(filesIn(synthesized("json", each, "assets")));
  });
});

const prepared = prepareFolder(PROVIDER_VERSION);

if ("folder" in prepared) {
  describe(`cdktf synth --hcl, with version ${PROVIDER_VERSION} of the AWS provider`, () => isValid(prepared.folder));
} else if (process.env.CI === "true" || process.env.STUDIO_REQUIRE_TERRAFORM === "1") {
  test("cdktf synth --hcl is valid", () => {
    throw new Error(prepared.missing);
  });
} else {
  process.stderr.write(`Whether Terraform takes HCL is not tested: ${prepared.missing}\n`);
  test.skip("cdktf synth --hcl is valid", () => undefined);
}

/** All of them are modules of one configuration, where the provider is already: it then starts once. */
function isValid(providerFolder: string): void {
  const root = join(providerFolder, "provider");
  const terraform = (...args: readonly string[]) => run("terraform", [...args, "-no-color"], root);

  afterAll(() => rmSync(providerFolder, { recursive: true }));

  test(
    "is valid",
    async () => {
      const module = STACKS.map((each) => {
        const source = relative(root, synthesized("hcl", each, ""));
        return [`${each.config}-${each.stack}`, { source }];
      });
      writeFileSync(join(root, "stacks.tf.json"), JSON.stringify({ module: Object.fromEntries(module) }));
      await terraform("init", "-input=false");
      expect(await terraform("validate")).toContain("The configuration is valid");
    },
    MINUTE,
  );
}

/** Synthesizes a config in both forms, for the provider that is at hand. */
async function synthesize({ name, file }: (typeof CONFIGS)[number]): Promise<void> {
  const content = configFile.parse(parseYaml(readFileSync(join(ROOT, file), "utf8")));
  const config = join(folder, `${name}.yaml`);
  const terraform = { ...content.terraform, ...CONFIG.terraform };
  writeFileSync(config, stringify({ ...content, functions: CONFIG.functions, terraform }));
  const [json, hcl] = [join(folder, "json", name), join(folder, "hcl", name)];
  for (const each of [json, hcl]) mkdirSync(each, { recursive: true });
  // What the command line runs for the JSON.
  await run(process.execPath, ["--import", "tsx", "main.ts"], ROOT, { STUDIO_CONFIG: config, CDKTF_OUTDIR: json });
  const cdktf = join(ROOT, "node_modules/.bin/cdktf");
  await run(cdktf, ["synth", "--hcl", "-o", hcl], ROOT, { STUDIO_CONFIG: config });
}

/** The same for both forms: HCL has every block in a list, expressions are formatted, and CDKTF's comments are JSON's. */
function comparable(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/(?<=\$\{[^}]*,) /g, "");
  if (Array.isArray(value)) {
    const [only] = value;
    const isBlock = value.length === 1 && typeof only === "object" && only !== null;
    return isBlock ? comparable(only) : value.map(comparable);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (key === "//" ? [] : [[key, comparable(each)]])),
  );
}

/** The files of a folder by name, if there is one. */
function filesIn(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(path, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name)).toString("base64")]));
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...variables, CHECKPOINT_DISABLE: "1" };
  try {
    return (await promisify(execFile)(command, args, { cwd, env, maxBuffer: Number.POSITIVE_INFINITY })).stdout;
  } catch (error) {
    throw new Error(String(error).slice(0, LONGEST_ERROR));
  }
}
