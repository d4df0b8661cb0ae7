import { locationRoleArn, resultsRoleArn, workgroupName } from "../../naming";
import type { GrantedData } from "../../policies/activities/granted-data";
import type { GroupConfig, StudioConfig } from "../config/schema";

/** A place in S3, as Access Grants is told of it, and as IAM names it. */
export interface Location {
  /** `s3://bucket/` or `s3://bucket/path/`: what is granted is appended to it. */
  readonly scope: string;
  /** `bucket/` or `bucket/path/`. */
  readonly place: string;
}

/** Reads a location of the config. With or without a slash at its end it is the same. */
export function locationOf(location: string): Location {
  const place = `${location.replace(/^s3:\/\//, "").replace(/\/+$/, "")}/`;
  return { scope: `s3://${place}`, place };
}

/**
 * What groups reach as their people.
 * @param groups - one group, or all of a team's
 * @param queries - whether they query in Athena, too: jobs do not
 * @returns `undefined` where nothing is granted
 */
export function grantedTo(
  studio: StudioConfig,
  groups: readonly GroupConfig[],
  queries: boolean,
): GrantedData | undefined {
  const grants = groups.flatMap(({ accessGrants = [] }) => accessGrants);
  const lakes = queries ? groups.flatMap(({ adGroup, dataLake }) => (dataLake ? [{ adGroup, dataLake }] : [])) : [];
  const places = [
    ...grants.map(({ location, prefix = "" }) => `${locationOf(location).place}${prefix}`),
    ...lakes.map(({ dataLake }) => locationOf(dataLake.workgroup.results).place),
  ];
  if (places.length === 0) return undefined;
  const [lake] = lakes;
  return {
    places: [...new Set(places)].sort(),
    locationRoleArns: [
      ...(grants.length > 0 ? [locationRoleArn(studio)] : []),
      ...(lakes.length > 0 ? [resultsRoleArn(studio)] : []),
    ],
    ...(lake && { workgroup: workgroupName(studio.name, lake.adGroup) }),
  };
}
