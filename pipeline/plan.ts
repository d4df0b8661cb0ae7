import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../scripts/command-line";
import { studioApp } from "../stacks/app";
import { loadConfig } from "../stacks/config/load";
import { untraced } from "../stacks/untraced";
import { accessDiff, headCommit } from "./git";
import { peopleOf } from "./people";
import { configDigest, filesOf, type Indexed, writeIndex } from "./plan-index";
import { planStacks } from "./plan-stacks";
import { pipelineSettings } from "./settings";
import { OUT, pickStacks, stackFolder, synthesizedStacks } from "./stacks";
import { runCommand } from "./stopped";
import { countChanges, type StackReport, summary } from "./summary";
import { PLAN_FILE, terraform } from "./terraform";

/**
 * `npm run plan [stack…]`: synthesizes, plans, and writes what a review needs: `cdktf.out/plan.md` for people,
 * `cdktf.out/plans.json` for `npm run apply`, `cdktf.out/counts.json` for GitLab.
 * @returns 0 if nothing would change, 2 if something would, 1 if a plan failed or is refused
 */
async function main(): Promise<number> {
  const { positionals: asked } = commandLine({ allowPositionals: true }, "npm run plan -- [stack…]");
  const { configFile, planOnly, base, terraform: binary } = pipelineSettings(process.env);
  forgetLastPlan();
  const config = loadConfig(configFile);
  untraced(() => studioApp(config, { planOnly }).synth());

  const stacks = pickStacks(synthesizedStacks(), asked);
  const report = await planStacks({
    config,
    stacks,
    out: OUT,
    terraform: terraform({ binary, env: process.env, folderOf: stackFolder, planOnly, print }),
    people: peopleOf(config, planOnly),
    access: accessDiff(process.cwd(), base),
    planOnly,
  });
  writeIndex({
    format: 1,
    commit: headCommit(process.cwd()) ?? null,
    planOnly,
    config: configDigest(config),
    stacks: report.stacks.map(indexed),
  });
  const { create, update, replace, remove } = countChanges(report.stacks);
  const counts = { create: create + replace, update, delete: remove + replace };
  writeFileSync(join(OUT, "counts.json"), JSON.stringify(counts));
  const text = summary(report);
  writeFileSync(join(OUT, "plan.md"), text);
  print(`\n${text}`);

  if (report.refusals.length > 0 || report.stacks.some(({ kind }) => kind === "failed")) return 1;
  return report.stacks.some((each) => each.kind === "waits" || (each.kind === "planned" && each.hasChanges)) ? 2 : 0;
}

/** What an earlier run left must not be taken for a result of this one. */
function forgetLastPlan(): void {
  const folders = existsSync(join(OUT, "stacks")) ? readdirSync(join(OUT, "stacks")) : [];
  const plans = folders.map((stack) => join(stackFolder(stack), PLAN_FILE));
  const results = ["plans.json", "plan.md", "counts.json"].map((name) => join(OUT, name));
  for (const file of [...plans, ...results]) rmSync(file, { force: true });
}

function indexed(report: StackReport): Indexed {
  if (report.kind === "waits") return { ...report, after: [...report.after] };
  if (report.kind === "failed") return report;
  const { kind, stack, hasChanges, digest } = report;
  return { kind, stack, hasChanges, digest, ...filesOf(stack) };
}

function print(text: string): void {
  process.stdout.write(text);
}

void runCommand(main);
