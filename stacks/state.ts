import { join, relative, resolve } from "node:path";
import { App, LocalBackend, NamedRemoteWorkspace, RemoteBackend, S3Backend, type TerraformStack } from "cdktf";
import type { BackendConfig } from "./config/schema";

/**
 * Gives a stack's state a place of its own, which other stacks read the values from that only Terraform knows.
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 * @see https://developer.hashicorp.com/terraform/language/backend/remote
 */
export function keepsState(stack: TerraformStack, { s3, remote }: BackendConfig): void {
  const id = stack.node.id;
  if (s3) {
    const { key, role_arn: roleArn, kms_key_id: kmsKeyId, dynamodb_table: dynamodbTable, ...same } = s3;
    const settings = {
      bucket: same.bucket,
      key: `${key}/${id}.tfstate`,
      region: same.region,
      encrypt: same.encrypt,
      // Newer than cdktf, which hands it on all the same.
      useLockfile: same.use_lockfile,
      ...(kmsKeyId && { kmsKeyId }),
      ...(dynamodbTable && { dynamodbTable }),
      ...(roleArn && { assumeRole: { roleArn } }),
    };
    new S3Backend(stack, settings);
  } else if (remote) {
    const { hostname, organization, workspaces } = remote;
    new RemoteBackend(stack, {
      hostname,
      organization,
      workspaces: new NamedRemoteWorkspace(`${workspaces.prefix}${id}`),
    });
  } else {
    // Relative to where Terraform runs, so that the same config gives the same bytes on every machine.
    const runsIn = join(resolve(App.of(stack).outdir), "stacks", id);
    new LocalBackend(stack, { path: relative(runsIn, resolve(`terraform.${id}.tfstate`)) });
  }
}
