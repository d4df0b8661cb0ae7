import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

const READ = [
  "BatchGetPartition",
  "GetDatabase",
  "GetDatabases",
  "GetPartition",
  "GetPartitions",
  "GetTable",
  "GetTableVersion",
  "GetTableVersions",
  "GetTables",
];
const WRITE = [
  "BatchCreatePartition",
  "BatchDeletePartition",
  "BatchUpdatePartition",
  "CreatePartition",
  "CreateTable",
  "DeletePartition",
  "DeleteTable",
  "UpdatePartition",
  "UpdateTable",
];

/**
 * Read the tables of a group's own Glue databases, and keep them. By name: AWS puts no tags on tables.
 * @param writes - whether tables may be made and changed too
 */
export function teamDatabases(
  { partition, region, accountId }: StudioScope,
  databases: readonly string[],
  writes: boolean,
): readonly Statement[] {
  const glue = `arn:${partition}:glue:${region}:${accountId}`;
  return [
    {
      Sid: "TeamTables",
      Effect: "Allow",
      Action: [...READ, ...(writes ? WRITE : [])].map((action) => `glue:${action}`),
      Resource: [
        // Glue asks for the catalog along with what is in it.
        `${glue}:catalog`,
        ...databases.flatMap((database) => [`${glue}:database/${database}`, `${glue}:table/${database}/*`]),
      ],
      wildcard: "the tables of the team's own databases, all of them the team's",
    },
  ];
}
