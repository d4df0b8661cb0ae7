import type { PersonaName } from "../../../policies/personas";
import type { Caller, Context } from "../../../rehearsal/policy-simulator";
import { job } from "./callers";
import { type Library, type Side, session } from "./library";
import { oneOf } from "./own-things";
import { type Row, row } from "./table";
import { TO_SAGEMAKER, tagged, tagging, visibleTo } from "./tags";

/** One request of a sequence, and the statements that allow it. */
type Step = readonly [action: string, resource: string, context: Context, by: string | readonly string[], who?: Caller];

/** Somebody at work: each sequence is what one thing to do on Studio's screens asks of AWS, and all of it is allowed. */
export function studioScreens(library: Library): Row[] {
  return library.sides.flatMap((side) => [
    ...dataScientist(library, side),
    ...mlops(library, side),
    ...dataEngineer(library, side),
    ...viewer(library, side),
  ]);
}

function at(library: Library, { team, person }: Side, persona: PersonaName) {
  const who = session(library, team.role(persona), person);
  return (does: string, steps: readonly Step[]): Row[] =>
    steps.map(([action, resource, context, by, other], index) =>
      row(
        `as ${persona}, ${does}: ${index + 1}. ${action}`,
        { who: other ?? who, action, resource, context },
        { verdict: "Allowed", by: typeof by === "string" ? [by] : by },
      ),
    );
}

function dataScientist(library: Library, side: Side): Row[] {
  const { team } = side;
  const does = at(library, side, "data-scientist");
  return [
    ...does("open Studio", openStudio(library, side)),
    ...does("work in JupyterLab", inPrivateSpace(library, side, "JupyterLab")),
    ...does("work in Code Editor", inPrivateSpace(library, side, "CodeEditor")),
    ...does("run Canvas", [
      ["sagemaker:CreateApp", library.app(side.person), {}, "AppsOfOwnProfile"],
      ["sagemaker:DeleteApp", library.app(side.person), {}, "AppsOfOwnProfile"],
    ]),
    ...does("train a model", [
      ...creates(library, side, "CreateTrainingJob", "training-job"),
      ...runsWith(side, "data-scientist"),
      ["sagemaker:DescribeTrainingJob", oneOf(library, "training-job"), tagged(team.name), "UseOwn"],
      ["sagemaker:ListTrainingJobs", "*", {}, "ListAll"],
      ["sagemaker:StopTrainingJob", oneOf(library, "training-job"), tagged(team.name), "UseOwn"],
    ]),
    ...does("what the job then needs", inJob(library, side, job(team.compute))),
    ...does("what the job needs with the person's own role", inJob(library, side, job(team.role("data-scientist")))),
    ...does("register a model in the team's group", register(library, side)),
    ...does("ask an endpoint", [
      ["sagemaker:InvokeEndpoint", oneOf(library, "endpoint"), tagged(team.name), "UseOwn"],
      ["sagemaker:InvokeEndpoint", oneOf(library, "inference-component"), tagged(team.name), "UseOwn"],
    ]),
    ...does("keep an experiment", [
      ...creates(library, side, "CreateExperiment", "experiment"),
      ["sagemaker:CreateTrial", oneOf(library, "experiment-trial"), tagging(team.name), "CreateOwnTrials"],
      ["sagemaker:CreateTrial", oneOf(library, "experiment"), ofOwnForNew(team.name), "UseOwn"],
      ...creates(library, side, "CreateTrialComponent", "experiment-trial-component"),
      ...both("AssociateTrialComponent", ["experiment-trial", "experiment-trial-component"], library, team.name),
      ...creates(library, side, "CreateArtifact", "artifact"),
      ...both("AddAssociation", ["artifact", "experiment-trial-component"], library, team.name),
      ["sagemaker:DescribeExperiment", oneOf(library, "experiment"), tagged(team.name), "UseOwn"],
      ["sagemaker:Search", "*", visibleTo(team.name), "SearchOwn"],
    ]),
    ...does("track runs in MLflow", [
      ...creates(library, side, "CreateMlflowApp", "mlflow-app"),
      ...runsWith(side, "data-scientist"),
      ["sagemaker:CallMlflowAppApi", oneOf(library, "mlflow-app"), tagged(team.name), "UseOwn"],
      ["sagemaker:CreatePresignedMlflowAppUrl", oneOf(library, "mlflow-app"), tagged(team.name), "UseOwn"],
    ]),
    ...does("keep features in the team's own database", [
      ...creates(library, side, "CreateFeatureGroup", "feature-group"),
      ...runsWith(side, "data-scientist"),
      ...createTable(library, side),
      ["sagemaker:PutRecord", oneOf(library, "feature-group"), tagged(team.name), "UseOwn"],
      ["sagemaker:GetRecord", oneOf(library, "feature-group"), tagged(team.name), "UseOwn"],
    ]),
    ...does("take a model of JumpStart", [
      [
        "sagemaker:DescribeHubContent",
        library.arn("sagemaker", library.region, "aws", "hub-content/SageMakerPublicHub/Model/llama"),
        {},
        "ReadPublicHub",
      ],
      [
        "s3:GetObject",
        library.arn("s3", "", "", `jumpstart-cache-prod-${library.region}/llama.tar.gz`),
        {},
        "ReadJumpStart",
      ],
    ]),
    ...does("read the team's bucket", [...readBucket(side)]),
    ...does("write the team's bucket", [
      ["s3:PutObject", `${team.bucketArn}/scores.parquet`, {}, "TeamObjects"],
      ["kms:GenerateDataKey", team.keyArn, {}, ["Account", "TeamKeys"]],
    ]),
  ];
}

function mlops(library: Library, side: Side): Row[] {
  const { team } = side;
  const does = at(library, side, "mlops");
  // Its steps run with the role that the pipeline is given.
  const pipeline = job(team.role("mlops"));
  return [
    ...does("open Studio", openStudio(library, side)),
    ...does("work in JupyterLab", inPrivateSpace(library, side, "JupyterLab")),
    ...does("register a model in the team's group", register(library, side)),
    ...does("deploy it", [
      ...creates(library, side, "CreateModel", "model"),
      ["sagemaker:AccessModelPackage", oneOf(library, "model-package"), tagged(team.name), "UseOwn"],
      ...runsWith(side, "mlops"),
      ...creates(library, side, "CreateEndpointConfig", "endpoint-config"),
      ["sagemaker:CreateEndpoint", oneOf(library, "endpoint"), tagging(team.name), "CreateOwnEndpoints"],
      ["sagemaker:CreateEndpoint", oneOf(library, "endpoint-config"), ofOwnForNew(team.name), "UseOwn"],
      [
        "sagemaker:AddTags",
        oneOf(library, "endpoint"),
        { ...tagging(team.name), "sagemaker:TaggingAction": "CreateEndpoint" },
        "TagNew",
      ],
      ["sagemaker:DescribeEndpoint", oneOf(library, "endpoint"), tagged(team.name), "UseOwn"],
      ["sagemaker:InvokeEndpoint", oneOf(library, "endpoint"), tagged(team.name), "UseOwn"],
    ]),
    ...does("change what an endpoint runs", [
      ...both("UpdateEndpoint", ["endpoint", "endpoint-config"], library, team.name),
      ["sagemaker:UpdateEndpointWeightsAndCapacities", oneOf(library, "endpoint"), tagged(team.name), "UseOwn"],
      [
        "sagemaker:CreateInferenceComponent",
        oneOf(library, "inference-component"),
        tagging(team.name),
        "CreateOwnComponents",
      ],
      ["sagemaker:CreateInferenceComponent", oneOf(library, "endpoint"), ofOwnForNew(team.name), "UseOwn"],
    ]),
    ...does("run a pipeline", [
      ...creates(library, side, "CreatePipeline", "pipeline"),
      ...runsWith(side, "mlops"),
      ["sagemaker:StartPipelineExecution", oneOf(library, "pipeline"), tagged(team.name), "UseOwn"],
      ...creates(library, side, "CreateProcessingJob", "processing-job").map((step) => by(step, pipeline)),
      ...creates(library, side, "CreateTrainingJob", "training-job").map((step) => by(step, pipeline)),
      ...runsWith(side, "mlops").map((step) => by(step, pipeline)),
      ["sagemaker:DescribePipelineExecution", oneOf(library, "pipeline-execution"), tagged(team.name), "UseOwn"],
      ["sagemaker:ListPipelineExecutionSteps", oneOf(library, "pipeline-execution"), tagged(team.name), "UseOwn"],
    ]),
    ...does("watch a model", [
      ...creates(library, side, "CreateDataQualityJobDefinition", "data-quality-job-definition"),
      ...creates(library, side, "CreateMonitoringSchedule", "monitoring-schedule"),
      ...runsWith(side, "mlops"),
      ["sagemaker:StopMonitoringSchedule", oneOf(library, "monitoring-schedule"), tagged(team.name), "UseOwn"],
    ]),
    ...does("push an image", [
      ["ecr:GetAuthorizationToken", "*", {}, "LogIntoEcr"],
      ["ecr:InitiateLayerUpload", team.repositoryArn, {}, "TeamImages"],
      ["ecr:UploadLayerPart", team.repositoryArn, {}, "TeamImages"],
      ["ecr:CompleteLayerUpload", team.repositoryArn, {}, "TeamImages"],
      ["ecr:PutImage", team.repositoryArn, {}, "TeamImages"],
    ]),
  ];
}

function dataEngineer(library: Library, side: Side): Row[] {
  const { team } = side;
  const does = at(library, side, "data-engineer");
  const { arn, region, accountId } = library;
  const workgroup = arn("athena", region, accountId, "workgroup/mine");
  const ofTeam = { "aws:ResourceTag/team": team.name };
  return [
    ...does("open Studio", openStudio(library, side)),
    ...does("work in JupyterLab", inPrivateSpace(library, side, "JupyterLab")),
    ...does("query a table", [
      ["athena:ListWorkGroups", "*", {}, "ListAthena"],
      ["athena:GetWorkGroup", workgroup, ofTeam, "QueryInOwnWorkgroups"],
      ["athena:StartQueryExecution", workgroup, ofTeam, "QueryInOwnWorkgroups"],
      ["glue:GetTable", arn("glue", region, accountId, "catalog"), {}, "TeamTables"],
      ["glue:GetTable", arn("glue", region, accountId, `database/${team.database}`), {}, "TeamTables"],
      ["glue:GetTable", arn("glue", region, accountId, `table/${team.database}/scores`), {}, "TeamTables"],
      ...readBucket(side),
      ["athena:GetQueryResults", workgroup, ofTeam, "QueryInOwnWorkgroups"],
    ]),
    ...does("prepare data", [
      ...creates(library, side, "CreateProcessingJob", "processing-job"),
      ...runsWith(side, "data-engineer"),
      ...createTable(library, side),
    ]),
    ...does("keep features", creates(library, side, "CreateFeatureGroup", "feature-group")),
    ...does("run a pipeline", [
      ...creates(library, side, "CreatePipeline", "pipeline"),
      ["sagemaker:StartPipelineExecution", oneOf(library, "pipeline"), tagged(team.name), "UseOwn"],
    ]),
  ];
}

function viewer(library: Library, side: Side): Row[] {
  const { team } = side;
  const does = at(library, side, "viewer");
  return [
    ...does("open Studio", openStudio(library, side)),
    ...does("look at what the team has", [
      ["sagemaker:ListTrainingJobs", "*", {}, "ListAll"],
      ["sagemaker:DescribeTrainingJob", oneOf(library, "training-job"), tagged(team.name), "UseOwn"],
      ["sagemaker:DescribeModelPackage", oneOf(library, "model-package"), tagged(team.name), "UseOwn"],
      ["sagemaker:DescribePipelineExecution", oneOf(library, "pipeline-execution"), tagged(team.name), "UseOwn"],
      ["sagemaker:DescribeExperiment", oneOf(library, "experiment"), tagged(team.name), "UseOwn"],
      ["sagemaker:Search", "*", visibleTo(team.name), "SearchOwn"],
    ]),
    ...does("read the team's bucket", readBucket(side)),
  ];
}

function openStudio(library: Library, { person }: Side): Step[] {
  const own = library.profile(person);
  return [
    ["sagemaker:CreatePresignedDomainUrl", own, {}, "OpenOwnProfile"],
    ["sagemaker:ListDomains", "*", {}, "ListStudio"],
    ["sagemaker:DescribeDomain", library.domainArn, {}, "DescribeDomain"],
    ["sagemaker:ListUserProfiles", "*", {}, "ListStudio"],
    ["sagemaker:DescribeUserProfile", own, {}, "OpenOwnProfile"],
    ["sagemaker:ListSpaces", "*", {}, "ListStudio"],
    ["sagemaker:ListApps", "*", {}, "ListStudio"],
    ["sagemaker:DescribeSpace", library.space("notes"), {}, "DescribeSpacesAndApps"],
    ["sagemaker:DescribeApp", library.app("notes"), {}, "DescribeSpacesAndApps"],
  ];
}

function inPrivateSpace(library: Library, { team, person }: Side, type: "JupyterLab" | "CodeEditor"): Step[] {
  const own: Context = {
    "sagemaker:OwnerUserProfileArn": library.profile(person),
    "sagemaker:SpaceSharingType": "Private",
  };
  const { arn, region, accountId, domainId } = library;
  const app = library.sageMaker(`app/${domainId}/notes/${type}/default`);
  // The domain passes a profile's own tags on, and Studio adds two.
  const tags: Context = {
    "aws:RequestTag/team": team.name,
    "aws:TagKeys": ["team", "studiouserid", "studio:group", "sagemaker:domain-arn", "sagemaker:user-profile-arn"],
  };
  const log = arn("logs", region, accountId, `log-group:/aws/sagemaker/studio:log-stream:${domainId}/notes/${type}`);
  const key = library.config.kmsKeyArn ?? "";
  return [
    ["sagemaker:CreateSpace", library.space("notes"), { ...own, ...tags }, "OwnPrivateSpaces"],
    [
      "sagemaker:AddTags",
      library.space("notes"),
      { ...tags, "sagemaker:TaggingAction": "CreateSpace" },
      "TagWhileCreating",
    ],
    ["kms:DescribeKey", key, {}, ["Account", "DescribeDomainKey"]],
    ["kms:CreateGrant", key, { "kms:GrantIsForAWSResource": "true" }, ["Account", "GrantDomainKeyToVolumes"]],
    ["sagemaker:CreateApp", app, { ...own, ...tags }, "AppsInOwnPrivateSpaces"],
    ["sagemaker:AddTags", app, { ...tags, "sagemaker:TaggingAction": "CreateApp" }, "TagWhileCreating"],
    // Every persona with spaces may run jobs with its own role too, and so write their logs.
    ["logs:CreateLogStream", log, {}, ["WriteAppLogs", "WriteJobLogs"]],
    ["logs:PutLogEvents", log, {}, ["WriteAppLogs", "WriteJobLogs"]],
    ["sagemaker:UpdateSpace", library.space("notes"), own, "OwnPrivateSpaces"],
    ["sagemaker:DeleteApp", app, own, "AppsInOwnPrivateSpaces"],
    ["sagemaker:DeleteSpace", library.space("notes"), own, "OwnPrivateSpaces"],
  ];
}

/** To make something: once for the thing and once for its tags. */
function creates(library: Library, { team }: Side, action: string, type: string): Step[] {
  const resource = oneOf(library, type);
  return [
    [`sagemaker:${action}`, resource, tagging(team.name), "CreateOwn"],
    ["sagemaker:AddTags", resource, { ...tagging(team.name), "sagemaker:TaggingAction": action }, "TagNew"],
  ];
}

function runsWith({ team }: Side, persona: PersonaName): Step[] {
  return [team.compute, team.role(persona)].map(({ arn }): Step => ["iam:PassRole", arn, TO_SAGEMAKER, "PassOwnRoles"]);
}

/** What is asked about two things that are the team's. */
function both(action: string, types: readonly string[], library: Library, team: string): Step[] {
  return types.map((type): Step => [`sagemaker:${action}`, oneOf(library, type), tagged(team), "UseOwn"]);
}

/** What comes with the team's own thing when something is made of it. */
function ofOwnForNew(team: string): Context {
  return { ...tagged(team), ...tagging(team) };
}

function register(library: Library, side: Side): Step[] {
  const { team } = side;
  const version = oneOf(library, "model-package");
  return [
    ...creates(library, side, "CreateModelPackageGroup", "model-package-group"),
    // A version takes no tags: AWS takes those of its group.
    ["sagemaker:CreateModelPackage", version, tagged(team.name), "UseOwn"],
    ["sagemaker:UpdateModelPackage", version, tagged(team.name), "UseOwn"],
    ["sagemaker:ListModelPackages", version, tagged(team.name), "UseOwn"],
    ["sagemaker:DescribeModelPackageGroup", oneOf(library, "model-package-group"), tagged(team.name), "UseOwn"],
  ];
}

function createTable({ arn, region, accountId }: Library, { team }: Side): Step[] {
  return ["catalog", `database/${team.database}`, `table/${team.database}/scores`].map(
    (path): Step => ["glue:CreateTable", arn("glue", region, accountId, path), {}, "TeamTables"],
  );
}

function readBucket({ team }: Side): Step[] {
  return [
    ["s3:ListBucket", team.bucketArn, {}, "ListTeamBuckets"],
    ["s3:GetObject", `${team.bucketArn}/scores.parquet`, {}, "TeamObjects"],
    ["kms:Decrypt", team.keyArn, {}, ["Account", "TeamKeys"]],
  ];
}

/** A job pulls its image, reads and writes the team's data, and says how it goes. */
function inJob(library: Library, side: Side, who: Caller): Step[] {
  const { arn, region, accountId } = library;
  const images = "763104351884";
  const log = arn("logs", region, accountId, "log-group:/aws/sagemaker/TrainingJobs:log-stream:mine/algo-1");
  const steps: Step[] = [
    ["ecr:GetAuthorizationToken", "*", {}, "LogIntoEcr"],
    [
      "ecr:BatchGetImage",
      arn("ecr", region, images, "repository/pytorch-training"),
      { "aws:ResourceAccount": images },
      "PullImagesOfOtherAccounts",
    ],
    ["ecr:BatchGetImage", side.team.repositoryArn, { "aws:ResourceAccount": accountId }, "TeamImages"],
    ...readBucket(side),
    ["s3:PutObject", `${side.team.bucketArn}/model.tar.gz`, {}, "TeamObjects"],
    ["kms:GenerateDataKey", side.team.keyArn, {}, ["Account", "TeamKeys"]],
    ["logs:CreateLogStream", log, {}, "WriteJobLogs"],
    ["logs:PutLogEvents", log, {}, "WriteJobLogs"],
    ["sagemaker:BatchPutMetrics", oneOf(library, "training-job"), tagged(side.team.name), "PutJobMetrics"],
  ];
  return steps.map((step) => by(step, who));
}

function by([action, resource, context, sids]: Step, who: Caller): Step {
  return [action, resource, context, sids, who];
}
