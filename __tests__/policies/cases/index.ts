import { ACTIVITIES_BY_TAG } from "./activities";
import { appsAndSessions } from "./apps-and-sessions";
import { attacks } from "./attacks";
import { attacksBetweenTeams, attacksWithFullAccess } from "./attacks-between-teams";
import { executionRoles } from "./execution-roles";
import { guardrails } from "./guardrails";
import { jobLogs } from "./job-logs";
import { jobServices } from "./job-services";
import type { Library } from "./library";
import { encryptionLimits, networkLimits } from "./limits";
import { noAccess } from "./no-access";
import { onboardingFunction } from "./onboarding-function";
import { outsideIdentityCenter } from "./outside-identity-center";
import { ownThings } from "./own-things";
import { provisioner } from "./provisioner";
import { publicHub } from "./public-hub";
import { queues } from "./queues";
import { reader } from "./reader";
import type { Scene } from "./scene";
import { searchAndQuery } from "./search-and-query";
import { studioScreens } from "./studio-screens";
import { sweepFunction } from "./sweep-function";
import { type Row, rowsOf } from "./table";
import { teamData } from "./team-data";
import { trust } from "./trust";

/** Rows by what they are about. */
type Rows = Readonly<Record<string, readonly Row[]>>;

/** All tables of the example, by what they are about. */
export function everyRow(scene: Scene): Rows {
  return {
    "execution roles": rowsOf(executionRoles(scene)),
    "the role without access": rowsOf(noAccess(scene)),
    "the provisioner": rowsOf(provisioner(scene)),
    "the reader": rowsOf(reader(scene)),
    "the onboarding function": rowsOf(onboardingFunction(scene)),
    "the sweep function": rowsOf(sweepFunction(scene)),
    trust: rowsOf(trust(scene)),
    queues: rowsOf(queues(scene)),
    attacks: attacks(scene),
  };
}

/** All tables of the library, by what they are about. */
export function libraryRows(library: Library): Rows {
  return {
    ...Object.fromEntries(
      ACTIVITIES_BY_TAG.map((things) => [`activity ${things.activity}`, rowsOf(ownThings(library, things))]),
    ),
    "apps and sessions": rowsOf(appsAndSessions(library)),
    "search and query": rowsOf(searchAndQuery(library)),
    "the public hub": rowsOf(publicHub(library)),
    "what jobs need": rowsOf(jobServices(library)),
    "logs of jobs": rowsOf(jobLogs(library)),
    guardrails: rowsOf(guardrails(library)),
    ...(library.config.outsideIdentityCenter && {
      "outside Identity Center": rowsOf(outsideIdentityCenter(library)),
    }),
    "what must work": studioScreens(library),
    "attacks between teams": attacksBetweenTeams(library),
    "attacks with AWS's policy for everything": attacksWithFullAccess(library),
    "a team's data": rowsOf(teamData(library)),
  };
}

/** All tables of a library that prescribes a network. */
export function networkRows(library: Library): Rows {
  return { "the prescribed network": rowsOf(networkLimits(library)) };
}

/** All tables of a library that prescribes keys. */
export function encryptionRows(library: Library): Rows {
  return { "the prescribed keys": rowsOf(encryptionLimits(library)) };
}

/** The tables in which the activities refuse whatever is refused, and the guardrails only besides. */
export const HELD_BY_ACTIVITIES: readonly string[] = [
  "execution roles",
  ...ACTIVITIES_BY_TAG.map(({ activity }) => `activity ${activity}`),
  "apps and sessions",
  "search and query",
  "the public hub",
  "what jobs need",
  "logs of jobs",
  "a team's data",
];
