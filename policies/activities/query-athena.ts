import { TAG } from "../../naming";
import { QUERY } from "../athena";
import { TAGGED_OWN } from "../own-team";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Query through the Athena workgroups that bear the team's tag. What a query may read is up to the group's databases and
 * buckets.
 * @see https://docs.aws.amazon.com/athena/latest/ug/tags-access-control.html
 */
export function queryAthena({ partition, region, accountId }: StudioScope): readonly Statement[] {
  const athena = `arn:${partition}:athena:${region}:${accountId}`;
  return [
    {
      Sid: "QueryInOwnWorkgroups",
      Effect: "Allow",
      Action: ["athena:BatchGetQueryExecution", ...QUERY],
      Resource: [`${athena}:workgroup/*`],
      // A group's own, which its people query in as themselves, is not the whole team's.
      Condition: { ...TAGGED_OWN, Null: { [`aws:ResourceTag/${TAG.managedBy}`]: "true" } },
      wildcard: "workgroups are an administrator's, with any name; the condition limits it to those of the team",
    },
    {
      Sid: "ListAthena",
      Effect: "Allow",
      Action: ["athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions; they tell names, no content",
    },
    {
      // Of the catalog that is Glue's, Athena shows what Glue's own permissions allow.
      Sid: "ReadCatalog",
      Effect: "Allow",
      Action: [
        "athena:GetDataCatalog",
        "athena:GetDatabase",
        "athena:GetTableMetadata",
        "athena:ListDatabases",
        "athena:ListTableMetadata",
      ],
      Resource: [`${athena}:datacatalog/AwsDataCatalog`],
    },
  ];
}
