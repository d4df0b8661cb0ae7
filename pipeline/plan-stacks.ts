import { readFileSync } from "node:fs";
import { join } from "node:path";
import { studioStackName } from "../naming";
import type { Config } from "../stacks/config/schema";
import { planDigest } from "./digest";
import type { DrySweep } from "./dry-sweep";
import type { AccessDiff } from "./git";
import { guardOnboarding, type Refusal } from "./guard";
import { guardWithPeople } from "./guard-with-people";
import { ONBOARDING, orderOf } from "./order";
import type { People } from "./people";
import { parsePlan } from "./plan-json";
import { readOutputs, stackFolder } from "./stacks";
import { Stopped } from "./stopped";
import { type StudioPlan, studioPlan } from "./studio-plan";
import type { PlanReport, StackReport } from "./summary";
import type { Terraform } from "./terraform";

/** What planning works with. */
export interface Planning {
  readonly config: Config;
  /** The stacks to plan, each after those that it depends on. */
  readonly stacks: readonly string[];
  /** Where they were synthesized to. */
  readonly out: string;
  readonly terraform: Terraform;
  readonly people: People;
  readonly access: AccessDiff;
  readonly planOnly: boolean;
}

/**
 * Plans stacks, looks at what the plans would do to people, and says whether they may be applied. A stack that cannot be
 * planned does not keep the others from it.
 */
export async function planStacks(planning: Planning): Promise<PlanReport> {
  const { config, people, planOnly, access } = planning;
  const stacks: StackReport[] = [];
  for (const stack of planning.stacks) stacks.push(await planStack(planning, stack, stacks));

  const refusals: Refusal[] = [];
  const notes: string[] = [];
  const studios: StudioPlan[] = [];
  for (const report of stacks) {
    if (report.kind !== "planned") continue;
    notes.push(...report.plan.warnings.map((warning) => `${report.stack}: ${warning}`));
    const studio = config.studios.find(({ name }) => studioStackName(name) === report.stack);
    const verdict = studio
      ? await guardWithPeople(addTo(studios, studioPlan(report.stack, studio, report.plan)), people, false)
      : guardOnboarding(
          report.plan,
          config.studios.map(({ name }) => name),
        );
    refusals.push(...verdict.refusals);
    notes.push(...verdict.notes);
  }
  return {
    stacks,
    refusals,
    notes,
    order: orderOf(
      stacks.flatMap((each) => {
        if (each.kind !== "planned") return [];
        const { stack, hasChanges } = each;
        const meaning = studios.find((studio) => studio.stack === stack);
        return [{ stack, hasChanges, deletesGroupRoles: (meaning?.doomed.length ?? 0) > 0 }];
      }),
    ),
    added: studios.flatMap(({ studio, added }) => added.map((group) => ({ studio, group }))),
    sweeps: await sweeps(studios, stacks, people),
    access,
    planOnly,
  };
}

function addTo<Item>(items: Item[], item: Item): Item {
  items.push(item);
  return item;
}

async function planStack(
  { out, terraform }: Planning,
  stack: string,
  before: readonly StackReport[],
): Promise<StackReport> {
  const after = notReady(readFileSync(join(stackFolder(stack, out), "cdk.tf.json"), "utf8"), before);
  if (after.length > 0) return { kind: "waits", stack, after };
  try {
    await terraform.init(stack, false);
    const hasChanges = await terraform.plan(stack);
    const plan = parsePlan(await terraform.show(stack), stack);
    return { kind: "planned", stack, plan, hasChanges, digest: planDigest(plan) };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { kind: "failed", stack, reason: error.message };
  }
}

/** The stacks that a stack reads outputs of which are not there yet, or would be others after the plan. */
function notReady(text: string, before: readonly StackReport[]): string[] {
  return [...readOutputs(text)].flatMap(([stack, names]) => {
    const report = before.find((each) => each.stack === stack);
    // One that was not asked for is taken as it is: Terraform says what is missing.
    if (!report) return [];
    if (report.kind !== "planned") return [stack];
    return [...names].some((name) => report.plan.outputs[name] !== undefined) ? [stack] : [];
  });
}

/** Sweeps where the people could be others after the plan: everywhere, if the deployment asks for a sweep. */
async function sweeps(
  studios: readonly StudioPlan[],
  stacks: readonly StackReport[],
  people: People,
): Promise<DrySweep[]> {
  const onboarding = stacks.find(({ stack }) => stack === ONBOARDING);
  const isAsked =
    onboarding?.kind === "planned" && onboarding.plan.changes.some(({ type }) => type === "aws_lambda_invocation");
  const found: DrySweep[] = [];
  for (const { studio, domainId, domainDeletion, doomed, added } of studios) {
    if (!isAsked && doomed.length === 0 && added.length === 0) continue;
    const { name, existingDomainId } = studio;
    const id = existingDomainId ?? domainId;
    const reason =
      id === undefined ? "it is new, and everybody in its groups will be onboarded" : "its domain would be deleted";
    if (id === undefined || domainDeletion) found.push({ kind: "unknown", studio: name, reason });
    else found.push(await people.drySweep(studio, id));
  }
  return found;
}
