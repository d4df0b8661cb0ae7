import { asList } from "../rehearsal/json";
import { actionMatches, type PolicyStatement, sidOf } from "../rehearsal/policy-document";
import type { NamedPolicy, Role } from "../rehearsal/world";

/** A statement of a role, with the policy that it stands in. */
export interface Source {
  /** Unique in the role: two policies may each have a statement of the same name. */
  readonly id: string;
  readonly policy: string;
  readonly sid: string;
  readonly statement: PolicyStatement;
}

/** Every statement of the policies, in their order. */
export function sourcesOf(policies: readonly NamedPolicy[]): readonly Source[] {
  const all = policies.flatMap(({ name, document }) =>
    document.Statement.map((statement, index) => ({ policy: name, sid: sidOf(statement, index), statement })),
  );
  return all.map((each, index) => ({ id: `S${index}`, ...each }));
}

/** Whether a statement says something about an action, one way or the other. */
export function concerns({ statement }: Source, action: string): boolean {
  if (statement.NotAction !== undefined)
    return !asList(statement.NotAction).some((each) => actionMatches(each, action));
  return asList(statement.Action).some((each) => actionMatches(each, action));
}

/**
 * A role with no more than the statements about one action, each named by its id. What the others say makes no
 * difference to that action, and leaving them out makes thousands of questions quick.
 */
export function narrowed(role: Role, sources: readonly Source[], action: string): Role {
  const policies = sources
    .filter((source) => concerns(source, action))
    .map(({ id, statement }) => ({
      name: id,
      document: { Version: "2012-10-17" as const, Statement: [{ ...statement, Sid: id }] },
    }));
  return { ...role, policies };
}
