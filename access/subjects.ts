import { computeRoleArn, executionRoleArn, executionRoleTags, partitionOf } from "../naming";
import { type ActivityName, COMPUTE } from "../policies/personas";
import type { World } from "../rehearsal/world";
import type { Config, GroupConfig, StudioConfig } from "../stacks/config/schema";
import { activitiesOf } from "../stacks/constructs/access-policies";
import { namesOf } from "./names";
import { sourcesOf } from "./sources";
import type { Subject } from "./subject";

/** A role of the report: a group's, or a team's compute role. */
export interface Member {
  readonly subject: Subject;
  /** The group's name; of a compute role, its team's. */
  readonly name: string;
  readonly kind: "group" | "compute";
  /** The persona, or the activities. */
  readonly access: string;
  readonly activities: readonly ActivityName[];
}

/** Whoever asks from a Studio app. */
const PERSON = "ana";

/** Every group's role and every team's compute role of a config, as its stacks make them. */
export function membersOf(config: Config, world: World): readonly Member[] {
  return config.studios.flatMap((studio) => {
    const place = placeOf(studio, world);
    const teams = new Set(studio.groups.map(({ team }) => team));
    return [
      ...studio.groups.map((group) => groupMember(group, place, world)),
      ...[...teams].map((team) => computeMember(team, place, world)),
    ];
  });
}

type Place = Pick<Subject, "studio" | "partition" | "domainId" | "homeFileSystemId">;

function groupMember(group: GroupConfig, place: Place, world: World): Member {
  const { adGroup, team, persona } = group;
  const activities = activitiesOf(group);
  const arn = executionRoleArn(place.studio, adGroup);
  return {
    subject: subjectOf(arn, PERSON, team, [group], place, world),
    name: adGroup,
    kind: "group",
    access: persona ?? activities.join(", "),
    activities,
  };
}

function computeMember(team: string, place: Place, world: World): Member {
  const own = place.studio.groups.filter((group) => group.team === team);
  const arn = computeRoleArn(place.studio, team);
  const subject = subjectOf(arn, undefined, team, own, place, world);
  return { subject, name: team, kind: "compute", access: "", activities: COMPUTE };
}

function subjectOf(
  arn: string,
  person: string | undefined,
  team: string,
  own: readonly GroupConfig[],
  place: Place,
  world: World,
): Subject {
  const { studio } = place;
  const role = world.roles.get(arn);
  if (role === undefined) throw new Error(`the stacks have no role ${arn}`);
  // Where there is no other team, there may be one tomorrow.
  const found = studio.groups.find((group) => group.team !== team);
  const another = { adGroup: found?.adGroup ?? "another group", team: found?.team ?? "another-team" };
  const names = (kind: Parameters<typeof namesOf>[1]) => namesOf(place, kind, team, own, role);
  return {
    ...place,
    role,
    sources: sourcesOf(role.policies),
    person,
    team,
    anotherTeam: another.team,
    anothersRole: executionRoleArn(studio, another.adGroup),
    anothersTags: executionRoleTags(studio.name, another),
    computeRole: computeRoleArn(studio, team),
    anothersComputeRole: computeRoleArn(studio, another.team),
    data: {
      buckets: names("buckets"),
      keys: names("keys"),
      repositories: names("repositories"),
      databases: names("databases"),
    },
  };
}

function placeOf(studio: StudioConfig, world: World): Place {
  const domain = world.domains.find(({ name, accountId }) => name === studio.name && accountId === studio.accountId);
  const block = world.blocks.find(
    (each) => each.type === "aws_sagemaker_domain" && each.attribute("id") === domain?.id,
  );
  if (domain === undefined || block === undefined) throw new Error(`the stacks have no domain ${studio.name}`);
  const homeFileSystemId = String(block.attribute("home_efs_file_system_id"));
  return { studio, partition: partitionOf(studio.region), domainId: domain.id, homeFileSystemId };
}
