import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import { job } from "./callers";
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
    return {
      allowed: [
        ...privateSpaces(scene, who, job(role), person),
        ...looking(scene, who, job(role), person),
        ...tagging(scene, who, team, otherTeam),
        ...logsAndKeys(scene, who),
      ],
      refused: administration(scene, role, person, team),
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

function privateSpaces({ research, researchTwo }: Scene, who: Caller, inJob: Caller, person: string): Allowed[] {
  const own = {
    "sagemaker:OwnerUserProfileArn": research.profile(person),
    "sagemaker:SpaceSharingType": "Private",
  };
  const owner = (arn: string | undefined, deniedBy = "OthersSpacesAndApps"): Change => ({
    context: { "sagemaker:OwnerUserProfileArn": arn },
    deniedBy,
  });
  const butNot: Record<string, Change> = {
    "another person's": owner(research.profile("ben")),
    "that of a person whose name begins alike": owner(research.profile(`${person}-2`)),
    "that of a namesake in another domain": owner(researchTwo.profile(person)),
    "a shared one": { context: { "sagemaker:SpaceSharingType": "Shared" }, deniedBy: "SharedSpaces" },
    "one of unknown sharing": { context: { "sagemaker:SpaceSharingType": undefined } },
    "from a job": { who: inJob, deniedBy: "OthersSpacesAndApps" },
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
        "one without an owner": owner(undefined, "SpacesWithoutOwner"),
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
        "one without an owner": owner(undefined, "OthersAppsWithoutOwner"),
        "in another studio's domain": { resource: researchTwo.app("notes") },
        "in a domain whose id begins alike": { resource: research.alike.app("notes") },
      },
    },
  ];
}

function looking({ research, researchTwo }: Scene, who: Caller, inJob: Caller, person: string): Allowed[] {
  const inTwo = "in another studio's domain";
  const alike = "in a domain whose id begins alike";
  const ownProfile = (action: string, others: Record<string, Change>, deniedBy?: string): Allowed => {
    const denied = deniedBy === undefined ? {} : { deniedBy };
    return {
      name: "their own profile",
      who,
      action,
      resource: research.profile(person),
      by: "OpenOwnProfile",
      butNot: {
        "another person's": { resource: research.profile("ben"), ...denied },
        "that of a person whose name begins alike": { resource: research.profile(`${person}-2`), ...denied },
        [inTwo]: { resource: researchTwo.profile(person), ...denied },
        "from a job": { who: inJob, ...denied },
        ...others,
      },
      ...(deniedBy && { deniedElsewhere: deniedBy }),
    };
  };
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
        "to change it": { action: "sagemaker:UpdateDomain", deniedBy: "Administration" },
        "to delete it": { action: "sagemaker:DeleteDomain", deniedBy: "Administration" },
      },
    },
    ownProfile("sagemaker:DescribeUserProfile", {
      "to change it": { action: "sagemaker:UpdateUserProfile", deniedBy: "Administration" },
      "to delete it": { action: "sagemaker:DeleteUserProfile", deniedBy: "Administration" },
    }),
    ownProfile("sagemaker:CreatePresignedDomainUrl", {}, "OthersProfiles"),
    {
      name: "anybody's space",
      who,
      action: "sagemaker:DescribeSpace",
      resource: research.space("somebodys"),
      by: "DescribeSpacesAndApps",
      butNot: {
        [inTwo]: { resource: researchTwo.space("somebodys") },
        [alike]: { resource: research.alike.space("somebodys") },
        "to open a shell in it": { action: "sagemaker:StartSession", deniedBy: "SessionsInOthersSpaces" },
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
  const onWhatExists = ["TagsOfOthersThings", "TagsOfPeoplesThings"];
  const teamOfWhatExists = [...onWhatExists, "TeamOfWhatExists"];
  const butNotWith = (
    deniedBy: readonly string[],
    elsewhere: Pick<Change, "deniedBy"> = {},
  ): Record<string, Change> => ({
    "on what exists": { context: { "sagemaker:TaggingAction": undefined }, deniedBy },
    "by another operation than its creation": { context: { "sagemaker:TaggingAction": "UpdateSpace" } },
    "on a profile": { resource: research.profile("ana"), ...elsewhere },
    "on the domain": { resource: research.domainArn, ...elsewhere },
    "to take tags away": {
      action: "sagemaker:DeleteTags",
      ignored: ["sagemaker:TaggingAction"],
      deniedBy,
    },
  });
  const butNot: Record<string, Change> = {
    ...butNotWith(teamOfWhatExists),
    "with another team's tag": { context: { "aws:RequestTag/team": otherTeam }, deniedBy: "OtherTeamsTag" },
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
      deniedElsewhere: "NewWithoutTeam",
      butNot: butNotWith(onWhatExists, { deniedBy: "NewWithoutTeam" }),
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

function administration({ arn, research }: Scene, role: Role, person: string, team: string): Table["refused"] {
  const { region, accountId, domainId } = research;
  const who = research.session(role, person);
  const own = { "aws:RequestTag/team": team, "aws:TagKeys": ["team"] };
  const sageMaker = (resource: string) => arn("sagemaker", region, accountId, resource);
  const admin = arn("iam", "", accountId, "role/Admin");
  return [
    {
      name: "a profile, their own included, however it is tagged",
      who,
      action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      resource: research.profile(person),
      context: { "aws:ResourceTag/studio:managed-by": "studio-onboarding", "aws:ResourceTag/team": team },
      deniedBy: "Administration",
    },
    {
      name: "a new profile",
      who,
      action: "sagemaker:CreateUserProfile",
      resource: research.profile("new"),
      context: { ...own, "aws:RequestTag/studio:managed-by": "studio-onboarding" },
      deniedBy: "Administration",
    },
    {
      name: "a domain",
      who,
      action: "sagemaker:CreateDomain",
      resource: sageMaker("domain/d-new"),
      context: own,
      deniedBy: "Administration",
    },
    {
      name: "what runs in everybody's apps",
      who,
      action: "sagemaker:CreateStudioLifecycleConfig",
      resource: sageMaker("studio-lifecycle-config/hook"),
      context: own,
      deniedBy: "Administration",
    },
    {
      name: "a job",
      who,
      action: "sagemaker:CreateTrainingJob",
      resource: sageMaker("training-job/mine"),
      context: own,
    },
    {
      name: "a job of their own team",
      who,
      action: "sagemaker:StopTrainingJob",
      resource: sageMaker("training-job/mine"),
      context: { "aws:ResourceTag/team": team },
    },
    {
      name: "a shell in their own space",
      who,
      action: "sagemaker:StartSession",
      resource: research.space("notes"),
      context: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": research.profile(person) },
    },
    {
      name: "a shell in a space, their own included, that does not say whose it is",
      who,
      action: "sagemaker:StartSession",
      resource: research.space("notes"),
      // AWS sets no owner on it: only the space's tag can say it.
      context: { "sagemaker:OwnerUserProfileArn": research.profile(person) },
      ignored: ["sagemaker:OwnerUserProfileArn"],
      deniedBy: "SessionsInOthersSpaces",
    },
    {
      name: "an endpoint of their own team",
      who,
      action: "sagemaker:InvokeEndpoint",
      resource: sageMaker("endpoint/scores"),
      context: { "aws:ResourceTag/team": team },
    },
    {
      name: "another partner's app",
      who,
      action: "sagemaker:CreatePartnerApp",
      resource: sageMaker("partner-app/app-1"),
      deniedBy: "Administration",
    },
    {
      name: "their own role",
      who,
      action: "iam:PassRole",
      resource: role.arn,
      context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
    },
    {
      name: "another team's role",
      who,
      action: "iam:PassRole",
      resource: (role === research.fraud ? research.platform : research.fraud).arn,
      context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
      deniedBy: "OthersRoles",
    },
    { name: "an admin's role", who, action: ["sts:AssumeRole", "sts:TagSession"], resource: admin },
    {
      name: "their own role's policies and tags",
      who,
      action: ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:TagRole", "iam:UpdateAssumeRolePolicy"],
      resource: role.arn,
      deniedBy: "Identities",
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
