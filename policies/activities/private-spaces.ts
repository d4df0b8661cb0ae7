import { TAG } from "../../naming";
import { lend } from "../encryption";
import { openStudio } from "../open-studio";
import { OWN_TEAM } from "../own-team";
import type { Conditions, Statement } from "../statement";
import { domainArn, ownProfileArn, type StudioScope } from "../studio-scope";

/**
 * Open Studio and work in one's own private spaces, in JupyterLab and Code Editor.
 *
 * `sagemaker:UserProfileName` is the profile of the session that calls: one policy serves everybody, and where the key
 * is absent nothing matches. Shared spaces and apps without an owner are left out on purpose: whoever may start an app
 * in them runs as somebody else.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-admin-guide-permissions.html
 */
export function privateSpaces(studio: StudioScope): readonly Statement[] {
  const spaces = domainArn(studio, "space", "/*");
  const apps = domainArn(studio, "app", "/*");
  const ownPrivateSpace: Conditions = {
    ArnEquals: { "sagemaker:OwnerUserProfileArn": ownProfileArn(studio) },
    StringEquals: { "sagemaker:SpaceSharingType": "Private" },
  };
  return [
    ...openStudio(studio),
    {
      Sid: "OwnPrivateSpaces",
      Effect: "Allow",
      Action: ["sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"],
      Resource: [spaces],
      Condition: ownPrivateSpace,
      wildcard: "a space's name is the person's choice; the conditions limit it to the person's own private ones",
    },
    {
      Sid: "AppsInOwnPrivateSpaces",
      Effect: "Allow",
      Action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
      Resource: [apps],
      Condition: ownPrivateSpace,
      wildcard: "an app's name is Studio's choice; the conditions limit it to the person's own private spaces",
    },
    {
      Sid: "TagWhileCreating",
      Effect: "Allow",
      Action: ["sagemaker:AddTags"],
      Resource: [apps, spaces],
      Condition: {
        // Never on what exists: whoever may re-tag passes every tag comparison. The domain passes the profile's own tags
        // on to what is made, so the keys are left open; nothing but `team` is compared on spaces and apps.
        StringEquals: { "sagemaker:TaggingAction": ["CreateApp", "CreateSpace"] },
        StringEqualsIfExists: { [`aws:RequestTag/${TAG.team}`]: OWN_TEAM },
      },
      wildcard: "the names are free; only while creating, and only with the own team's tag",
    },
    {
      Sid: "WriteAppLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:${studio.partition}:logs:${studio.region}:${studio.accountId}:log-group:/aws/sagemaker/studio:*`],
      wildcard: "Studio names the log streams; the log group is its own",
    },
    ...(studio.kmsKeyArn === undefined ? [] : encryptedVolumes(studio.kmsKeyArn)),
  ];
}

/**
 * What starting an app needs where the domain has a customer managed key.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
function encryptedVolumes(kmsKeyArn: string): readonly Statement[] {
  return [
    { Sid: "DescribeDomainKey", Effect: "Allow", Action: ["kms:DescribeKey"], Resource: [kmsKeyArn] },
    lend("GrantDomainKeyToVolumes", [kmsKeyArn]),
  ];
}
