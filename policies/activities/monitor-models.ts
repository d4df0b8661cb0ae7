import { ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Watch the quality of data and models in production. Alerts cannot be changed: AWS compares no tags on them.
 */
export function monitorModels(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: [
        "monitoring-schedule",
        "data-quality-job-definition",
        "model-quality-job-definition",
        "model-bias-job-definition",
        "model-explainability-job-definition",
        "processing-job",
      ],
      creates: [
        "CreateDataQualityJobDefinition",
        "CreateModelBiasJobDefinition",
        "CreateModelExplainabilityJobDefinition",
        "CreateModelQualityJobDefinition",
        "CreateMonitoringSchedule",
        "CreateProcessingJob",
      ],
      uses: [
        "DeleteDataQualityJobDefinition",
        "DeleteModelBiasJobDefinition",
        "DeleteModelExplainabilityJobDefinition",
        "DeleteModelQualityJobDefinition",
        "DeleteMonitoringSchedule",
        "DescribeDataQualityJobDefinition",
        "DescribeModelBiasJobDefinition",
        "DescribeModelExplainabilityJobDefinition",
        "DescribeModelQualityJobDefinition",
        "DescribeMonitoringSchedule",
        "DescribeProcessingJob",
        "StartMonitoringSchedule",
        "StopMonitoringSchedule",
        "StopProcessingJob",
        "UpdateMonitoringSchedule",
      ],
      lists: [
        "ListDataQualityJobDefinitions",
        "ListModelBiasJobDefinitions",
        "ListModelExplainabilityJobDefinitions",
        "ListModelQualityJobDefinitions",
        "ListMonitoringAlertHistory",
        "ListMonitoringAlerts",
        "ListMonitoringExecutions",
        "ListMonitoringSchedules",
        "ListProcessingJobs",
      ],
    }),
    ...runWithOwnRoles(studio),
  ];
}
