import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Config } from "./config/schema";
import { keepsState } from "./state";

/** The account that a stack is in, and as whom Terraform works there. */
interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly deployRoleArn?: string | undefined;
  readonly planRoleArn?: string | undefined;
}

/**
 * Points a stack at its account and Region, and gives its state a place.
 * Terraform refuses to touch any other account, whatever credentials it is run with.
 * @param planOnly - works as the role that can only read, if there is one
 */
export function usesAccount(
  stack: TerraformStack,
  { accountId, region, deployRoleArn, planRoleArn }: Place,
  { tags, terraform }: Pick<Config, "tags" | "terraform">,
  planOnly: boolean,
): void {
  const roleArn = (planOnly ? planRoleArn : undefined) ?? deployRoleArn;
  new AwsProvider(stack, "aws", {
    region,
    allowedAccountIds: [accountId],
    defaultTags: [{ tags }],
    ...(roleArn && { assumeRole: [{ roleArn, sessionName: stack.node.id }] }),
  });
  // The bindings would pin the very provider version they were generated from.
  stack.addOverride("terraform.required_providers.aws.version", terraform.awsProviderVersion);
  keepsState(stack, terraform.backend);
}
