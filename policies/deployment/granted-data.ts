import { partitionOf, studioStackName } from "../../naming";
import type { Statement } from "../statement";
import { applicationsOf } from "./identity-center";
import { allow, type Needs } from "./needs";
import { roleArn } from "./roles";
import { arnIn, type Block, blocksOf, referredRole, type Stack } from "./stack";

const MADE_BY_AWS = "AWS makes up the ids of locations and grants; an account has one instance in a Region";
const ANY_TABLE = "a group may be granted any table of the studio's account: a new grant needs no new policy";
const ANY_GROUP =
  "group ARNs name no store, which is another account's; it tells a group's name and description, no member";
const ANY_APPLICATION = "AWS makes an application in Identity Center for it, and its id up";

/**
 * What `aws_s3control_access_grants_instance`, its locations and its grants need.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessGrant.html
 */
export function accessGrants(stack: Stack): Needs {
  const instance = arnIn(stack.place, "s3", "access-grants/default");
  const all = [instance, `${instance}/location/*`, `${instance}/grant/*`];
  const things = { wildcard: MADE_BY_AWS };
  return {
    read: allow(
      "ReadAccessGrants",
      ["s3:GetAccessGrant", "s3:GetAccessGrantsInstance", "s3:GetAccessGrantsLocation", "s3:ListTagsForResource"],
      all,
      things,
    ),
    write: [
      ...allow(
        "ChangeAccessGrants",
        [
          "s3:AssociateAccessGrantsIdentityCenter",
          "s3:CreateAccessGrant",
          "s3:CreateAccessGrantsInstance",
          "s3:CreateAccessGrantsLocation",
          "s3:DeleteAccessGrant",
          "s3:DeleteAccessGrantsInstance",
          "s3:DeleteAccessGrantsLocation",
          "s3:DissociateAccessGrantsIdentityCenter",
          "s3:TagResource",
          "s3:UntagResource",
          "s3:UpdateAccessGrantsLocation",
        ],
        all,
        things,
      ),
      ...passes(stack, "aws_s3control_access_grants_location", "iam_role_arn", "access-grants.s3.amazonaws.com"),
      ...allow("ShowGroupsToAccessGrants", ["identitystore:DescribeGroup"], anyGroup(stack), { wildcard: ANY_GROUP }),
      ...applications("ConnectAccessGrants"),
    ],
  };
}

/** Access Grants looks at a directory group as whoever grants it something. */
function anyGroup({ place }: Stack): readonly string[] {
  const identityStore = `arn:${partitionOf(place.region)}:identitystore:`;
  return [`${identityStore}:*:identitystore/*`, `${identityStore}::group/*`];
}

/**
 * What Lake Formation's permissions and its connection to Identity Center need. AWS knows no resource types for its own
 * actions; who grants, or looks at what is granted, must be able to see the database or the table as well.
 * @see https://docs.aws.amazon.com/lake-formation/latest/dg/required-permissions-for-grant.html
 */
export function lakeFormation(stack: Stack): Needs {
  const any = {
    wildcard: "AWS knows no resource type for it; Lake Formation asks for a data lake administrator besides",
  };
  return {
    read: [
      ...allow(
        "ReadLakeFormation",
        ["lakeformation:DescribeLakeFormationIdentityCenterConfiguration", "lakeformation:ListPermissions"],
        ["*"],
        any,
      ),
      ...allow(
        "ReadLakeFormationTables",
        ["glue:GetDatabase", "glue:GetTable"],
        ["catalog", "database/*", "table/*"].map((resource) => arnIn(stack.place, "glue", resource)),
        { wildcard: ANY_TABLE },
      ),
      ...allow("ReadLakeFormationConnection", ["sso:DescribeApplication"], applicationsOf(stack).applications, {
        wildcard: ANY_APPLICATION,
      }),
    ],
    write: [
      ...allow(
        "ChangeLakeFormation",
        [
          "lakeformation:CreateLakeFormationIdentityCenterConfiguration",
          "lakeformation:DeleteLakeFormationIdentityCenterConfiguration",
          "lakeformation:GrantPermissions",
          "lakeformation:RevokePermissions",
        ],
        ["*"],
        any,
      ),
      ...applications("ConnectLakeFormation"),
    ],
  };
}

/** What `aws_athena_workgroup` needs. */
export function workgroups(stack: Stack): Needs {
  const own = [arnIn(stack.place, "athena", `workgroup/${studioStackName("")}*`)];
  const byName = { wildcard: "a workgroup for each group that queries: a new group needs no new policy" };
  return {
    read: allow("ReadWorkgroups", ["athena:GetWorkGroup", "athena:ListTagsForResource"], own, byName),
    write: [
      ...allow(
        "ChangeWorkgroups",
        [
          "athena:CreateWorkGroup",
          "athena:DeleteWorkGroup",
          "athena:TagResource",
          "athena:UntagResource",
          "athena:UpdateWorkGroup",
        ],
        own,
        byName,
      ),
      ...passes(stack, "aws_athena_workgroup", "configuration", "athena.amazonaws.com"),
      ...applications("ConnectWorkgroups"),
    ],
  };
}

/** Pass the roles that blocks of a type refer to, to the one service that works as them. */
function passes(stack: Stack, type: string, argument: string, service: string): readonly Statement[] {
  const arns = blocksOf(stack, type).map((block) => roleArn(stack, referredRole(stack, roleIn(block, argument))));
  return allow(
    `PassTo${service.split(".")[0] === "athena" ? "Athena" : "AccessGrants"}`,
    ["iam:PassRole"],
    [...new Set(arns)],
    {
      Condition: { StringEquals: { "iam:PassedToService": service } },
    },
  );
}

function roleIn({ arguments: given }: Block, argument: string): string | undefined {
  return /\$\{aws_iam_role\.[\w-]+\.arn\}/.exec(JSON.stringify(given[argument]))?.[0];
}

/** What AWS asks for where a service makes its own application in Identity Center. */
function applications(Sid: string): readonly Statement[] {
  return allow(
    Sid,
    [
      "sso:CreateApplication",
      "sso:DeleteApplication",
      "sso:DescribeApplication",
      "sso:DescribeInstance",
      "sso:PutApplicationAccessScope",
      "sso:PutApplicationAssignmentConfiguration",
      "sso:PutApplicationAuthenticationMethod",
      "sso:PutApplicationGrant",
    ],
    ["*"],
    { wildcard: ANY_APPLICATION },
  );
}
