import { join, relative, resolve } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, type TerraformStack } from "cdktf";
import type { Config } from "./config/schema";

/**
 * Points a stack at its account and Region, and gives its state a place.
 * Terraform refuses to touch any other account, whatever credentials it is run with.
 */
export function usesAccount(
  stack: TerraformStack,
  place: { readonly accountId: string; readonly region: string },
  config: Pick<Config, "tags" | "terraform">,
): void {
  new AwsProvider(stack, "aws", {
    region: place.region,
    allowedAccountIds: [place.accountId],
    defaultTags: [{ tags: config.tags }],
  });
  // The bindings would pin the very provider version they were generated from.
  stack.addOverride("terraform.required_providers.aws.version", config.terraform.awsProviderVersion);

  // Relative to where Terraform runs, so that the same config gives the same bytes on every machine.
  const id = stack.node.id;
  const runsIn = join(resolve(App.of(stack).outdir), "stacks", id);
  new LocalBackend(stack, { path: relative(runsIn, resolve(`terraform.${id}.tfstate`)) });
}
