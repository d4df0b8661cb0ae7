import { asList } from "../json";
import { sidOf } from "../policy-document";
import type { Role } from "../world";

/** A statement of a role's policies. */
export interface Grant {
  readonly roleArn: string;
  readonly policy: string;
  readonly sid: string;
}

/** Which granted actions were used, by which statement. */
export interface Usage {
  note(grant: Grant, action: string): void;
  has(grant: Grant, action: string): boolean;
  /** Everything noted, in order of its first use. */
  list(): readonly UsedGrant[];
}

/** An action that a statement allowed at least once. */
export interface UsedGrant extends Grant {
  readonly action: string;
}

/** An action that a statement grants and nothing used; a wildcard is reported as such, as nobody can tell. */
export interface UnusedGrant extends Grant {
  readonly action: string;
  readonly why: "unused" | "wildcard";
}

/** A record of used grants. */
export function createUsage(): Usage {
  const used = new Map<string, UsedGrant>();
  return {
    note: (grant, action) => {
      const key = keyOf(grant, action);
      if (!used.has(key)) used.set(key, { ...grant, action });
    },
    has: (grant, action) => used.has(keyOf(grant, action)),
    list: () => [...used.values()],
  };
}

/**
 * The granted actions of roles that nothing used.
 *
 * @param roleArns which roles to look at; all, if absent
 */
export function unusedGrants(
  world: { readonly roles: ReadonlyMap<string, Role> },
  usage: Usage,
  roleArns: readonly string[] = [...world.roles.keys()],
): UnusedGrant[] {
  const unused: UnusedGrant[] = [];
  for (const roleArn of roleArns) {
    const role = world.roles.get(roleArn);
    if (role === undefined) throw new Error(`there is no role ${roleArn}`);
    for (const policy of role.policies) {
      for (const [index, statement] of policy.document.Statement.entries()) {
        if (statement.Effect !== "Allow") continue;
        const grant = { roleArn, policy: policy.name, sid: sidOf(statement, index) };
        if (statement.NotAction !== undefined) unused.push({ ...grant, action: "NotAction", why: "wildcard" });
        for (const action of asList(statement.Action)) {
          if (/[*?]/.test(action)) unused.push({ ...grant, action, why: "wildcard" });
          else if (!usage.has(grant, action)) unused.push({ ...grant, action, why: "unused" });
        }
      }
    }
  }
  return unused;
}

/** Actions are not case sensitive. */
function keyOf(grant: Grant, action: string): string {
  return JSON.stringify([grant.roleArn, grant.policy, grant.sid, action.toLowerCase()]);
}
