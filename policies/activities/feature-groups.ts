import { ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Keep feature groups and their records. Their tables belong into the team's own Glue database: the one that AWS takes
 * by default holds every team's.
 */
export function featureGroups(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: ["feature-group"],
      creates: ["CreateFeatureGroup"],
      uses: [
        "BatchGetRecord",
        "BatchWriteRecord",
        "DeleteFeatureGroup",
        "DeleteRecord",
        "DescribeFeatureGroup",
        "DescribeFeatureMetadata",
        "GetRecord",
        "ListRecords",
        "PutRecord",
        "UpdateFeatureGroup",
        "UpdateFeatureMetadata",
      ],
      lists: ["ListFeatureGroups"],
    }),
    ...runWithOwnRoles(studio),
  ];
}
