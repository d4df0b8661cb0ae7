import type { Context } from "../rehearsal/policy-simulator";

/**
 * The three columns of the report. What they mean depends on the thing: the own team's, another team's and what bears no
 * team's tag; for what is a person's, one's own, another person's and nobody's. `undefined` where there is no such thing.
 */
export interface Columns<T> {
  readonly own: T | undefined;
  readonly anothers: T | undefined;
  readonly nobodys: T | undefined;
}

/** What is in the columns that there are. */
export function present<T>({ own, anothers, nobodys }: Columns<T>): readonly T[] {
  return [own, anothers, nobodys].filter((each) => each !== undefined);
}

/** What an action is tried on. */
export interface Ask {
  readonly resource: string;
  readonly context: Context;
}

/** One line of the report, before it is answered. */
export interface Question {
  /** On what, in words. */
  readonly on: string;
  /** The resource type, where all columns are of the same. */
  readonly type?: string;
  /** Which of several of its own is meant, told only where they are answered differently. */
  readonly name?: string;
  readonly asks: Columns<Ask>;
}

/** The same request in every column: what no column tells apart. */
export function alike(ask: Ask): Columns<Ask> {
  return { own: ask, anothers: ask, nobodys: ask };
}
