import { QUERY } from "../athena";
import type { Statement } from "../statement";
import { accessGrantsInstanceArn, type StudioScope } from "../studio-scope";

/** What a group reaches as its people, and not as its role. */
export interface GrantedData {
  /** The roles whose credentials Access Grants hands out. */
  readonly locationRoleArns: readonly string[];
  /** The Athena workgroup, if there is one. */
  readonly workgroup?: string | undefined;
}

/**
 * Ask S3 Access Grants for what the person was granted, and query in Athena as the person.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/s3-access-grants-setup.html
 */
export function grantedData(studio: StudioScope, { locationRoleArns, workgroup }: GrantedData): readonly Statement[] {
  return [
    {
      Sid: "AskForGrantedData",
      Effect: "Allow",
      Action: ["s3:GetAccessGrantsInstanceForPrefix", "s3:GetDataAccess", "s3:ListCallerAccessGrants"],
      Resource: [accessGrantsInstanceArn(studio)],
    },
    { Sid: "ShowThePersonToGrants", Effect: "Allow", Action: ["sts:SetContext"], Resource: locationRoleArns },
    ...(workgroup === undefined ? [] : queries(studio, workgroup)),
  ];
}

/** Query in a workgroup of one's own. Who may see which table is Lake Formation's to say, of the person. */
function queries({ partition, region, accountId }: StudioScope, workgroup: string): readonly Statement[] {
  return [
    {
      Sid: "QueryAsThePerson",
      Effect: "Allow",
      Action: QUERY,
      Resource: [`arn:${partition}:athena:${region}:${accountId}:workgroup/${workgroup}`],
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
