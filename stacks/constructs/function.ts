import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { MANAGED_BY, ONBOARDING_FUNCTION, ONBOARDING_PATH, partitionOf, TAG } from "../../naming";
import type { FunctionScope } from "../../policies/functions";
import { policyDocument, type Statement } from "../../policies/statement";
import { lambdaTrust } from "../../policies/trust";
import type { Config } from "../config/schema";
import { functionArchive } from "./function-archive";
import { functionSettings } from "./function-settings";

/** The namespace of the functions' own metrics. */
export const METRICS_NAMESPACE = "StudioOnboarding";

/** One function: where its code is, and how it is fed. */
export interface FunctionProps {
  /** Its folder under `functions/`, and the beginning of its ids. */
  readonly folder: string;
  /** Its name, its role's, and its log group's. */
  readonly name: string;
  readonly description: string;
  /** What its role may do. */
  readonly permissions: (scope: FunctionScope) => readonly Statement[];
  readonly queue: SqsQueue;
  readonly batchSize: number;
  /** Seconds that a batch is gathered for. */
  readonly batchingWindow?: number;
  readonly memorySize: number;
  /** Seconds that one batch may take. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Batches at a time. SageMaker's profile APIs are slow and throttled: more would only wait for one another. */
const CONCURRENCY = 2;

/** A function, its role, its log, and its mapping to the queue that feeds it. */
export function lambdaFunction(stack: TerraformStack, config: Config, props: FunctionProps): LambdaFunction {
  const { folder, name } = props;
  const { permissionsBoundaryArn: boundary } = config.identityCenter;
  const logs = new CloudwatchLogGroup(stack, `${folder}-logs`, {
    name: `/aws/lambda/${name}`,
    retentionInDays: 90,
  });
  const role = new IamRole(stack, `${folder}-role`, {
    name,
    path: ONBOARDING_PATH,
    description: `Role of the function ${name}`,
    assumeRolePolicy: policyDocument(lambdaTrust()),
    tags: { [TAG.managedBy]: MANAGED_BY },
    ...(boundary && { permissionsBoundary: boundary }),
  });
  const permissions = new IamRolePolicy(stack, `${folder}-role_permissions`, {
    name: folder,
    role: role.name,
    policy: policyDocument(
      props.permissions({
        partition: partitionOf(config.identityCenter.region),
        identityStoreId: config.identityCenter.identityStoreId,
        studios: config.studios,
        logGroupArn: logs.arn,
        queueArn: props.queue.arn,
      }),
    ),
  });
  // Groups ride in the archive: an environment variable holds no more than 4 KB, a thousand groups need 80.
  const archive = functionArchive(stack, folder, functionSettings(config));
  const lambda = new LambdaFunction(stack, folder, {
    functionName: name,
    description: props.description,
    role: role.arn,
    runtime: config.functions.runtime,
    architectures: ["arm64"],
    handler: "index.handler",
    filename: archive.path,
    sourceCodeHash: archive.sha256,
    memorySize: props.memorySize,
    timeout: props.timeout,
    environment: {
      variables: {
        IDENTITY_STORE_ID: config.identityCenter.identityStoreId,
        // One service, whichever function counts: an alarm looks at one metric.
        POWERTOOLS_SERVICE_NAME: ONBOARDING_FUNCTION,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        NODE_OPTIONS: "--enable-source-maps",
        ...props.environment,
      },
    },
    // Lambda would make the log group itself, to be kept for ever.
    dependsOn: [logs, permissions],
  });
  new LambdaEventSourceMapping(stack, `${folder}-queue`, {
    eventSourceArn: props.queue.arn,
    functionName: lambda.arn,
    batchSize: props.batchSize,
    ...(props.batchingWindow !== undefined && { maximumBatchingWindowInSeconds: props.batchingWindow }),
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: CONCURRENCY },
  });
  return lambda;
}
