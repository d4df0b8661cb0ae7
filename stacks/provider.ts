import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Config } from "./config/schema";
import { keepsState } from "./state";
import { type TerraformRoles, terraformRole } from "./terraform-role";

/** The account that a stack is in, and as whom Terraform works there. */
interface Place extends TerraformRoles {
  readonly accountId: string;
  readonly region: string;
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
  const { accountId, region } = place;
  const roleArn = terraformRole(place, planOnly);
  return {
    region,
    allowedAccountIds: [accountId],
    ...(roleArn && { assumeRole: [{ roleArn, sessionName: stack.node.id }] }),
  };
}
