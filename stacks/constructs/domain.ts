import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SagemakerDomain } from "@cdktf/provider-aws/lib/sagemaker-domain";
import { Annotations, type TerraformStack } from "cdktf";
import { executionRolePath, MANAGED_BY, noAccessRoleName, TAG } from "../../naming";
import type { StudioConfig } from "../config/schema";

/**
 * The studio's domain, in SSO mode, and the role of its default settings, which may do nothing: a profile that the
 * onboarding did not make, such as one from a first sign-in, gives no access.
 * @param trust - the trust policy's document of execution roles
 */
export function domain(stack: TerraformStack, studio: StudioConfig, trust: string): SagemakerDomain {
  if (studio.networkAccess === "VpcOnly" && !studio.securityGroupIds) {
    Annotations.of(stack).addWarning(
      `studio ${studio.name}: no securityGroupIds. SageMaker's API reference calls them required with VpcOnly`,
    );
  }
  const noAccess = new IamRole(stack, "no-access", {
    name: noAccessRoleName(studio.name),
    path: executionRolePath(studio.name),
    description: "Default role of the Studio domain: no permissions",
    assumeRolePolicy: trust,
    tags: { [TAG.managedBy]: MANAGED_BY },
    ...(studio.permissionsBoundaryArn && { permissionsBoundary: studio.permissionsBoundaryArn }),
  });
  return new SagemakerDomain(stack, "domain", {
    domainName: studio.name,
    authMode: "SSO",
    vpcId: studio.vpcId,
    subnetIds: studio.subnetIds,
    appNetworkAccessType: studio.networkAccess,
    tagPropagation: "ENABLED",
    ...(studio.kmsKeyArn && { kmsKeyId: studio.kmsKeyArn }),
    defaultUserSettings: {
      executionRole: noAccess.arn,
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
}
