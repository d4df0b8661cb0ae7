import type { Difference, Findings } from "./sweep";

/** What a sweep may hand on, and what it must not. */
export interface Guarded {
  readonly handedOn: readonly Difference[];
  readonly withheld: readonly Difference[];
  /** Why nobody is removed; `undefined` if nothing speaks against it. */
  readonly stopped: string | undefined;
}

/**
 * Lets joins, moves and repairs through, and removals only if everything was read and they are few. Pure.
 * @param maxRemovals - a number of people, or a percentage of the managed profiles such as `5%`
 */
export function guard(findings: Findings, maxRemovals: number | string): Guarded {
  const { changes, removals, underWay } = findings;
  const stopped = reasonToStop(findings, maxRemovals);
  return stopped === undefined
    ? { handedOn: [...changes, ...removals, ...underWay], withheld: [], stopped }
    : { handedOn: changes, withheld: [...removals, ...underWay], stopped };
}

function reasonToStop(
  { failures, missing, removals, managed, isFinished }: Findings,
  maxRemovals: number | string,
): string | undefined {
  if (missing.length > 0) return `groups that cannot be found: ${missing.join(", ")}`;
  if (failures.length > 0) return `${failures.length} reads failed`;
  if (!isFinished) return "not every profile was looked at yet";
  const limit = typeof maxRemovals === "number" ? maxRemovals : (managed * Number.parseFloat(maxRemovals)) / 100;
  if (removals.length <= limit) return undefined;
  return `${removals.length} of ${managed} profiles would be removed, more than maxRemovals (${maxRemovals})`;
}
