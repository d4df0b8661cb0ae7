import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { MANAGED_BY, ONBOARDING_FUNCTION, ONBOARDING_PATH, partitionOf, TAG } from "../../naming";
import { onboardingFunction as onboardingStatements } from "../../policies/onboarding-function";
import { policyDocument } from "../../policies/statement";
import { lambdaTrust } from "../../policies/trust";
import type { Config } from "../config/schema";
import { functionArchive } from "./function-archive";

/** Seconds that one batch may take. */
export const ONBOARDING_TIMEOUT = 30;

/** The namespace of the function's own metrics. */
export const METRICS_NAMESPACE = "StudioOnboarding";

/** Batches at a time. SageMaker's profile APIs are slow and throttled: more would only wait for one another. */
const CONCURRENCY = 2;

/**
 * The function that turns hints into profiles, its role, its log, and its mapping to the queue.
 * @param domainIds - by studio name, filled in by Terraform
 */
export function onboardingFunction(
  stack: TerraformStack,
  config: Config,
  queue: SqsQueue,
  domainIds: Readonly<Record<string, string>>,
): LambdaFunction {
  const logs = new CloudwatchLogGroup(stack, "onboarding-logs", {
    name: `/aws/lambda/${ONBOARDING_FUNCTION}`,
    retentionInDays: 90,
  });
  const role = new IamRole(stack, "onboarding-role", {
    name: ONBOARDING_FUNCTION,
    path: ONBOARDING_PATH,
    description: "Role of the Studio onboarding function",
    assumeRolePolicy: policyDocument(lambdaTrust()),
    tags: { [TAG.managedBy]: MANAGED_BY },
  });
  const permissions = new IamRolePolicy(stack, "onboarding-role_permissions", {
    name: "onboarding",
    role: role.name,
    policy: policyDocument(
      onboardingStatements({
        partition: partitionOf(config.identityCenter.region),
        identityStoreId: config.identityCenter.identityStoreId,
        studios: config.studios,
        queueArn: queue.arn,
        logGroupArn: logs.arn,
      }),
    ),
  });
  // Groups ride in the archive: an environment variable holds no more than 4 KB, a thousand groups need 80.
  const archive = functionArchive(stack, "onboarding", {
    studios: config.studios.map(({ name, accountId, region, groups }) => ({
      name,
      accountId,
      region,
      groups: groups.map(({ adGroup, team }) => ({ adGroup, team })),
    })),
  });
  const lambda = new LambdaFunction(stack, "onboarding", {
    functionName: ONBOARDING_FUNCTION,
    description: "Gives members of AD groups a SageMaker Studio profile with their group's role",
    role: role.arn,
    runtime: config.functions.runtime,
    architectures: ["arm64"],
    handler: "index.handler",
    filename: archive.path,
    sourceCodeHash: archive.sha256,
    memorySize: 512,
    timeout: ONBOARDING_TIMEOUT,
    environment: {
      variables: {
        IDENTITY_STORE_ID: config.identityCenter.identityStoreId,
        STUDIO_DOMAIN_IDS: JSON.stringify(domainIds),
        POWERTOOLS_SERVICE_NAME: ONBOARDING_FUNCTION,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        NODE_OPTIONS: "--enable-source-maps",
      },
    },
    // Lambda would make the log group itself, to be kept for ever.
    dependsOn: [logs, permissions],
  });
  new LambdaEventSourceMapping(stack, "onboarding-queue", {
    eventSourceArn: queue.arn,
    functionName: lambda.arn,
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: CONCURRENCY },
  });
  return lambda;
}
