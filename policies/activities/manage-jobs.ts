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
        "ListCandidatesForAutoMLJob",
        "ListHyperParameterTuningJobs",
        "ListProcessingJobs",
        "ListTrainingJobs",
        "ListTransformJobs",
      ],
    }),
    ...runWithOwnRoles(studio),
  ];
}
