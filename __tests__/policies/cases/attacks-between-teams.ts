import { stepRows } from "./attack";
import { type Attacker, FULL_ACCESS } from "./attacker";
import { fromJobs, onPeople, onRoles } from "./attacks-on-people";
import { onAnotherTeamsThings, onData, onTags, onWhatIsNotDenied } from "./attacks-on-things";
import type { Library } from "./library";
import type { Row } from "./table";

/** What a member of one team tries on another team, on a colleague and on the studio: with what they have alone. */
export function attacksBetweenTeams(library: Library): Row[] {
  return library.sides.flatMap((side) => attacksBy({ library, side, fullAccess: false }));
}

/** The same where AWS's policy for everything is attached to their role: the guardrails must do. */
export function attacksWithFullAccess(library: Library): Row[] {
  return library.sides.flatMap((side) => attacksBy({ library, side, fullAccess: true }));
}

function attacksBy(attacker: Attacker): Row[] {
  const { fullAccess } = attacker;
  const attacks = [
    ...onAnotherTeamsThings(attacker),
    ...onTags(attacker),
    ...onPeople(attacker),
    ...onRoles(attacker),
    ...onData(attacker),
    ...fromJobs(attacker),
    // What the guardrails leave to whoever attaches such a policy: it is open there.
    ...(fullAccess ? [] : onWhatIsNotDenied(attacker)),
  ];
  return attacks.flatMap((attack) => {
    return stepRows(fullAccess ? { ...attack, name: `with ${FULL_ACCESS}, ${attack.name}` } : attack);
  });
}
