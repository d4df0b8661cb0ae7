/**
 * What each persona, and a team's jobs, may do with every action that SageMaker has: to be read and judged by a person,
 * and compared with what the synthesized policies decide. An action that is not here is one that nobody has thought of.
 *
 * Columns: data-scientist, mlops, data-engineer, viewer, and a job with the team's compute role. Letters:
 *
 * - `M` makes what bears the own team's tag: the request gives it that tag
 * - `T` the own team's: what bears its tag, or, in a search, what the search asks for by its tag
 * - `G` either: makes it with the own team's tag, or in a group that bears it
 * - `P` one's own: profile, private space, app
 * - `A` anybody's, for the reason that stands behind `|`
 * - `-` never; where nobody may, the reason stands behind `|`
 *
 * A row goes on in lines that begin with a space. `Action@type` is the action on one of its types of resources; without
 * it the row is for all types that no other row names.
 */
export const SAGEMAKER = `
## Jobs: training, tuning, processing, transform, AutoML

MMM--  CreateAutoMLJob CreateAutoMLJobV2 CreateHyperParameterTuningJob CreateProcessingJob CreateTrainingJob@training-job
       CreateTransformJob
TTT--  StopAutoMLJob StopHyperParameterTuningJob StopProcessingJob StopTrainingJob StopTransformJob UpdateTrainingJob
TTT--  BatchGetMetrics
TTT-T  BatchPutMetrics
TTTT-  DescribeAutoMLJob DescribeAutoMLJobV2 DescribeHyperParameterTuningJob DescribeProcessingJob DescribeTrainingJob
       DescribeTransformJob ListTrainingJobsForHyperParameterTuningJob
AAAA-  ListAutoMLJobs ListHyperParameterTuningJobs ListProcessingJobs ListTrainingJobs ListTransformJobs
       | lists without a resource type: names, status and times of every team's
-----  ListCandidatesForAutoMLJob
       | a list without a resource type, and no list of names: of every team's jobs it tells metrics and where models lie
-----  DeleteHyperParameterTuningJob DeleteProcessingJob DeleteTrainingJob
       | what ran stays on record
-----  CreateTrainingJob@reserved-capacity CreateTrainingJob@training-plan
       | bought capacity is an administrator's to hand out

## Models and the model registry

MM---  CreateModel CreateModelPackageGroup
GG---  CreateModelPackage
TT---  AccessModelPackage BatchDescribeModelPackage DeleteModel DeleteModelPackage DeleteModelPackageGroup
       UpdateModelPackage
TT-T-  DescribeModel DescribeModelPackage DescribeModelPackageGroup ListModelPackages
AA-A-  ListModelPackageGroups ListModels
       | lists without a resource type: names and times of every team's
AA---  ListModelMetadata
       | what AWS publishes about well-known models
-----  DeleteModelPackageGroupPolicy GetModelPackageGroupPolicy PutModelPackageGroupPolicy
       | sharing models with other accounts is an administrator's
-----  CreateModelCard CreateModelCardExportJob DeleteModelCard DescribeModelCard DescribeModelCardExportJob
       ListModelCardExportJobs ListModelCardVersions ListModelCards UpdateModelCard
       | no persona keeps model cards; an export writes where no condition reaches
-----  CreateAlgorithm DeleteAlgorithm DescribeAlgorithm ListAlgorithms
       | algorithms are for AWS Marketplace

## Endpoints

-M---  CreateEndpoint@endpoint CreateEndpointConfig CreateInferenceComponent@inference-component
-T---  CreateEndpoint@endpoint-config CreateInferenceComponent@endpoint
-T---  DeleteEndpoint DeleteEndpointConfig DeleteInferenceComponent UpdateEndpoint UpdateEndpointWeightsAndCapacities
       UpdateInferenceComponent UpdateInferenceComponentRuntimeConfig
TT-T-  DescribeEndpoint
-T-T-  DescribeEndpointConfig DescribeInferenceComponent
TT---  InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream
AA-A-  ListEndpoints ListInferenceComponents
       | lists without a resource type: names and status of every team's
-A-A-  ListEndpointConfigs
       | a list without a resource type: names of every team's
-----  CreateInferenceExperiment DeleteInferenceExperiment DescribeInferenceExperiment ListInferenceExperiments
       StartInferenceExperiment StopInferenceExperiment UpdateInferenceExperiment
       | no persona runs shadow tests; they make endpoints' variants and write where no condition reaches
-----  CreateInferenceRecommendationsJob DescribeInferenceRecommendationsJob GetScalingConfigurationRecommendation
       ListInferenceRecommendationsJobSteps ListInferenceRecommendationsJobs StopInferenceRecommendationsJob
       CreateAIBenchmarkJob CreateAIRecommendationJob CreateAIWorkloadConfig DeleteAIBenchmarkJob
       DeleteAIRecommendationJob DeleteAIWorkloadConfig DescribeAIBenchmarkJob DescribeAIRecommendationJob
       DescribeAIWorkloadConfig ListAIBenchmarkJobs ListAIRecommendationJobs ListAIWorkloadConfigs StopAIBenchmarkJob
       StopAIRecommendationJob
       | no persona's; they run models where no network can be prescribed
-----  CreateCompilationJob CreateOptimizationJob DeleteCompilationJob DeleteOptimizationJob DescribeCompilationJob
       DescribeOptimizationJob ListCompilationJobs ListOptimizationJobs StopCompilationJob StopOptimizationJob
       | no persona's; they run where no network can be prescribed

## Pipelines

-MM--  CreatePipeline
-TT--  DeletePipeline ListPipelineParametersForExecution ListPipelineVersions RetryPipelineExecution
       SendPipelineExecutionStepFailure SendPipelineExecutionStepSuccess StartPipelineExecution StopPipelineExecution
       UpdatePipeline UpdatePipelineExecution UpdatePipelineVersion
-TTT-  DescribePipeline DescribePipelineDefinitionForExecution DescribePipelineExecution ListPipelineExecutionSteps
       ListPipelineExecutions
-AAA-  ListPipelines
       | a list without a resource type: names and times of every team's

## Experiments, lineage, search

M----  CreateAction CreateArtifact CreateContext CreateExperiment CreateTrial@experiment-trial CreateTrialComponent
T----  AddAssociation AssociateTrialComponent CreateTrial@experiment DeleteAction DeleteArtifact DeleteAssociation
       DeleteContext DeleteExperiment DeleteTrial DeleteTrialComponent DisassociateTrialComponent UpdateAction
       UpdateArtifact UpdateContext UpdateExperiment UpdateTrial
TTT-T  UpdateTrialComponent
TTTT-  DescribeAction DescribeArtifact DescribeContext DescribeExperiment DescribeTrial
TTTTT  DescribeTrialComponent
TTTT-  Search
AAAA-  ListActions ListArtifacts ListContexts ListExperiments ListTrialComponents ListTrials
       | lists without a resource type: names, status and sources of every team's
AAAA-  DescribeLineageGroup ListAssociations ListLineageGroups QueryLineage
       | lineage has no resource type: ARNs, types and edges of every team's
AAAA-  GetSearchSuggestions
       | without a resource type: names of properties to search by, and no values
-----  CreateLineageGroupPolicy DeleteLineageGroupPolicy GetLineageGroupPolicy PutLineageGroupPolicy
       | sharing lineage with other accounts is an administrator's

## MLflow

M----  CreateMlflowApp
T----  CreatePresignedMlflowAppUrl DeleteMlflowApp UpdateMlflowApp
TTT-T  CallMlflowAppApi DescribeMlflowApp
A----  ListMlflowApps
       | a list without a resource type: names and status of every team's
-----  CreateMlflowTrackingServer CreatePresignedMlflowTrackingServerUrl DeleteMlflowTrackingServer
       DescribeMlflowTrackingServer ListMlflowTrackingServers StartMlflowTrackingServer StopMlflowTrackingServer
       UpdateMlflowTrackingServer
       | AWS compares no tags on tracking servers: whoever had one would have every team's

## Monitoring

-M---  CreateDataQualityJobDefinition CreateModelBiasJobDefinition CreateModelExplainabilityJobDefinition
       CreateModelQualityJobDefinition CreateMonitoringSchedule
-T---  DeleteDataQualityJobDefinition DeleteModelBiasJobDefinition DeleteModelExplainabilityJobDefinition
       DeleteModelQualityJobDefinition DeleteMonitoringSchedule DescribeDataQualityJobDefinition
       DescribeModelBiasJobDefinition DescribeModelExplainabilityJobDefinition DescribeModelQualityJobDefinition
       StartMonitoringSchedule StopMonitoringSchedule UpdateMonitoringSchedule
-T-T-  DescribeMonitoringSchedule
-A-A-  ListMonitoringExecutions ListMonitoringSchedules
       | lists without a resource type: names, status and times of every team's
-A---  ListDataQualityJobDefinitions ListModelBiasJobDefinitions ListModelExplainabilityJobDefinitions
       ListModelQualityJobDefinitions ListMonitoringAlertHistory ListMonitoringAlerts
       | lists without a resource type: names, status and times of every team's
-----  UpdateMonitoringAlert
       | AWS compares no tags on alerts: whoever may change one may change every team's

## Feature store

M-M--  CreateFeatureGroup
T-T--  BatchWriteRecord DeleteFeatureGroup DeleteRecord ListRecords UpdateFeatureGroup UpdateFeatureMetadata
TTT-T  BatchGetRecord GetRecord PutRecord
TTTTT  DescribeFeatureGroup
T-TT-  DescribeFeatureMetadata
A-AA-  ListFeatureGroups
       | a list without a resource type: names and status of every team's

## Hubs (what the own team's hubs hold; AWS's public hub is in PUBLIC_HUB)

TT---  CreateHubContentPresignedUrls DescribeHub DescribeHubContent ListHubContentVersions ListHubContents
AA---  ListHubs
       | a list without a resource type: names of every hub of the account
-----  CreateHub CreateHubContentReference DeleteHub DeleteHubContent DeleteHubContentReference ImportHubContent UpdateHub
       UpdateHubContent UpdateHubContentReference
       | hubs are an administrator's to fill
-----  DeployHubModel TrainHubModel
       | from a hub without a job or endpoint of one's own: nothing would say in which network, or with which keys

## Studio: the domain, people's profiles, spaces and apps

PPPP-  CreatePresignedDomainUrl DescribeUserProfile
PPP--  CreateApp CreateSpace DeleteApp DeleteSpace UpdateSpace
AAAA-  DescribeApp DescribeSpace
       | AWS gives no owner to compare with; they show settings, no content
AAAA-  DescribeDomain
       | there is one domain, and Studio's screens ask for it
AAAA-  ListApps ListDomains ListSpaces ListUserProfiles
       | lists without a resource type, which Studio's screens ask for: names of everybody's
MMM--  CreateAppImageConfig
TTT--  DeleteAppImageConfig DescribeAppImageConfig UpdateAppImageConfig
AAA--  ListAppImageConfigs
       | a list without a resource type: names of every team's
-----  StartSession
       | a shell in a space is opted in to, with the activity remote-sessions
-----  CreateDomain CreateUserProfile DeleteDomain DeleteUserProfile UpdateDomain UpdateUserProfile
       | whoever sets a profile's role has that role
-----  CreateStudioLifecycleConfig DeleteStudioLifecycleConfig DescribeStudioLifecycleConfig ListStudioLifecycleConfigs
       | they run in everybody's apps
-----  CreateImage CreateImageVersion DeleteImage DeleteImageVersion DescribeImage DescribeImageVersion ListAliases
       ListImageVersions ListImages UpdateImage UpdateImageVersion
       | what everybody's apps can run is an administrator's
-----  CallPartnerAppApi CreatePartnerApp CreatePartnerAppPresignedUrl DeletePartnerApp DescribePartnerApp ListPartnerApps
       UpdatePartnerApp
       | bought from others, and set up by an administrator
-----  CreateSharedModel DescribeSharedModel ListSharedModelEvents ListSharedModelVersions ListSharedModels
       SendSharedModelEvent UpdateSharedModel
       | AWS compares no tags on shared models

## Notebook instances, and repositories for them: Studio takes their place

-----  CreateNotebookInstance CreateNotebookInstanceLifecycleConfig CreatePresignedNotebookInstanceUrl
       DeleteNotebookInstance DeleteNotebookInstanceLifecycleConfig DescribeNotebookInstance
       DescribeNotebookInstanceLifecycleConfig ListNotebookInstanceLifecycleConfigs ListNotebookInstances
       StartNotebookInstance StopNotebookInstance UpdateNotebookInstance UpdateNotebookInstanceLifecycleConfig
       | they run with any role that is passed, outside the domain
-----  CreateCodeRepository DeleteCodeRepository DescribeCodeRepository ListCodeRepositories UpdateCodeRepository
       | they hold the credentials of notebook instances

## People who label and review

-----  CreateFlowDefinition CreateHumanTaskUi CreateLabelingJob CreateWorkforce CreateWorkteam DeleteFlowDefinition
       DeleteHumanLoop DeleteHumanTaskUi DeleteWorkforce DeleteWorkteam DescribeFlowDefinition DescribeHumanLoop
       DescribeHumanTaskUi DescribeLabelingJob DescribeSubscribedWorkteam DescribeWorkforce DescribeWorkteam
       ListFlowDefinitions ListHumanLoops ListHumanTaskUis ListLabelingJobs ListLabelingJobsForWorkteam
       ListSubscribedWorkteams ListWorkforces ListWorkteams RenderUiTemplate StartHumanLoop StopHumanLoop
       StopLabelingJob UpdateWorkforce UpdateWorkteam
       | no persona's; they show data to people outside

## Clusters, quotas, bought capacity

-----  AttachClusterNodeNetworkInterface AttachClusterNodeVolume BatchAddClusterNodes BatchDeleteClusterNodes
       BatchRebootClusterNodes BatchReplaceClusterNodes CreateCluster CreateClusterSchedulerConfig CreateComputeQuota
       DeleteCluster DeleteClusterSchedulerConfig DeleteComputeQuota DescribeCluster DescribeClusterEvent
       DescribeClusterInference DescribeClusterNode DescribeClusterSchedulerConfig DescribeComputeQuota
       DetachClusterNodeVolume ListClusterEvents ListClusterNodes ListClusterSchedulerConfigs ListClusters
       ListComputeQuotas StartClusterHealthCheck UpdateCluster UpdateClusterInference UpdateClusterSchedulerConfig
       UpdateClusterSoftware UpdateComputeQuota
       | clusters are an administrator's, and shared
-----  CreateReservedCapacity CreateTrainingPlan DescribeReservedCapacity DescribeTrainingPlan
       DescribeTrainingPlanExtensionHistory ExtendTrainingPlan ListTrainingPlans ListUltraServersByReservedCapacity
       SearchTrainingPlanOfferings
       | they cost money in advance
-----  CompleteRollout CreateJob DeleteJob DescribeJob DescribeJobSchemaVersion ListJobSchemaVersions ListJobs Sample
       SampleWithResponseStream StopJob UpdateReward
       | no persona's yet: AWS's newer kind of job, whose rollouts call out while they run

## Devices at the edge

-----  CreateDeviceFleet CreateEdgeDeploymentPlan CreateEdgeDeploymentStage CreateEdgePackagingJob DeleteDeviceFleet
       DeleteEdgeDeploymentPlan DeleteEdgeDeploymentStage DeregisterDevices DescribeDevice DescribeDeviceFleet
       DescribeEdgeDeploymentPlan DescribeEdgePackagingJob GetDeployments GetDeviceFleetReport GetDeviceRegistration
       ListDeviceFleets ListDevices ListEdgeDeploymentPlans ListEdgePackagingJobs ListStageDevices RegisterDevices
       SendHeartbeat StartEdgeDeploymentStage StopEdgeDeploymentStage StopEdgePackagingJob UpdateDeviceFleet
       UpdateDevices
       | no persona's; AWS has closed it

## The account as a whole

-----  DeleteResourcePolicy GetResourcePolicy PutResourcePolicy
       | who else may use what the account has is an administrator's
-----  DisableSagemakerServicecatalogPortfolio EnableSagemakerServicecatalogPortfolio
       GetSagemakerServicecatalogPortfolioStatus
       | a setting of the account
-----  CreateProject DeleteProject DescribeProject ListProjects UpdateProject
       | projects run templates of the Service Catalog with a role of their own
-----  ListResourceCatalogs
       | it tells feature groups that other accounts share
-----  CallWithBearerToken
       | a token in place of a session says neither team nor profile
`;

/**
 * What a persona may do with the tags of things, by their type. The columns are those of {@link SAGEMAKER}. Letters:
 *
 * - `W` tags what it makes with the own team's tag; of what bears that, reads all tags and changes all but the team
 * - `R` reads the tags of what bears the own team's tag
 * - `N` tags what it makes, with the own team's tag or none, and never again
 * - `-` nothing
 */
export const TAGS = `
WWW--  app-image-config
WWWR-  automl-job hyper-parameter-tuning-job processing-job training-job transform-job
WW-R-  model model-package model-package-group
RW-R-  endpoint inference-component
-W-R-  endpoint-config
-WWR-  pipeline
-RRR-  pipeline-execution
WRRR-  action artifact context experiment experiment-trial
WRRRR  experiment-trial-component
WRR-R  mlflow-app
-W-R-  monitoring-schedule
-W---  data-quality-job-definition model-bias-job-definition model-explainability-job-definition
       model-quality-job-definition
WRWRR  feature-group
NNN--  app space
-----  domain user-profile
       | a profile's tags say whose it is
-----  ai-benchmark-job ai-recommendation-job ai-workload-config algorithm cluster cluster-scheduler-config
       code-repository compilation-job compute-quota device device-fleet edge-deployment-plan edge-packaging-job
       flow-definition hub hub-content human-task-ui image inference-recommendations-job job labeling-job
       mlflow-tracking-server model-card notebook-instance notebook-instance-lifecycle-config optimization-job
       partner-app project reserved-capacity studio-lifecycle-config training-plan workteam
       | no persona makes or uses one
`;

/** The actions that {@link TAGS} is about. */
export const TAG_ACTIONS = ["AddTags", "DeleteTags", "ListTags"] as const;

/** Who has a column in the tables. */
export const COLUMNS = ["data-scientist", "mlops", "data-engineer", "viewer", "compute"] as const;
export type Column = (typeof COLUMNS)[number];

/** Those who read what AWS publishes in its own hub: the actions of {@link SAGEMAKER} on the team's hubs, and no other. */
export const PUBLIC_HUB = {
  actions: [
    "CreateHubContentPresignedUrls",
    "DescribeHub",
    "DescribeHubContent",
    "ListHubContentVersions",
    "ListHubContents",
  ],
  columns: ["data-scientist", "mlops"],
} as const satisfies { actions: readonly string[]; columns: readonly Column[] };

/** A name of a table, and what its row says. */
export interface Entry {
  readonly name: string;
  readonly letters: Readonly<Record<Column, string>>;
  readonly reason: string;
}

/**
 * Reads a table.
 * @throws Error for a row that is none, a letter that the table does not have, or a reason that is missing
 */
export function readTable(table: string, letters: string): Entry[] {
  const rows = table
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("##"))
    .join("\n")
    .replace(/\n +/g, " ")
    .split("\n");
  return rows.flatMap((row) => {
    const [, marks = "", names = "", reason = ""] = /^(\S{5}) +([\w@ -]+?)(?: +\| (.+))?$/.exec(row) ?? [];
    if (marks === "" || [...marks].some((mark) => !letters.includes(mark))) throw new Error(`no row: ${row}`);
    if (reason === "" && (marks.includes("A") || marks === "-----")) throw new Error(`a row without a reason: ${row}`);
    const byColumn = {
      "data-scientist": marks.charAt(0),
      mlops: marks.charAt(1),
      "data-engineer": marks.charAt(2),
      viewer: marks.charAt(3),
      compute: marks.charAt(4),
    };
    return names.split(" ").map((name) => ({ name, letters: byColumn, reason }));
  });
}
