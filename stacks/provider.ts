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
  place: Place,
  { tags, terraform }: Pick<Config, "tags" | "terraform">,
  planOnly: boolean,
): void {
  new AwsProvider(stack, "aws", { ...accountOf(stack, place, planOnly), defaultTags: [{ tags }] });
  // The bindings would pin the very provider version they were generated from.
  stack.addOverride("terraform.required_providers.aws.version", terraform.awsProviderVersion);
  keepsState(stack, terraform.backend);
}

/** Identity Center's account and Region, for a stack of another account that looks its groups up. */
export function identityCenterProvider(stack: TerraformStack, place: Place, planOnly: boolean): AwsProvider {
  return new AwsProvider(stack, "identity-center", {
    ...accountOf(stack, place, planOnly),
    alias: "identity-center",
  });
}

function accountOf(stack: TerraformStack, place: Place, planOnly: boolean) {
  const { accountId, region, deployRoleArn, planRoleArn } = place;
  const roleArn = (planOnly ? planRoleArn : undefined) ?? deployRoleArn;
  return {
    region,
    allowedAccountIds: [accountId],
    ...(roleArn && { assumeRole: [{ roleArn, sessionName: stack.node.id }] }),
  };
}
