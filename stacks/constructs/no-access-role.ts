import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformStack } from "cdktf";
import { executionRolePath, MANAGED_BY, noAccessRoleName, TAG } from "../../naming";
import type { StudioConfig } from "../config/schema";

/**
 * The role that may do nothing: of a new domain's default settings, and of the profiles of people who left.
 * @param trust - the trust policy's document of execution roles
 */
export function noAccessRole(stack: TerraformStack, studio: StudioConfig, trust: string): IamRole {
  return new IamRole(stack, "no-access", {
    name: noAccessRoleName(studio.name),
    path: executionRolePath(studio.name),
    description: "Default role of the Studio domain: no permissions",
    assumeRolePolicy: trust,
    tags: { [TAG.managedBy]: MANAGED_BY },
    ...(studio.permissionsBoundaryArn && { permissionsBoundary: studio.permissionsBoundaryArn }),
  });
}
