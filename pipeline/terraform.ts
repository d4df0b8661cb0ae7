import { spawn } from "node:child_process";
import { Stopped } from "./stopped";

/** The name of the plan file in a stack's folder. */
export const PLAN_FILE = "plan.tfplan";

/** For how long to wait for whoever else is at a state. */
const LOCK_TIMEOUT = "-lock-timeout=5m";

/** How `terraform plan -detailed-exitcode` ends if something would change. */
const CHANGES = 2;

/** What the pipeline does with Terraform. */
export interface Terraform {
  /**
   * Makes a stack's folder ready.
   * @param isLocked - whether the providers must be those of the lock file, as they are when a plan is applied
   */
  init(stack: string, isLocked: boolean): Promise<void>;
  /** Plans into {@link PLAN_FILE}. @returns whether something would change */
  plan(stack: string): Promise<boolean>;
  /** The saved plan as JSON. */
  show(stack: string): Promise<unknown>;
  /** Applies the saved plan. */
  apply(stack: string): Promise<"applied" | "stale">;
  /** Whether nothing is left to do in a stack: the plan that is gone was applied. Saves nothing. */
  isSettled(stack: string): Promise<boolean>;
}

/** How Terraform is run. */
export interface TerraformOptions {
  readonly binary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folderOf: (stack: string) => string;
  /** Whoever only looks must not need to write, not even a lock. */
  readonly planOnly: boolean;
  /** Takes what Terraform prints. */
  readonly print: (text: string) => void;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Terraform on the command line. Every function throws {@link Stopped} with what Terraform says if it fails.
 * @see https://developer.hashicorp.com/terraform/tutorials/automation/automate-terraform
 */
export function terraform({ binary, env, folderOf, planOnly, print }: TerraformOptions): Terraform {
  const locking = planOnly ? "-lock=false" : LOCK_TIMEOUT;

  async function run(stack: string, args: readonly string[], isQuiet = false): Promise<Ended> {
    if (!isQuiet) print(`\n${stack}: terraform ${args.join(" ")}\n`);
    return start(binary, [`-chdir=${folderOf(stack)}`, ...args], env, isQuiet ? undefined : print);
  }

  return {
    async init(stack, isLocked) {
      const args = ["init", "-input=false", "-no-color", ...(isLocked ? ["-lockfile=readonly"] : [])];
      succeeded(stack, "init", await run(stack, args));
    },
    async plan(stack) {
      const args = ["plan", "-input=false", "-no-color", locking, "-detailed-exitcode", `-out=${PLAN_FILE}`];
      const ended = await run(stack, args);
      if (ended.code !== CHANGES) succeeded(stack, "plan", ended);
      return ended.code === CHANGES;
    },
    async show(stack) {
      const ended = succeeded(stack, "show", await run(stack, ["show", "-json", "-no-color", PLAN_FILE], true));
      return JSON.parse(ended.stdout);
    },
    async apply(stack) {
      const ended = await run(stack, ["apply", "-input=false", "-no-color", LOCK_TIMEOUT, PLAN_FILE]);
      if (ended.code !== 0 && /Saved plan is stale/.test(ended.stderr)) return "stale";
      succeeded(stack, "apply", ended);
      return "applied";
    },
    async isSettled(stack) {
      const ended = await run(stack, ["plan", "-input=false", "-no-color", LOCK_TIMEOUT, "-detailed-exitcode"]);
      if (ended.code !== CHANGES) succeeded(stack, "plan", ended);
      return ended.code !== CHANGES;
    },
  };
}

function start(
  binary: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  print: ((text: string) => void) | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, {
      env: { ...env, TF_IN_AUTOMATION: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      print?.(chunk.toString());
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // Terraform must come to an end by itself, or its lock stays. A terminal's Ctrl+C reaches it without us.
    const end = () => child.kill("SIGTERM");
    const wait = () => undefined;
    process.on("SIGTERM", end).on("SIGINT", wait);
    const ended = () => process.off("SIGTERM", end).off("SIGINT", wait);
    child.once("error", () => {
      ended();
      reject(new Stopped(`${binary} cannot be run: install Terraform, or name it in TERRAFORM_BINARY_NAME`));
    });
    child.once("close", (code) => {
      ended();
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

function succeeded(stack: string, command: string, ended: Ended): Ended {
  if (ended.code === 0) return ended;
  throw new Stopped(`terraform ${command} of ${stack} ended with ${ended.code}:\n${ended.stderr.trim()}`);
}
