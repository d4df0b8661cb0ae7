import type { Caller, Context } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import { guarded, job } from "./callers";
import { type Library, type Side, session } from "./library";
import { oneOf } from "./own-things";
import { found } from "./scene";
import { type Allowed, type Change, type Denied, EVERYTHING, type Table } from "./table";
import { tagging } from "./tags";

const SUBNETS = "sagemaker:VpcSubnets";
const GROUPS = "sagemaker:VpcSecurityGroupIds";
const VOLUME = "sagemaker:VolumeKmsKeyArn";
const OUTPUT = "sagemaker:OutputKmsKeyArn";
const MODEL = "sagemaker:ModelArn";

/** What takes a network in its request, by the type of what it makes. */
const IN_NETWORK: Readonly<Record<string, readonly string[]>> = {
  "automl-job": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
  "data-quality-job-definition": ["CreateDataQualityJobDefinition"],
  "hyper-parameter-tuning-job": ["CreateHyperParameterTuningJob"],
  job: ["CreateJob"],
  model: ["CreateModel"],
  "model-bias-job-definition": ["CreateModelBiasJobDefinition"],
  "model-explainability-job-definition": ["CreateModelExplainabilityJobDefinition"],
  "model-quality-job-definition": ["CreateModelQualityJobDefinition"],
  "monitoring-schedule": ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
  "processing-job": ["CreateProcessingJob"],
  "training-job": ["CreateTrainingJob"],
};

/** What runs somewhere and takes no network: the way round the limit. */
const AROUND_NETWORK: Readonly<Record<string, string>> = {
  algorithm: "CreateAlgorithm",
  "inference-experiment": "CreateInferenceExperiment",
  // It may have the internet besides.
  "notebook-instance": "CreateNotebookInstance",
  "ai-benchmark-job": "CreateAIBenchmarkJob",
  "ai-recommendation-job": "CreateAIRecommendationJob",
  "compilation-job": "CreateCompilationJob",
  "edge-packaging-job": "CreateEdgePackagingJob",
  "hub-content": "TrainHubModel",
  "inference-recommendations-job": "CreateInferenceRecommendationsJob",
  "labeling-job": "CreateLabelingJob",
  "optimization-job": "CreateOptimizationJob",
};

/** What takes a key for its volumes. */
const WITH_VOLUMES: Readonly<Record<string, readonly string[]>> = {
  "automl-job": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
  "data-quality-job-definition": ["CreateDataQualityJobDefinition"],
  "endpoint-config": ["CreateEndpointConfig"],
  "hyper-parameter-tuning-job": ["CreateHyperParameterTuningJob"],
  "labeling-job": ["CreateLabelingJob"],
  "model-bias-job-definition": ["CreateModelBiasJobDefinition"],
  "model-explainability-job-definition": ["CreateModelExplainabilityJobDefinition"],
  "model-quality-job-definition": ["CreateModelQualityJobDefinition"],
  "monitoring-schedule": ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
  "notebook-instance": ["CreateNotebookInstance"],
  "processing-job": ["CreateProcessingJob"],
  "training-job": ["CreateTrainingJob"],
  "transform-job": ["CreateTransformJob"],
};

/** What takes a key for what it writes. */
const WITH_OUTPUT: Readonly<Record<string, readonly string[]>> = {
  "automl-job": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
  "data-quality-job-definition": ["CreateDataQualityJobDefinition"],
  "hyper-parameter-tuning-job": ["CreateHyperParameterTuningJob"],
  job: ["CreateJob"],
  "labeling-job": ["CreateLabelingJob"],
  "model-bias-job-definition": ["CreateModelBiasJobDefinition"],
  "model-explainability-job-definition": ["CreateModelExplainabilityJobDefinition"],
  "model-quality-job-definition": ["CreateModelQualityJobDefinition"],
  "monitoring-schedule": ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
  "processing-job": ["CreateProcessingJob"],
  "training-job": ["CreateTrainingJob"],
  "transform-job": ["CreateTransformJob"],
};

/** What writes somewhere and takes no key: the way round the limit. */
const AROUND_KEYS: Readonly<Record<string, string>> = {
  "ai-benchmark-job": "CreateAIBenchmarkJob",
  "ai-recommendation-job": "CreateAIRecommendationJob",
  "compilation-job": "CreateCompilationJob",
  "edge-packaging-job": "CreateEdgePackagingJob",
  "hub-content": "TrainHubModel",
  algorithm: "CreateAlgorithm",
  "device-fleet": "CreateDeviceFleet",
  "flow-definition": "CreateFlowDefinition",
  "inference-experiment": "CreateInferenceExperiment",
  "inference-recommendations-job": "CreateInferenceRecommendationsJob",
  "mlflow-app": "CreateMlflowApp",
  "model-card": "CreateModelCardExportJob",
  "optimization-job": "CreateOptimizationJob",
};

/** A studio that prescribes where jobs, models and endpoints run, whatever a role is allowed besides. */
export function networkLimits(library: Library): Table {
  const { subnetIds, securityGroupIds } = found(library.config.network, "network");
  const right: Context = { [SUBNETS]: subnetIds, [GROUPS]: securityGroupIds };
  const limits = noneOrOthers(subnetIds, securityGroupIds);
  const [one, ...more] = library.sides.flatMap((side) => allRoles(library, side));
  return {
    allowed: [
      ...(one ? inNetwork(library, one, subnetIds, securityGroupIds) : []),
      // The other roles have the same denials, of which each is tried once more.
      ...more.flatMap((who) => [
        unlimited(library, who, "in the prescribed network", "training-job", ["CreateTrainingJob"], right, limits),
        ...endpointConfigs(library, who, subnetIds, securityGroupIds),
      ]),
      ...library.sides.flatMap((side) => [
        withOwnActivity(library, side, "model", "manage-models", right, limits),
        ...[side.team.compute, side.team.role("access-aws-services")].flatMap((role) => interfaces(library, role)),
      ]),
    ],
    refused: [],
    denied: [one, ...more].flatMap((who) => (who ? around(library, who, AROUND_NETWORK, "NoNetworkToSay") : [])),
  };
}

/** A person and a job of the team, which may do everything but what is denied. */
function allRoles(library: Library, { team, person }: Side): Caller[] {
  return [session(library, guarded(team.role("hub")), person), job(guarded(team.compute))];
}

function inNetwork(
  library: Library,
  who: Caller,
  subnetIds: readonly string[],
  securityGroupIds: readonly string[],
): Allowed[] {
  const right: Context = { [SUBNETS]: subnetIds, [GROUPS]: securityGroupIds };
  const inOne: Context = { ...right, [SUBNETS]: subnetIds.slice(1) };
  const limits = noneOrOthers(subnetIds, securityGroupIds);
  return [
    ...Object.entries(IN_NETWORK).flatMap(([type, actions]) => [
      unlimited(library, who, "in the prescribed network", type, actions, right, limits),
      unlimited(library, who, "in one of the prescribed subnets", type, actions, inOne),
    ]),
    ...endpointConfigs(library, who, subnetIds, securityGroupIds),
    // They run in the network of a model or of what they belong to.
    unlimited(library, who, "without a network of its own", "transform-job", ["CreateTransformJob"], {}),
    unlimited(library, who, "without a network of its own", "endpoint", ["CreateEndpoint", "UpdateEndpoint"], {}),
  ];
}

/** An endpoint runs in its models' network; one without a model, in that of its own configuration. */
function endpointConfigs(
  library: Library,
  who: Caller,
  subnetIds: readonly string[],
  securityGroupIds: readonly string[],
): Allowed[] {
  const create = ["CreateEndpointConfig"];
  const model: Context = { [MODEL]: oneOf(library, "model") };
  const right: Context = { [SUBNETS]: subnetIds, [GROUPS]: securityGroupIds };
  return [
    unlimited(library, who, "of a model, wherever that runs", "endpoint-config", create, model, {
      "of none": { context: { [MODEL]: undefined }, deniedBy: ["NoSecurityGroupsNoModel", "NoSubnetsNoModel"] },
      ...others(subnetIds, securityGroupIds),
    }),
    unlimited(library, who, "of no model, in the prescribed network", "endpoint-config", create, right, {
      "without subnets": { context: { [SUBNETS]: undefined }, deniedBy: "NoSubnetsNoModel" },
      "without security groups": { context: { [GROUPS]: undefined }, deniedBy: "NoSecurityGroupsNoModel" },
      ...others(subnetIds, securityGroupIds),
    }),
  ];
}

function noneOrOthers(subnetIds: readonly string[], securityGroupIds: readonly string[]): Record<string, Change> {
  return {
    "without subnets": { context: { [SUBNETS]: undefined }, deniedBy: "NoSubnets" },
    "without security groups": { context: { [GROUPS]: undefined }, deniedBy: "NoSecurityGroups" },
    "without either": {
      context: { [SUBNETS]: undefined, [GROUPS]: undefined },
      deniedBy: ["NoSecurityGroups", "NoSubnets"],
    },
    ...others(subnetIds, securityGroupIds),
  };
}

function others([subnet = ""]: readonly string[], groups: readonly string[]): Record<string, Change> {
  const [foreignSubnet, foreignGroup] = ["subnet-0ffffffffffffffff", "sg-0ffffffffffffffff"];
  return {
    "in a foreign subnet": { context: { [SUBNETS]: [foreignSubnet] }, deniedBy: "OtherSubnets" },
    "in a foreign subnet as well": { context: { [SUBNETS]: [subnet, foreignSubnet] }, deniedBy: "OtherSubnets" },
    "in one whose id begins alike": { context: { [SUBNETS]: [`${subnet}0`] }, deniedBy: "OtherSubnets" },
    "with a foreign security group": { context: { [GROUPS]: [foreignGroup] }, deniedBy: "OtherSecurityGroups" },
    "with a foreign security group as well": {
      context: { [GROUPS]: [...groups, foreignGroup] },
      deniedBy: "OtherSecurityGroups",
    },
  };
}

/** A studio that prescribes keys, whatever a role is allowed besides. */
export function encryptionLimits(library: Library): Table {
  const { volumeKeyArns, outputKeyArns } = found(library.config.encryption, "encryption");
  const [volumeKey = ""] = volumeKeyArns;
  const [outputKey = ""] = outputKeyArns;
  const both: Context = { [VOLUME]: volumeKey, [OUTPUT]: outputKey };
  const wrongVolume = wrongKey(VOLUME, volumeKey, outputKey);
  const callers = library.sides.flatMap((side) => allRoles(library, side));
  return {
    allowed: [
      ...callers.flatMap((who) => [
        ...encryptedThings(library, who, volumeKey, outputKey),
        ...featureGroups(library, who, volumeKey, outputKey),
        unlimited(library, who, "which stores nothing", "model", ["CreateModel"], {}),
      ]),
      ...library.sides.flatMap((side) => [
        withOwnActivity(library, side, "training-job", "manage-jobs", both, wrongVolume),
        ...keys(library, side, volumeKey, outputKey),
      ]),
    ],
    refused: [],
    denied: callers.flatMap((who) => [
      ...around(library, who, AROUND_KEYS, "NoKeyToSay"),
      ...around(library, who, { "inference-experiment": "UpdateInferenceExperiment" }, "NoKeyToSay"),
      ...around(
        library,
        who,
        { "mlflow-tracking-server": "CreateMlflowTrackingServer" },
        "NoKeyToSay",
        "WhatIsNobodysAlone",
      ),
    ]),
  };
}

function encryptedThings(library: Library, who: Caller, volumeKey: string, outputKey: string): Allowed[] {
  const types = [...new Set([...Object.keys(WITH_VOLUMES), ...Object.keys(WITH_OUTPUT)])];
  return types.map((type): Allowed => {
    const [volumes, outputs] = [WITH_VOLUMES[type], WITH_OUTPUT[type]];
    const takes: Context = { ...(volumes && { [VOLUME]: volumeKey }), ...(outputs && { [OUTPUT]: outputKey }) };
    return unlimited(library, who, "with the prescribed keys", type, volumes ?? outputs ?? [], takes, {
      ...(volumes && wrongKey(VOLUME, volumeKey, outputKey)),
      ...(outputs && wrongKey(OUTPUT, outputKey, volumeKey)),
      ...(volumes &&
        outputs && {
          "without any key": {
            context: { [VOLUME]: undefined, [OUTPUT]: undefined },
            deniedBy: ["NoOutputKey", "NoVolumeKey"],
          },
        }),
    });
  });
}

function wrongKey(name: string, right: string, other: string): Record<string, Change> {
  const [key, absent, deniedBy] =
    name === VOLUME
      ? ["volume key", "NoVolumeKey", "OtherVolumeKeys"]
      : ["output key", "NoOutputKey", "OtherOutputKeys"];
  return {
    [`without a ${key}`]: { context: { [name]: undefined }, deniedBy: absent },
    [`with the other kind of key as ${key}`]: { context: { [name]: other }, deniedBy },
    [`with a ${key} whose id begins alike`]: { context: { [name]: `${right}0` }, deniedBy },
    [`with a ${key} in another Region`]: {
      context: { [name]: right.replace(/(:kms:[a-z-]+)\d/, "$19") },
      deniedBy,
    },
  };
}

/** A feature group has up to two stores, each with a key. */
function featureGroups(library: Library, who: Caller, volumeKey: string, outputKey: string): Allowed[] {
  const online = { "sagemaker:FeatureGroupEnableOnlineStore": "true" };
  const offline = { "sagemaker:FeatureGroupOfflineStoreConfig": "true" };
  const onlineKey = "sagemaker:FeatureGroupOnlineStoreKmsKeyArn";
  const offlineKey = "sagemaker:FeatureGroupOfflineStoreKmsKeyArn";
  const [noOnline, noOffline] = ["OtherOnlineStoreKeys", "OtherOfflineStoreKeys"];
  const of = (name: string, context: Context, butNot: Record<string, Change> = {}) =>
    unlimited(library, who, name, "feature-group", ["CreateFeatureGroup"], context, butNot);
  const otherThan = (key: string, deniedBy: string): Record<string, Change> => ({
    "without it": { context: { [key]: undefined }, deniedBy },
    "with the key of volumes": { context: { [key]: volumeKey }, deniedBy },
    "with one whose id begins alike": { context: { [key]: `${outputKey}0` }, deniedBy },
  });
  return [
    of("with neither store", {}),
    of("without the online store", { "sagemaker:FeatureGroupEnableOnlineStore": "false" }),
    of(
      "with the prescribed key of its online store",
      { ...online, [onlineKey]: outputKey },
      otherThan(onlineKey, noOnline),
    ),
    of(
      "with the prescribed key of its offline store",
      { ...offline, [offlineKey]: outputKey },
      otherThan(offlineKey, noOffline),
    ),
    of(
      "with both stores and their key",
      { ...online, ...offline, [onlineKey]: outputKey, [offlineKey]: outputKey },
      {
        "without either key": {
          context: { [onlineKey]: undefined, [offlineKey]: undefined },
          deniedBy: [noOffline, noOnline],
        },
      },
    ),
  ];
}

/** Whoever starts a job lends it the key of its volumes; the job writes with the key of its output, and all read that. */
function keys(library: Library, { team, person }: Side, volumeKey: string, outputKey: string): Allowed[] {
  const starters = (["manage-jobs", "manage-endpoints"] as const).map((name) =>
    session(library, team.role(name), person),
  );
  const jobs = [team.compute, team.role("access-aws-services")].map(job);
  const noOutputs = { "the key of outputs": { resource: outputKey } };
  const noVolumes = { "the key of volumes": { resource: volumeKey } };
  return [
    ...starters.flatMap((who) => lends(who, "volumes", volumeKey, "LendVolumeKeys", noOutputs)),
    ...jobs.flatMap((who) => [
      ...lends(who, "volumes", volumeKey, "LendVolumeKeys"),
      ...lends(who, "outputs", outputKey, "LendOutputKeys"),
    ]),
    ...[...starters, ...jobs].map(
      (who): Allowed => ({
        name: "a key of volumes",
        who,
        action: "kms:DescribeKey",
        resource: volumeKey,
        by: ["DescribeVolumeKeys", "Account"],
        butNot: {
          "one whose id begins alike": { resource: `${volumeKey}0` },
          "to read with it": { action: "kms:Decrypt" },
          "to write with it": { action: "kms:GenerateDataKey" },
        },
      }),
    ),
    ...jobs.flatMap((who) => [
      usesOutputs(who, outputKey, ["Encrypt", "GenerateDataKey", "RetireGrant"], ["UseOutputKeys"], noVolumes),
      usesOutputs(who, outputKey, ["DescribeKey"], ["UseOutputKeys"], {}),
      usesOutputs(who, outputKey, ["Decrypt"], ["ReadOutputs", "UseOutputKeys"], noVolumes),
    ]),
    usesOutputs(session(library, team.role("hub"), person), outputKey, ["Decrypt"], ["ReadOutputs"], {
      ...noVolumes,
      "to write with it": { action: "kms:GenerateDataKey" },
      "to describe it": { action: "kms:DescribeKey" },
    }),
  ];
}

function lends(who: Caller, what: string, key: string, by: string, others: Record<string, Change> = {}): Allowed[] {
  const forAws = "kms:GrantIsForAWSResource";
  return [
    {
      name: `a key of ${what}, for AWS's own use`,
      who,
      action: "kms:CreateGrant",
      resource: key,
      context: { [forAws]: "true" },
      by: [by, "Account"],
      butNot: {
        "for somebody else's use": { context: { [forAws]: "false" } },
        "for a use that nobody states": { context: { [forAws]: undefined } },
        "one whose id begins alike": { resource: `${key}0` },
        ...others,
      },
    },
  ];
}

function usesOutputs(
  who: Caller,
  key: string,
  actions: readonly string[],
  by: readonly string[],
  others: Record<string, Change>,
): Allowed {
  return {
    name: "the key of outputs",
    who,
    action: actions.map((action) => `kms:${action}`),
    resource: key,
    by: [...by, "Account"],
    butNot: {
      "one whose id begins alike": { resource: `${key}0` },
      "to delete it": { action: "kms:ScheduleKeyDeletion" },
      ...others,
    },
  };
}

/** A job in a VPC makes interfaces there and lends them to SageMaker. */
function interfaces(library: Library, role: Role): Allowed[] {
  const { region, accountId, arn } = library;
  const { subnetIds, securityGroupIds } = found(library.config.network, "network");
  const ec2 = (path: string) => arn("ec2", region, accountId, path);
  const who = job(role);
  const eni = ec2("network-interface/eni-0123456789abcdef0");
  const [subnet = ""] = subnetIds;
  const make = { who, action: "ec2:CreateNetworkInterface", by: "MakeInterfaces" };
  return [
    { ...make, name: "an interface", resource: eni },
    ...subnetIds.map(
      (id): Allowed => ({
        ...make,
        name: `an interface in ${id}`,
        resource: ec2(`subnet/${id}`),
        butNot: {
          "in a foreign one": { resource: ec2("subnet/subnet-0ffffffffffffffff") },
          "in one whose id begins alike": { resource: ec2(`subnet/${id}0`) },
        },
      }),
    ),
    ...securityGroupIds.map(
      (id): Allowed => ({
        ...make,
        name: `an interface with ${id}`,
        resource: ec2(`security-group/${id}`),
        butNot: {
          "with a foreign one": { resource: ec2("security-group/sg-0ffffffffffffffff") },
          "with one whose id begins alike": { resource: ec2(`security-group/${id}0`) },
        },
      }),
    ),
    {
      name: "an interface, to SageMaker",
      who,
      action: "ec2:CreateNetworkInterfacePermission",
      resource: eni,
      context: { "ec2:AuthorizedService": "sagemaker.amazonaws.com" },
      by: "LendInterfaces",
      butNot: {
        "to another service": { context: { "ec2:AuthorizedService": "lambda.amazonaws.com" } },
        "to another account": { context: { "ec2:AuthorizedService": undefined } },
        "to put it elsewhere": { action: "ec2:ModifyNetworkInterfaceAttribute" },
      },
    },
    ...subnetIds.map(
      (id): Allowed => ({
        name: `an interface in ${id}, when it is done`,
        who,
        action: ["ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
        resource: eni,
        context: { "ec2:Subnet": ec2(`subnet/${id}`) },
        by: "RemoveInterfaces",
        butNot: {
          "in a foreign one": { context: { "ec2:Subnet": ec2("subnet/subnet-0ffffffffffffffff") } },
          "in one whose id begins alike": { context: { "ec2:Subnet": ec2(`subnet/${subnet}0`) } },
          "in one that nobody states": { context: { "ec2:Subnet": undefined } },
          "to take it from another machine": { action: "ec2:DetachNetworkInterface" },
        },
      }),
    ),
    {
      name: "what there is in the network",
      who,
      action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      resource: "*",
      by: "DescribeNetwork",
      butNot: { "which machines": { action: "ec2:DescribeInstances" } },
    },
  ];
}

function unlimited(
  library: Library,
  who: Caller,
  name: string,
  type: string,
  actions: readonly string[],
  context: Context,
  butNot: Record<string, Change> = {},
): Allowed {
  return {
    name: `a ${type} ${name}`,
    who,
    action: actions.map((action) => `sagemaker:${action}`),
    resource: type === "job" ? library.sageMaker("job/AgentRFT/mine") : oneOf(library, type),
    context,
    by: EVERYTHING,
    alsoIn: ["another Region", "another account"],
    butNot,
  };
}

/** The same by somebody who has an activity for it and nothing else. */
function withOwnActivity(
  library: Library,
  { team, person }: Side,
  type: string,
  activity: "manage-models" | "manage-jobs",
  context: Context,
  butNot: Record<string, Change>,
): Allowed {
  return {
    name: `a ${type} of their team's, as prescribed`,
    who: session(library, team.role(activity), person),
    action: type === "model" ? "sagemaker:CreateModel" : "sagemaker:CreateTrainingJob",
    resource: oneOf(library, type),
    context: { ...tagging(team.name), ...context },
    by: "CreateOwn",
    butNot,
  };
}

function around(
  library: Library,
  who: Caller,
  actions: Readonly<Record<string, string>>,
  ...by: readonly string[]
): Denied[] {
  return Object.entries(actions).map(([type, action]) => ({
    name: `a ${type}, of which nothing can be said`,
    who,
    action: `sagemaker:${action}`,
    resource: oneOf(library, type),
    by,
  }));
}
