import { executionRolePath, partitionOf } from "../../naming";
import type { Studio } from "./settings";

/** What a session may do with a studio's profiles: look at them, or keep them. */
export type Access = "look" | "keep";

const LISTS = ["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"];
const LOOKS = ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"];
const CHANGES = [
  "sagemaker:AddTags",
  "sagemaker:CreateUserProfile",
  "sagemaker:DeleteApp",
  "sagemaker:DeleteSpace",
  "sagemaker:DeleteTags",
  "sagemaker:DeleteUserProfile",
  "sagemaker:UpdateUserProfile",
];

/**
 * The policy of a session in a studio's account: it can do no more than this, on this studio's domain alone, whatever
 * its role comes to be allowed. Within that the role's own policy, with its conditions, still decides.
 * @returns a policy document, at most 2,048 characters as STS takes them
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function sessionPolicy({ name, accountId, region, domainId }: Studio, access: Access): string {
  const partition = partitionOf(region);
  // A profile, space or app is named by whoever makes it; the domain is this one.
  const things = ["user-profile", "space", "app"].map(
    (type) => `arn:${partition}:sagemaker:${region}:${accountId}:${type}/${domainId}/*`,
  );
  const allow = (Action: readonly string[], Resource: readonly string[]) => ({ Effect: "Allow", Action, Resource });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // AWS knows no resource type for lists.
      allow(LISTS, ["*"]),
      allow(access === "look" ? LOOKS : [...LOOKS, ...CHANGES], things),
      ...(access === "look"
        ? []
        : [allow(["iam:PassRole"], [`arn:${partition}:iam::${accountId}:role${executionRolePath(name)}*`])]),
    ],
  });
}
