import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import { LakeformationIdentityCenterConfiguration } from "@cdktf/provider-aws/lib/lakeformation-identity-center-configuration";
import {
  LakeformationPermissions,
  type LakeformationPermissionsConfig,
} from "@cdktf/provider-aws/lib/lakeformation-permissions";
import type { TerraformStack } from "cdktf";
import { athenaRoleName, groupSlug, MANAGED_BY, resultsRoleArn, TAG, workgroupName } from "../../naming";
import { athenaPermissions, athenaTrust } from "../../policies/athena-role";
import { bucketOf } from "../../policies/places";
import type { StudioScope } from "../../policies/studio-scope";
import { placeOf } from "../config/place-of";
import type { GroupConfig, StudioConfig } from "../config/schema";
import { dataRole } from "./data-role";

type DataLake = NonNullable<GroupConfig["dataLake"]>;

/**
 * What AD groups query in Athena as their people: Lake Formation's permissions for the directory group, and a workgroup
 * that hands the person's identity on.
 * @param idOf - the id of an AD group in the identity store
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-identity-center.html
 */
export function dataLake(
  stack: TerraformStack,
  studio: StudioConfig,
  scope: StudioScope,
  instanceArn: string,
  idOf: (adGroup: string) => string,
): void {
  const lakes = studio.groups.flatMap(({ adGroup, team, dataLake: lake }) => (lake ? [{ adGroup, team, lake }] : []));
  if (lakes.length === 0) return;
  const connection = studio.trustedIdentityPropagation?.lakeFormationApplicationArn
    ? []
    : [new LakeformationIdentityCenterConfiguration(stack, "lake-formation", { instanceArn })];
  const buckets = lakes.map(({ lake }) => bucketOf(placeOf(lake.workgroup.results)));
  const role = dataRole(stack, "athena-role", {
    name: athenaRoleName(studio.name),
    description: "What queries run with, on behalf of a person",
    trust: athenaTrust(scope),
    permissions: athenaPermissions(
      scope,
      [
        ...new Set(
          lakes.flatMap(({ lake: { database, also = [] } }) => [database, ...also.map((each) => each.database)]),
        ),
      ].sort(),
      [...new Set(buckets)].sort().map((bucket) => `arn:${scope.partition}:s3:::${bucket}`),
      resultsRoleArn(studio),
    ),
    permissionsBoundaryArn: studio.permissionsBoundaryArn,
  });
  for (const { adGroup, team, lake } of lakes) {
    const slug = groupSlug(adGroup);
    const principal = `arn:${scope.partition}:identitystore:::group/${idOf(adGroup)}`;
    for (const [id, resource] of resourcesOf(lake)) {
      new LakeformationPermissions(stack, `lake_${slug}_${id}`, { principal, ...resource, dependsOn: connection });
    }
    const workgroup = new AthenaWorkgroup(stack, `workgroup_${slug}`, {
      name: workgroupName(studio.name, adGroup),
      // Athena keeps a workgroup's history, and deletes none that has any.
      forceDestroy: true,
      tags: { [TAG.team]: team, [TAG.managedBy]: MANAGED_BY },
      configuration: {
        // The person's own settings would lead their results elsewhere.
        enforceWorkgroupConfiguration: true,
        executionRole: role.arn,
        identityCenterConfiguration: { enableIdentityCenter: true, identityCenterInstanceArn: instanceArn },
        resultConfiguration: { outputLocation: `s3://${placeOf(lake.workgroup.results)}` },
      },
    });
    // Newer than the bindings: the provider knows it from 6.34 on.
    workgroup.addOverride("configuration.query_results_s3_access_grants_configuration", {
      enable_s3_access_grants: true,
      create_user_level_prefix: true,
      authentication_type: "DIRECTORY_IDENTITY",
    });
  }
}

type Tables = NonNullable<DataLake["also"]>[number];
type Resource = Pick<LakeformationPermissionsConfig, "permissions" | "database" | "table" | "tableWithColumns">;

/** What is granted: the description of each database, and all of its tables, or some, or columns of one. */
function resourcesOf({ also = [], ...lake }: DataLake): ReadonlyMap<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const each of [lake, ...also]) {
    const { database } = each;
    resources.set(`database_${database}`, { permissions: ["DESCRIBE"], database: { name: database } });
    for (const [id, resource] of tablesOf(each)) resources.set(`${id}_of_${database}`, resource);
  }
  return resources;
}

function tablesOf({ database, tables, columns, ...given }: Tables): readonly (readonly [string, Resource])[] {
  // Lake Formation lets columns be read, and nothing else.
  const permissions = given.permissions ?? (columns ? ["SELECT"] : ["SELECT", "DESCRIBE"]);
  const [table] = tables ?? [];
  if (columns && table) {
    const tableWithColumns = { databaseName: database, name: table, columnNames: columns };
    return [[`columns_${table}`, { permissions, tableWithColumns }]];
  }
  if (!tables) return [["tables", { permissions, table: { databaseName: database, wildcard: true } }]];
  return tables.map((name) => [`table_${name}`, { permissions, table: { databaseName: database, name } }]);
}
