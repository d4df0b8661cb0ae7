import { workgroupPrefix } from "../naming";
import type { ResourceStatement, Statement } from "./statement";
import { accessGrantsInstanceArn, type StudioScope } from "./studio-scope";
import { contextProvider } from "./trust";

/**
 * Who takes on the role that a workgroup's queries run with: Athena, for the studio's workgroups, with the person's
 * context.
 */
export function athenaTrust(studio: StudioScope): readonly ResourceStatement[] {
  const athena = { Effect: "Allow", Principal: { Service: "athena.amazonaws.com" } } as const;
  const forTheseWorkgroups = {
    StringEquals: { "aws:SourceAccount": studio.accountId },
    ArnLike: { "aws:SourceArn": workgroupArns(studio) },
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
 * @param databases - of the Glue catalog, that groups query
 * @param locationRoleArn - the role through which results are written
 */
export function athenaPermissions(
  studio: StudioScope,
  databases: readonly string[],
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
      Resource: [workgroupArns(studio)],
      Condition: inAccount,
      wildcard: "the studio's own workgroups: a further group changes nothing here",
    },
    {
      Sid: "Tables",
      Effect: "Allow",
      Action: [
        "glue:BatchGetPartition",
        "glue:GetDatabase",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
      ],
      Resource: [
        `${glue}:catalog`,
        // Athena looks at it whatever is asked for.
        ...["default", ...databases].flatMap((name) => [`${glue}:database/${name}`, `${glue}:table/${name}/*`]),
      ],
      wildcard: "which tables of these databases a person sees is Lake Formation's to say",
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

/** The ARNs of the studio's workgroups. */
function workgroupArns({ name, partition, region, accountId }: StudioScope): string {
  return `arn:${partition}:athena:${region}:${accountId}:workgroup/${workgroupPrefix(name)}*`;
}
