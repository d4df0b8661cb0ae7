import { ROLE_TAG } from "../../naming";
import { ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Run training, tuning, processing, transform and AutoML jobs of one's own team. The jobs that tuning starts inherit its
 * tags.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-personas.html
 */
export function manageJobs(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: ["training-job", "hyper-parameter-tuning-job", "processing-job", "transform-job", "automl-job"],
      alsoUses: ["experiment-trial-component"],
      creates: [
        "CreateAutoMLJob",
        "CreateAutoMLJobV2",
        "CreateHyperParameterTuningJob",
        "CreateProcessingJob",
        "CreateTrainingJob",
        "CreateTransformJob",
      ],
      uses: [
        "BatchGetMetrics",
        "DescribeAutoMLJob",
        "DescribeAutoMLJobV2",
        "DescribeHyperParameterTuningJob",
        "DescribeProcessingJob",
        "DescribeTrainingJob",
        "DescribeTransformJob",
        "ListTrainingJobsForHyperParameterTuningJob",
        "StopAutoMLJob",
        "StopHyperParameterTuningJob",
        "StopProcessingJob",
        "StopTrainingJob",
        "StopTransformJob",
        "UpdateTrainingJob",
      ],
      lists: [
        "ListAutoMLJobs",
        "ListHyperParameterTuningJobs",
        "ListProcessingJobs",
        "ListTrainingJobs",
        "ListTransformJobs",
      ],
    }),
    ...runWithOwnRoles(studio),
    ...readOwnLogs(studio),
  ];
}

/** Log streams bear no tags; they begin with the job's name. */
function readOwnLogs({ partition, region, accountId }: StudioScope): readonly Statement[] {
  const groups = ["ProcessingJobs", "TrainingJobs", "TransformJobs"].map(
    (kind) => `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/sagemaker/${kind}`,
  );
  return [
    {
      Sid: "FindLogsOfJobs",
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams"],
      Resource: groups.map((group) => `${group}:*`),
      wildcard: "CloudWatch Logs asks for the group with any stream; the answer tells the names of jobs, no content",
    },
    {
      Sid: "ReadLogsOfOwnJobs",
      Effect: "Allow",
      Action: ["logs:GetLogEvents"],
      Resource: groups.map((group) => `${group}:log-stream:\${aws:PrincipalTag/${ROLE_TAG.prefix}}*`),
      wildcard: "SageMaker names the streams after the jobs; no other team's names begin so",
    },
  ];
}
