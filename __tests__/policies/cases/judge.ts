import { asList } from "../../../rehearsal/json";
import { actionMatches, type PolicyDocument } from "../../../rehearsal/policy-document";
import { type Decision, decide, type Request } from "../../../rehearsal/policy-simulator";
import type { NamedPolicy, World } from "../../../rehearsal/world";
import type { Row } from "./table";

/** The rows that are decided otherwise than they should be, or by other statements. */
export async function misjudged(world: World, rows: readonly Row[]): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const { name, request, ...expected } of rows) {
    const { verdict, by, ignored } = await judge(world, request);
    // A role may have the same statement twice, in two policies.
    const decided = { verdict, by: [...new Set(by)].sort(), ignored: [...ignored].sort() };
    if (JSON.stringify(decided) !== JSON.stringify(expected)) wrong.push({ name, expected, decided });
  }
  return wrong;
}

/** Decides a request by the statements that name its action: the simulator would look through all others too. */
export function judge(world: World, request: Request): Promise<Decision> {
  const { who, action } = request;
  if (who.kind !== "role") return decide(world, request);
  return decide(world, {
    ...request,
    who: { ...who, role: { ...who.role, policies: about(who.role.policies, action) } },
  });
}

/** What of some policies names an action. */
export function about(policies: readonly NamedPolicy[], action: string): NamedPolicy[] {
  return policies
    .map(({ name, document }) => ({ name, document: part(document, action) }))
    .filter(({ document }) => document.Statement.length > 0);
}

const parts = new WeakMap<PolicyDocument, Map<string, PolicyDocument>>();

function part(document: PolicyDocument, action: string): PolicyDocument {
  const byAction = parts.get(document) ?? new Map<string, PolicyDocument>();
  parts.set(document, byAction);
  const known = byAction.get(action);
  if (known !== undefined) return known;
  const Statement = document.Statement.filter(({ Action }) =>
    asList(Action).some((each) => actionMatches(each, action)),
  );
  const found = { ...document, Statement };
  byAction.set(action, found);
  return found;
}
