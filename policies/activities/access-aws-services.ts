import { LOG_INTO_ECR } from "../log-into-ecr";
import { ownThings, TAGGED_OWN } from "../own-team";
import type { Statement } from "../statement";
import { type StudioScope, sageMakerArn } from "../studio-scope";

/**
 * What a running job or endpoint needs of AWS besides the team's data: images, logs, metrics, features, tracked runs.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function accessAwsServices(studio: StudioScope): readonly Statement[] {
  const { partition, region, accountId } = studio;
  return [
    LOG_INTO_ECR,
    {
      Sid: "PullImagesOfOtherAccounts",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: [`arn:${partition}:ecr:${region}:*:repository/*`],
      // A repository of another account says itself who may pull; those of this account are their teams'.
      Condition: { StringNotEquals: { "aws:ResourceAccount": accountId }, Null: { "aws:ResourceAccount": "false" } },
      wildcard: "AWS keeps its images in an account of its own for each framework and Region",
    },
    {
      Sid: "WriteJobLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [`arn:${partition}:logs:${region}:${accountId}:log-group:/aws/sagemaker/*`],
      wildcard: "SageMaker names the log groups of jobs and endpoints, and the streams in them",
    },
    {
      Sid: "PutMetrics",
      Effect: "Allow",
      Action: ["cloudwatch:PutMetricData"],
      Resource: ["*"],
      Condition: { StringLike: { "cloudwatch:namespace": ["/aws/sagemaker/*", "aws/sagemaker/*"] } },
      wildcard: "metrics belong to no resource; the condition limits it to SageMaker's namespaces",
    },
    {
      Sid: "PutJobMetrics",
      Effect: "Allow",
      Action: ["sagemaker:BatchPutMetrics"],
      Resource: [sageMakerArn(studio, "experiment-trial-component/*"), sageMakerArn(studio, "training-job/*")],
      Condition: TAGGED_OWN,
      wildcard: "names are the people's choice; the condition limits it to their own team's",
    },
    ...ownThings(studio, {
      types: [],
      alsoUses: ["experiment-trial-component", "feature-group", "mlflow-app"],
      uses: [
        "BatchGetRecord",
        "CallMlflowAppApi",
        "DescribeFeatureGroup",
        "DescribeMlflowApp",
        "DescribeTrialComponent",
        "GetRecord",
        "PutRecord",
        "UpdateTrialComponent",
      ],
    }),
  ];
}
