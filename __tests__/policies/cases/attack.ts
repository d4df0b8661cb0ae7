import type { Caller, Context, Verdict } from "../../../rehearsal/policy-simulator";
import { type Row, row } from "./table";

/**
 * What somebody does one after the other to reach what is not theirs. Each step is asked as if all before it had worked,
 * so that a refusal early in the chain hides no hole later in it.
 */
export interface Attack {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One step. */
export interface Step {
  readonly does: string;
  readonly who: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  readonly resourcePolicy?: Row["request"]["resourcePolicy"];
  readonly verdict: Verdict;
  readonly by?: readonly string[];
  readonly ignored?: readonly string[];
}

/** For a step that is denied, by which statements. */
export function deniedBy(...by: readonly string[]): Pick<Step, "verdict" | "by"> {
  return { verdict: "ExplicitlyDenied", by };
}

/** The rows of a chain. */
export function stepRows({ name, steps }: Attack): Row[] {
  if (steps.every(({ verdict }) => verdict === "Allowed")) throw new Error(`nothing stops: ${name}`);
  return steps.map(({ does, who, action, resource, context, resourcePolicy, ...expected }, index) =>
    row(
      `${name}: ${index + 1}. ${does}`,
      { who, action, resource, context: context ?? {}, ...(resourcePolicy && { resourcePolicy }) },
      expected,
    ),
  );
}
