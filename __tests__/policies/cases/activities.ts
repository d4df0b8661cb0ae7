import type { OwnThings } from "./own-things";

/** What each activity is for, as far as tags decide it. A person has these and nothing else of SageMaker's. */
export const ACTIVITIES_BY_TAG: readonly OwnThings[] = [
  {
    activity: "manage-jobs",
    creates: {
      CreateOwn: {
        "training-job": ["CreateTrainingJob"],
        "hyper-parameter-tuning-job": ["CreateHyperParameterTuningJob"],
        "processing-job": ["CreateProcessingJob"],
        "transform-job": ["CreateTransformJob"],
        "automl-job": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
      },
    },
    uses: {
      UseOwn: {
        "training-job": ["BatchGetMetrics", "DescribeTrainingJob", "StopTrainingJob", "UpdateTrainingJob"],
        "hyper-parameter-tuning-job": [
          "DescribeHyperParameterTuningJob",
          "ListTrainingJobsForHyperParameterTuningJob",
          "StopHyperParameterTuningJob",
        ],
        "processing-job": ["DescribeProcessingJob", "StopProcessingJob"],
        "transform-job": ["DescribeTransformJob", "StopTransformJob"],
        "automl-job": ["DescribeAutoMLJob", "DescribeAutoMLJobV2", "StopAutoMLJob"],
        "experiment-trial-component": ["BatchGetMetrics"],
      },
    },
    lists: [
      "ListAutoMLJobs",
      "ListHyperParameterTuningJobs",
      "ListProcessingJobs",
      "ListTrainingJobs",
      "ListTransformJobs",
    ],
    lacks: {
      "training-job": ["BatchPutMetrics", "DeleteTrainingJob"],
      "processing-job": ["DeleteProcessingJob"],
      "experiment-trial-component": ["DeleteTrialComponent"],
    },
    runs: true,
  },
  {
    activity: "manage-models",
    creates: {
      CreateOwn: {
        model: ["CreateModel"],
        "model-package": ["CreateModelPackage"],
        "model-package-group": ["CreateModelPackageGroup"],
      },
    },
    uses: {
      UseOwn: {
        model: ["DeleteModel", "DescribeModel"],
        "model-package": [
          "AccessModelPackage",
          "BatchDescribeModelPackage",
          // A version: AWS takes the tags of its group.
          "CreateModelPackage",
          "DeleteModelPackage",
          "DescribeModelPackage",
          "ListModelPackages",
          "UpdateModelPackage",
        ],
        "model-package-group": ["DeleteModelPackageGroup", "DescribeModelPackageGroup"],
      },
    },
    lists: ["ListModelMetadata", "ListModelPackageGroups", "ListModels"],
    closed: {
      Administration: {
        "model-package-group": [
          "DeleteModelPackageGroupPolicy",
          "GetModelPackageGroupPolicy",
          "PutModelPackageGroupPolicy",
        ],
      },
    },
    runs: true,
  },
  {
    activity: "manage-endpoints",
    creates: {
      CreateOwn: { "endpoint-config": ["CreateEndpointConfig"] },
      CreateOwnEndpoints: { endpoint: ["CreateEndpoint"] },
      CreateOwnComponents: { "inference-component": ["CreateInferenceComponent"] },
    },
    uses: {
      UseOwn: {
        "endpoint-config": ["CreateEndpoint", "DeleteEndpointConfig", "DescribeEndpointConfig", "UpdateEndpoint"],
        endpoint: [
          "CreateInferenceComponent",
          "DeleteEndpoint",
          "DescribeEndpoint",
          "UpdateEndpoint",
          "UpdateEndpointWeightsAndCapacities",
        ],
        "inference-component": [
          "DeleteInferenceComponent",
          "DescribeInferenceComponent",
          "UpdateInferenceComponent",
          "UpdateInferenceComponentRuntimeConfig",
        ],
      },
    },
    lists: ["ListEndpointConfigs", "ListEndpoints", "ListInferenceComponents"],
    lacks: { endpoint: ["InvokeEndpoint", "InvokeEndpointAsync"] },
    runs: true,
  },
  {
    activity: "invoke-endpoints",
    uses: {
      UseOwn: {
        endpoint: ["DescribeEndpoint", "InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithResponseStream"],
        "inference-component": ["InvokeEndpoint", "InvokeEndpointWithResponseStream"],
      },
    },
    lists: ["ListEndpoints", "ListInferenceComponents"],
    lacks: {
      endpoint: ["DeleteEndpoint", "UpdateEndpoint", "UpdateEndpointWeightsAndCapacities", "AddTags", "DeleteTags"],
    },
  },
  {
    activity: "manage-pipelines",
    creates: { CreateOwn: { pipeline: ["CreatePipeline"] } },
    uses: {
      UseOwn: {
        pipeline: [
          "DeletePipeline",
          "DescribePipeline",
          "ListPipelineExecutions",
          "ListPipelineVersions",
          "StartPipelineExecution",
          "UpdatePipeline",
          "UpdatePipelineVersion",
        ],
        "pipeline-execution": [
          "DescribePipelineDefinitionForExecution",
          "DescribePipelineExecution",
          "ListPipelineExecutionSteps",
          "ListPipelineParametersForExecution",
          "RetryPipelineExecution",
          "SendPipelineExecutionStepFailure",
          "SendPipelineExecutionStepSuccess",
          "StopPipelineExecution",
          "UpdatePipelineExecution",
        ],
      },
    },
    lists: ["ListPipelines"],
    runs: true,
  },
  {
    activity: "manage-experiments",
    creates: {
      CreateOwn: {
        experiment: ["CreateExperiment"],
        "experiment-trial-component": ["CreateTrialComponent"],
        action: ["CreateAction"],
        artifact: ["CreateArtifact"],
        context: ["CreateContext"],
        "mlflow-app": ["CreateMlflowApp"],
      },
      CreateOwnTrials: { "experiment-trial": ["CreateTrial"] },
    },
    uses: {
      UseOwn: {
        experiment: ["AddAssociation", "CreateTrial", "DeleteAssociation", "DeleteExperiment", "UpdateExperiment"],
        "experiment-trial": ["AssociateTrialComponent", "DeleteTrial", "DisassociateTrialComponent", "UpdateTrial"],
        "experiment-trial-component": [
          "AddAssociation",
          "AssociateTrialComponent",
          "DeleteAssociation",
          "DeleteTrialComponent",
          "DisassociateTrialComponent",
          "UpdateTrialComponent",
        ],
        "processing-job": ["DisassociateTrialComponent"],
        action: ["AddAssociation", "DeleteAction", "DeleteAssociation", "UpdateAction"],
        artifact: ["AddAssociation", "DeleteArtifact", "DeleteAssociation", "UpdateArtifact"],
        context: ["AddAssociation", "DeleteAssociation", "DeleteContext", "UpdateContext"],
        "mlflow-app": [
          "CallMlflowAppApi",
          "CreatePresignedMlflowAppUrl",
          "DeleteMlflowApp",
          "DescribeMlflowApp",
          "UpdateMlflowApp",
        ],
      },
    },
    lists: ["ListMlflowApps"],
    lacks: { experiment: ["DescribeExperiment"], "processing-job": ["StopProcessingJob"] },
    runs: true,
  },
  {
    activity: "search-and-visualize",
    uses: {
      UseOwn: {
        experiment: ["DescribeExperiment"],
        "experiment-trial": ["DescribeTrial"],
        "experiment-trial-component": ["DescribeTrialComponent"],
        action: ["DescribeAction"],
        artifact: ["DescribeArtifact"],
        context: ["DescribeContext"],
      },
    },
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
    lacks: { experiment: ["DeleteExperiment", "UpdateExperiment", "AddTags"] },
  },
  {
    activity: "monitor-models",
    creates: {
      CreateOwn: {
        "monitoring-schedule": ["CreateMonitoringSchedule"],
        "data-quality-job-definition": ["CreateDataQualityJobDefinition"],
        "model-quality-job-definition": ["CreateModelQualityJobDefinition"],
        "model-bias-job-definition": ["CreateModelBiasJobDefinition"],
        "model-explainability-job-definition": ["CreateModelExplainabilityJobDefinition"],
        "processing-job": ["CreateProcessingJob"],
      },
    },
    uses: {
      UseOwn: {
        "monitoring-schedule": [
          "DeleteMonitoringSchedule",
          "DescribeMonitoringSchedule",
          "StartMonitoringSchedule",
          "StopMonitoringSchedule",
          "UpdateMonitoringSchedule",
        ],
        "data-quality-job-definition": ["DeleteDataQualityJobDefinition", "DescribeDataQualityJobDefinition"],
        "model-quality-job-definition": ["DeleteModelQualityJobDefinition", "DescribeModelQualityJobDefinition"],
        "model-bias-job-definition": ["DeleteModelBiasJobDefinition", "DescribeModelBiasJobDefinition"],
        "model-explainability-job-definition": [
          "DeleteModelExplainabilityJobDefinition",
          "DescribeModelExplainabilityJobDefinition",
        ],
        "processing-job": ["DescribeProcessingJob", "StopProcessingJob"],
      },
    },
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
    lacks: { "processing-job": ["DeleteProcessingJob"] },
    closed: { WhatIsNobodysAlone: { "monitoring-schedule": ["UpdateMonitoringAlert"] } },
    runs: true,
  },
  {
    activity: "feature-groups",
    creates: { CreateOwn: { "feature-group": ["CreateFeatureGroup"] } },
    uses: {
      UseOwn: {
        "feature-group": [
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
      },
    },
    lists: ["ListFeatureGroups"],
    runs: true,
  },
  {
    activity: "studio-apps",
    creates: { CreateOwn: { "app-image-config": ["CreateAppImageConfig"] } },
    uses: {
      UseOwn: { "app-image-config": ["DeleteAppImageConfig", "DescribeAppImageConfig", "UpdateAppImageConfig"] },
    },
    lists: ["ListAppImageConfigs"],
  },
  {
    activity: "view",
    uses: {
      UseOwn: {
        "automl-job": ["DescribeAutoMLJob", "DescribeAutoMLJobV2"],
        endpoint: ["DescribeEndpoint"],
        "endpoint-config": ["DescribeEndpointConfig"],
        "feature-group": ["DescribeFeatureGroup", "DescribeFeatureMetadata"],
        "hyper-parameter-tuning-job": ["DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"],
        "inference-component": ["DescribeInferenceComponent"],
        model: ["DescribeModel"],
        "model-package": ["DescribeModelPackage", "ListModelPackages"],
        "model-package-group": ["DescribeModelPackageGroup"],
        "monitoring-schedule": ["DescribeMonitoringSchedule"],
        pipeline: ["DescribePipeline", "ListPipelineExecutions"],
        "pipeline-execution": [
          "DescribePipelineDefinitionForExecution",
          "DescribePipelineExecution",
          "ListPipelineExecutionSteps",
        ],
        "processing-job": ["DescribeProcessingJob"],
        "training-job": ["DescribeTrainingJob"],
        "transform-job": ["DescribeTransformJob"],
      },
    },
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
    lacks: {
      "training-job": ["StopTrainingJob", "AddTags", "DeleteTags"],
      endpoint: ["DeleteEndpoint", "InvokeEndpoint"],
      "feature-group": ["GetRecord", "PutRecord"],
      model: ["DeleteModel"],
      pipeline: ["StartPipelineExecution"],
    },
  },
  {
    activity: "hub",
    uses: {
      ReadOwnHubs: {
        hub: [
          "CreateHubContentPresignedUrls",
          "DescribeHub",
          "DescribeHubContent",
          "ListHubContents",
          "ListHubContentVersions",
        ],
        "hub-content": ["CreateHubContentPresignedUrls", "DescribeHubContent", "ListHubContentVersions"],
      },
    },
    lists: ["ListHubs"],
    lacks: { "hub-content": ["DeployHubModel", "TrainHubModel"] },
    closed: {
      WhatIsNobodysAlone: {
        hub: ["DeleteHub", "ImportHubContent", "UpdateHub"],
        "hub-content": ["DeleteHubContent", "UpdateHubContent"],
      },
    },
  },
  {
    activity: "access-aws-services",
    uses: {
      PutJobMetrics: {
        "experiment-trial-component": ["BatchPutMetrics"],
        "training-job": ["BatchPutMetrics"],
      },
      UseOwn: {
        "experiment-trial-component": ["DescribeTrialComponent", "UpdateTrialComponent"],
        "feature-group": ["BatchGetRecord", "DescribeFeatureGroup", "GetRecord", "PutRecord"],
        "mlflow-app": ["CallMlflowAppApi", "DescribeMlflowApp"],
      },
    },
    lacks: {
      "training-job": ["BatchGetMetrics", "StopTrainingJob"],
      "experiment-trial-component": ["DeleteTrialComponent"],
      "feature-group": ["DeleteFeatureGroup", "DeleteRecord"],
      "mlflow-app": ["CreatePresignedMlflowAppUrl"],
    },
  },
];
