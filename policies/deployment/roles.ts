import { ONBOARDING_PATH } from "../../naming";
import type { Conditions } from "../statement";
import { allow, type Needs } from "./needs";
import { type Block, blocksOf, iamArn, isKnown, namesOf, type Stack, textOf } from "./stack";

/** Roles of a stack that have the same boundary, and the ARNs that any of them can have. */
interface BoundedRoles {
  readonly boundary: string | undefined;
  readonly arns: readonly string[];
}

const UNDER_PATH =
  "a role for each group and team, under a path where nothing else is: a new group needs no new policy";

/** What `aws_iam_role` needs. */
export function roles(stack: Stack): Needs {
  const all = boundedRoles(stack);
  return {
    read: all.flatMap(({ arns }) =>
      allow(
        "ReadRoles",
        ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        arns,
        { wildcard: UNDER_PATH },
      ),
    ),
    write: all.flatMap(({ arns, boundary }) => [
      ...allow("CreateRoles", ["iam:CreateRole", ...(boundary ? ["iam:PutRolePermissionsBoundary"] : [])], arns, {
        Condition: withBoundary(boundary),
        wildcard: UNDER_PATH,
      }),
      ...allow(
        "ChangeRoles",
        [
          "iam:DeleteRole",
          "iam:ListInstanceProfilesForRole",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRoleDescription",
        ],
        arns,
        { wildcard: UNDER_PATH },
      ),
    ]),
  };
}

/** What `aws_iam_role_policy` needs. */
export function rolePolicies(stack: Stack): Needs {
  const all = boundedRoles(stack);
  return {
    read: all.flatMap(({ arns }) => allow("ReadRoles", ["iam:GetRolePolicy"], arns, { wildcard: UNDER_PATH })),
    write: all.flatMap(({ arns, boundary }) => [
      ...allow("WriteIntoRoles", ["iam:PutRolePolicy"], arns, {
        Condition: withBoundary(boundary),
        wildcard: UNDER_PATH,
      }),
      ...allow("ChangeRoles", ["iam:DeleteRolePolicy"], arns, { wildcard: UNDER_PATH }),
    ]),
  };
}

/** What `aws_iam_role_policy_attachment` needs: the stack's own policies, and those of the config's own by name. */
export function attachments(stack: Stack): Needs {
  const own = blocksOf(stack, "aws_iam_role_policy_attachment")
    .map((block) => block.arguments.policy_arn)
    .filter(isKnown);
  const policies = [...policyArns(stack), ...new Set(own)];
  const all = boundedRoles(stack);
  return {
    read: all.flatMap(({ arns }) =>
      allow("ReadRoles", ["iam:ListAttachedRolePolicies"], arns, { wildcard: UNDER_PATH }),
    ),
    write: all.flatMap(({ arns, boundary }) => [
      ...allow("AttachToRoles", ["iam:AttachRolePolicy"], arns, {
        Condition: { ...withBoundary(boundary), ArnLike: { "iam:PolicyARN": policies } },
        wildcard: UNDER_PATH,
      }),
      ...allow("ChangeRoles", ["iam:DetachRolePolicy"], arns, { wildcard: UNDER_PATH }),
    ]),
  };
}

/** What `aws_iam_policy` needs. */
export function managedPolicies(stack: Stack): Needs {
  const arns = policyArns(stack);
  const wildcard = "the policies of the studio's roles, under a path where nothing else is";
  return {
    read: allow("ReadPolicies", ["iam:GetPolicy", "iam:GetPolicyVersion"], arns, { wildcard }),
    write: allow(
      "ChangePolicies",
      [
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:ListPolicyVersions",
        "iam:TagPolicy",
        "iam:UntagPolicy",
      ],
      arns,
      { wildcard },
    ),
  };
}

/** The ARN of one role of the stack. */
export function roleArn(stack: Stack, role: Block): string {
  return iamArn(stack.place, `role${textOf(stack, role, "path")}${textOf(stack, role, "name")}`);
}

/** Roles that are named after groups and teams by their path, all others by their names. */
function boundedRoles(stack: Stack): readonly BoundedRoles[] {
  const byBoundary = new Map<string | undefined, Set<string>>();
  for (const role of blocksOf(stack, "aws_iam_role")) {
    const path = textOf(stack, role, "path");
    const arn = path === ONBOARDING_PATH ? roleArn(stack, role) : iamArn(stack.place, `role${path}*`);
    const given = role.arguments.permissions_boundary;
    const boundary = given === undefined ? undefined : textOf(stack, role, "permissions_boundary");
    byBoundary.set(boundary, (byBoundary.get(boundary) ?? new Set()).add(arn));
  }
  return [...byBoundary].map(([boundary, arns]) => ({ boundary, arns: [...arns] }));
}

/** Policies by their path. */
function policyArns(stack: Stack): readonly string[] {
  return namesOf(stack, "aws_iam_policy", "path").map((path) => iamArn(stack.place, `policy${path}*`));
}

/** A boundary that does not hold, because whoever deploys may change it. */
export class OwnBoundaryError extends Error {
  override readonly name = "OwnBoundaryError";
}

/**
 * Looks at all stacks that one role deploys.
 * @throws OwnBoundaryError where a boundary is where they may change policies: whoever may change it is bound by nothing
 */
export function refuseOwnBoundaries(stacks: readonly Stack[]): void {
  const changeable = stacks.flatMap(policyArns).map((arn) => arn.slice(0, -1));
  for (const stack of stacks) {
    for (const { boundary } of boundedRoles(stack)) {
      const path = changeable.find((each) => boundary?.startsWith(each));
      if (boundary === undefined || path === undefined) continue;
      throw new OwnBoundaryError(
        `${stack.name}: its boundary ${boundary} is under ${path}, where the deployment may change policies: give ` +
          "permissionsBoundaryArn a policy of another path",
      );
    }
  }
}

function withBoundary(boundary: string | undefined): Conditions | undefined {
  return boundary === undefined ? undefined : { ArnEquals: { "iam:PermissionsBoundary": boundary } };
}
