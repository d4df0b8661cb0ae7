import { SsoadminApplicationAssignment } from "@cdktf/provider-aws/lib/ssoadmin-application-assignment";
import type { TerraformStack } from "cdktf";
import { groupSlug } from "../../naming";
import type { StudioStack } from "../studio-stack";
import { directoryGroups } from "./directory-groups";

/** Lets the members of every group sign in to their studio's domain. */
export function groupAssignments(
  stack: TerraformStack,
  identityStoreId: string,
  studios: readonly StudioStack[],
): SsoadminApplicationAssignment[] {
  const idOf = directoryGroups(stack, identityStoreId);
  return studios.flatMap(({ studio, applicationArn }) =>
    studio.groups.map(
      ({ adGroup }) =>
        new SsoadminApplicationAssignment(stack, `assignment_${studio.name}_${groupSlug(adGroup)}`, {
          applicationArn,
          principalId: idOf(adGroup),
          principalType: "GROUP",
        }),
    ),
  );
}
