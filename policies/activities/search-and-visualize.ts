import { OWN_TEAM, ownThings, VISIBLE_TEAM } from "../own-team";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Look at experiments, runs and lineage, and search.
 *
 * Search answers with everything that Describe would tell, of every team; AWS limits it by the tags that the request
 * itself asks for, and refuses a request that does not ask. What has no team shows in it. (IAM does not tell `Tags.Team`
 * from `Tags.team`, and nothing bears the former: whoever asks for that is shown everything. docs/permissions.md says so.)
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
 */
export function searchAndVisualize(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: [],
      alsoUses: ["action", "artifact", "context", "experiment", "experiment-trial", "experiment-trial-component"],
      uses: [
        "DescribeAction",
        "DescribeArtifact",
        "DescribeContext",
        "DescribeExperiment",
        "DescribeTrial",
        "DescribeTrialComponent",
      ],
      lists: [
        "DescribeLineageGroup",
        "GetSearchSuggestions",
        "ListActions",
        "ListArtifacts",
        "ListAssociations",
        "ListContexts",
        "ListExperiments",
        "ListLineageGroups",
        "ListTrialComponents",
        "ListTrials",
        "QueryLineage",
      ],
    }),
    {
      Sid: "SearchOwn",
      Effect: "Allow",
      Action: ["sagemaker:Search"],
      Resource: ["*"],
      Condition: {
        // ForAllValues: whoever asks for two teams at once is shown both.
        "ForAllValues:StringEquals": { [VISIBLE_TEAM]: OWN_TEAM },
        Null: { [VISIBLE_TEAM]: "false" },
      },
      wildcard: "AWS knows no resource type for Search; the condition leaves other teams' things out of the answer",
    },
  ];
}
