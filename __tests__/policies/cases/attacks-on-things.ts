import type { Caller, Context } from "../../../rehearsal/policy-simulator";
import type { Attack } from "./attack";
import { type Attacker, member, no, type Request, yes } from "./attacker";
import { oneOf } from "./own-things";
import { TO_SAGEMAKER, tagged, tagging, visibleTo } from "./tags";

/** What bears another team's tag, or nobody's. */
export function onAnotherTeamsThings(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other } = side;
  const scientist = member(attacker, "data-scientist");
  const ops = member(attacker, "mlops");
  const of = (who: Caller, action: string, type: string, context: Context = tagged(other.name)): Request => ({
    who,
    action: `sagemaker:${action}`,
    resource: oneOf(library, type),
    context,
  });
  const theirs = "OtherTeamsThings";
  return [
    {
      name: "use another team's endpoint",
      steps: [
        no("ask it", of(scientist, "InvokeEndpoint", "endpoint"), "OtherEndpoints", theirs),
        no("ask it later", of(scientist, "InvokeEndpointAsync", "endpoint"), "OtherEndpoints", theirs),
        no(
          "ask it as it answers",
          of(scientist, "InvokeEndpointWithResponseStream", "endpoint"),
          "OtherEndpoints",
          theirs,
        ),
        no("ask one that is nobody's", of(scientist, "InvokeEndpoint", "endpoint", {}), "OtherEndpoints"),
        no("have it run something else", of(ops, "UpdateEndpoint", "endpoint"), theirs),
        no("shift its traffic", of(ops, "UpdateEndpointWeightsAndCapacities", "endpoint"), theirs),
        no("put a component on it", of(ops, "CreateInferenceComponent", "endpoint"), theirs),
        no("delete it", of(ops, "DeleteEndpoint", "endpoint"), theirs),
      ],
    },
    {
      name: "make an endpoint of another team's configuration",
      steps: [
        yes(attacker, "create it", of(ops, "CreateEndpoint", "endpoint", tagging(team.name)), "CreateOwnEndpoints"),
        no("with their configuration", of(ops, "CreateEndpoint", "endpoint-config"), theirs),
        no(
          "with their configuration, and one's own tag in the request",
          of(ops, "CreateEndpoint", "endpoint-config", { ...tagged(other.name), ...tagging(team.name) }),
          theirs,
        ),
        no("or in an endpoint of one's own", of(ops, "UpdateEndpoint", "endpoint-config"), theirs),
      ],
    },
    {
      name: "put a trial into another team's experiment",
      steps: [
        yes(
          attacker,
          "create it",
          of(scientist, "CreateTrial", "experiment-trial", tagging(team.name)),
          "CreateOwnTrials",
        ),
        no(
          "in their experiment",
          of(scientist, "CreateTrial", "experiment", { ...tagged(other.name), ...tagging(team.name) }),
          theirs,
        ),
        no("add a run to their trial", of(scientist, "AssociateTrialComponent", "experiment-trial"), theirs),
        no("take a run out of it", of(scientist, "DisassociateTrialComponent", "experiment-trial"), theirs),
        no("tie their artifact to one's own", of(scientist, "AddAssociation", "artifact"), theirs),
      ],
    },
    {
      name: "read what another team knows",
      steps: [
        no("their runs in MLflow", of(scientist, "CallMlflowAppApi", "mlflow-app"), theirs),
        no("their screens of MLflow", of(scientist, "CreatePresignedMlflowAppUrl", "mlflow-app"), theirs),
        no("their features", of(scientist, "GetRecord", "feature-group"), theirs),
        no("their model", of(scientist, "AccessModelPackage", "model-package"), theirs),
        no("their job", of(scientist, "DescribeTrainingJob", "training-job"), theirs),
        no(
          "their notebook",
          of(scientist, "CreatePresignedNotebookInstanceUrl", "notebook-instance"),
          theirs,
          "WhatIsNobodysAlone",
        ),
        no("all that they have tagged", of(scientist, "ListTags", "model"), theirs),
      ],
    },
    {
      name: "change what another team runs",
      steps: [
        no("run their pipeline", of(ops, "StartPipelineExecution", "pipeline"), theirs),
        no("change their pipeline", of(ops, "UpdatePipeline", "pipeline"), theirs),
        no(
          "change it by making it again",
          of(ops, "CreatePipeline", "pipeline", { ...tagged(other.name), ...tagging(team.name) }),
          theirs,
        ),
        no("go on with a step of theirs", of(ops, "SendPipelineExecutionStepSuccess", "pipeline-execution"), theirs),
        no("stop their job", of(ops, "StopTrainingJob", "training-job"), theirs),
        no("approve their model", of(ops, "UpdateModelPackage", "model-package"), theirs),
        no("add a version to their group", of(ops, "CreateModelPackage", "model-package"), theirs),
        no(
          "share one's own group with another account",
          of(ops, "PutModelPackageGroupPolicy", "model-package-group", tagged(team.name)),
          "Administration",
        ),
        no("stop their monitoring", of(ops, "StopMonitoringSchedule", "monitoring-schedule"), theirs),
      ],
    },
  ];
}

/** Tags, which say whose something is. */
export function onTags(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other } = side;
  const who = member(attacker, "data-scientist");
  const tag = (type: string, keys: readonly string[], context: Context): Request => ({
    who,
    action: "sagemaker:AddTags",
    resource: oneOf(library, type),
    context: { "aws:TagKeys": keys, ...context },
  });
  const untag = (type: string, keys: readonly string[], context: Context): Request => ({
    ...tag(type, keys, context),
    action: "sagemaker:DeleteTags",
  });
  const own = (key: string, value = team.name) => ({ [`aws:RequestTag/${key}`]: value });
  const [team_, others, spelled] = ["TeamOfWhatExists", "TagsOfOthersThings", "TeamInAnotherCase"];
  const create = (key: string, value: string): Request => ({
    who,
    action: "sagemaker:CreateTrainingJob",
    resource: oneOf(library, "training-job"),
    context: { [`aws:RequestTag/${key}`]: value, "aws:TagKeys": [key] },
  });
  return [
    {
      name: "re-tag another team's experiment, then delete it",
      steps: [
        no(
          "tag it as one's own",
          tag("experiment", ["team"], { ...tagged(other.name), ...own("team") }),
          "OtherTeamsThings",
          team_,
          others,
        ),
        yes(
          attacker,
          "delete it",
          {
            who,
            action: "sagemaker:DeleteExperiment",
            resource: oneOf(library, "experiment"),
            context: tagged(team.name),
          },
          "UseOwn",
        ),
      ],
    },
    {
      name: "take what has no team, then delete it",
      steps: [
        no("tag it as one's own", tag("model", ["team"], own("team")), team_, others),
        no("tag it along with something else", tag("model", ["team", "experiment"], own("team")), team_, others),
        no("tag it at all", tag("model", ["experiment"], {}), others),
        yes(
          attacker,
          "delete it",
          { who, action: "sagemaker:DeleteModel", resource: oneOf(library, "model"), context: tagged(team.name) },
          "UseOwn",
        ),
      ],
    },
    {
      name: "use a tag that IAM does not tell from the team's",
      steps: [
        ...["Team", "TEAM"].flatMap((key) => [
          no(
            `${key} on another team's`,
            tag("model", [key], { ...tagged(other.name), ...own(key) }),
            "OtherTeamsThings",
            team_,
            others,
            spelled,
          ),
          no(`${key} on what has no team`, tag("model", [key], own(key)), team_, others, spelled),
          no(
            `${key} with another team, on one's own`,
            tag("model", [key], { ...tagged(team.name), ...own(key, other.name) }),
            "OtherTeamsTag",
            team_,
            spelled,
          ),
          no(`a new job with ${key}`, create(key, team.name), spelled),
          no(`a new job with ${key}, for another team`, create(key, other.name), "OtherTeamsTag", spelled),
          no(`away with ${key}`, untag("model", [key], tagged(team.name)), team_, spelled),
        ]),
      ],
    },
    {
      name: "make something look like another team's",
      steps: [
        no("a new job", create("team", other.name), "OtherTeamsTag"),
        no(
          "one's own model",
          tag("model", ["team"], { ...tagged(team.name), ...own("team", other.name) }),
          "OtherTeamsTag",
          team_,
        ),
      ],
    },
    {
      name: "leave something without a team, where the guardrails compare nothing",
      steps: [
        no("one's own", untag("model", ["team"], tagged(team.name)), team_),
        no("one's own, along with something else", untag("model", ["experiment", "team"], tagged(team.name)), team_),
        no("another team's", untag("model", ["team"], tagged(other.name)), "OtherTeamsThings", team_, others),
        no("what nobody's is", untag("model", ["experiment"], {}), others),
      ],
    },
  ];
}

/** What is another team's by name, or shown by a search. */
export function onData(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other } = side;
  const { arn, region, accountId } = library;
  const who = member(attacker, "data-scientist");
  const ops = member(attacker, "mlops");
  const engineer = member(attacker, "data-engineer");
  const workgroup = (action: string): Request => ({
    who: engineer,
    action: `athena:${action}`,
    resource: arn("athena", region, accountId, "workgroup/theirs"),
    context: { "aws:ResourceTag/team": other.name },
  });
  const search = (context: Context): Request => ({ who, action: "sagemaker:Search", resource: "*", context });
  const image = (action: string): Request => ({ who: ops, action: `ecr:${action}`, resource: other.repositoryArn });
  const model: Context = {
    ...tagging(team.name),
    "sagemaker:ModelArn": library.sageMaker(`model/${other.name}--churn`),
  };
  return [
    {
      name: "search for what is another team's",
      steps: [
        no("without a condition", search({}), "SearchOfEverything"),
        no("with theirs", search(visibleTo(other.name)), "SearchOfEverything"),
        no(
          "with another tag",
          search({ "sagemaker:SearchVisibilityCondition/Tags.owner/EqualsIfExists": team.name }),
          "SearchOfEverything",
        ),
      ],
    },
    {
      name: "run another team's model as one's own",
      steps: [
        no(
          "on an endpoint",
          {
            who: ops,
            action: "sagemaker:CreateEndpointConfig",
            resource: oneOf(library, "endpoint-config"),
            context: model,
          },
          "OtherTeamsModels",
        ),
        no(
          "as a component",
          {
            who: ops,
            action: "sagemaker:CreateInferenceComponent",
            resource: oneOf(library, "inference-component"),
            context: model,
          },
          "OtherTeamsModels",
        ),
        no(
          "in a job",
          { who, action: "sagemaker:CreateTransformJob", resource: oneOf(library, "transform-job"), context: model },
          "OtherTeamsModels",
        ),
      ],
    },
    {
      name: "push over another team's image",
      steps: [
        no("begin a layer", image("InitiateLayerUpload")),
        no("push it", image("PutImage")),
        no("delete theirs", image("BatchDeleteImage")),
        no("let oneself in", image("SetRepositoryPolicy")),
      ],
    },
    {
      name: "read another team's data",
      steps: [
        no("read their bucket", { who, action: "s3:GetObject", resource: `${other.bucketArn}/scores.parquet` }),
        no("write it", { who, action: "s3:PutObject", resource: `${other.bucketArn}/scores.parquet` }),
        no("let oneself in", { who, action: "s3:PutBucketPolicy", resource: other.bucketArn }),
        no("with their key", { who, action: "kms:Decrypt", resource: other.keyArn }),
        no("lend oneself their key", {
          who,
          action: "kms:CreateGrant",
          resource: other.keyArn,
          context: { "kms:GrantIsForAWSResource": "true" },
        }),
        no("change their table", {
          who: engineer,
          action: "glue:UpdateTable",
          resource: arn("glue", region, accountId, `table/${other.database}/scores`),
        }),
        no("query in their workgroup", workgroup("StartQueryExecution"), "OtherTeamsThings"),
        no("read what they asked", workgroup("GetQueryResults"), "OtherTeamsThings"),
        no("take their workgroup", workgroup("TagResource"), "OtherTeamsThings", "TagsOfWorkgroups"),
      ],
    },
  ];
}

/** What no guardrail denies, so that only what is granted keeps it closed. */
export function onWhatIsNotDenied(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other } = side;
  const { arn, region, accountId } = library;
  const who = member(attacker, "data-scientist");
  const ops = member(attacker, "mlops");
  const engineer = member(attacker, "data-engineer");
  const viewer = member(attacker, "viewer");
  const glue = (path: string) => arn("glue", region, accountId, path);
  const log = arn("logs", region, accountId, "log-group:/aws/sagemaker/TrainingJobs:log-stream:pats/algo-1");
  return [
    {
      name: "look at what another team has",
      steps: [
        no("list their bucket", { who, action: "s3:ListBucket", resource: other.bucketArn }),
        no("see their tables", {
          who: engineer,
          action: "glue:GetTables",
          resource: glue(`database/${other.database}`),
        }),
        no("read one", { who: engineer, action: "glue:GetTable", resource: glue(`table/${other.database}/scores`) }),
        no("read what their jobs wrote", { who, action: "logs:GetLogEvents", resource: log }),
        no("read what their apps wrote", {
          who,
          action: "logs:GetLogEvents",
          resource: log.replace("TrainingJobs", "studio"),
        }),
        no("pull their image", {
          who: ops,
          action: "ecr:BatchGetImage",
          resource: other.repositoryArn,
          context: { "aws:ResourceAccount": accountId },
        }),
      ],
    },
    {
      name: "run with what has no team",
      steps: [
        no("an endpoint of such a configuration", {
          who: ops,
          action: "sagemaker:CreateEndpoint",
          resource: oneOf(library, "endpoint-config"),
          context: tagging(team.name),
        }),
        no("a trial in such an experiment", {
          who,
          action: "sagemaker:CreateTrial",
          resource: oneOf(library, "experiment"),
          context: tagging(team.name),
        }),
        no("a component on such an endpoint", {
          who: ops,
          action: "sagemaker:CreateInferenceComponent",
          resource: oneOf(library, "endpoint"),
          context: tagging(team.name),
        }),
        no("such a pipeline", {
          who: ops,
          action: "sagemaker:StartPipelineExecution",
          resource: oneOf(library, "pipeline"),
        }),
      ],
    },
    {
      name: "run as somebody whose group has another persona",
      steps: [
        no("a job, to view", {
          who: viewer,
          action: "sagemaker:CreateTrainingJob",
          resource: oneOf(library, "training-job"),
          context: tagging(team.name),
        }),
        no("a space, to view", {
          who: viewer,
          action: "sagemaker:CreateSpace",
          resource: library.space("notes"),
          context: {
            "sagemaker:OwnerUserProfileArn": library.profile(side.person),
            "sagemaker:SpaceSharingType": "Private",
          },
        }),
        no("with one's own role, to view", {
          who: viewer,
          action: "iam:PassRole",
          resource: team.role("viewer").arn,
          context: TO_SAGEMAKER,
        }),
        no("the team's endpoint, to view", {
          who: viewer,
          action: "sagemaker:InvokeEndpoint",
          resource: oneOf(library, "endpoint"),
          context: tagged(team.name),
        }),
        no("an endpoint, to do science", {
          who,
          action: "sagemaker:CreateEndpoint",
          resource: oneOf(library, "endpoint"),
          context: tagging(team.name),
        }),
        no("a pipeline, to do science", {
          who,
          action: "sagemaker:CreatePipeline",
          resource: oneOf(library, "pipeline"),
          context: tagging(team.name),
        }),
        no("an experiment, to run models", {
          who: ops,
          action: "sagemaker:DeleteExperiment",
          resource: oneOf(library, "experiment"),
          context: tagged(team.name),
        }),
        no("an endpoint, to prepare data", {
          who: engineer,
          action: "sagemaker:InvokeEndpoint",
          resource: oneOf(library, "endpoint"),
          context: tagged(team.name),
        }),
      ],
    },
  ];
}
