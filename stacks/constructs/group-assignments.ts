import { DataAwsIdentitystoreGroup } from "@cdktf/provider-aws/lib/data-aws-identitystore-group";
import { SsoadminApplicationAssignment } from "@cdktf/provider-aws/lib/ssoadmin-application-assignment";
import type { TerraformStack } from "cdktf";
import { groupSlug } from "../../naming";
import type { StudioStack } from "../studio-stack";

/**
 * Lets the members of every group sign in to their studio's domain. A group is looked up by its display name, so that
 * one that does not exist fails the plan.
 */
export function groupAssignments(
  stack: TerraformStack,
  identityStoreId: string,
  studios: readonly StudioStack[],
): SsoadminApplicationAssignment[] {
  const assignments: SsoadminApplicationAssignment[] = [];
  const looked = new Map<string, DataAwsIdentitystoreGroup>();
  for (const { studio, applicationArn } of studios) {
    for (const { adGroup } of studio.groups) {
      const slug = groupSlug(adGroup);
      const group = looked.get(slug) ?? lookUp(stack, slug, adGroup, identityStoreId);
      looked.set(slug, group);
      const assignment = new SsoadminApplicationAssignment(stack, `assignment_${studio.name}_${slug}`, {
        applicationArn,
        principalId: group.groupId,
        principalType: "GROUP",
      });
      assignments.push(assignment);
    }
  }
  return assignments;
}

function lookUp(stack: TerraformStack, slug: string, adGroup: string, identityStoreId: string) {
  return new DataAwsIdentitystoreGroup(stack, `group_${slug}`, {
    identityStoreId,
    alternateIdentifier: { uniqueAttribute: { attributePath: "DisplayName", attributeValue: adGroup } },
  });
}
