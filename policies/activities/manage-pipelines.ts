import { ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/** Keep pipelines and their executions. The steps run with the role that the pipeline is given. */
export function managePipelines(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      // An execution's ARN begins with its pipeline's.
      types: ["pipeline"],
      creates: ["CreatePipeline"],
      uses: [
        "DeletePipeline",
        "DescribePipeline",
        "DescribePipelineDefinitionForExecution",
        "DescribePipelineExecution",
        "ListPipelineExecutionSteps",
        "ListPipelineExecutions",
        "ListPipelineParametersForExecution",
        "ListPipelineVersions",
        "RetryPipelineExecution",
        "SendPipelineExecutionStepFailure",
        "SendPipelineExecutionStepSuccess",
        "StartPipelineExecution",
        "StopPipelineExecution",
        "UpdatePipeline",
        "UpdatePipelineExecution",
        "UpdatePipelineVersion",
      ],
      lists: ["ListPipelines"],
    }),
    ...runWithOwnRoles(studio),
  ];
}
