import { type GrantedData, grantedData } from "./activities/granted-data";
import { teamBuckets } from "./activities/team-buckets";
import { teamDatabases } from "./activities/team-databases";
import { teamKeys } from "./activities/team-keys";
import { teamRepositories } from "./activities/team-repositories";
import { closedPlaces } from "./closed-places";
import type { Statement } from "./statement";
import type { StudioScope } from "./studio-scope";

/** The things that are a group's by name. */
export interface TeamData {
  readonly buckets?: readonly string[] | undefined;
  /** ARNs of the KMS keys of the buckets. */
  readonly keys?: readonly string[] | undefined;
  /** ECR repositories. */
  readonly repositories?: readonly string[] | undefined;
  /** Glue databases. */
  readonly databases?: readonly string[] | undefined;
  /** What is reached as the person alone. */
  readonly granted?: GrantedData | undefined;
  /** Places in S3 that the role does not reach by itself. */
  readonly closed?: readonly string[] | undefined;
}

/**
 * What a group may do with what is its own by name: the only text of its policies that is the group's alone.
 * @param writes - whether it may change it too
 * @returns no statement where the group has nothing of the kind
 */
export function teamData(studio: StudioScope, data: TeamData, writes: boolean): readonly Statement[] {
  return [
    ...(data.buckets ? teamBuckets(studio.partition, data.buckets, writes) : []),
    ...(data.keys ? teamKeys(data.keys, writes) : []),
    ...(data.repositories ? teamRepositories(studio, data.repositories, writes) : []),
    ...(data.databases ? teamDatabases(studio, data.databases, writes) : []),
    ...(data.granted ? grantedData(studio, data.granted) : []),
    ...closedPlaces(studio.partition, data.closed ?? [], data.buckets ?? []),
  ];
}
