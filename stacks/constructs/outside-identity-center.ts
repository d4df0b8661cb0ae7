import { TerraformOutput, type TerraformStack } from "cdktf";
import { federatedTrust, openAsFederated, openAsIamUser, profilesByHand } from "../../policies/outside-identity-center";
import { policyDocument } from "../../policies/statement";
import type { StudioScope } from "../../policies/studio-scope";
import type { StudioConfig } from "../config/schema";
import { managedPolicy } from "./access-policies";
import { escapeIamVariables } from "./terraform-json";

/** Managed policies, attached to nobody, for people whose profiles are made by hand, and their ARNs as an output. */
export function outsideIdentityCenter(
  stack: TerraformStack,
  studio: StudioScope,
  { domainId, samlProviderArns = [] }: NonNullable<StudioConfig["outsideIdentityCenter"]>,
): void {
  const scope = { ...studio, domainId };
  const policies = {
    "profiles-by-hand": profilesByHand(scope),
    "open-as-iam-user": openAsIamUser(scope),
    "open-as-federated": openAsFederated(scope),
  };
  new TerraformOutput(stack, "outside-identity-center-policy-arns", {
    value: Object.fromEntries(
      Object.entries(policies).map(([name, statements]) => [name, managedPolicy(stack, scope, name, statements).arn]),
    ),
  });
  if (samlProviderArns.length === 0) return;
  new TerraformOutput(stack, "federated-trust-policies", {
    value: Object.fromEntries(
      samlProviderArns.map((arn) => [arn, escapeIamVariables(policyDocument(federatedTrust(scope, arn)))]),
    ),
  });
}
