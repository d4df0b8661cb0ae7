import { computeRolePath, executionRolePath, ONBOARDING_PATH, ROLE_TAG, TAG } from "../naming";
import { deny, denySageMaker } from "./deny";
import { OWN_TEAM, VISIBLE_TEAM } from "./own-team";
import { ownRoleArns } from "./run-with-own-roles";
import type { Conditions, Statement } from "./statement";
import { domainArn, ownProfileArn, type StudioScope, sageMakerArn } from "./studio-scope";

const RESOURCE_TEAM = `aws:ResourceTag/${TAG.team}`;
const REQUEST_TEAM = `aws:RequestTag/${TAG.team}`;
const OWNER = "sagemaker:OwnerUserProfileArn";

/** Tags are changed on what exists: AWS names the creating action otherwise. */
const ON_WHAT_EXISTS: Conditions = { Null: { "sagemaker:TaggingAction": "true" } };

const TAGGING = ["sagemaker:AddTags", "sagemaker:DeleteTags"];

/**
 * What no group role and no compute role may do, whatever else is attached to it, in parts that belong together. The
 * activities allow none of it; these denials hold for a group's own managed policies too, and for what an activity may
 * allow by mistake. They do not make a person of an administrator's policy: a permissions boundary does.
 */
export function guardrails(studio: StudioScope): readonly (readonly Statement[])[] {
  return [otherTeams(studio), tags(studio), otherPeople(studio), identities(studio), administration(studio)];
}

function otherTeams(studio: StudioScope): readonly Statement[] {
  const personal = [domainArn(studio, "app", "/*"), domainArn(studio, "space", "/*")];
  const models = (name: string) => ({ "sagemaker:ModelArn": sageMakerArn(studio, `model/${name}`) });
  return [
    // Not for what is a person's: when somebody moves, their spaces still bear the tag of the team they came from.
    deny("OtherTeamsThings", ["athena:*", "sagemaker:*"], {
      NotResource: [...personal, domainArn(studio, "user-profile", "/*")],
      Condition: { StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM }, Null: { [RESOURCE_TEAM]: "false" } },
    }),
    deny("OtherTeamsTag", ["sagemaker:*"], {
      Condition: { StringNotEquals: { [REQUEST_TEAM]: OWN_TEAM }, Null: { [REQUEST_TEAM]: "false" } },
    }),
    deny("OtherEndpoints", ["sagemaker:InvokeEndpoint*"], {
      Condition: { StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM } },
    }),
    // AWS shows the model's ARN and not its tags: only a name can say whose it is.
    deny(
      "OtherTeamsModels",
      ["sagemaker:CreateEndpointConfig", "sagemaker:CreateInferenceComponent", "sagemaker:CreateTransformJob"],
      {
        Condition: {
          "ForAnyValue:ArnLike": models("*--*"),
          "ForAnyValue:ArnNotLike": models(`\${aws:PrincipalTag/${ROLE_TAG.prefix}}*`),
        },
      },
    ),
    deny("SearchOfEverything", ["sagemaker:Search"], { Condition: { StringNotEquals: { [VISIBLE_TEAM]: OWN_TEAM } } }),
  ];
}

function tags(studio: StudioScope): readonly Statement[] {
  return [
    deny("TeamOfWhatExists", TAGGING, {
      Condition: { ...ON_WHAT_EXISTS, "ForAnyValue:StringEqualsIgnoreCase": { "aws:TagKeys": [TAG.team] } },
    }),
    deny("TagsOfOthersThings", TAGGING, {
      Condition: { ...ON_WHAT_EXISTS, StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM } },
    }),
    // They say whose profile or space it is.
    deny("TagsOfPeoplesThings", TAGGING, {
      Resource: ["app/*", "domain/*", "space/*", "user-profile/*"].map((each) => sageMakerArn(studio, each)),
      Condition: ON_WHAT_EXISTS,
    }),
    // Studio itself tags spaces and apps, in requests of their own.
    deny("NewWithoutTeam", ["sagemaker:AddTags"], {
      NotResource: [domainArn(studio, "app", "/*"), domainArn(studio, "space", "/*")],
      Condition: { Null: { "sagemaker:TaggingAction": "false" }, StringNotEquals: { [REQUEST_TEAM]: OWN_TEAM } },
    }),
    // IAM does not tell "Team" from "team" when it compares; SageMaker keeps both.
    deny("TeamInAnotherCase", ["sagemaker:*"], {
      Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": otherSpellings(TAG.team) } },
    }),
  ];
}

function otherPeople(studio: StudioScope): readonly Statement[] {
  const own = ownProfileArn(studio);
  const spaces = ["sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"];
  const apps = ["sagemaker:CreateApp", "sagemaker:DeleteApp"];
  return [
    deny("OthersProfiles", ["sagemaker:CreatePresignedDomainUrl"], { NotResource: [own] }),
    deny("OthersSpacesAndApps", [...apps, ...spaces], {
      Condition: { ArnNotEquals: { [OWNER]: own }, Null: { [OWNER]: "false" } },
    }),
    deny("OthersAppsWithoutOwner", apps, {
      NotResource: [domainArn(studio, "app", "/${sagemaker:UserProfileName}/*")],
      Condition: { Null: { [OWNER]: "true" } },
    }),
    deny("SpacesWithoutOwner", spaces, { Condition: { Null: { [OWNER]: "true" } } }),
    // Whoever works in a shared space runs with the role of it, or as somebody else.
    deny("SharedSpaces", [...apps, ...spaces], {
      Condition: { StringEquals: { "sagemaker:SpaceSharingType": "Shared" } },
    }),
    deny("SessionsInOthersSpaces", ["sagemaker:StartSession"], {
      Condition: { StringNotEquals: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": own } },
    }),
    // A job could mount the file system with everybody's homes, from its root, in any of its channels.
    deny("HomesOfEverybody", ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateTrainingJob"], {
      Condition: { "ForAnyValue:StringEquals": { "sagemaker:FileSystemId": studio.homeFileSystemId } },
    }),
  ];
}

function identities(studio: StudioScope): readonly Statement[] {
  const { partition, accountId, name } = studio;
  const roles = (path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
  return [
    deny("OthersRoles", ["iam:PassRole"], { NotResource: ownRoleArns(studio) }),
    deny("RolesForOtherServices", ["iam:PassRole"], {
      Condition: { StringNotEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    }),
    deny(
      "Identities",
      [
        "Accept*",
        "Add*",
        "Associate*",
        "Attach*",
        "Change*",
        "Create*",
        "Deactivate*",
        "Delete*",
        "Detach*",
        "Disable*",
        "Enable*",
        "Put*",
        "Reject*",
        "Remove*",
        "Reset*",
        "Resync*",
        "Send*",
        "Set*",
        "Tag*",
        "Untag*",
        "Update*",
        "Upload*",
      ].map((action) => `iam:${action}`),
    ),
    deny("BecomeAnother", ["sts:AssumeRole", "sts:TagSession"], {
      Resource: [roles(executionRolePath(name)), roles(computeRolePath(name)), roles(ONBOARDING_PATH)],
    }),
  ];
}

function administration(studio: StudioScope): readonly Statement[] {
  return [
    deny("TagsOfWorkgroups", ["athena:TagResource", "athena:UntagResource"]),
    denySageMaker("Administration", [
      "*ClusterNode*",
      "*ModelPackageGroupPolicy",
      "*ResourcePolicy",
      "*ServicecatalogPortfolio",
      "Create*LifecycleConfig",
      "CreateCluster*",
      "CreateComputeQuota",
      "CreateDomain",
      "CreateLineageGroupPolicy",
      "CreatePartnerApp*",
      "CreateReservedCapacity",
      "CreateTrainingPlan",
      "CreateUserProfile",
      "CreateWork*",
      "Delete*LifecycleConfig",
      "DeleteCluster*",
      "DeleteComputeQuota",
      "DeleteDomain",
      "DeleteLineageGroupPolicy",
      "DeletePartnerApp",
      "DeleteUserProfile",
      "DeleteWork*",
      "ExtendTrainingPlan",
      "PutLineageGroupPolicy",
      "StartCluster*",
      "Update*LifecycleConfig",
      "UpdateCluster*",
      "UpdateComputeQuota",
      "UpdateDomain",
      "UpdatePartnerApp",
      "UpdateUserProfile",
      "UpdateWork*",
    ]),
    // What everybody uses, and what AWS compares no tags on.
    denySageMaker("WhatIsNobodysAlone", [
      "*HumanLoop*",
      "*MlflowTrackingServer*",
      "*SharedModel*",
      "CreateHub",
      "CreateHubContentReference",
      "CreateImage*",
      "CreatePresignedNotebookInstanceUrl",
      "DeleteHub*",
      "DeleteImage*",
      "ImportHubContent",
      "UpdateHub*",
      "UpdateImage*",
      "UpdateMonitoringAlert",
    ]),
    deny("TrackingServers", ["sagemaker-mlflow:*"], { Resource: [sageMakerArn(studio, "mlflow-tracking-server/*")] }),
  ];
}

/** All spellings of a lower-case word but the word itself. */
function otherSpellings(word: string): string[] {
  return [...word]
    .reduce<string[]>(
      (starts, letter) => starts.flatMap((start) => [start + letter, start + letter.toUpperCase()]),
      [""],
    )
    .filter((spelling) => spelling !== word);
}
