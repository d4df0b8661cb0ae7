import { executionRoles } from "./execution-roles";
import type { Scene } from "./scene";
import type { Table } from "./table";

/** The role of a profile without a group may do nothing of what a group's role may. */
export function noAccess(scene: Scene): Table {
  const who = scene.research.session(scene.research.noAccess, "ana");
  const refused = executionRoles(scene).allowed.map(({ name, action, resource, context }) => ({
    name,
    who,
    action,
    resource,
    ...(context && { context }),
  }));
  return { allowed: [], refused };
}
