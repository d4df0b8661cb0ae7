import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { STSClient } from "@aws-sdk/client-sts";
import { assumedRole } from "./assumed-role";
import { type Access, sessionPolicy } from "./session-policy";
import type { Studio } from "./settings";

/**
 * How every client behaves. AWS's APIs for profiles are throttled per account: the SDK's own backoff absorbs most of it.
 * A call that hangs, before its answer begins or in the middle of it, must not take the whole invocation with it: with
 * all its attempts it ends within some 20 seconds.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    socketTimeout: 5_000,
    throwOnRequestTimeout: true,
  },
};

/** SQS in the function's own Region, wherever a queue's URL points to: its host is the service's, or a stand-in's. */
export function sqsClient(): SQSClient {
  return new SQSClient({ ...CLIENT_SETTINGS, useQueueUrlAsEndpoint: false });
}

/**
 * SageMaker in a studio's account and Region, as one of its roles, in sessions that reach this studio only. The SDK keeps
 * a session until it runs out.
 * @param sts - the client of the function's own account
 * @param roleArn - the role to assume
 * @param access - what its sessions are for
 */
export function sageMakerClient(studio: Studio, roleArn: string, access: Access, sts: STSClient): SageMakerClient {
  const Policy = sessionPolicy(studio, access);
  return new SageMakerClient({
    region: studio.region,
    ...CLIENT_SETTINGS,
    credentials: () => assumedRole(sts, { RoleArn: roleArn, RoleSessionName: "studio-onboarding", Policy }),
  });
}
