import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { stringify } from "yaml";
import { z } from "zod";
import { loadConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";

const ROOT = resolve(__dirname, "../..");

/** How a command ended. */
interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** What a plan would do. */
export interface Plan {
  /** Whether Terraform says so. */
  readonly isEmpty: boolean;
  /** By address: what happens, and to which attributes. */
  readonly changes: Readonly<Record<string, { readonly actions: readonly string[]; readonly attributes: string[] }>>;
  /** Values after the change, as far as they are known, by address. */
  readonly after: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The outputs that change. */
  readonly outputs: readonly string[];
}

const object = z.record(z.string(), z.unknown());
const planFile = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        change: z.object({
          actions: z.array(z.string()),
          before: object.nullish(),
          after: object.nullish(),
          after_unknown: object.nullish(),
        }),
      }),
    )
    .default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
});

/** A folder of its own in which the app is synthesized and Terraform runs. */
export interface Workspace {
  /** Writes the config that the app reads. */
  configure(config: unknown): Config;
  stackFolder(stack: string): string;
  /** Runs the CDKTF command line, as `npx cdktf` does. */
  cdktf(...args: readonly string[]): Promise<string>;
  /** Synthesizes the config; `planOnly` as for what nobody has reviewed yet. */
  synth(options?: PlanOnly): Promise<void>;
  /**
   * Plans into a file in the stack's folder, for {@link apply}. Fails where Terraform does.
   * @param options - whether what may only read plans
   */
  plan(stack: string, options?: PlanOnly): Promise<Plan>;
  /** Applies what was planned. */
  apply(stack: string): Promise<string>;
}

/** Whether Terraform is run to plan only, by a pipeline that can change nothing. */
export interface PlanOnly {
  readonly planOnly: boolean;
}

const PLAN = "reviewed.plan";

/** How `terraform plan -detailed-exitcode` ends when it would change something. */
const CHANGES = 2;

/** How many lines of a failed command's output are shown. */
const LINES_SHOWN = 150;

/** A provider has several hundred megabytes; where it is not at hand, Terraform fetches it. */
const PROVIDER_TIMEOUT = 300_000;

/**
 * Looks for Terraform, its AWS provider and moto.
 * @param providerVersion - the provider that the stacks will ask for
 * @returns a folder with the provider in it, or what is missing
 */
export function prepareFolder(providerVersion: string): { readonly folder: string } | { readonly missing: string } {
  for (const command of ["terraform", "moto_server"]) {
    if (!isOnPath(command)) return { missing: `${command} is not on the PATH` };
  }
  const folder = mkdtempSync(join(tmpdir(), "studio-apply-"));
  const missing = installProvider(join(folder, "provider"), providerVersion);
  if (missing === undefined) return { folder };
  rmSync(folder, { recursive: true });
  return { missing };
}

/** Installs the provider once, from wherever the environment says: the stacks then take it from there. */
function installProvider(folder: string, version: string): string | undefined {
  mkdirSync(folder);
  const block = { terraform: { required_providers: { aws: { source: "hashicorp/aws", version } } } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(block));
  const { status, stdout, stderr } = spawnSync("terraform", ["init", "-backend=false", "-input=false", "-no-color"], {
    cwd: folder,
    encoding: "utf8",
    timeout: PROVIDER_TIMEOUT,
  });
  if (status === 0) return undefined;
  const told = `${stdout}${stderr}`.replace(/[│╷╵]/g, " ").replace(/\s+/g, " ");
  const [, reason = told] = /Error: (.*?)(?: To see which modules|$)/.exec(told) ?? [];
  return `terraform init found no AWS provider ${version}: ${reason.trim()}`;
}

/** Environment variables: where AWS is, and as whom to call it. */
type Variables = Readonly<Record<string, string>>;

/**
 * A workspace in a prepared folder.
 * @param variables - of a pipeline that deploys, and of one that only plans
 */
export function createWorkspace(
  folder: string,
  variables: { readonly deploying: Variables; readonly planning: Variables },
): Workspace {
  // The project as a user has it, with another working directory.
  for (const name of ["cdktf.json", "main.ts", "node_modules"]) symlinkSync(join(ROOT, name), join(folder, name));
  const configFile = join(folder, "studio.yaml");
  const stackFolder = (stack: string) => join(folder, "cdktf.out", "stacks", stack);

  const cliConfig = join(folder, "terraform.tfrc");
  const mirror = JSON.stringify(join(folder, "provider", ".terraform", "providers"));
  writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
  // Neither the user's own account nor the user's own settings of Terraform are any of this test's business.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|TF)_/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    ...variables.deploying,
    STUDIO_CONFIG: configFile,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // Every stack links to the one provider: a cache that stacks write at a time is none.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  };

  async function terraform(stack: string, args: readonly string[], more: Variables = {}): Promise<Run> {
    return run("terraform", args, stackFolder(stack), { ...env, ...more });
  }

  async function cdktf(args: readonly string[], more: Variables = {}): Promise<string> {
    // Only a registry could tell the checksums for other platforms.
    const flags = args[0] === "synth" ? [] : ["--skip-provider-lock", "--no-color"];
    const command = join(folder, "node_modules/.bin/cdktf");
    const ended = await run(command, [...args, ...flags], folder, { ...env, ...more });
    return succeeded(`cdktf ${args.join(" ")}`, ended);
  }

  const variablesOf = ({ planOnly }: PlanOnly) => (planOnly ? variables.planning : variables.deploying);

  async function plan(stack: string, options: PlanOnly = { planOnly: false }): Promise<Plan> {
    const flags = [`-out=${PLAN}`, "-detailed-exitcode", "-input=false", "-no-color"];
    const planned = await terraform(stack, ["plan", ...flags], variablesOf(options));
    const isEmpty = planned.code !== CHANGES;
    if (isEmpty) {
      succeeded(`terraform plan of ${stack}`, planned);
      return { isEmpty, changes: {}, after: {}, outputs: [] };
    }
    const shown = succeeded(`terraform show of ${stack}`, await terraform(stack, ["show", "-json", PLAN]));
    return { isEmpty, ...summary(planFile.parse(JSON.parse(shown))) };
  }

  return {
    configure: (config) => {
      writeFileSync(configFile, stringify(config));
      return loadConfig(configFile);
    },
    stackFolder,
    cdktf: (...args) => cdktf(args),
    synth: async (options = { planOnly: false }) => {
      await cdktf(["synth"], variablesOf(options));
    },
    plan,
    apply: async (stack) =>
      succeeded(`terraform apply of ${stack}`, await terraform(stack, ["apply", "-input=false", "-no-color", PLAN])),
  };
}

function summary({ resource_changes, output_changes }: z.infer<typeof planFile>): Omit<Plan, "isEmpty"> {
  const changed = resource_changes.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
  return {
    changes: Object.fromEntries(
      changed.map(({ address, change }) => {
        const { before, after, after_unknown: unknown } = change;
        const names = new Set([
          ...Object.keys(before ?? {}),
          ...Object.keys(after ?? {}),
          ...Object.keys(unknown ?? {}),
        ]);
        const attributes = [...names].filter((name) => {
          return unknown?.[name] === true || JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]);
        });
        return [address, { actions: change.actions, attributes: attributes.sort() }];
      }),
    ),
    after: Object.fromEntries(changed.map(({ address, change }) => [address, change.after ?? {}])),
    outputs: Object.entries(output_changes).flatMap(([name, { actions }]) => (actions.join() === "no-op" ? [] : name)),
  };
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

function succeeded(what: string, { code, output }: Run): string {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${readable(output)}`);
  return output;
}

/** The end of what a command wrote, without what only moves the cursor and draws over itself. */
function readable(output: string): string {
  const lines = stripVTControlCharacters(output).split("\n");
  const shown = lines.filter((line) => !/^\s*$|^[⠀-⣿]\s|\d Stacks? (deploying|destroying)/.test(line));
  return shown.slice(-LINES_SHOWN).join("\n");
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
