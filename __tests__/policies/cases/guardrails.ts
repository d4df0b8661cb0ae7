import { keptOf } from "./guarded";
import {
  newWithoutTeam,
  otherEndpoints,
  otherModels,
  otherSpellings,
  otherTeamsTag,
  otherTeamsThings,
  searches,
  tags,
} from "./guardrails-between-teams";
import { administration, whatIsNobodysAlone } from "./guardrails-on-administration";
import { homes, identities, people, roles } from "./guardrails-on-people";
import type { Library } from "./library";
import type { Table } from "./table";

/**
 * What no group role and no compute role may do, even if everything were allowed besides: tried with roles whose
 * guardrails alone decide, so that no activity's own limits hide a hole in them. And what they must leave alone.
 */
export function guardrails(library: Library): Table {
  const tables = keptOf(library).flatMap((kept) => [
    otherTeamsThings(kept),
    otherTeamsTag(kept),
    otherEndpoints(kept),
    otherModels(kept),
    searches(kept),
    tags(kept),
    newWithoutTeam(kept),
    otherSpellings(kept),
    people(kept),
    homes(kept),
    roles(kept),
    identities(kept),
    administration(kept),
    administration({ library, who: kept.inJob }),
    whatIsNobodysAlone(kept),
  ]);
  return {
    allowed: tables.flatMap(({ allowed = [] }) => allowed),
    refused: [],
    denied: tables.flatMap(({ denied = [] }) => denied),
  };
}
