import type { NamedPolicy, Role } from "../rehearsal/world";
import type { GroupConfig } from "../stacks/config/schema";
import { EXAMPLE } from "./arn";
import type { DataKind, Names, Subject } from "./subject";

/** What is a role's own by name, and a name of another team's: one that the role's policies hold, if there is one. */
export function namesOf(
  place: Pick<Subject, "studio" | "partition">,
  kind: DataKind,
  team: string,
  groups: readonly GroupConfig[],
  role: Role,
): Names {
  const own = [...new Set(groups.flatMap((group) => group[kind] ?? []))].sort();
  const others = place.studio.groups
    .filter((group) => group.team !== team)
    .flatMap((group) => group[kind] ?? [])
    .filter((name) => !own.includes(name));
  const held = others.find((name) => role.policies.some((policy) => isIn(policy, name)));
  const [first] = others;
  return {
    own,
    anothers: held ?? first ?? madeUp(place, kind, "another-teams"),
    nobodys: madeUp(place, kind, EXAMPLE),
  };
}

function madeUp({ studio, partition }: Pick<Subject, "studio" | "partition">, kind: DataKind, name: string): string {
  return kind === "keys" ? `arn:${partition}:kms:${studio.region}:${studio.accountId}:key/${name}` : name;
}

const texts = new WeakMap<NamedPolicy, { readonly text: string; readonly held: Map<string, boolean> }>();

/** Whether a policy holds a name; most are shared by many roles, and looked into once. */
function isIn(policy: NamedPolicy, name: string): boolean {
  const known = texts.get(policy) ?? { text: JSON.stringify(policy.document), held: new Map() };
  texts.set(policy, known);
  const held = known.held.get(name) ?? known.text.includes(name);
  known.held.set(name, held);
  return held;
}
