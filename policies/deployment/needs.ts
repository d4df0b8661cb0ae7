import type { Conditions, Statement } from "../statement";

/** What Terraform must be allowed for the resources or data sources of a type. */
export interface Needs {
  /** For a plan: to look at what there is. */
  readonly read: readonly Statement[];
  /** To make, change and delete them, besides. */
  readonly write: readonly Statement[];
}

/** What else a statement may hold. */
interface Rest {
  readonly Condition?: Conditions | undefined;
  readonly wildcard?: string | undefined;
}

/** A statement that allows; none, where there is nothing that it could be about. */
export function allow(
  Sid: string,
  actions: readonly string[],
  Resource: readonly string[],
  { Condition, wildcard }: Rest = {},
): readonly Statement[] {
  if (Resource.length === 0) return [];
  const rest = { ...(Condition && { Condition }), ...(wildcard !== undefined && { wildcard }) };
  return [{ Sid, Effect: "Allow", Action: actions, Resource, ...rest }];
}
