import { MANAGED_BY, profileTags, TAG } from "../../../naming";
import type { Caller } from "../../../rehearsal/policy-simulator";
import { looking } from "./reader";
import type { Domain, Scene } from "./scene";
import type { Allowed, Change, Table } from "./table";

const TAGS = profileTags({ userName: "ana", userId: "1234567890-ana", adGroup: "ML Fraud Scientists", team: "fraud" });
const MARK_IN_REQUEST = `aws:RequestTag/${TAG.managedBy}`;
const MARK_ON_RESOURCE = `aws:ResourceTag/${TAG.managedBy}`;

/** What the onboarding function may do in a studio's account. */
export function provisioner(scene: Scene): Table {
  const { arn, research, researchTwo, home } = scene;
  const who: Caller = { kind: "role", role: research.provisioner };
  const profile = research.profile("ana");
  const elsewhere: Record<string, Change> = {
    "in another domain": { resource: researchTwo.profile("ana") },
    "in a domain whose id begins alike": { resource: research.alike.profile("ana") },
  };
  const requestTags = {
    ...Object.fromEntries(Object.entries(TAGS).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": Object.keys(TAGS),
  };
  const unmarked: Change = {
    context: { [MARK_IN_REQUEST]: undefined, "aws:TagKeys": Object.keys(TAGS).filter((key) => key !== TAG.managedBy) },
  };
  const wronglyMarked: Change = { context: { [MARK_IN_REQUEST]: "somebody" } };
  const role = (accountId: string, name: string) => ({ resource: arn("iam", "", accountId, `role/${name}`) });
  return {
    allowed: [
      ...looking(scene, research.provisioner),
      {
        name: "a profile with the mark",
        who,
        action: "sagemaker:CreateUserProfile",
        resource: profile,
        context: requestTags,
        by: "CreateMarkedProfiles",
        butNot: { ...elsewhere, "without the mark": unmarked, "with another mark": wronglyMarked },
      },
      {
        name: "a profile that has the mark",
        who,
        action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
        resource: profile,
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
        by: "ChangeMarkedProfiles",
        butNot: {
          "one that has none": { context: { [MARK_ON_RESOURCE]: undefined } },
          "one that has another": { context: { [MARK_ON_RESOURCE]: "somebody" } },
          "one that has it by the request only": {
            context: { [MARK_ON_RESOURCE]: undefined, [MARK_IN_REQUEST]: MANAGED_BY },
          },
          ...elsewhere,
        },
      },
      {
        name: "the project's tags, on a profile",
        who,
        action: "sagemaker:AddTags",
        resource: profile,
        context: requestTags,
        by: "MarkProfiles",
        butNot: {
          "without the mark": unmarked,
          "with another mark": wronglyMarked,
          "with any other key": {
            context: { "aws:RequestTag/cost-center": "7", "aws:TagKeys": [...Object.keys(TAGS), "cost-center"] },
          },
          "with the mark and a key that is not the project's": {
            context: { "aws:TagKeys": [TAG.managedBy, "sagemaker:user-profile-arn"] },
          },
          ...elsewhere,
          "on the domain": { resource: research.domainArn },
          "on a space": { resource: research.space("notes") },
          "on an app": { resource: research.app("ana") },
          "to take them away": { action: "sagemaker:DeleteTags" },
          "to take them away from a profile that has the mark": {
            action: "sagemaker:DeleteTags",
            context: { [MARK_ON_RESOURCE]: MANAGED_BY },
          },
        },
      },
      {
        name: "the date of removal, on a profile",
        who,
        action: "sagemaker:AddTags",
        resource: profile,
        context: {
          [MARK_IN_REQUEST]: MANAGED_BY,
          [`aws:RequestTag/${TAG.removeAfter}`]: "2026-11-28T00:00:00.000Z",
          "aws:TagKeys": [TAG.removeAfter, TAG.managedBy],
        },
        by: "MarkProfiles",
        butNot: {
          "without the mark": { context: { [MARK_IN_REQUEST]: undefined, "aws:TagKeys": [TAG.removeAfter] } },
          "without the mark, on a profile that has it": {
            context: {
              [MARK_IN_REQUEST]: undefined,
              "aws:TagKeys": [TAG.removeAfter],
              [MARK_ON_RESOURCE]: MANAGED_BY,
            },
          },
          "with another mark": wronglyMarked,
          ...elsewhere,
          "on the domain": { resource: research.domainArn },
          "on a space": { resource: research.space("notes") },
          "on an app": { resource: research.app("ana") },
        },
      },
      {
        name: "the date of removal, off a profile that has the mark",
        who,
        action: "sagemaker:DeleteTags",
        resource: profile,
        context: { [MARK_ON_RESOURCE]: MANAGED_BY, "aws:TagKeys": [TAG.removeAfter] },
        by: "UnmarkReturned",
        butNot: {
          "off one that has none": { context: { [MARK_ON_RESOURCE]: undefined } },
          "off one that has another": { context: { [MARK_ON_RESOURCE]: "somebody" } },
          ...Object.fromEntries(
            Object.values(TAG)
              .filter((key) => key !== TAG.removeAfter)
              .flatMap((key) => [
                [`${key} alone`, { context: { "aws:TagKeys": [key] } }],
                [`together with ${key}`, { context: { "aws:TagKeys": [TAG.removeAfter, key] } }],
              ]),
          ),
          "a key that begins alike": { context: { "aws:TagKeys": [`${TAG.removeAfter}-2`] } },
          "a key that is nobody's": { context: { "aws:TagKeys": ["cost-center"] } },
          ...elsewhere,
          "off the domain": { resource: research.domainArn },
          "off a space": { resource: research.space("notes") },
          "off an app": { resource: research.app("ana") },
        },
      },
      ...removing(scene, who),
      ...[research.fraud, research.platform, research.noAccess].map(({ name, arn: resource }) => ({
        name: `the execution role ${name}, to SageMaker`,
        who,
        action: "iam:PassRole",
        resource,
        context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
        by: "PassGroupRoles",
        butNot: {
          "to another service": { context: { "iam:PassedToService": "lambda.amazonaws.com" } },
          "to a service that nobody states": { context: { "iam:PassedToService": undefined } },
          "the provisioner role itself": { resource: research.provisioner.arn },
          "an admin's role": role(research.accountId, "Admin"),
          "an admin's role below /studio/": role(research.accountId, "studio/Admin"),
          "the role of a studio whose name begins alike": { resource: researchTwo.fraud.arn },
          "the role of a studio in another account": { resource: home.fraud.arn },
          "to take it on": { action: "sts:AssumeRole", ignored: ["iam:PassedToService"] },
          "to change it": { action: "iam:PutRolePolicy", ignored: ["iam:PassedToService"] },
        },
      })),
    ],
    refused: [
      {
        name: "the domain",
        who,
        action: ["sagemaker:DescribeDomain", "sagemaker:UpdateDomain", "sagemaker:DeleteDomain"],
        resource: research.domainArn,
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "spaces, marked or not",
        who,
        action: ["sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"],
        resource: research.space("notes"),
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      ...["Private", "Shared"].map((sharing) => ({
        name: `spaces that are ${sharing}`,
        who,
        action: ["sagemaker:CreateSpace", "sagemaker:UpdateSpace"],
        resource: research.space("notes"),
        context: { "sagemaker:SpaceSharingType": sharing },
      })),
      {
        name: "what is in a space",
        who,
        action: ["sagemaker:DescribeSpace", "sagemaker:StartSession"],
        resource: research.space("notes"),
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "apps, marked or not",
        who,
        action: ["sagemaker:CreateApp", "sagemaker:DescribeApp"],
        resource: research.app("notes"),
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "an app in a private space",
        who,
        action: "sagemaker:CreateApp",
        resource: research.app("notes"),
        context: { "sagemaker:SpaceSharingType": "Private" },
      },
      {
        name: "jobs",
        who,
        action: "sagemaker:CreateTrainingJob",
        resource: arn("sagemaker", research.region, research.accountId, "training-job/x"),
        context: { [MARK_IN_REQUEST]: MANAGED_BY },
      },
      {
        name: "roles",
        who,
        action: ["iam:CreateRole", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
        resource: research.fraud.arn,
      },
      { name: "a team's data", who, action: "s3:GetObject", resource: arn("s3", "", "", "acme-fraud-data/x") },
    ],
  };
}

/** What goes with somebody who left. */
function removing({ research, researchTwo, deletesSharedSpaces }: Scene, who: Caller): Allowed[] {
  const sharing = (type: string | undefined): Change => ({ context: { "sagemaker:SpaceSharingType": type } });
  const elsewhere = (of: (domain: Domain) => string): Record<string, Change> => ({
    "in another domain": { resource: of(researchTwo) },
    "in a domain whose id begins alike": { resource: of(research.alike) },
  });
  const others: Record<string, Change> = {
    ...(!deletesSharedSpaces && { "a shared one": sharing("Shared") }),
    "one of a sharing type that is yet to come": sharing("Public"),
  };
  const app = elsewhere((domain) => domain.app("notes"));
  const space = elsewhere((domain) => domain.space("notes"));
  return [
    {
      name: "an app of a profile",
      who,
      action: "sagemaker:DeleteApp",
      resource: research.app("ana"),
      by: "DeleteAppsOfProfiles",
      butNot: {
        ...(!deletesSharedSpaces && { "one in a shared space": sharing("Shared") }),
        "one in a space of a sharing type that is yet to come": sharing("Public"),
        "one in a space that has an owner and does not say who shares it": {
          context: { "sagemaker:OwnerUserProfileArn": research.profile("ben") },
        },
        ...elsewhere((domain) => domain.app("ana")),
        "to start it": { action: "sagemaker:CreateApp" },
        "to look at it": { action: "sagemaker:DescribeApp" },
      },
    },
    {
      // Spaces are not asked for the mark: one that is older than its owner's adoption has no tags.
      name: "an app in a private space",
      who,
      action: "sagemaker:DeleteApp",
      resource: research.app("notes"),
      context: { "sagemaker:OwnerUserProfileArn": research.profile("ana"), "sagemaker:SpaceSharingType": "Private" },
      by: "DeleteSpacesAndTheirApps",
      butNot: { ...others, ...app, "to start it": { action: "sagemaker:CreateApp" } },
    },
    {
      name: "a private space",
      who,
      action: "sagemaker:DeleteSpace",
      resource: research.space("notes"),
      context: { "sagemaker:OwnerUserProfileArn": research.profile("ana"), "sagemaker:SpaceSharingType": "Private" },
      by: "DeleteSpacesAndTheirApps",
      butNot: {
        ...others,
        "one of unknown sharing": sharing(undefined),
        ...space,
        "to change it": { action: "sagemaker:UpdateSpace" },
        "to make it": { action: "sagemaker:CreateSpace" },
      },
    },
    ...(deletesSharedSpaces ? sharedSpaces({ app, space, research }, who) : []),
  ];
}

/** With `sharedSpaces: delete` in the config. */
function sharedSpaces(
  { app, space, research }: { readonly app: Changes; readonly space: Changes; readonly research: Domain },
  who: Caller,
): Allowed[] {
  const others: Changes = {
    "one of a sharing type that is yet to come": { context: { "sagemaker:SpaceSharingType": "Public" } },
  };
  const shared = {
    "sagemaker:OwnerUserProfileArn": research.profile("ana"),
    "sagemaker:SpaceSharingType": "Shared",
  };
  return [
    {
      name: "an app in a shared space",
      who,
      action: "sagemaker:DeleteApp",
      resource: research.app("notes"),
      context: shared,
      by: "DeleteSpacesAndTheirApps",
      butNot: { ...others, ...app, "to start it": { action: "sagemaker:CreateApp" } },
    },
    {
      name: "a shared space",
      who,
      action: "sagemaker:DeleteSpace",
      resource: research.space("notes"),
      context: shared,
      by: "DeleteSpacesAndTheirApps",
      butNot: {
        ...others,
        "one of unknown sharing": { context: { "sagemaker:SpaceSharingType": undefined } },
        ...space,
        "to change it": { action: "sagemaker:UpdateSpace" },
      },
    },
  ];
}

type Changes = Readonly<Record<string, Change>>;
