import { studioStackName } from "../naming";
import type { Config } from "../stacks/config/schema";
import { planDigest } from "./digest";
import type { Refusal } from "./guard";
import { guardWithPeople } from "./guard-with-people";
import { allHolders, type HoldersByRole, holdersOf } from "./holders";
import { ONBOARDING, orderOf, type Step } from "./order";
import type { People } from "./people";
import type { Indexed, PlanIndex } from "./plan-index";
import { parsePlan, type StackPlan } from "./plan-json";
import { reasonOf } from "./reason";
import { Stopped } from "./stopped";
import { reportsOnly, type StudioPlan, studioPlan } from "./studio-plan";
import type { Terraform } from "./terraform";
import { type Waiting, waitUntilNobodyHas } from "./wait-for-people";
import { list } from "./wording";

/** What applying works with. */
export interface Applying {
  readonly config: Config;
  /** Found to be of what is there. */
  readonly index: PlanIndex;
  readonly terraform: Terraform;
  readonly people: People;
  readonly waiting: Waiting;
  readonly say: (line: string) => void;
}

/** What was applied, and what is left for another round. */
export interface Applied {
  readonly applied: readonly string[];
  /** Stacks whose plan could not be applied, or made, before the others were. */
  readonly later: readonly string[];
}

/** A saved plan, read again. */
interface Saved {
  readonly stack: string;
  readonly hasChanges: boolean;
  readonly plan: StackPlan;
  /** Of a studio's stack. */
  readonly meaning: StudioPlan | undefined;
}

/**
 * Applies saved plans, and plans nothing. In an order in which nobody has a role that is not there: what makes roles, the
 * onboarding, and what deletes roles when nobody has them any more.
 * @throws Stopped if a plan is refused, or nobody can tell who has a role that is to be deleted, in which case nothing was
 * applied; if one is stale, or fails; or if people still have such a role when the others are applied
 */
export async function applyPlans(applying: Applying): Promise<Applied> {
  const { index, terraform, say } = applying;
  const saved: Saved[] = [];
  for (const each of index.stacks) if (each.kind === "planned") saved.push(await readAgain(each, applying));
  const { steps, later } = orderOf(
    saved.map(({ stack, hasChanges, meaning }) => {
      return { stack, hasChanges, deletesGroupRoles: (meaning?.doomed.length ?? 0) > 0 };
    }),
  );
  await refuse(saved, steps, applying.people);

  const applied: string[] = [];
  for (const step of steps) {
    try {
      const meaning = saved.find(({ stack }) => stack === step.stack)?.meaning;
      if (step.waits && meaning) await waitForPeople(meaning, applying);
      await applyStep(step, terraform, say);
    } catch (error) {
      if (!(error instanceof Stopped) || applied.length === 0) throw error;
      throw new Stopped(`${error.message}\n\nApplied before: ${list(applied)}.`);
    }
    applied.push(step.stack);
  }
  const waits = index.stacks.flatMap((each) => (each.kind === "waits" ? [each.stack] : []));
  return { applied, later: [...waits, ...later] };
}

async function readAgain(
  { stack, hasChanges, digest }: Extract<Indexed, { kind: "planned" }>,
  { config, terraform }: Applying,
): Promise<Saved> {
  await terraform.init(stack, true);
  const plan = parsePlan(await terraform.show(stack), stack);
  if (planDigest(plan) !== digest) {
    throw new Stopped(`${stack}: the plan file would do something else than what was reviewed: plan again`);
  }
  const studio = config.studios.find(({ name }) => studioStackName(name) === stack);
  return { stack, hasChanges, plan, meaning: studio && studioPlan(stack, studio, plan) };
}

/** The people may be others by now than when the plan was made. */
async function refuse(saved: readonly Saved[], steps: readonly Step[], people: People): Promise<void> {
  const refusals: Refusal[] = [];
  for (const { stack, meaning } of saved) {
    const isNext = steps.some((step) => step.stack === stack);
    if (meaning) refusals.push(...(await guardWithPeople(meaning, people, isNext)).refusals);
  }
  if (refusals.length === 0) return;
  const told = refusals.map(({ stack, why, wayOut }) => `- ${stack}: ${why}.\n  What to do: ${wayOut}.`);
  throw new Stopped(`Refused, and nothing was applied:\n${told.join("\n")}`);
}

async function applyStep({ stack }: Step, terraform: Terraform, say: (line: string) => void): Promise<void> {
  if ((await terraform.apply(stack)) === "applied") return;
  // A run that broke off after this stack is run again: then its plan is old, and there is nothing left to do.
  if (await terraform.isSettled(stack)) return say(`${stack}: its plan was applied before, and nothing is left to do`);
  throw new Stopped(
    `The plan of ${stack} is stale: somebody changed its state after the plan was made, and something is left to do. ` +
      "Run npm run plan, look at it, and apply that",
  );
}

async function waitForPeople(plan: StudioPlan, { people, waiting, say }: Applying): Promise<void> {
  const { stack, studio, domainId, doomed } = plan;
  if (domainId === undefined) return;
  say(`${stack} deletes ${list(doomed.map(({ name }) => name))}: waiting until nobody has it`);
  let left: HoldersByRole;
  try {
    const roles = doomed.map(({ arn }) => arn);
    left = await waitUntilNobodyHas(roles, people.profiles(studio, domainId), waiting);
  } catch (error) {
    throw new Stopped(
      `${stack} is not applied: it deletes ${list(doomed.map(({ name }) => name))}, and who has it cannot be looked ` +
        `up: ${reasonOf(error)}. Let the caller list and describe the profiles of ${domainId}, and run npm run apply again`,
    );
  }
  if (allHolders(left).length > 0) throw new Stopped(stillThere(plan, left, waiting.atMost));
}

function stillThere({ stack, studio, doomed }: StudioPlan, left: HoldersByRole, waited: number): string {
  const who = doomed
    .map(({ name, arn }) => ({ name, holders: holdersOf(left, arn) }))
    .filter(({ holders }) => holders.length > 0)
    .map(({ name, holders }) => `- ${name}: ${list(holders, 100)}`);
  return [
    `${stack} is not applied: after ${Math.round(waited / 60_000)} minutes these profiles still have a role that it deletes:`,
    ...who,
    reportsOnly(studio)
      ? `Sweeps of studio ${studio.name} only report (existingDomainId without takeOver): move these people by hand.`
      : "Either the sweep withholds removals, because they are more than sweep.maxRemovals, or it fails, or the profiles " +
        "are not the onboarding's (no tag studio:managed-by).",
    "docs/runbook.md#too-many-removals says how to see which, and how to allow them once.",
    `Then run npm run apply again: what is applied is left alone, and the saved plan of ${stack} is still valid.`,
  ].join("\n");
}

/** What to say of what is left. */
export function saidOfLater(later: readonly string[]): string {
  const why = later.includes(ONBOARDING)
    ? `It reads what was just applied.`
    : `They delete roles of groups, and ${ONBOARDING} must have forgotten the groups before: plan it with them.`;
  return `Not applied yet: ${list(later)}. ${why} Run npm run plan, look at it, and run npm run apply once more.`;
}
