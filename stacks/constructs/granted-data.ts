import { locationRoleArn, resultsRoleArn, workgroupName } from "../../naming";
import type { GrantedData } from "../../policies/activities/granted-data";
import { bucketOf } from "../../policies/places";
import { placeOf } from "../config/place-of";
import type { GroupConfig, StudioConfig } from "../config/schema";

/**
 * What groups may ask for as their people.
 * @param groups - one group, or all of a team's
 * @param queries - whether they query in Athena, too: jobs do not
 * @returns `undefined` where nothing is granted
 */
export function grantedTo(
  studio: StudioConfig,
  groups: readonly GroupConfig[],
  queries: boolean,
): GrantedData | undefined {
  const hasGrants = groups.some(({ accessGrants }) => accessGrants);
  const querying = queries ? groups.find(({ dataLake }) => dataLake) : undefined;
  if (!hasGrants && !querying) return undefined;
  return {
    locationRoleArns: [...(hasGrants ? [locationRoleArn(studio)] : []), ...(querying ? [resultsRoleArn(studio)] : [])],
    ...(querying && { workgroup: workgroupName(studio.name, querying.adGroup) }),
  };
}

/** Every place in S3 that people reach by grants, with those of their query results. */
export function grantedPlaces(groups: readonly GroupConfig[]): readonly string[] {
  const places = groups.flatMap(({ accessGrants = [], dataLake }) => [
    ...accessGrants.map(({ location, prefix }) => placeOf(location, prefix)),
    ...(dataLake ? [placeOf(dataLake.workgroup.results)] : []),
  ]);
  return [...new Set(places)].sort();
}

/**
 * What a role must not reach by itself: the places that its own groups were granted, and whatever anybody was granted in
 * buckets that the role reaches otherwise.
 * @param everywhere - what is granted in any studio: the names of buckets are one for all accounts
 */
export function closedTo(
  groups: readonly GroupConfig[],
  buckets: readonly string[],
  everywhere: readonly string[],
): readonly string[] {
  const within = everywhere.filter((place) => buckets.includes(bucketOf(place)));
  return [...new Set([...grantedPlaces(groups), ...within])].sort();
}
