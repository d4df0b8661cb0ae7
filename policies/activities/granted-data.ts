import { LOOK_AT_CATALOG, QUERY } from "../athena";
import type { Statement } from "../statement";
import { accessGrantsInstanceArn, type StudioScope } from "../studio-scope";

/** What a group reaches as its people, and not as its role. */
export interface GrantedData {
  /** The roles whose credentials Access Grants hands out. */
  readonly locationRoleArns: readonly string[];
  /** Places in S3, as `bucket/prefix`; a bucket alone ends with `/`. */
  readonly places: readonly string[];
  /** The Athena workgroup, if there is one. */
  readonly workgroup?: string | undefined;
}

/**
 * Ask S3 Access Grants for what the person was granted, and query in Athena as the person. What was granted cannot be
 * reached with the role's own permissions, whoever gave them: a job whose grant is missing would otherwise fall back to
 * the role.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/s3-access-grants-setup.html
 */
export function grantedData(
  studio: StudioScope,
  { locationRoleArns, places, workgroup }: GrantedData,
): readonly Statement[] {
  const { partition, region, accountId } = studio;
  const bucketArns = [...new Set(places.map((place) => `arn:${partition}:s3:::${place.slice(0, place.indexOf("/"))}`))];
  const prefixes = places.map((place) => `${place.slice(place.indexOf("/") + 1)}*`);
  return [
    {
      Sid: "AskForGrantedData",
      Effect: "Allow",
      Action: ["s3:GetAccessGrantsInstanceForPrefix", "s3:GetDataAccess", "s3:ListCallerAccessGrants"],
      Resource: [accessGrantsInstanceArn(studio)],
    },
    { Sid: "ShowThePersonToGrants", Effect: "Allow", Action: ["sts:SetContext"], Resource: locationRoleArns },
    {
      Sid: "NoGrantedObjectsWithoutGrant",
      Effect: "Deny",
      Action: ["s3:*Object*", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      Resource: places.map((place) => `arn:${partition}:s3:::${place}*`),
      wildcard: "every way to an object of a granted place",
    },
    {
      Sid: "NoGrantedListsWithoutGrant",
      Effect: "Deny",
      Action: ["s3:ListBucket", "s3:ListBucketVersions"],
      Resource: bucketArns,
      // A list that names no prefix shows the granted places too.
      Condition: { StringLikeIfExists: { "s3:prefix": prefixes } },
    },
    {
      Sid: "NoUploadsOfGrantedBuckets",
      Effect: "Deny",
      Action: ["s3:ListBucketMultipartUploads"],
      Resource: bucketArns,
    },
    ...(workgroup === undefined ? [] : queries({ partition, region, accountId }, workgroup)),
  ];
}

/** Query in a workgroup of one's own. Who may see which table is Lake Formation's to say, of the person. */
function queries(
  { partition, region, accountId }: Pick<StudioScope, "partition" | "region" | "accountId">,
  workgroup: string,
): readonly Statement[] {
  const athena = `arn:${partition}:athena:${region}:${accountId}`;
  return [
    {
      Sid: "QueryAsThePerson",
      Effect: "Allow",
      Action: QUERY,
      Resource: [`${athena}:workgroup/${workgroup}`],
    },
    {
      Sid: "LookAtCatalog",
      Effect: "Allow",
      Action: LOOK_AT_CATALOG,
      Resource: [`${athena}:datacatalog/AwsDataCatalog`],
    },
    {
      Sid: "ListWorkgroups",
      Effect: "Allow",
      Action: ["athena:ListDataCatalogs", "athena:ListWorkGroups"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions",
    },
  ];
}
