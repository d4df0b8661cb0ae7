import { denySageMaker } from "./deny";
import type { Statement } from "./statement";
import type { StudioNetwork, StudioScope } from "./studio-scope";

/** Whatever takes subnets and security groups, and cannot run without them. */
const PLACED = [
  "Create*JobDefinition",
  "CreateAutoMLJob*",
  "CreateHyperParameterTuningJob",
  "CreateJob",
  "CreateModel",
  "CreateMonitoringSchedule",
  "CreateProcessingJob",
  "CreateTrainingJob",
  "UpdateMonitoringSchedule",
];

/** An endpoint runs in its models' network; one without a model, in that of its own configuration. */
const ENDPOINT_CONFIG = "CreateEndpointConfig";

/** What runs something of its own and takes no such condition: where it would run cannot be said. */
const UNPLACED = [
  "CreateAIBenchmarkJob",
  "CreateAIRecommendationJob",
  "CreateAlgorithm",
  "CreateCompilationJob",
  "CreateEdgePackagingJob",
  "CreateInferenceExperiment",
  "CreateInferenceRecommendationsJob",
  "CreateLabelingJob",
  // It may have the internet besides.
  "CreateNotebookInstance",
  "CreateOptimizationJob",
  "TrainHubModel",
];

/**
 * Jobs, models and endpoints run in these subnets and with these security groups, and nowhere else. A denial of values
 * alone would let through a request without any: one denies their absence.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
 */
export function networkLimits({ subnetIds, securityGroupIds }: StudioNetwork): readonly Statement[] {
  const subnets = "sagemaker:VpcSubnets";
  const groups = "sagemaker:VpcSecurityGroupIds";
  return [
    denySageMaker("NoSubnets", PLACED, { Null: { [subnets]: "true" } }),
    denySageMaker("NoSecurityGroups", PLACED, { Null: { [groups]: "true" } }),
    denySageMaker("NoSubnetsNoModel", [ENDPOINT_CONFIG], { Null: { [subnets]: "true", "sagemaker:ModelArn": "true" } }),
    denySageMaker("NoSecurityGroupsNoModel", [ENDPOINT_CONFIG], {
      Null: { [groups]: "true", "sagemaker:ModelArn": "true" },
    }),
    denySageMaker("OtherSubnets", [...PLACED, ENDPOINT_CONFIG], {
      "ForAnyValue:StringNotEquals": { [subnets]: subnetIds },
    }),
    denySageMaker("OtherSecurityGroups", [...PLACED, ENDPOINT_CONFIG], {
      "ForAnyValue:StringNotEquals": { [groups]: securityGroupIds },
    }),
    denySageMaker("NoNetworkToSay", UNPLACED),
  ];
}

/**
 * What a role needs so that its jobs can run in a VPC.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function networkInterfaces(
  studio: StudioScope,
  { subnetIds, securityGroupIds }: StudioNetwork,
): readonly Statement[] {
  const ec2 = (resource: string) => `arn:${studio.partition}:ec2:${studio.region}:${studio.accountId}:${resource}`;
  const subnetArns = subnetIds.map((id) => ec2(`subnet/${id}`));
  const interfaces = ec2("network-interface/*");
  return [
    {
      Sid: "MakeInterfaces",
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterface"],
      Resource: [interfaces, ...subnetArns, ...securityGroupIds.map((id) => ec2(`security-group/${id}`))],
      wildcard: "an interface has no name before it is made; subnets and security groups are named",
    },
    {
      Sid: "LendInterfaces",
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterfacePermission"],
      Resource: [interfaces],
      Condition: { StringEquals: { "ec2:AuthorizedService": "sagemaker.amazonaws.com" } },
      wildcard: "AWS names interfaces; the condition limits it to SageMaker",
    },
    {
      Sid: "RemoveInterfaces",
      Effect: "Allow",
      Action: ["ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
      Resource: [interfaces],
      Condition: { ArnEquals: { "ec2:Subnet": subnetArns } },
      wildcard: "AWS names interfaces; the condition limits it to the given subnets",
    },
    {
      Sid: "DescribeNetwork",
      Effect: "Allow",
      Action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions",
    },
  ];
}
