import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { provisionerRoleArn } from "../../naming";
import type { Studio } from "./settings";

/**
 * How every client behaves. AWS's APIs for profiles are throttled per account: the SDK's own backoff absorbs most of it.
 * A call that hangs must not take the whole invocation with it.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/**
 * SageMaker in a studio's account and Region, as its provisioner role. The SDK keeps the session until it runs out.
 * @param sts - the client of the function's own account
 */
export function provisionerClient(studio: Studio, sts: STSClient): SageMakerClient {
  return new SageMakerClient({
    region: studio.region,
    ...CLIENT_SETTINGS,
    credentials: async () => {
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: provisionerRoleArn(studio), RoleSessionName: "studio-onboarding" }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
      if (!AccessKeyId || !SecretAccessKey) throw new Error(`no credentials for ${provisionerRoleArn(studio)}`);
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(SessionToken && { sessionToken: SessionToken }),
        ...(Expiration && { expiration: Expiration }),
      };
    },
  });
}
