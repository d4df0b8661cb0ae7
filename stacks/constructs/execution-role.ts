import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { TerraformStack } from "cdktf";
import { executionRoleName, executionRolePath, executionRoleTags, groupSlug } from "../../naming";
import { type ActivityName, PERSONAS } from "../../policies/personas";
import { policyDocument } from "../../policies/statement";
import { teamBuckets } from "../../policies/team-buckets";
import type { GroupConfig } from "../config/schema";
import { escapeIamVariables } from "./terraform-json";

/** What the execution roles of one studio have in common. */
export interface ExecutionRoleProps {
  readonly studio: string;
  readonly partition: string;
  /** The trust policy's document. */
  readonly trust: string;
  readonly permissionsBoundaryArn: string | undefined;
  /** The ARN of each activity's managed policy. */
  readonly policyArns: ReadonlyMap<ActivityName, string>;
}

/** The execution role of one AD group, at the ARN that `naming.ts` derives from the group's name. */
export function executionRole(stack: TerraformStack, group: GroupConfig, props: ExecutionRoleProps): IamRole {
  const slug = groupSlug(group.adGroup);
  const role = new IamRole(stack, `role_${slug}`, {
    name: executionRoleName(props.studio, group.adGroup),
    path: executionRolePath(props.studio),
    assumeRolePolicy: props.trust,
    tags: executionRoleTags(group),
    ...(props.permissionsBoundaryArn && { permissionsBoundary: props.permissionsBoundaryArn }),
  });
  const roleName = role.name;
  for (const activity of activitiesOf(group)) {
    const policyArn = props.policyArns.get(activity);
    if (!policyArn) throw new Error(`activity ${activity} has no policy`);
    new IamRolePolicyAttachment(stack, `role_${slug}_${activity}`, {
      role: roleName,
      policyArn,
    });
  }
  if (group.buckets) {
    new IamRolePolicy(stack, `role_${slug}_team-buckets`, {
      name: "team-buckets",
      role: roleName,
      policy: escapeIamVariables(policyDocument(teamBuckets(props.partition, group.buckets))),
    });
  }
  return role;
}

function activitiesOf(group: GroupConfig): readonly ActivityName[] {
  return group.activities ?? (group.persona === undefined ? [] : PERSONAS[group.persona]);
}
