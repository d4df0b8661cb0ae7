import { executionRolePath, MANAGED_BY, TAG } from "../naming";
import type { Statement } from "./statement";
import { domainArn, type StudioScope } from "./studio-scope";

const MARK = `/${TAG.managedBy}`;

/**
 * What the functions may do in a studio's account: keep user profiles of its one domain, and give them the roles of its
 * groups. Profiles without the mark can be read and marked (adopted), nothing else.
 */
export function provisioner(studio: StudioScope): readonly Statement[] {
  const profiles = domainArn(studio, "user-profile", "/*");
  const anyProfile = "profile names follow from user names, which are not known before people join";
  return [
    {
      Sid: "ListProfiles",
      Effect: "Allow",
      Action: ["sagemaker:ListUserProfiles"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for this action",
    },
    {
      Sid: "ReadProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
      Resource: [profiles],
      wildcard: anyProfile,
    },
    {
      Sid: "CreateMarkedProfiles",
      Effect: "Allow",
      Action: ["sagemaker:CreateUserProfile"],
      Resource: [profiles],
      Condition: { StringEquals: { [`aws:RequestTag${MARK}`]: MANAGED_BY } },
      wildcard: anyProfile,
    },
    {
      Sid: "ChangeMarkedProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      Resource: [profiles],
      Condition: { StringEquals: { [`aws:ResourceTag${MARK}`]: MANAGED_BY } },
      wildcard: anyProfile,
    },
    {
      Sid: "MarkProfiles",
      Effect: "Allow",
      Action: ["sagemaker:AddTags"],
      Resource: [profiles],
      Condition: {
        StringEquals: { [`aws:RequestTag${MARK}`]: MANAGED_BY },
        "ForAllValues:StringEquals": { "aws:TagKeys": Object.values(TAG) },
      },
      wildcard: anyProfile,
    },
    {
      Sid: "PassGroupRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [`arn:${studio.partition}:iam::${studio.accountId}:role${executionRolePath(studio.name)}*`],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      wildcard: "the execution roles of this studio's groups, and no others, live under this path",
    },
  ];
}
