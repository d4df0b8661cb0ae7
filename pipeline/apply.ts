import { setTimeout } from "node:timers/promises";
import { commandLine } from "../scripts/command-line";
import { loadConfig } from "../stacks/config/load";
import { applyPlans, saidOfLater } from "./apply-plans";
import { digestOfAll } from "./digest";
import { headCommit } from "./git";
import { peopleOf } from "./people";
import { configDigest, readIndex, reasonsAgainst } from "./plan-index";
import { pipelineSettings } from "./settings";
import { stackFolder } from "./stacks";
import { runCommand, Stopped } from "./stopped";
import { terraform } from "./terraform";

/** Between two looks at who has a role, in milliseconds. */
const EVERY = 15_000;

/**
 * `npm run apply`: applies the plans that `npm run plan` saved, those very files, in an order that is safe for people.
 * Asks nothing.
 * @returns 0 if all is applied, 2 if something is left for another plan, 1 if it stopped
 */
async function main(): Promise<number> {
  commandLine({}, "npm run apply, which takes nothing else: it applies what npm run plan -- [stack…] planned");
  const { configFile, planOnly, waitMinutes, terraform: binary } = pipelineSettings(process.env);
  if (planOnly) throw new Stopped("STUDIO_PLAN_ONLY=true: with a role that may only read nothing can be applied");
  const config = loadConfig(configFile);
  const index = readIndex();
  const reasons = reasonsAgainst(index, { commit: headCommit(process.cwd()), config: configDigest(config) });
  if (reasons.length > 0) throw new Stopped(`The saved plans cannot be applied:\n- ${reasons.join("\n- ")}`);

  say(`Applying the plans with the digest ${digestOfAll(index.stacks)}`);
  const { applied, later } = await applyPlans({
    config,
    index,
    terraform: terraform({ binary, env: process.env, folderOf: stackFolder, planOnly, print }),
    people: peopleOf(config, planOnly),
    waiting: { every: EVERY, atMost: waitMinutes * 60_000, now: Date.now, sleep: setTimeout, say },
    say,
  });
  say(applied.length === 0 ? "Nothing to apply." : `Applied: ${applied.join(", ")}.`);
  if (later.length === 0) return 0;
  say(saidOfLater(later));
  return 2;
}

function print(text: string): void {
  process.stdout.write(text);
}

function say(line: string): void {
  print(`\n${line}\n`);
}

void runCommand(main);
