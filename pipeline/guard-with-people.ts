import { blindly, guardStudio, rolesToLookFor, type Verdict } from "./guard";
import { findHolders, type Holders } from "./holders";
import type { People } from "./people";
import { reasonOf } from "./reason";
import type { StudioPlan } from "./studio-plan";

/**
 * Whether the plan of a studio may be applied, as the people in it are now.
 * @param isNext - whether it is about to be applied: then not to know who has a role that it deletes is a reason to refuse
 */
export async function guardWithPeople(plan: StudioPlan, people: People, isNext: boolean): Promise<Verdict> {
  const holders = await holdersOfDoomed(plan, people);
  const verdict = guardStudio(plan, holders);
  if (!isNext || verdict.refusals.length > 0) return verdict;
  return { ...verdict, refusals: blindly(plan, holders) };
}

async function holdersOfDoomed(plan: StudioPlan, people: People): Promise<Holders | undefined> {
  const { studio, domainId } = plan;
  const roles = rolesToLookFor(plan);
  if (roles.length === 0 || domainId === undefined) return undefined;
  try {
    return { kind: "known", byRole: await findHolders(people.profiles(studio, domainId), roles) };
  } catch (error) {
    return { kind: "unknown", reason: reasonOf(error) };
  }
}
