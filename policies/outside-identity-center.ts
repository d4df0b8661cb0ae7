import { executionRolePath, TAG } from "../naming";
import type { ResourceStatement, Statement } from "./statement";
import { domainArn, type StudioScope } from "./studio-scope";

const ANY_PROFILE = "profile names are not known before people join";
/** True for profiles that the onboarding does not keep. */
const BY_HAND = { Null: { [`sagemaker:ResourceTag/${TAG.managedBy}`]: "true" } };
const USER_NAME_TAG = `sagemaker:ResourceTag/${TAG.userName}`;

/** Where SAML assertions are sent, by partition. */
const SIGN_IN: Readonly<Record<string, string>> = {
  aws: "signin.aws.amazon.com",
  "aws-cn": "signin.amazonaws.cn",
  "aws-us-gov": "signin.amazonaws-us-gov.com",
};

/**
 * For the administrator who makes profiles by hand: every profile must say whose it is, with the tag `studiouserid`, and
 * none may bear the mark of those that the onboarding keeps.
 */
export function profilesByHand(studio: StudioScope): readonly Statement[] {
  const profiles = domainArn(studio, "user-profile", "/*");
  const named = { StringLike: { [`aws:RequestTag/${TAG.userName}`]: "?*" } };
  const unmarked = { Null: { [`aws:RequestTag/${TAG.managedBy}`]: "true" } };
  return [
    {
      Sid: "CreateNamedProfiles",
      Effect: "Allow",
      Action: ["sagemaker:CreateUserProfile"],
      Resource: [profiles],
      Condition: { ...named, ...unmarked },
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "NameNewProfiles",
      Effect: "Allow",
      Action: ["sagemaker:AddTags"],
      Resource: [profiles],
      Condition: { ...named, ...unmarked, StringEquals: { "sagemaker:TaggingAction": "CreateUserProfile" } },
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "KeepProfilesByHand",
      Effect: "Allow",
      Action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      Resource: [profiles],
      Condition: BY_HAND,
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "LookAtProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
      Resource: [profiles],
      wildcard: ANY_PROFILE,
    },
    {
      Sid: "ListProfilesByHand",
      Effect: "Allow",
      Action: ["sagemaker:ListDomains", "sagemaker:ListUserProfiles"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions",
    },
    {
      Sid: "GiveGroupRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [`arn:${studio.partition}:iam::${studio.accountId}:role${executionRolePath(studio.name)}*`],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      wildcard: "the execution roles of this studio's groups, and no others, live under this path",
    },
  ];
}

/** For IAM users: open the profile that is tagged with one's own user name. */
export function openAsIamUser(studio: StudioScope): readonly Statement[] {
  return [openProfile(studio, "OpenAsIamUser", "${aws:username}")];
}

/** For federated sessions: open the profile that is tagged with the session's own name. See {@link federatedTrust}. */
export function openAsFederated(studio: StudioScope): readonly Statement[] {
  return [openProfile(studio, "OpenAsFederated", `\${aws:PrincipalTag/${TAG.userName}}`)];
}

/**
 * What the trust policy of a federated role needs besides, so that the identity provider can say who signs in, and
 * nothing else: a session tag `team` would win over the role's own.
 * @param samlProviderArn - the identity provider of the role
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function federatedTrust(studio: StudioScope, samlProviderArn: string): readonly ResourceStatement[] {
  const Principal = { Federated: samlProviderArn };
  const host = SIGN_IN[studio.partition];
  const audience = host && [`https://${host}/saml`, `https://${studio.region}.${host}/saml`];
  return [
    {
      Sid: "SignInWithName",
      Effect: "Allow",
      Principal,
      Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
      Condition: {
        StringLike: { [`aws:RequestTag/${TAG.userName}`]: "?*" },
        "ForAllValues:StringEquals": { "aws:TagKeys": [TAG.userName] },
        ...(audience && { StringEquals: { "SAML:aud": audience } }),
      },
    },
  ];
}

function openProfile(studio: StudioScope, sid: string, name: string): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: ["sagemaker:CreatePresignedDomainUrl"],
    Resource: [domainArn(studio, "user-profile", "/*")],
    // A managed profile is that of somebody in Identity Center, whose names are not IAM's.
    Condition: { StringEquals: { [USER_NAME_TAG]: name }, ...BY_HAND },
    wildcard: "profile names are not known before people join; the condition limits it to the person's own",
  };
}
