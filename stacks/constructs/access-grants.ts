import { createHash } from "node:crypto";
import { S3ControlAccessGrant } from "@cdktf/provider-aws/lib/s3control-access-grant";
import { S3ControlAccessGrantsInstance } from "@cdktf/provider-aws/lib/s3control-access-grants-instance";
import { S3ControlAccessGrantsLocation } from "@cdktf/provider-aws/lib/s3control-access-grants-location";
import type { TerraformStack } from "cdktf";
import { groupSlug, locationRoleName, resultsRoleName } from "../../naming";
import { type LocationScope, locationPermissions, locationTrust } from "../../policies/location-role";
import type { StudioScope } from "../../policies/studio-scope";
import { placeOf } from "../config/place-of";
import type { StudioConfig } from "../config/schema";
import { dataRole } from "./data-role";

/**
 * What AD groups are granted in S3: the account's instance, connected to Identity Center, the locations with the roles
 * whose credentials it hands out, and a grant to each directory group. Results of Athena have a role of their own, which
 * reaches what stands under the person's id only.
 * @param idOf - the id of an AD group in the identity store
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants.html
 */
export function accessGrants(
  stack: TerraformStack,
  studio: StudioConfig,
  scope: StudioScope,
  identityCenterArn: string,
  idOf: (adGroup: string) => string,
): void {
  const granted = studio.groups.flatMap(({ adGroup, accessGrants: grants = [], keys = [] }) =>
    grants.map(({ location, prefix, permission }) => ({
      adGroup,
      keys,
      permission,
      scope: `s3://${placeOf(location)}`,
      place: placeOf(location, prefix),
    })),
  );
  const results = studio.groups.flatMap(({ adGroup, keys = [], dataLake }) => {
    const place = dataLake && placeOf(dataLake.workgroup.results);
    return place === undefined ? [] : [{ adGroup, keys, place, scope: `s3://${place}`, permission: "READWRITE" }];
  });
  if (granted.length + results.length === 0) return;

  const instance = studio.trustedIdentityPropagation?.accessGrantsInstanceArn
    ? []
    : [new S3ControlAccessGrantsInstance(stack, "access-grants", { identityCenterArn })];
  const locations = new Map<string, S3ControlAccessGrantsLocation>();
  const location = (locationScope: string, iamRoleArn: string) => {
    const made =
      locations.get(locationScope) ??
      new S3ControlAccessGrantsLocation(stack, `location_${placeId(locationScope)}`, {
        locationScope,
        iamRoleArn,
        dependsOn: instance,
      });
    locations.set(locationScope, made);
    if (made.iamRoleArnInput !== iamRoleArn) throw new Error(`${locationScope} is a location of two roles`);
    return made.accessGrantsLocationId;
  };
  const grant = ({ adGroup, scope: locationScope, place, permission }: Granted, roleArn: string) =>
    new S3ControlAccessGrant(stack, `grant_${groupSlug(adGroup)}_${placeId(place)}`, {
      accessGrantsLocationId: location(locationScope, roleArn),
      accessGrantsLocationConfiguration: [{ s3SubPrefix: `${`s3://${place}`.slice(locationScope.length)}*` }],
      permission,
      grantee: [{ granteeType: "DIRECTORY_GROUP", granteeIdentifier: idOf(adGroup) }],
    });
  const role = (id: string, name: string, what: string, permissions: LocationScope) =>
    dataRole(stack, id, {
      name,
      description: `Its credentials are what S3 Access Grants hands out ${what}`,
      trust: locationTrust(scope),
      permissions: locationPermissions(scope, permissions),
      permissionsBoundaryArn: studio.permissionsBoundaryArn,
    });

  if (granted.length > 0) {
    const places = (permission: "READ" | "WRITE") =>
      distinct(granted.filter((each) => each.permission.includes(permission)).map(({ place }) => place));
    const { arn } = role("location-role", locationRoleName(studio.name), "for what groups are granted", {
      reads: places("READ"),
      writes: places("WRITE"),
      keys: distinct(granted.flatMap(({ keys }) => keys)),
      perPerson: false,
    });
    for (const each of granted) grant(each, arn);
  }
  if (results.length > 0) {
    const places = distinct(results.map(({ place }) => place));
    const { arn } = role("results-role", resultsRoleName(studio.name), "for a person's results of Athena", {
      reads: places,
      writes: places,
      keys: distinct(results.flatMap(({ keys }) => keys)),
      perPerson: true,
    });
    for (const each of results) grant(each, arn);
  }
}

/** What a group is granted of a location. */
interface Granted {
  readonly adGroup: string;
  readonly scope: string;
  readonly place: string;
  readonly permission: string;
}

/** A place in an id of Terraform's: S3 tells cases apart, other than names of groups. */
function placeId(place: string): string {
  const readable = place.replace(/^s3:\/\//, "").replace(/[^A-Za-z0-9]+/g, "-");
  return `${readable.slice(0, 60)}${createHash("sha256").update(place).digest("hex").slice(0, 10)}`;
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
