import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Scene } from "./scene";
import type { Allowed, Change, Table } from "./table";

/** What a member of each team may do from a Studio app, and what not even so. */
export function executionRoles(scene: Scene): Table {
  const { research } = scene;
  const people = [
    { person: "ana", role: research.fraud, team: "fraud", otherTeam: "platform" },
    { person: "pat", role: research.platform, team: "platform", otherTeam: "fraud" },
  ];
  const buckets = {
    fraud: ["acme-fraud-data", "acme-fraud-models"],
    platform: ["acme-platform-data"],
  };
  const tables = people.map(({ person, role, team, otherTeam }) => {
    const who = research.session(role, person);
    // SageMaker runs jobs with the same role: such a session has no profile.
    const job: Caller = { kind: "role", role };
    return {
      allowed: [
        ...privateSpaces(scene, who, job, person),
        ...looking(scene, who, job, person),
        ...tagging(scene, who, team, otherTeam),
        ...logsAndKeys(scene, who),
      ],
      refused: administration(scene, who, person),
    };
  });
  const [ana, pat] = people.map(({ person, role }) => research.session(role, person));
  if (!ana || !pat) throw new Error("two people");
  return {
    allowed: [
      ...tables.flatMap((each) => each.allowed),
      ...buckets.fraud.flatMap((bucket) => bucketOf(scene, ana, pat, bucket)),
      ...buckets.platform.flatMap((bucket) => bucketOf(scene, pat, ana, bucket)),
    ],
    refused: tables.flatMap((each) => each.refused),
  };
}

function privateSpaces({ research, researchTwo }: Scene, who: Caller, job: Caller, person: string): Allowed[] {
  const own = {
    "sagemaker:OwnerUserProfileArn": research.profile(person),
    "sagemaker:SpaceSharingType": "Private",
  };
  const owner = (arn: string | undefined): Change => ({ context: { "sagemaker:OwnerUserProfileArn": arn } });
  const sharing = (type: string | undefined): Change => ({ context: { "sagemaker:SpaceSharingType": type } });
  const butNot: Record<string, Change> = {
    "another person's": owner(research.profile("ben")),
    "that of a person whose name begins alike": owner(research.profile(`${person}-2`)),
    "that of a namesake in another domain": owner(researchTwo.profile(person)),
    "one without an owner": owner(undefined),
    "a shared one": sharing("Shared"),
    "one of unknown sharing": sharing(undefined),
    "from a job": { who: job },
  };
  return [
    {
      name: "their own private space",
      who,
      action: ["sagemaker:CreateSpace", "sagemaker:UpdateSpace", "sagemaker:DeleteSpace"],
      resource: research.space("notes"),
      context: own,
      by: "OwnPrivateSpaces",
      butNot: {
        ...butNot,
        "in another studio's domain": { resource: researchTwo.space("notes") },
        "in a domain whose id begins alike": { resource: research.alike.space("notes") },
      },
    },
    {
      name: "an app in their own private space",
      who,
      action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
      resource: research.app("notes"),
      context: own,
      by: "AppsInOwnPrivateSpaces",
      butNot: {
        ...butNot,
        "in another studio's domain": { resource: researchTwo.app("notes") },
        "in a domain whose id begins alike": { resource: research.alike.app("notes") },
      },
    },
  ];
}

function looking({ research, researchTwo }: Scene, who: Caller, job: Caller, person: string): Allowed[] {
  const inTwo = "in another studio's domain";
  const alike = "in a domain whose id begins alike";
  return [
    {
      name: "what Studio's screens list",
      who,
      action: ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      resource: "*",
      by: "ListStudio",
      butNot: { "what they do not list": { action: "sagemaker:ListTrainingJobs" } },
    },
    {
      name: "the studio's domain",
      who,
      action: "sagemaker:DescribeDomain",
      resource: research.domainArn,
      by: "DescribeDomain",
      butNot: {
        "another domain": { resource: researchTwo.domainArn },
        "a domain whose id begins alike": { resource: research.alike.domainArn },
        "to change it": { action: "sagemaker:UpdateDomain" },
        "to delete it": { action: "sagemaker:DeleteDomain" },
      },
    },
    {
      name: "their own profile",
      who,
      action: ["sagemaker:CreatePresignedDomainUrl", "sagemaker:DescribeUserProfile"],
      resource: research.profile(person),
      by: "OpenOwnProfile",
      butNot: {
        "another person's": { resource: research.profile("ben") },
        "that of a person whose name begins alike": { resource: research.profile(`${person}-2`) },
        [inTwo]: { resource: researchTwo.profile(person) },
        "from a job": { who: job },
        "to change it": { action: "sagemaker:UpdateUserProfile" },
        "to delete it": { action: "sagemaker:DeleteUserProfile" },
      },
    },
    {
      name: "anybody's space",
      who,
      action: "sagemaker:DescribeSpace",
      resource: research.space("somebodys"),
      by: "DescribeSpacesAndApps",
      butNot: {
        [inTwo]: { resource: researchTwo.space("somebodys") },
        [alike]: { resource: research.alike.space("somebodys") },
        "to open a shell in it": { action: "sagemaker:StartSession" },
      },
    },
    {
      name: "anybody's app",
      who,
      action: "sagemaker:DescribeApp",
      resource: research.app("somebodys"),
      by: "DescribeSpacesAndApps",
      butNot: {
        [inTwo]: { resource: researchTwo.app("somebodys") },
        [alike]: { resource: research.alike.app("somebodys") },
      },
    },
  ];
}

function tagging({ research, researchTwo }: Scene, who: Caller, team: string, otherTeam: string): Allowed[] {
  const butNot: Record<string, Change> = {
    "on what exists": { context: { "sagemaker:TaggingAction": undefined } },
    "with another team's tag": { context: { "aws:RequestTag/team": otherTeam } },
    "by another operation than its creation": { context: { "sagemaker:TaggingAction": "UpdateSpace" } },
    "on a profile": { resource: research.profile("ana") },
    "on the domain": { resource: research.domainArn },
    "to take tags away": {
      action: "sagemaker:DeleteTags",
      ignored: ["sagemaker:TaggingAction"],
    },
  };
  const space = research.space("notes");
  const app = research.app("notes");
  return [
    {
      name: "their team's tag and one of their own, on a space that they create",
      who,
      action: "sagemaker:AddTags",
      resource: space,
      context: {
        "sagemaker:TaggingAction": "CreateSpace",
        "aws:RequestTag/team": team,
        "aws:RequestTag/experiment": "7",
        "aws:TagKeys": ["team", "experiment"],
      },
      by: "TagWhileCreating",
      butNot: {
        ...butNot,
        "in another studio's domain": { resource: researchTwo.space("notes") },
        "in a domain whose id begins alike": { resource: research.alike.space("notes") },
      },
    },
    {
      // The domain passes a profile's tags on to what is made in it.
      name: "their profile's own tags, on a space that they create",
      who,
      action: "sagemaker:AddTags",
      resource: space,
      context: {
        "sagemaker:TaggingAction": "CreateSpace",
        "aws:RequestTag/team": team,
        "aws:RequestTag/studio:managed-by": "studio-onboarding",
        "aws:RequestTag/studiouserid": "ana",
        "aws:TagKeys": ["team", "studio:managed-by", "studiouserid"],
      },
      by: "TagWhileCreating",
      butNot,
    },
    {
      name: "their team's tag on an app that they create",
      who,
      action: "sagemaker:AddTags",
      resource: app,
      context: {
        "sagemaker:TaggingAction": "CreateApp",
        "aws:RequestTag/team": team,
        "aws:TagKeys": ["team"],
      },
      by: "TagWhileCreating",
      butNot: {
        ...butNot,
        "in another studio's domain": { resource: researchTwo.app("notes") },
        "in a domain whose id begins alike": { resource: research.alike.app("notes") },
      },
    },
    {
      // Studio tags every space that it creates so, whoever asks for it.
      name: "Studio's own tags, on a space that they create",
      who,
      action: "sagemaker:AddTags",
      resource: space,
      context: {
        "sagemaker:TaggingAction": "CreateSpace",
        "aws:RequestTag/sagemaker:domain-arn": research.domainArn,
        "aws:RequestTag/sagemaker:user-profile-arn": research.profile("ana"),
        "aws:TagKeys": ["sagemaker:domain-arn", "sagemaker:user-profile-arn"],
      },
      by: "TagWhileCreating",
    },
  ];
}

function logsAndKeys({ arn, research, researchTwo }: Scene, who: Caller): Allowed[] {
  const { region, accountId } = research;
  const stream = (group: string, name: string) =>
    arn("logs", region, accountId, `log-group:${group}:log-stream:${name}`);
  const studioLogs = "/aws/sagemaker/studio";
  const otherKey = arn("kms", region, accountId, "key/00000000-0000-0000-0000-000000000000");
  return [
    {
      name: "Studio's log",
      who,
      action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resource: stream(studioLogs, `${research.domainId}/notes/JupyterLab/default`),
      by: "WriteAppLogs",
      butNot: {
        "another log": { resource: stream("/aws/lambda/studio-onboarding", "x") },
        "a log whose name begins alike": { resource: stream(`${studioLogs}-audit`, "x") },
        "to read it": { action: "logs:GetLogEvents" },
        "to delete it": { action: "logs:DeleteLogStream" },
      },
    },
    {
      name: "Studio's log",
      who,
      action: "logs:CreateLogGroup",
      // AWS asks with an empty stream's name.
      resource: stream(studioLogs, ""),
      by: "WriteAppLogs",
      butNot: { "another log": { resource: stream("/aws/lambda/studio-onboarding", "") } },
    },
    ...(research.keyArn === undefined
      ? []
      : [
          {
            name: "the key of the domain's volumes",
            who,
            action: "kms:DescribeKey",
            resource: research.keyArn,
            by: ["DescribeDomainKey", "Account"],
            butNot: {
              "another key": { resource: otherKey },
              "a key whose id begins alike": { resource: `${research.keyArn}0` },
              "to read with it": { action: "kms:Decrypt" },
              "to write with it": { action: "kms:GenerateDataKey" },
              "as a member of a studio without a key": {
                who: researchTwo.session(researchTwo.fraud, "ana"),
              },
            },
          },
          {
            name: "the key of the domain's volumes, for AWS's own use",
            who,
            action: "kms:CreateGrant",
            resource: research.keyArn,
            context: { "kms:GrantIsForAWSResource": "true" },
            by: ["GrantDomainKeyToVolumes", "Account"],
            butNot: {
              "for somebody else's use": { context: { "kms:GrantIsForAWSResource": "false" } },
              "for a use that nobody states": { context: { "kms:GrantIsForAWSResource": undefined } },
              "another key": { resource: otherKey },
              "a key whose id begins alike": { resource: `${research.keyArn}0` },
            },
          },
        ]),
  ];
}

function bucketOf({ arn }: Scene, who: Caller, other: Caller, bucket: string): Allowed[] {
  const bucketArn = arn("s3", "", "", bucket);
  return [
    {
      name: `the team's own bucket ${bucket}`,
      who,
      action: ["s3:GetBucketLocation", "s3:ListBucket"],
      resource: bucketArn,
      by: "ListTeamBuckets",
      butNot: {
        "as a member of another team": { who: other },
        "a bucket whose name begins alike": { resource: `${bucketArn}-2` },
        "to open it to others": { action: "s3:PutBucketPolicy" },
        "to delete it": { action: "s3:DeleteBucket" },
      },
    },
    {
      name: `objects of the team's own bucket ${bucket}`,
      who,
      action: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      resource: `${bucketArn}/2026/scores.parquet`,
      by: "TeamObjects",
      butNot: {
        "as a member of another team": { who: other },
        "of a bucket whose name begins alike": { resource: `${bucketArn}-2/2026/scores.parquet` },
        "to open it to others": { action: "s3:PutObjectAcl" },
      },
    },
  ];
}

function administration({ arn, research }: Scene, who: Caller, person: string): Table["refused"] {
  const { region, accountId, domainId } = research;
  const own = { "aws:RequestTag/team": "fraud", "aws:TagKeys": ["team"] };
  const sageMaker = (resource: string) => arn("sagemaker", region, accountId, resource);
  const admin = arn("iam", "", accountId, "role/Admin");
  return [
    {
      name: "a profile, their own included, however it is tagged",
      who,
      action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      resource: research.profile(person),
      context: { "aws:ResourceTag/studio:managed-by": "studio-onboarding", "aws:ResourceTag/team": "fraud" },
    },
    {
      name: "a new profile",
      who,
      action: "sagemaker:CreateUserProfile",
      resource: research.profile("new"),
      context: { ...own, "aws:RequestTag/studio:managed-by": "studio-onboarding" },
    },
    { name: "a domain", who, action: "sagemaker:CreateDomain", resource: sageMaker("domain/d-new"), context: own },
    {
      name: "what runs in everybody's apps",
      who,
      action: "sagemaker:CreateStudioLifecycleConfig",
      resource: sageMaker("studio-lifecycle-config/hook"),
      context: own,
    },
    {
      name: "a job",
      who,
      action: ["sagemaker:CreateTrainingJob", "sagemaker:StopTrainingJob"],
      resource: sageMaker("training-job/mine"),
    },
    {
      name: "a shell in a space, their own included",
      who,
      action: "sagemaker:StartSession",
      resource: research.space("notes"),
      // AWS sets no owner on it: no condition could limit it to one's own.
      context: { "sagemaker:OwnerUserProfileArn": research.profile(person) },
      ignored: ["sagemaker:OwnerUserProfileArn"],
    },
    { name: "an endpoint", who, action: "sagemaker:InvokeEndpoint", resource: sageMaker("endpoint/scores") },
    {
      name: "another partner's app",
      who,
      action: "sagemaker:CreatePartnerApp",
      resource: sageMaker("partner-app/app-1"),
    },
    {
      name: "any role, their own included",
      who,
      action: "iam:PassRole",
      resource: research.fraud.arn,
      context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
    },
    { name: "an admin's role", who, action: ["sts:AssumeRole", "sts:TagSession"], resource: admin },
    {
      name: "their own role's policies and tags",
      who,
      action: ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:TagRole", "iam:UpdateAssumeRolePolicy"],
      resource: research.fraud.arn,
    },
    { name: "every bucket", who, action: "s3:ListAllMyBuckets", resource: "*" },
    {
      name: "an image",
      who,
      action: ["ecr:SetRepositoryPolicy", "ecr:PutImage"],
      resource: arn("ecr", region, accountId, "repository/base"),
    },
    {
      name: "another's home in the domain",
      who,
      action: "elasticfilesystem:ClientRootAccess",
      resource: arn("elasticfilesystem", region, accountId, `file-system/${domainId}`),
    },
  ];
}
