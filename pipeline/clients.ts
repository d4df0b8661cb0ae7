import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

/** Nobody waits for these calls but the pipeline, and SageMaker throttles. */
const SETTINGS = {
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/** A place in the config: where it is, and the roles with which Terraform works there. */
export interface Place {
  readonly region: string;
  /** May only read. For plans of pull requests, whose code nobody has looked at yet. */
  readonly planRoleArn?: string | undefined;
  readonly deployRoleArn?: string | undefined;
}

/** SageMaker in a studio's account, as whom the stack's provider is there. */
export function sageMaker(place: Place, planOnly: boolean): SageMakerClient {
  return new SageMakerClient(settingsFor(place, planOnly));
}

/** The identity store in Identity Center's account, as whom the stack's provider is there. */
export function identityStoreClient(place: Place, planOnly: boolean): IdentitystoreClient {
  return new IdentitystoreClient(settingsFor(place, planOnly));
}

/** As the provider chooses; without a role, the credentials of the environment do. */
function settingsFor({ region, planRoleArn, deployRoleArn }: Place, planOnly: boolean) {
  const roleArn = (planOnly ? planRoleArn : undefined) ?? deployRoleArn;
  return { ...SETTINGS, region, ...(roleArn && { credentials: sessionsOf(roleArn, region) }) };
}

/** The SDK keeps a session until it runs out, and asks for another. */
function sessionsOf(roleArn: string, region: string) {
  const sts = new STSClient({ ...SETTINGS, region });
  return async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "studio-pipeline" }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey) throw new Error(`no credentials for ${roleArn}`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
      ...(Expiration && { expiration: Expiration }),
    };
  };
}
