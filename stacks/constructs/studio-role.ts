import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { TerraformStack } from "cdktf";
import { policyDocument, type Statement } from "../../policies/statement";
import type { AttachedPolicy } from "./access-policies";
import { withinInlineLimit } from "./inline-limit";
import { escapeIamVariables } from "./terraform-json";

/** A role that SageMaker takes on for a team. */
export interface StudioRoleProps {
  readonly name: string;
  readonly path: string;
  readonly tags: Record<string, string>;
  /** The trust policy's document. */
  readonly trust: string;
  readonly permissionsBoundaryArn: string | undefined;
  readonly policies: readonly AttachedPolicy[];
  /** What is the team's by name. */
  readonly data: readonly Statement[];
}

/** Makes a role with its policies. Logical ids begin with `id`. */
export function studioRole(stack: TerraformStack, id: string, props: StudioRoleProps): void {
  const role = new IamRole(stack, id, {
    name: props.name,
    path: props.path,
    assumeRolePolicy: props.trust,
    tags: props.tags,
    ...(props.permissionsBoundaryArn && { permissionsBoundary: props.permissionsBoundaryArn }),
  });
  const roleName = role.name;
  for (const { name, arn } of props.policies) {
    new IamRolePolicyAttachment(stack, `${id}_${name}`, { role: roleName, policyArn: arn });
  }
  if (props.data.length > 0) {
    const policy = policyDocument(props.data);
    withinInlineLimit(
      props.name,
      policy,
      "its buckets, keys, repositories, databases and accessGrants",
      "give its groups fewer, or attach a policy with managedPolicyArns",
    );
    new IamRolePolicy(stack, `${id}_team-data`, {
      name: "team-data",
      role: roleName,
      policy: escapeIamVariables(policy),
    });
  }
}
