import type { Context } from "../../../rehearsal/policy-simulator";
import { type Guarded, type Kept, leftAlone } from "./guarded";
import { oneOf } from "./own-things";
import type { Domain } from "./scene";
import { type Allowed, type Denied, EVERYTHING } from "./table";
import { tagged, tagging, UNTAGGED, WITHOUT_TAGS } from "./tags";

/** What comes with another team's things: every kind of action, and many types. */
const OF_EVERY_KIND: Readonly<Record<string, readonly string[]>> = {
  "training-job": ["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "ListTags", "BatchGetMetrics"],
  experiment: ["DeleteExperiment", "UpdateExperiment", "AddAssociation", "CreateTrial"],
  "endpoint-config": ["CreateEndpoint", "UpdateEndpoint"],
  "model-package": ["AccessModelPackage", "CreateModelPackage", "UpdateModelPackage"],
  pipeline: ["StartPipelineExecution", "CreatePipeline"],
  "feature-group": ["GetRecord", "PutRecord"],
  "mlflow-app": ["CallMlflowAppApi", "CreatePresignedMlflowAppUrl"],
  "notebook-instance": ["StartNotebookInstance"],
  "pipeline-execution": ["RetryPipelineExecution"],
  "hub-content": ["TrainHubModel"],
  domain: ["DescribeDomain"],
};

export function otherTeamsThings({ library, side, who }: Kept): Guarded {
  const { team, other, person } = side;
  const ofOther = tagged(other.name);
  const owned: Context = {
    "sagemaker:OwnerUserProfileArn": library.profile(person),
    "sagemaker:SpaceSharingType": "Private",
  };
  // When somebody moves, what is theirs still bears the tag of the team that they came from.
  const persons = (action: string, of: (domain: Domain) => string, context: Context = {}): Allowed => ({
    name: "what is a person's, and bears the tag of another team",
    who,
    action,
    resource: of(library),
    context: { ...ofOther, ...context },
    by: EVERYTHING,
    deniedElsewhere: "OtherTeamsThings",
    butNot: { "in a domain whose id begins alike": { resource: of(library.alike), deniedBy: "OtherTeamsThings" } },
  });
  return {
    denied: [
      ...Object.entries(OF_EVERY_KIND).map(
        ([type, actions]): Denied => ({
          name: `a ${type} of another team`,
          who,
          action: actions.map((action) => `sagemaker:${action}`),
          resource: type === "domain" ? library.domainArn : oneOf(library, type),
          context: ofOther,
          by: "OtherTeamsThings",
          unless: {
            "it is their own team's": { context: tagged(team.name) },
            "it has no team": { context: UNTAGGED },
            "its team begins alike": { context: tagged(`${team.name}-2`), deniedBy: "OtherTeamsThings" },
          },
        }),
      ),
      {
        name: "a workgroup of another team",
        who,
        action: ["athena:GetQueryResults", "athena:StartQueryExecution", "athena:UpdateWorkGroup"],
        resource: library.arn("athena", library.region, library.accountId, "workgroup/theirs"),
        context: { "aws:ResourceTag/team": other.name },
        by: "OtherTeamsThings",
        unless: {
          "it is their own team's": { context: { "aws:ResourceTag/team": team.name } },
          "it has no team": { context: { "aws:ResourceTag/team": undefined } },
        },
      },
    ],
    allowed: [
      persons("sagemaker:UpdateSpace", ({ space }) => space("notes"), owned),
      persons("sagemaker:DeleteApp", ({ app }) => app("notes"), owned),
      persons("sagemaker:DescribeUserProfile", ({ profile }) => profile(person)),
    ],
  };
}

export function otherTeamsTag({ library, side, who }: Kept): Guarded {
  const { team, other, person } = side;
  const makes: Record<string, string> = {
    CreateTrainingJob: oneOf(library, "training-job"),
    CreateEndpoint: oneOf(library, "endpoint"),
    CreateNotebookInstance: oneOf(library, "notebook-instance"),
    UpdateProject: oneOf(library, "project"),
    RegisterDevices: library.sageMaker("device-fleet/mine/device/camera"),
    CreateSpace: library.space("notes"),
  };
  return {
    denied: Object.entries(makes).map(
      ([action, resource]): Denied => ({
        name: "another team's tag, on something new",
        who,
        action: `sagemaker:${action}`,
        resource,
        context: {
          ...tagging(other.name),
          ...(action === "CreateSpace" && { "sagemaker:OwnerUserProfileArn": library.profile(person) }),
        },
        by: "OtherTeamsTag",
        unless: {
          "it is their own team's": { context: tagging(team.name) },
          "there is none": { context: WITHOUT_TAGS },
          "it begins alike": { context: tagging(`${team.name}-2`), deniedBy: "OtherTeamsTag" },
        },
      }),
    ),
  };
}

export function otherEndpoints({ library, side, who }: Kept): Guarded {
  const { team, other } = side;
  const invoke = ["InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithResponseStream"];
  const resource = oneOf(library, "endpoint");
  return {
    denied: [
      {
        name: "an endpoint without a team",
        who,
        action: invoke.map((action) => `sagemaker:${action}`),
        resource,
        by: "OtherEndpoints",
        unless: {
          "it is their own team's": { context: tagged(team.name) },
          "it is another team's": { context: tagged(other.name), deniedBy: ["OtherEndpoints", "OtherTeamsThings"] },
        },
      },
    ],
    allowed: [
      leftAlone({
        name: "an endpoint without a team, to look at",
        who,
        action: "sagemaker:DescribeEndpoint",
        resource,
      }),
    ],
  };
}

/** AWS shows a model's ARN and not its tags: what begins with a team's short name and two hyphens is the team's. */
export function otherModels({ library, side, who }: Kept): Guarded {
  const { team, other } = side;
  const model = "sagemaker:ModelArn";
  const named = (name: string) => ({ [model]: library.sageMaker(`model/${name}`) });
  const by = "OtherTeamsModels";
  const makes = {
    CreateEndpointConfig: "endpoint-config",
    CreateInferenceComponent: "inference-component",
    CreateTransformJob: "transform-job",
  };
  return {
    denied: Object.entries(makes).map(
      ([action, type]): Denied => ({
        name: `a ${type} of another team's model`,
        who,
        action: `sagemaker:${action}`,
        resource: oneOf(library, type),
        context: { ...tagging(team.name), ...named(`${other.name}--churn`) },
        by,
        unless: {
          "the model is their own team's": { context: named(`${team.name}--churn`) },
          "the model's name says nothing": { context: named("churn") },
          "there is no model": { context: { [model]: undefined } },
          "the model's name begins alike": { context: named(`${team.name}-2--churn`), deniedBy: by },
          "the model's name holds one's own": { context: named(`${other.name}--${team.name}--churn`), deniedBy: by },
        },
      }),
    ),
  };
}

export function searches({ side, who }: Kept): Guarded {
  const { team, other } = side;
  const key = "sagemaker:SearchVisibilityCondition/Tags.team/EqualsIfExists";
  return {
    denied: [
      {
        name: "everything that there is",
        who,
        action: "sagemaker:Search",
        resource: "*",
        by: "SearchOfEverything",
        unless: {
          "it is what their own team may see": { context: { [key]: team.name } },
          "it is what another team may see": { context: { [key]: other.name }, deniedBy: "SearchOfEverything" },
        },
      },
    ],
    allowed: [leftAlone({ name: "names alone", who, action: "sagemaker:ListModels", resource: "*" })],
  };
}

/** Studio itself tags spaces and apps, in requests of their own. */
export function newWithoutTeam({ library, side, who }: Kept): Guarded {
  const { team, other } = side;
  const by = "NewWithoutTeam";
  const create = (operation: string): Context => ({
    "aws:TagKeys": ["experiment"],
    "sagemaker:TaggingAction": operation,
  });
  const studios = (operation: string, of: (domain: Domain) => string): Allowed => ({
    name: "Studio's own tags, on something new",
    who,
    action: "sagemaker:AddTags",
    resource: of(library),
    context: create(operation),
    by: EVERYTHING,
    deniedElsewhere: by,
    butNot: { "in a domain whose id begins alike": { resource: of(library.alike), deniedBy: by } },
  });
  return {
    denied: [
      {
        name: "tags of something new, without the team's",
        who,
        action: "sagemaker:AddTags",
        resource: oneOf(library, "model"),
        context: create("CreateModel"),
        by,
        unless: {
          "it gets their own team's": { context: { "aws:RequestTag/team": team.name } },
          "it gets another team's": { context: { "aws:RequestTag/team": other.name }, deniedBy: [by, "OtherTeamsTag"] },
          "it is there already": { context: { ...tagged(team.name), "sagemaker:TaggingAction": undefined } },
        },
      },
    ],
    allowed: [studios("CreateSpace", ({ space }) => space("notes")), studios("CreateApp", ({ app }) => app("notes"))],
  };
}

export function tags({ library, side, who }: Kept): Guarded {
  const { team, other, person } = side;
  const action = ["sagemaker:AddTags", "sagemaker:DeleteTags"];
  const resource = oneOf(library, "model");
  const own = tagged(team.name);
  // Only adding a tag can be part of something else.
  const creating = (operation: string) => ({
    action: "sagemaker:AddTags",
    context: { "aws:RequestTag/team": team.name, "sagemaker:TaggingAction": operation },
  });
  return {
    denied: [
      {
        name: "the team of their team's own thing",
        who,
        action,
        resource,
        context: { ...own, "aws:TagKeys": ["team"] },
        by: "TeamOfWhatExists",
        unless: {
          "it is another tag": { context: { "aws:TagKeys": ["experiment"] } },
          "it is along with another tag": {
            context: { "aws:TagKeys": ["experiment", "team"] },
            deniedBy: "TeamOfWhatExists",
          },
          "it is in other letters": {
            context: { "aws:TagKeys": ["TEAM"] },
            deniedBy: ["TeamInAnotherCase", "TeamOfWhatExists"],
          },
          "it is new": creating("CreateModel"),
        },
      },
      {
        name: "the tags of a thing without a team",
        who,
        action,
        resource,
        context: { "aws:TagKeys": ["experiment"] },
        by: "TagsOfOthersThings",
        unless: {
          "it is their own team's": { context: own },
          "it is another team's": { context: tagged(other.name), deniedBy: ["OtherTeamsThings", "TagsOfOthersThings"] },
          "it is new": creating("CreateModel"),
        },
      },
      ...[
        ["space", library.space("bens"), "CreateSpace"] as const,
        ["app", library.app("bens"), "CreateApp"] as const,
        ["profile", library.profile("ben"), "CreateUserProfile"] as const,
        ["profile that is their own", library.profile(person), "CreateUserProfile"] as const,
        ["domain", library.domainArn, "CreateDomain"] as const,
      ].map(
        ([what, arn, operation]): Denied => ({
          name: `the tags of a ${what}, which say whose it is`,
          who,
          action,
          resource: arn,
          context: { ...own, "aws:TagKeys": ["sagemaker:user-profile-arn", "studiouserid"] },
          by: "TagsOfPeoplesThings",
          unless: { "it is new": creating(operation) },
        }),
      ),
    ],
  };
}

/** IAM does not tell them from "team" when it compares; SageMaker keeps each apart. */
const SPELLINGS = [
  "Team",
  "tEam",
  "teAm",
  "teaM",
  "TEam",
  "TeAm",
  "TeaM",
  "tEAm",
  "tEaM",
  "teAM",
  "TEAm",
  "TEaM",
  "TeAM",
  "tEAM",
  "TEAM",
];

export function otherSpellings({ library, side, who }: Kept): Guarded {
  const { team, person } = side;
  const resource = oneOf(library, "training-job");
  return {
    denied: [
      ...SPELLINGS.map(
        (spelling): Denied => ({
          name: `a new job with the tag ${spelling}, as if it were the team's`,
          who,
          action: "sagemaker:CreateTrainingJob",
          resource,
          context: { [`aws:RequestTag/${spelling}`]: team.name, "aws:TagKeys": [spelling] },
          by: "TeamInAnotherCase",
        }),
      ),
      {
        name: "both, so that the comparison may see either",
        who,
        action: "sagemaker:CreateTrainingJob",
        resource,
        context: { "aws:RequestTag/team": team.name, "aws:TagKeys": ["team", "Team"] },
        by: "TeamInAnotherCase",
        unless: {
          "there is the team alone": { context: { "aws:TagKeys": ["team"] } },
          "there is a longer one": { context: { "aws:TagKeys": ["team", "Teams"] } },
        },
      },
      ...Object.entries({
        CreateSpace: library.space("notes"),
        UpdateProject: oneOf(library, "project"),
        RegisterDevices: library.sageMaker("device-fleet/mine/device/camera"),
      }).map(
        ([action, thing]): Denied => ({
          name: "the tag Team, on something of another kind",
          who,
          action: `sagemaker:${action}`,
          resource: thing,
          context: {
            "aws:TagKeys": ["Team"],
            ...(action === "CreateSpace" && { "sagemaker:OwnerUserProfileArn": library.profile(person) }),
          },
          by: "TeamInAnotherCase",
        }),
      ),
      {
        name: "the tag Team, on something new",
        who,
        action: "sagemaker:AddTags",
        resource,
        context: {
          "aws:RequestTag/team": team.name,
          "aws:TagKeys": ["team", "Team"],
          "sagemaker:TaggingAction": "CreateTrainingJob",
        },
        by: "TeamInAnotherCase",
      },
    ],
  };
}
