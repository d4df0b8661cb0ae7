import type { ResourceStatement, Statement } from "./statement";
import { accessGrantsInstanceArn, type StudioScope } from "./studio-scope";
import { contextProvider } from "./trust";

/** Who takes on the role that a workgroup's queries run with: Athena, for these workgroups, with the person's context. */
export function athenaTrust(studio: StudioScope, workgroups: readonly string[]): readonly ResourceStatement[] {
  const athena = { Effect: "Allow", Principal: { Service: "athena.amazonaws.com" } } as const;
  const forTheseWorkgroups = {
    StringEquals: { "aws:SourceAccount": studio.accountId },
    ArnEquals: { "aws:SourceArn": workgroups.map((name) => workgroupArn(studio, name)) },
  };
  return [
    { Sid: "Athena", ...athena, Action: ["sts:AssumeRole"], Condition: forTheseWorkgroups },
    {
      Sid: "AthenaForAPerson",
      ...athena,
      Action: ["sts:SetContext"],
      Condition: { ...forTheseWorkgroups, "ForAllValues:ArnEquals": contextProvider(studio.partition) },
    },
  ];
}

/**
 * What queries need besides the person's own grants: the catalog's descriptions, and to ask Lake Formation and Access
 * Grants on the person's behalf. Data comes from those two only.
 * @param locationRoleArn - the role through which results are written
 */
export function athenaPermissions(
  studio: StudioScope,
  workgroups: readonly string[],
  resultsBucketArns: readonly string[],
  locationRoleArn: string,
): readonly Statement[] {
  const { partition, region, accountId } = studio;
  const glue = `arn:${partition}:glue:${region}:${accountId}`;
  const inAccount = { StringEquals: { "aws:ResourceAccount": accountId } };
  return [
    {
      Sid: "Catalogs",
      Effect: "Allow",
      Action: ["athena:GetDataCatalog"],
      Resource: [`arn:${partition}:athena:${region}:${accountId}:datacatalog/AwsDataCatalog`],
      Condition: inAccount,
    },
    {
      Sid: "PreparedStatements",
      Effect: "Allow",
      Action: ["athena:GetPreparedStatement", "athena:ListPreparedStatements"],
      Resource: workgroups.map((name) => workgroupArn(studio, name)),
      Condition: inAccount,
    },
    {
      Sid: "Tables",
      Effect: "Allow",
      Action: [
        "glue:BatchGetPartition",
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
      ],
      Resource: [`${glue}:catalog`, `${glue}:database/*`, `${glue}:table/*`],
      wildcard: "which of them a person sees is Lake Formation's to say",
    },
    {
      Sid: "AskLakeFormation",
      Effect: "Allow",
      Action: ["lakeformation:GetDataAccess"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for it; it gives what the person was granted",
    },
    {
      Sid: "AskAccessGrants",
      Effect: "Allow",
      Action: ["s3:GetAccessGrantsInstanceForPrefix", "s3:GetDataAccess"],
      Resource: [accessGrantsInstanceArn(studio)],
    },
    { Sid: "ShowThePersonToGrants", Effect: "Allow", Action: ["sts:SetContext"], Resource: [locationRoleArn] },
    { Sid: "WhereResultsAre", Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: resultsBucketArns },
  ];
}

/** The ARN of an Athena workgroup of the studio's account. */
function workgroupArn({ partition, region, accountId }: StudioScope, name: string): string {
  return `arn:${partition}:athena:${region}:${accountId}:workgroup/${name}`;
}
