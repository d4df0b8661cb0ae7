import type { Decision, Verdict } from "../rehearsal/policy-simulator";
import { type Columns, present, type Question } from "./question";
import type { Source } from "./sources";

/** What was decided about one request, by which statements, and the request as it was evaluated. */
export interface Answer {
  readonly verdict: Verdict;
  readonly by: readonly Source[];
  readonly evaluated: Decision["evaluated"];
}

/** A question with its answers. */
export interface Answered extends Omit<Question, "asks"> {
  readonly answers: Columns<Answer>;
}

/** The answers of all columns that there are. */
export function answersOf({ answers }: Pick<Answered, "answers">): readonly Answer[] {
  return present(answers);
}

/** What a request was about. */
export function resourceOf({ evaluated }: Answer): string {
  return evaluated.request.resource.resource;
}

/** The same text for the same answers: what was decided, and by which statements. */
export function decided({ answers: { own, anothers, nobodys } }: Pick<Answered, "answers">): string {
  return JSON.stringify([own, anothers, nobodys].map((each) => each && [each.verdict, each.by.map(({ id }) => id)]));
}
