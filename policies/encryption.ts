import type { Statement } from "./statement";
import type { StudioEncryption, StudioScope } from "./studio-scope";

/** Whatever takes a key for its volumes. */
const VOLUMES = [
  "CreateAutoMLJob",
  "CreateAutoMLJobV2",
  "CreateDataQualityJobDefinition",
  "CreateEndpointConfig",
  "CreateHyperParameterTuningJob",
  "CreateLabelingJob",
  "CreateModelBiasJobDefinition",
  "CreateModelExplainabilityJobDefinition",
  "CreateModelQualityJobDefinition",
  "CreateMonitoringSchedule",
  "CreateNotebookInstance",
  "CreateProcessingJob",
  "CreateTrainingJob",
  "CreateTransformJob",
  "UpdateMonitoringSchedule",
];

/** Whatever takes a key for what it writes. */
const OUTPUTS = [
  "CreateAutoMLJob",
  "CreateAutoMLJobV2",
  "CreateDataQualityJobDefinition",
  "CreateHyperParameterTuningJob",
  "CreateJob",
  "CreateLabelingJob",
  "CreateModelBiasJobDefinition",
  "CreateModelExplainabilityJobDefinition",
  "CreateModelQualityJobDefinition",
  "CreateMonitoringSchedule",
  "CreateProcessingJob",
  "CreateTrainingJob",
  "CreateTransformJob",
  "UpdateMonitoringSchedule",
];

/** What writes somewhere and takes no such condition: what it would encrypt with cannot be said. */
const UNKEYED = [
  "CreateAIBenchmarkJob",
  "CreateAIRecommendationJob",
  "CreateCompilationJob",
  "CreateEdgePackagingJob",
  "CreateInferenceExperiment",
  "CreateInferenceRecommendationsJob",
  "CreateModelCardExportJob",
  "CreateOptimizationJob",
  "TrainHubModel",
];

const DENIAL = "a denial, for whatever it names";

/**
 * Volumes and outputs are encrypted with these keys. A negated comparison holds for a request without the key too, so
 * that none can be left out.
 */
export function encryptionLimits({ volumeKeyArns, outputKeyArns }: StudioEncryption): readonly Statement[] {
  const deny = (Sid: string, actions: readonly string[], Condition?: Statement["Condition"]): Statement => ({
    Sid,
    Effect: "Deny",
    Action: actions.map((action) => `sagemaker:${action}`),
    Resource: ["*"],
    ...(Condition && { Condition }),
    wildcard: DENIAL,
  });
  const features = ["CreateFeatureGroup"];
  return [
    deny("OtherVolumeKeys", VOLUMES, { ArnNotEquals: { "sagemaker:VolumeKmsKeyArn": volumeKeyArns } }),
    deny("OtherOutputKeys", OUTPUTS, { ArnNotEquals: { "sagemaker:OutputKmsKeyArn": outputKeyArns } }),
    deny("OtherOnlineStoreKeys", features, {
      ArnNotEquals: { "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": volumeKeyArns },
      Bool: { "sagemaker:FeatureGroupEnableOnlineStore": "true" },
    }),
    deny("OtherOfflineStoreKeys", features, {
      ArnNotEquals: { "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": outputKeyArns },
      Null: { "sagemaker:FeatureGroupOfflineStoreConfig": "false" },
    }),
    deny("NoKeyToSay", UNKEYED),
  ];
}

/** What whoever starts a job, and the job itself, needs so that its volumes can be encrypted with these keys. */
export function lendVolumeKeys({ volumeKeyArns }: StudioEncryption): readonly Statement[] {
  return [
    { Sid: "DescribeVolumeKeys", Effect: "Allow", Action: ["kms:DescribeKey"], Resource: volumeKeyArns },
    {
      Sid: "LendVolumeKeys",
      Effect: "Allow",
      Action: ["kms:CreateGrant"],
      Resource: volumeKeyArns,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** What a job needs to write its output with these keys. */
export function useOutputKeys({ partition, region }: StudioScope, { outputKeyArns }: StudioEncryption): Statement {
  return {
    Sid: "UseOutputKeys",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: outputKeyArns,
    Condition: {
      StringEquals: {
        "kms:ViaService": `s3.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`,
      },
    },
  };
}
