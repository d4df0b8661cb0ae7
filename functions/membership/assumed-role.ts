import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from "@aws-sdk/client-sts";

/**
 * Assumes a role, and gives its session in the SDK's own form: a client that is given this keeps it until it runs out.
 * @throws an AWS error, or Error if STS answers without credentials
 */
export async function assumedRole(sts: STSClient, input: AssumeRoleCommandInput) {
  const { Credentials } = await sts.send(new AssumeRoleCommand(input));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey) throw new Error(`no credentials for ${input.RoleArn}`);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(Expiration && { expiration: Expiration }),
  };
}
