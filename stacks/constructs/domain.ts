import { SagemakerDomain } from "@cdktf/provider-aws/lib/sagemaker-domain";
import { Annotations, type TerraformStack } from "cdktf";
import type { StudioConfig } from "../config/schema";
import type { StudioDomain } from "./studio-domain";

/**
 * The studio's domain, in SSO mode. Its default settings have the role that may do nothing: a profile that the
 * onboarding did not make, such as one from a first sign-in, gives no access.
 * @throws Error without a network, which the config's checks ask for
 */
export function domain(stack: TerraformStack, studio: StudioConfig, noAccessRoleArn: string): StudioDomain {
  const { name, vpcId, subnetIds } = studio;
  if (!vpcId || !subnetIds) throw new Error(`studio ${name} has no vpcId or no subnetIds for its domain`);
  if (studio.networkAccess === "VpcOnly" && !studio.securityGroupIds) {
    Annotations.of(stack).addWarning(
      `studio ${name}: no securityGroupIds. SageMaker's API reference calls them required with VpcOnly`,
    );
  }
  const made = new SagemakerDomain(stack, "domain", {
    domainName: name,
    authMode: "SSO",
    vpcId,
    subnetIds,
    appNetworkAccessType: studio.networkAccess,
    tagPropagation: "ENABLED",
    ...(studio.kmsKeyArn && { kmsKeyId: studio.kmsKeyArn }),
    defaultUserSettings: {
      executionRole: noAccessRoleArn,
      // Without these two, AWS may open Studio Classic, whose shared apps the policies do not cover.
      defaultLandingUri: "studio::",
      studioWebPortal: "ENABLED",
      ...(studio.securityGroupIds && { securityGroups: studio.securityGroupIds }),
    },
    domainSettings: {
      // CloudTrail then shows the profile's name on everything that a person's role does.
      executionRoleIdentityConfig: "USER_PROFILE_NAME",
    },
    // The homes of everybody outlive the domain: deleting them is a decision of its own.
    retentionPolicy: { homeEfsFileSystem: "Retain" },
  });
  if (studio.trustedIdentityPropagation) {
    // Newer than the bindings: the provider knows it from 6.33 on.
    made.addOverride("domain_settings.trusted_identity_propagation_settings", { status: "ENABLED" });
  }
  return {
    id: made.id,
    url: made.url,
    applicationArn: made.singleSignOnApplicationArn,
    homeFileSystemId: made.homeEfsFileSystemId,
  };
}
