import { executionRolePath, MANAGED_BY, TAG } from "../naming";
import { ANY_PROFILE, readProfiles } from "./read-profiles";
import type { Statement } from "./statement";
import { domainArn, type StudioScope } from "./studio-scope";

const MARK = `/${TAG.managedBy}`;

/**
 * What the onboarding function may do in a studio's account: keep user profiles of its one domain, give them the roles of
 * its groups, and remove what people who left have in it. Profiles without the mark can be read and marked (adopted),
 * nothing else; spaces and apps bear no mark that could be asked for.
 * @param deletesSharedSpaces - whether shared spaces go with their owner; otherwise no mistake can delete one
 */
export function provisioner(studio: StudioScope, deletesSharedSpaces: boolean): readonly Statement[] {
  const profiles = domainArn(studio, "user-profile", "/*");
  const spaces = domainArn(studio, "space", "/*");
  const apps = domainArn(studio, "app", "/*");
  return [
    ...readProfiles(studio),
    {
      Sid: "CreateMarkedProfiles",
      Effect: "Allow",
      Action: ["sagemaker:CreateUserProfile"],
      Resource: [profiles],
      Condition: { StringEquals: { [`aws:RequestTag${MARK}`]: MANAGED_BY } },
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "ChangeMarkedProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      Resource: [profiles],
      Condition: { StringEquals: { [`aws:ResourceTag${MARK}`]: MANAGED_BY } },
      wildcard: ANY_PROFILE,
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
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "UnmarkReturned",
      Effect: "Allow",
      Action: ["sagemaker:DeleteTags"],
      Resource: [profiles],
      Condition: {
        StringEquals: { [`aws:ResourceTag${MARK}`]: MANAGED_BY },
        "ForAllValues:StringEquals": { "aws:TagKeys": [TAG.removeAfter] },
      },
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "DeleteAppsOfProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DeleteApp"],
      Resource: [apps],
      Condition: { Null: { "sagemaker:OwnerUserProfileArn": "true", "sagemaker:SpaceSharingType": "true" } },
      wildcard: "an app's name is Studio's choice; these hang on a profile, not on a space",
    },
    {
      Sid: "DeleteSpacesAndTheirApps",
      Effect: "Allow",
      Action: ["sagemaker:DeleteApp", "sagemaker:DeleteSpace"],
      Resource: [apps, spaces],
      Condition: {
        StringEquals: { "sagemaker:SpaceSharingType": deletesSharedSpaces ? ["Private", "Shared"] : ["Private"] },
      },
      wildcard: "a space's name is its owner's choice, an app's Studio's",
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
