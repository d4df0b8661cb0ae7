import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformStack } from "cdktf";
import { MANAGED_BY, ONBOARDING_PATH, TAG } from "../../naming";
import { policyDocument, type ResourceStatement, type Statement } from "../../policies/statement";
import { withinInlineLimit } from "./inline-limit";
import { escapeIamVariables } from "./terraform-json";

/** A role that an AWS service takes on to reach data for a person. */
export interface DataRoleProps {
  readonly name: string;
  readonly description: string;
  readonly trust: readonly ResourceStatement[];
  readonly permissions: readonly Statement[];
  readonly permissionsBoundaryArn: string | undefined;
}

/**
 * Makes a role apart from those that people can have: nothing may pass it to an app or a job.
 * @throws ConfigError if the groups are granted more than one policy takes
 */
export function dataRole(stack: TerraformStack, id: string, props: DataRoleProps): IamRole {
  const policy = policyDocument(props.permissions);
  withinInlineLimit(
    props.name,
    policy,
    "the accessGrants and dataLakes of the studio's groups",
    "grant fewer places, or wider ones that hold several",
  );
  const role = new IamRole(stack, id, {
    name: props.name,
    path: ONBOARDING_PATH,
    description: props.description,
    assumeRolePolicy: policyDocument(props.trust),
    tags: { [TAG.managedBy]: MANAGED_BY },
    ...(props.permissionsBoundaryArn && { permissionsBoundary: props.permissionsBoundaryArn }),
  });
  new IamRolePolicy(stack, `${id}_data`, {
    name: "data",
    role: role.name,
    policy: escapeIamVariables(policy),
  });
  return role;
}
