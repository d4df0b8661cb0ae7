import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DEFAULT_CONFIG_FILE } from "../stacks/config/load";
import { allowedDifferences, type Difference, differences, reasonFor } from "./check-cdktn/differences";
import { BINDINGS, canInstall, type Fork, installedVersion, installFork, LIBRARY } from "./check-cdktn/fork";
import { compile, copyProject, synthesize } from "./check-cdktn/project";
import { createInspector, type Findings } from "./check-cdktn/uses";

/** The examples, and everything that they leave out. */
const CONFIGS = [DEFAULT_CONFIG_FILE, "docs/identity/example.yaml", "scripts/check-cdktn/every-setting.yaml"];

/**
 * `npm run check:cdktn`: whether the project's sources, as they are, compile with the maintained fork of cdktf and make
 * the same of it, and whether AWS's provider of today knows what they use.
 */
async function main(): Promise<void> {
  if (!(await canInstall())) {
    console.log(`skipped: npm's registry does not answer, or has no ${LIBRARY.name}@${LIBRARY.version}`);
    return;
  }
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "check-cdktn-")));
  try {
    const problems = await check(scratch);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** @returns what is wrong */
async function check(scratch: string): Promise<readonly string[]> {
  const ours = join(scratch, "ours");
  const theirs = join(scratch, "theirs");
  await copyProject(ours, resolve("node_modules"));
  const [{ fork, seconds }, before] = await both(installed(join(scratch, "fork")), synthesized(ours));
  console.log(
    `${LIBRARY.name} ${LIBRARY.version}, ${BINDINGS.name} ${BINDINGS.version}, AWS provider ${fork.provider}: ` +
      `installed in ${seconds.toFixed(1)} s; run by Node.js ${process.versions.node}, and the bindings ask for ${fork.node}`,
  );
  await copyProject(theirs, fork.modules);
  await compile(theirs);
  console.log("the sources compile");
  const after = await synthesized(theirs);
  return [...compared(before, after), ...inspected(fork, after)];
}

/** Files by config. */
type Synthesized = ReadonlyMap<string, ReadonlyMap<string, Buffer>>;

async function synthesized(folder: string): Promise<Synthesized> {
  const all = new Map<string, ReadonlyMap<string, Buffer>>();
  for (const config of CONFIGS) all.set(config, await synthesize(folder, config));
  return all;
}

function compared(before: Synthesized, after: Synthesized): string[] {
  const allowed = allowedDifferences({ ours: installedVersion("cdktf"), theirs: LIBRARY.version });
  const found = CONFIGS.flatMap((config) => {
    const files = differences(before.get(config) ?? new Map(), after.get(config) ?? new Map());
    return files.map((difference) => ({ config, difference, reason: reasonFor(difference, allowed) }));
  });
  const sizes = CONFIGS.map((config) => `${after.get(config)?.size} files of ${config}`);
  console.log(`compared ${sizes.join(" and ")}; what may differ, and does:`);
  for (const each of allowed) {
    const times = found.filter(({ reason }) => reason === each.reason).length;
    console.log(`  ${times} times ${shown(each)}\n    ${each.reason}`);
  }
  return found
    .filter(({ reason }) => reason === undefined)
    .map(({ config, difference }) => `not the same: ${config}: ${difference.file}: ${shown(difference)}`);
}

function inspected(fork: Fork, after: Synthesized): string[] {
  const { findings, inspect } = createInspector(fork.bindings);
  for (const files of after.values()) {
    for (const [file, content] of files) {
      const [, stack] = /^stacks\/([^/]+)\/cdk\.tf\.json$/.exec(file) ?? [];
      if (stack !== undefined) inspect(stack, content.toString());
    }
  }
  if (findings.types.size === 0) throw new Error("no stack has a resource: nothing was looked up");
  return report(fork, findings);
}

function report(fork: Fork, { types, attributes, references, unknown, deprecated }: Findings): string[] {
  console.log(
    `AWS provider ${fork.provider}: looked up ${types.size} types, ${attributes} attributes and ${references} references`,
  );
  for (const each of deprecated) console.log(`  note: deprecated: ${each}`);
  return [...unknown].map((each) => `unknown to AWS provider ${fork.provider}: ${each}`);
}

function shown({ path, ours, theirs }: Pick<Difference, "path" | "ours" | "theirs">): string {
  return `${path.join(".")}: ${JSON.stringify(ours)} with cdktf, ${JSON.stringify(theirs)} with ${LIBRARY.name}`;
}

/** Both results. Where one fails, the other is waited for all the same: it writes into the folder that is then removed. */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

async function installed(folder: string): Promise<{ readonly fork: Fork; readonly seconds: number }> {
  const start = performance.now();
  const fork = await installFork(folder);
  return { fork, seconds: (performance.now() - start) / 1000 };
}

void main();
