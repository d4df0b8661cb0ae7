import { openStudio } from "../open-studio";
import { ownThings } from "../own-team";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/** Open Studio and read what one's own team has; run and change nothing. */
export function view(studio: StudioScope): readonly Statement[] {
  return [
    ...openStudio(studio),
    ...ownThings(studio, {
      types: [],
      alsoUses: [
        "automl-job",
        "endpoint",
        "endpoint-config",
        "feature-group",
        "hyper-parameter-tuning-job",
        "inference-component",
        "model",
        "model-package",
        "model-package-group",
        "monitoring-schedule",
        "pipeline",
        "processing-job",
        "training-job",
        "transform-job",
      ],
      uses: [
        "DescribeAutoMLJob",
        "DescribeAutoMLJobV2",
        "DescribeEndpoint",
        "DescribeEndpointConfig",
        "DescribeFeatureGroup",
        "DescribeFeatureMetadata",
        "DescribeHyperParameterTuningJob",
        "DescribeInferenceComponent",
        "DescribeModel",
        "DescribeModelPackage",
        "DescribeModelPackageGroup",
        "DescribeMonitoringSchedule",
        "DescribePipeline",
        "DescribePipelineDefinitionForExecution",
        "DescribePipelineExecution",
        "DescribeProcessingJob",
        "DescribeTrainingJob",
        "DescribeTransformJob",
        "ListModelPackages",
        "ListPipelineExecutionSteps",
        "ListPipelineExecutions",
        "ListTrainingJobsForHyperParameterTuningJob",
      ],
      lists: [
        "ListAutoMLJobs",
        "ListEndpointConfigs",
        "ListEndpoints",
        "ListFeatureGroups",
        "ListHyperParameterTuningJobs",
        "ListInferenceComponents",
        "ListModelPackageGroups",
        "ListModels",
        "ListMonitoringExecutions",
        "ListMonitoringSchedules",
        "ListPipelines",
        "ListProcessingJobs",
        "ListTrainingJobs",
        "ListTransformJobs",
      ],
    }),
  ];
}
