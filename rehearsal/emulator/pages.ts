import { z } from "zod";
import { validationError } from "./errors";

/** How long a page is when the caller does not say: shorter than callers expect. */
const DEFAULT_PAGE = 10;

/** The paging members of a List operation's input. */
export const pagingShape = {
  MaxResults: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().max(8192).optional(),
};

/** A list in creation order: `sequence` never changes, so that a page stays right while others come and go. */
export interface Sequenced {
  readonly sequence: number;
}

/** One page of `items`, and the token of the next if there is more. */
export function page<T extends Sequenced>(
  operation: string,
  items: readonly T[],
  paging: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  order: "Ascending" | "Descending" = "Ascending",
): { readonly items: readonly T[]; readonly next: { readonly NextToken: string } | Record<string, never> } {
  const direction = order === "Ascending" ? 1 : -1;
  const after = paging.NextToken === undefined ? undefined : readToken(operation, paging.NextToken);
  const rest = items
    .filter((each) => after === undefined || direction * (each.sequence - after) > 0)
    .sort((a, b) => direction * (a.sequence - b.sequence));
  const taken = rest.slice(0, paging.MaxResults ?? DEFAULT_PAGE);
  const last = taken.at(-1);
  const more = last !== undefined && rest.length > taken.length;
  return { items: taken, next: more ? { NextToken: writeToken(operation, last.sequence) } : {} };
}

function writeToken(operation: string, sequence: number): string {
  return Buffer.from(JSON.stringify([operation, sequence])).toString("base64");
}

function readToken(operation: string, token: string): number {
  try {
    const parsed = z
      .tuple([z.literal(operation), z.number()])
      .parse(JSON.parse(Buffer.from(token, "base64").toString()));
    return parsed[1];
  } catch {
    throw validationError("Invalid NextToken");
  }
}
