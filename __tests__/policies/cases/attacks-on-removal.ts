import { MANAGED_BY, TAG } from "../../../naming";
import type { Caller, Context } from "../../../rehearsal/policy-simulator";
import { HOME_ACCOUNT } from "../synthesized";
import { type Attack, deniedBy, type Step } from "./attack";
import { trustOfAccount } from "./callers";
import type { Domain, Scene } from "./scene";

const MARKED: Context = { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY };
const MARKING: Context = { [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY, "aws:TagKeys": [TAG.managedBy] };
const LATER: Context = {
  [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY,
  [`aws:RequestTag/${TAG.removeAfter}`]: "2099-01-01T00:00:00.000Z",
  "aws:TagKeys": [TAG.removeAfter, TAG.managedBy],
};
const TO_SAGEMAKER: Context = { "iam:PassedToService": "sagemaker.amazonaws.com" };

/** Removal used against what it is not for, and people who would not be removed. */
export function attacksOnRemoval(scene: Scene): Attack[] {
  return [...byTheProvisioner(scene), ...byTheSweep(scene), ...byPeople(scene)];
}

/** Somebody runs their own code in the onboarding function. */
function byTheProvisioner({ research, researchTwo, deletesSharedSpaces }: Scene): Attack[] {
  const who: Caller = { kind: "role", role: research.provisioner };
  const no = { who, verdict: "ImplicitlyDenied" } as const;
  const ifConfigured = deletesSharedSpaces
    ? ({ who, verdict: "Allowed", by: ["DeleteSpacesAndTheirApps"] } as const)
    : no;
  const ownedBy = (sharing: string): Context => ({
    "sagemaker:OwnerUserProfileArn": research.profile("ana"),
    "sagemaker:SpaceSharingType": sharing,
  });
  const profile = research.profile("ana");
  const untag = (does: string, keys: readonly string[]): Step => ({
    ...no,
    does,
    action: "sagemaker:DeleteTags",
    resource: profile,
    context: { ...MARKED, "aws:TagKeys": keys },
  });
  const others: readonly (readonly [string, Domain])[] = [
    ["another studio's domain", researchTwo],
    ["a domain whose id begins alike", research.alike],
  ];
  return [
    {
      name: "delete what a team shares",
      steps: [
        {
          ...ifConfigured,
          does: "delete the app in its shared space",
          action: "sagemaker:DeleteApp",
          resource: research.app("notes"),
          context: ownedBy("Shared"),
        },
        {
          ...ifConfigured,
          does: "delete the space",
          action: "sagemaker:DeleteSpace",
          resource: research.space("notes"),
          context: ownedBy("Shared"),
        },
        {
          ...no,
          does: "make the space private first",
          action: "sagemaker:UpdateSpace",
          resource: research.space("notes"),
          context: ownedBy("Private"),
        },
        {
          ...no,
          does: "put the mark on it",
          action: "sagemaker:AddTags",
          resource: research.space("notes"),
          context: MARKING,
        },
        {
          ...no,
          does: "delete it for its mark",
          action: "sagemaker:DeleteSpace",
          resource: research.space("notes"),
          context: MARKED,
        },
        {
          ...no,
          does: "delete the domain around it",
          action: "sagemaker:DeleteDomain",
          resource: research.domainArn,
          context: MARKED,
        },
      ],
    },
    {
      name: "make a profile nobody's",
      steps: [
        untag("take off the mark", [TAG.managedBy]),
        untag("take off the user id", [TAG.userId]),
        untag("take off the user's name", [TAG.userName]),
        untag("take off the team", [TAG.team]),
        untag("take off the group", [TAG.group]),
        untag("take off the user id along with the date of removal", [TAG.removeAfter, TAG.userId]),
        untag("take off everything", Object.values(TAG)),
        {
          ...untag("take the date of removal off a profile without the mark", [TAG.removeAfter]),
          context: { "aws:TagKeys": [TAG.removeAfter] },
        },
      ],
    },
    ...others.map(
      ([where, domain]): Attack => ({
        name: `remove things of ${where}`,
        steps: [
          {
            ...no,
            does: "stop an app of a profile",
            action: "sagemaker:DeleteApp",
            resource: domain.app("ana"),
          },
          {
            ...no,
            does: "stop an app in a private space",
            action: "sagemaker:DeleteApp",
            resource: domain.app("notes"),
            context: { ...ownedBy("Private"), "sagemaker:OwnerUserProfileArn": domain.profile("ana") },
          },
          {
            ...no,
            does: "delete the space",
            action: "sagemaker:DeleteSpace",
            resource: domain.space("notes"),
            context: { ...ownedBy("Private"), "sagemaker:OwnerUserProfileArn": domain.profile("ana") },
          },
          {
            ...no,
            does: "set a date of removal",
            action: "sagemaker:AddTags",
            resource: domain.profile("ana"),
            context: { ...LATER, ...MARKED },
          },
          {
            ...no,
            does: "take it away",
            action: "sagemaker:DeleteTags",
            resource: domain.profile("ana"),
            context: { ...MARKED, "aws:TagKeys": [TAG.removeAfter] },
          },
          {
            ...no,
            does: "delete the profile",
            action: "sagemaker:DeleteUserProfile",
            resource: domain.profile("ana"),
            context: MARKED,
          },
        ],
      }),
    ),
  ];
}

/** Somebody runs their own code in the sweep function: it sees everything, and changes nothing. */
function byTheSweep(scene: Scene): Attack[] {
  const { arn, sweep, research, home, membershipQueueArn, sweepQueueArn, deadLettersArn } = scene;
  const code: Caller = { kind: "role", role: sweep };
  const reader: Caller = { kind: "role", role: research.reader };
  const no = { who: code, verdict: "ImplicitlyDenied" } as const;
  const refused = { who: reader, verdict: "ImplicitlyDenied" } as const;
  const profile = research.profile("ana");
  const isPrivate: Context = { "sagemaker:OwnerUserProfileArn": profile, "sagemaker:SpaceSharingType": "Private" };
  return [
    {
      name: "change what the sweep looks at",
      steps: [
        {
          does: "become the reader",
          who: code,
          action: "sts:AssumeRole",
          resource: research.reader.arn,
          resourcePolicy: research.reader.trust,
          verdict: "Allowed",
          by: ["BecomeReader", "Function"],
        },
        {
          ...refused,
          does: "make a profile",
          action: "sagemaker:CreateUserProfile",
          resource: research.profile("second"),
          context: MARKING,
        },
        {
          ...refused,
          does: "give somebody's profile another role",
          action: "sagemaker:UpdateUserProfile",
          resource: profile,
          context: MARKED,
        },
        {
          ...refused,
          does: "pass it the role",
          action: "iam:PassRole",
          resource: research.platform.arn,
          context: TO_SAGEMAKER,
        },
        { ...refused, does: "mark it", action: "sagemaker:AddTags", resource: profile, context: MARKING },
        {
          ...refused,
          does: "set a date of removal",
          action: "sagemaker:AddTags",
          resource: profile,
          context: { ...LATER, ...MARKED },
        },
        {
          ...refused,
          does: "take one away",
          action: "sagemaker:DeleteTags",
          resource: profile,
          context: { ...MARKED, "aws:TagKeys": [TAG.removeAfter] },
        },
        { ...refused, does: "stop its app", action: "sagemaker:DeleteApp", resource: research.app("ana") },
        {
          ...refused,
          does: "stop the app in its space",
          action: "sagemaker:DeleteApp",
          resource: research.app("notes"),
          context: isPrivate,
        },
        {
          ...refused,
          does: "delete the space",
          action: "sagemaker:DeleteSpace",
          resource: research.space("notes"),
          context: isPrivate,
        },
        {
          ...refused,
          does: "delete the profile",
          action: "sagemaker:DeleteUserProfile",
          resource: profile,
          context: MARKED,
        },
        { ...refused, does: "open it", action: "sagemaker:CreatePresignedDomainUrl", resource: profile },
      ],
    },
    {
      name: "do without the reader",
      steps: [
        {
          ...no,
          does: "delete a profile of a studio beside it",
          action: "sagemaker:DeleteUserProfile",
          resource: home.profile("ana"),
          context: MARKED,
        },
        {
          ...no,
          does: "change one",
          action: "sagemaker:UpdateUserProfile",
          resource: home.profile("ana"),
          context: MARKED,
        },
        {
          ...no,
          does: "join a group",
          action: "identitystore:CreateGroupMembership",
          resource: arn("identitystore", "", "", "group/0123456789-fraud"),
        },
        {
          ...no,
          does: "make somebody leave one",
          action: "identitystore:DeleteGroupMembership",
          resource: arn("identitystore", "", "", "membership/*"),
        },
      ],
    },
    {
      name: "become more than a reader",
      steps: [
        ...[research, home].flatMap(({ provisioner, fraud, noAccess, accountId }): Step[] => [
          {
            ...no,
            does: `become the provisioner in ${accountId}`,
            action: "sts:AssumeRole",
            resource: provisioner.arn,
            resourcePolicy: provisioner.trust,
          },
          {
            ...no,
            does: `become it if it trusted the whole account, in ${accountId}`,
            action: "sts:AssumeRole",
            resource: provisioner.arn,
            resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
          },
          {
            ...no,
            does: `become a group's role in ${accountId}`,
            action: "sts:AssumeRole",
            resource: fraud.arn,
            resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
          },
          {
            ...no,
            does: `become the role without access in ${accountId}`,
            action: "sts:AssumeRole",
            resource: noAccess.arn,
            resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
          },
        ]),
        {
          ...refused,
          does: "go from the reader to the provisioner beside it",
          action: "sts:AssumeRole",
          resource: research.provisioner.arn,
          resourcePolicy: trustOfAccount(scene, research.accountId),
        },
      ],
    },
    {
      name: "make hints be lost",
      steps: [
        {
          // A hint makes the onboarding function look, and gives nobody anything.
          does: "send one for anybody",
          who: code,
          action: "sqs:SendMessage",
          resource: membershipQueueArn,
          verdict: "Allowed",
          by: ["HandOn"],
        },
        ...[membershipQueueArn, deadLettersArn].flatMap((resource) =>
          ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "PurgeQueue"].map(
            (action): Step => ({
              ...no,
              does: `${action} on ${resource.split(":").at(-1)}`,
              action: `sqs:${action}`,
              resource,
            }),
          ),
        ),
        { ...no, does: "empty its own queue", action: "sqs:PurgeQueue", resource: sweepQueueArn },
        { ...no, does: "delete its own queue", action: "sqs:DeleteQueue", resource: sweepQueueArn },
      ],
    },
  ];
}

/** People who would stay. */
function byPeople(scene: Scene): Attack[] {
  const { research, home } = scene;
  return [
    ...[research, home].flatMap((studio): Attack[] => {
      const who = studio.session(studio.fraud, "ana");
      const no = { who, verdict: "ImplicitlyDenied" } as const;
      const profile = studio.profile("ana");
      const where = `in ${studio.accountId}`;
      return [
        {
          name: `postpone one's own removal ${where}`,
          steps: [
            {
              ...no,
              ...deniedBy("TagsOfOthersThings", "TagsOfPeoplesThings"),
              does: "set a later date",
              action: "sagemaker:AddTags",
              resource: profile,
              context: { ...LATER, ...MARKED },
            },
            {
              ...no,
              ...deniedBy("NewWithoutTeam"),
              does: "set it as if while creating",
              action: "sagemaker:AddTags",
              resource: profile,
              context: { ...LATER, ...MARKED, "sagemaker:TaggingAction": "CreateSpace" },
            },
            ...Object.values(TAG).map(
              (key): Step => ({
                ...no,
                ...deniedBy(
                  "TagsOfOthersThings",
                  "TagsOfPeoplesThings",
                  ...(key === TAG.team ? ["TeamOfWhatExists"] : []),
                ),
                does: `take off ${key}`,
                action: "sagemaker:DeleteTags",
                resource: profile,
                context: { ...MARKED, "aws:TagKeys": [key] },
              }),
            ),
            {
              ...no,
              ...deniedBy("Administration"),
              does: "open the portal to oneself again, or take one's role back",
              action: "sagemaker:UpdateUserProfile",
              resource: profile,
              context: MARKED,
            },
            {
              ...no,
              does: "pass oneself the role",
              action: "iam:PassRole",
              resource: studio.fraud.arn,
              context: TO_SAGEMAKER,
            },
            {
              ...no,
              ...deniedBy("Administration"),
              does: "delete the profile, to come back with none",
              action: "sagemaker:DeleteUserProfile",
              resource: profile,
              context: MARKED,
            },
            {
              ...no,
              ...deniedBy("SharedSpaces"),
              does: "share one's space, so that it is kept",
              action: "sagemaker:UpdateSpace",
              resource: studio.space("notes"),
              context: { "sagemaker:OwnerUserProfileArn": profile, "sagemaker:SpaceSharingType": "Shared" },
            },
          ],
        },
        { name: `do as the functions do ${where}`, steps: asTheFunctions(scene, who, studio.accountId) },
      ];
    }),
    ...[research, home].map((studio): Attack => {
      const who = studio.session(studio.noAccess, "ana");
      const no = { who, verdict: "ImplicitlyDenied" } as const;
      const own: Context = {
        "sagemaker:OwnerUserProfileArn": studio.profile("ana"),
        "sagemaker:SpaceSharingType": "Private",
      };
      const bucket = scene.arn("s3", "", "", "acme-fraud-data");
      return {
        name: `go on after leaving, in ${studio.accountId}`,
        steps: [
          ...["ListApps", "ListDomains", "ListSpaces", "ListUserProfiles"].map(
            (action): Step => ({ ...no, does: `look: ${action}`, action: `sagemaker:${action}`, resource: "*" }),
          ),
          {
            ...no,
            does: "look at one's profile",
            action: "sagemaker:DescribeUserProfile",
            resource: studio.profile("ana"),
          },
          {
            ...no,
            does: "open it",
            action: "sagemaker:CreatePresignedDomainUrl",
            resource: studio.profile("ana"),
          },
          {
            ...no,
            does: "start an app of one's profile",
            action: "sagemaker:CreateApp",
            resource: studio.app("ana"),
          },
          {
            ...no,
            does: "start one in one's space",
            action: "sagemaker:CreateApp",
            resource: studio.app("notes"),
            context: own,
          },
          {
            ...no,
            does: "make a space",
            action: "sagemaker:CreateSpace",
            resource: studio.space("new"),
            context: own,
          },
          { ...no, does: "look into a space", action: "sagemaker:DescribeSpace", resource: studio.space("notes") },
          { ...no, does: "open a shell in it", action: "sagemaker:StartSession", resource: studio.space("notes") },
          {
            ...no,
            does: "keep the space from being deleted",
            action: "sagemaker:UpdateSpace",
            resource: studio.space("notes"),
            context: { ...own, "sagemaker:SpaceSharingType": "Shared" },
          },
          { ...no, does: "list the team's bucket", action: "s3:ListBucket", resource: bucket },
          { ...no, does: "read from it", action: "s3:GetObject", resource: `${bucket}/2026/scores.parquet` },
          { ...no, does: "write into it", action: "s3:PutObject", resource: `${bucket}/2026/scores.parquet` },
          {
            ...no,
            does: "set a later date of removal",
            action: "sagemaker:AddTags",
            resource: studio.profile("ana"),
            context: { ...LATER, ...MARKED },
          },
          {
            ...no,
            does: "take one's role back",
            action: "sagemaker:UpdateUserProfile",
            resource: studio.profile("ana"),
            context: MARKED,
          },
          ...asTheFunctions(scene, who),
        ],
      };
    }),
  ];
}

/**
 * Ways to have the functions' own means, or to make them work.
 * @param guardedIn - the account whose roles the caller's guardrails keep them from
 */
function asTheFunctions(scene: Scene, who: Caller, guardedIn?: string): Step[] {
  const no = { who, verdict: "ImplicitlyDenied" } as const;
  const { research, home, onboarding, sweep } = scene;
  const queues = [scene.membershipQueueArn, scene.sweepQueueArn, scene.deadLettersArn];
  return [
    ...queues.flatMap((resource): Step[] => {
      const queue = resource.split(":").at(-1);
      return [
        { ...no, does: `send to ${queue}`, action: "sqs:SendMessage", resource },
        { ...no, does: `take from ${queue}`, action: "sqs:ReceiveMessage", resource },
      ];
    }),
    ...[research.reader, research.provisioner, home.reader, home.provisioner, onboarding, sweep].map(
      ({ arn }): Step => ({
        ...no,
        ...(arn.split(":")[4] === guardedIn && deniedBy("BecomeAnother")),
        does: `become ${arn.split("/").at(-1)}`,
        action: "sts:AssumeRole",
        resource: arn,
      }),
    ),
  ];
}
