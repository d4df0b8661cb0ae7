import type { Caller } from "../../../rehearsal/policy-simulator";
import { guarded, job } from "./callers";
import { type Library, type Side, session } from "./library";
import { type Allowed, EVERYTHING, type Table } from "./table";

/** What some denials deny, and what they must leave alone. */
export type Guarded = Partial<Pick<Table, "allowed" | "denied">>;

/** Whom the guardrails alone keep from everything: somebody of a team in Studio, and a job of the team. */
export interface Kept {
  readonly library: Library;
  readonly side: Side;
  readonly who: Caller;
  readonly inJob: Caller;
}

/** Each team's. */
export function keptOf(library: Library): Kept[] {
  return library.sides.map((side) => ({
    library,
    side,
    who: session(library, guarded(side.team.role("hub")), side.person),
    inJob: job(guarded(side.team.compute)),
  }));
}

/** What no denial may reach, in whatever account and Region. */
export function leftAlone(each: Omit<Allowed, "by" | "alsoIn">): Allowed {
  const trusts = each.resourcePolicy?.Statement.map(({ Sid = "" }) => Sid) ?? [];
  return { ...each, by: [EVERYTHING, ...trusts], alsoIn: ["another Region", "another account"] };
}
