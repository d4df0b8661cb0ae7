import { computeRolePath, executionRolePath, ROLE_TAG } from "../naming";
import { lendVolumeKeys } from "./encryption";
import type { Statement } from "./statement";
import type { StudioScope } from "./studio-scope";

/**
 * The roles that a team's jobs may run with: the person's own, and the team's compute role. Each group role's tags name
 * them. (IAM documents no tag condition that holds for PassRole, so the ARN must say it.)
 */
export function ownRoleArns({ partition, accountId, name }: StudioScope): readonly string[] {
  const role = (path: string, tag: string) =>
    `arn:${partition}:iam::${accountId}:role${path}\${aws:PrincipalTag/${tag}}`;
  return [role(executionRolePath(name), ROLE_TAG.executionRole), role(computeRolePath(name), ROLE_TAG.computeRole)];
}

/** Let SageMaker run jobs with the team's own roles, and lend it the keys of their volumes. */
export function runWithOwnRoles(studio: StudioScope): readonly Statement[] {
  return [
    {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: ownRoleArns(studio),
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
    ...(studio.encryption ? lendVolumeKeys(studio.encryption) : []),
  ];
}
