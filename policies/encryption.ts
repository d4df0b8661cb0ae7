import { denySageMaker } from "./deny";
import type { Statement } from "./statement";
import type { StudioEncryption } from "./studio-scope";

/** Whatever takes a key for its volumes. */
const VOLUMES = [
  "Create*JobDefinition",
  "CreateAutoMLJob*",
  "CreateEndpointConfig",
  "CreateHyperParameterTuningJob",
  "CreateLabelingJob",
  "CreateMonitoringSchedule",
  "CreateNotebookInstance",
  "CreateProcessingJob",
  "CreateTrainingJob",
  "CreateTransformJob",
  "UpdateMonitoringSchedule",
];

/** Whatever takes a key for what it writes. */
const OUTPUTS = [
  "Create*JobDefinition",
  "CreateAutoMLJob*",
  "CreateHyperParameterTuningJob",
  "CreateJob",
  "CreateLabelingJob",
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
  "CreateAlgorithm",
  "CreateCompilationJob",
  "CreateDeviceFleet",
  "CreateEdgePackagingJob",
  "CreateFlowDefinition",
  "CreateInferenceExperiment",
  "CreateInferenceRecommendationsJob",
  "CreateMlflowApp",
  "CreateMlflowTrackingServer",
  "CreateModelCardExportJob",
  "CreateOptimizationJob",
  "TrainHubModel",
  "UpdateInferenceExperiment",
];

/**
 * Volumes and outputs are encrypted with these keys: a request without a key is denied, and so is one in which any key is
 * another. (A tuning job may have several definitions, each with its own.)
 */
export function encryptionLimits({ volumeKeyArns, outputKeyArns }: StudioEncryption): readonly Statement[] {
  const other = (key: string, arns: readonly string[]) => ({ "ForAnyValue:ArnNotEquals": { [key]: arns } });
  const features = ["CreateFeatureGroup"];
  return [
    denySageMaker("NoVolumeKey", VOLUMES, { Null: { "sagemaker:VolumeKmsKeyArn": "true" } }),
    denySageMaker("OtherVolumeKeys", VOLUMES, other("sagemaker:VolumeKmsKeyArn", volumeKeyArns)),
    denySageMaker("NoOutputKey", OUTPUTS, { Null: { "sagemaker:OutputKmsKeyArn": "true" } }),
    denySageMaker("OtherOutputKeys", OUTPUTS, other("sagemaker:OutputKmsKeyArn", outputKeyArns)),
    // A negated comparison holds for a request without the key too.
    denySageMaker("OtherOnlineStoreKeys", features, {
      ArnNotEquals: { "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": outputKeyArns },
      Bool: { "sagemaker:FeatureGroupEnableOnlineStore": "true" },
    }),
    denySageMaker("OtherOfflineStoreKeys", features, {
      ArnNotEquals: { "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": outputKeyArns },
      Null: { "sagemaker:FeatureGroupOfflineStoreConfig": "false" },
    }),
    denySageMaker("NoKeyToSay", UNKEYED),
  ];
}

/** What whoever starts a job, and the job itself, needs so that its volumes can be encrypted with these keys. */
export function lendVolumeKeys({ volumeKeyArns }: StudioEncryption): readonly Statement[] {
  return [
    { Sid: "DescribeVolumeKeys", Effect: "Allow", Action: ["kms:DescribeKey"], Resource: volumeKeyArns },
    lend("LendVolumeKeys", volumeKeyArns),
  ];
}

/** What a job needs to write with these keys. */
export function useOutputKeys({ outputKeyArns }: StudioEncryption): readonly Statement[] {
  return [
    {
      Sid: "UseOutputKeys",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:RetireGrant"],
      Resource: outputKeyArns,
    },
    lend("LendOutputKeys", outputKeyArns),
  ];
}

/** What everybody needs to read what jobs wrote. */
export function readOutputs({ outputKeyArns }: StudioEncryption): Statement {
  return { Sid: "ReadOutputs", Effect: "Allow", Action: ["kms:Decrypt"], Resource: outputKeyArns };
}

/** Let AWS use keys for what it makes, such as a volume. */
export function lend(Sid: string, keyArns: readonly string[]): Statement {
  return {
    Sid,
    Effect: "Allow",
    Action: ["kms:CreateGrant"],
    Resource: keyArns,
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  };
}
