import { computeRolePath, executionRolePath, ONBOARDING_PATH, TAG } from "../naming";
import { OWN_TEAM } from "./own-team";
import { ownRoleArns } from "./run-with-own-roles";
import type { Conditions, Statement } from "./statement";
import { domainArn, ownProfileArn, type StudioScope } from "./studio-scope";

const RESOURCE_TEAM = `aws:ResourceTag/${TAG.team}`;
const REQUEST_TEAM = `aws:RequestTag/${TAG.team}`;

/** Tags are changed on what exists: AWS names the creating action otherwise. */
const ON_WHAT_EXISTS: Conditions = { Null: { "sagemaker:TaggingAction": "true" } };

const DENIAL = "a denial, for whatever it names";

/**
 * What no group role and no compute role may do, whatever else is attached to it. The activities allow none of it; these
 * denials hold for a group's own managed policies too, and for what an activity may allow by mistake.
 */
export function guardrails(studio: StudioScope): readonly Statement[] {
  return [...otherTeams(studio), ...tags(studio), ...otherPeople(studio), ...identities(studio), ...administration()];
}

function otherTeams(studio: StudioScope): readonly Statement[] {
  return [
    {
      // Not for what is a person's: when somebody moves, their spaces still bear the tag of the team they came from.
      Sid: "OtherTeamsThings",
      Effect: "Deny",
      Action: ["sagemaker:*"],
      NotResource: [
        domainArn(studio, "app", "/*"),
        domainArn(studio, "space", "/*"),
        domainArn(studio, "user-profile", "/*"),
      ],
      Condition: { StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM }, Null: { [RESOURCE_TEAM]: "false" } },
      wildcard: DENIAL,
    },
    {
      Sid: "OtherTeamsTag",
      Effect: "Deny",
      Action: ["sagemaker:*"],
      Resource: ["*"],
      Condition: { StringNotEquals: { [REQUEST_TEAM]: OWN_TEAM }, Null: { [REQUEST_TEAM]: "false" } },
      wildcard: DENIAL,
    },
    {
      Sid: "OtherEndpoints",
      Effect: "Deny",
      Action: ["sagemaker:InvokeEndpoint*"],
      Resource: ["*"],
      Condition: { StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM } },
      wildcard: DENIAL,
    },
  ];
}

function tags(studio: StudioScope): readonly Statement[] {
  const action = ["sagemaker:AddTags", "sagemaker:DeleteTags"];
  return [
    {
      Sid: "TeamOfWhatExists",
      Effect: "Deny",
      Action: action,
      Resource: ["*"],
      Condition: { ...ON_WHAT_EXISTS, "ForAnyValue:StringEqualsIgnoreCase": { "aws:TagKeys": [TAG.team] } },
      wildcard: DENIAL,
    },
    {
      Sid: "TagsOfOthersThings",
      Effect: "Deny",
      Action: action,
      Resource: ["*"],
      Condition: { ...ON_WHAT_EXISTS, StringNotEquals: { [RESOURCE_TEAM]: OWN_TEAM } },
      wildcard: DENIAL,
    },
    {
      // They say whose profile or space it is.
      Sid: "TagsOfPeoplesThings",
      Effect: "Deny",
      Action: action,
      Resource: [
        domainArn(studio, "app", "/*"),
        domainArn(studio, "domain"),
        domainArn(studio, "space", "/*"),
        domainArn(studio, "user-profile", "/*"),
      ],
      Condition: ON_WHAT_EXISTS,
      wildcard: DENIAL,
    },
    {
      // IAM does not tell "Team" from "team" when it compares; SageMaker keeps both.
      Sid: "TeamInAnotherCase",
      Effect: "Deny",
      Action: ["sagemaker:*"],
      Resource: ["*"],
      Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": otherSpellings(TAG.team) } },
      wildcard: DENIAL,
    },
  ];
}

function otherPeople(studio: StudioScope): readonly Statement[] {
  const own = ownProfileArn(studio);
  const owner = "sagemaker:OwnerUserProfileArn";
  const madeBy = "sagemaker:ResourceTag/sagemaker:user-profile-arn";
  return [
    {
      Sid: "OthersProfiles",
      Effect: "Deny",
      Action: ["sagemaker:CreatePresignedDomainUrl"],
      NotResource: [own],
    },
    {
      Sid: "OthersSpacesAndApps",
      Effect: "Deny",
      Action: [
        "sagemaker:CreateApp",
        "sagemaker:CreateSpace",
        "sagemaker:DeleteApp",
        "sagemaker:DeleteSpace",
        "sagemaker:UpdateSpace",
      ],
      Resource: ["*"],
      Condition: { ArnNotEquals: { [owner]: own }, Null: { [owner]: "false" } },
      wildcard: DENIAL,
    },
    {
      Sid: "SessionsInOthersSpaces",
      Effect: "Deny",
      Action: ["sagemaker:StartSession"],
      Resource: ["*"],
      Condition: { StringNotEquals: { [madeBy]: own } },
      wildcard: DENIAL,
    },
    {
      // A job could mount the file system with everybody's homes, from its root.
      Sid: "HomesOfEverybody",
      Effect: "Deny",
      Action: ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateTrainingJob"],
      Resource: ["*"],
      Condition: { StringEquals: { "sagemaker:FileSystemId": studio.homeFileSystemId } },
      wildcard: DENIAL,
    },
  ];
}

function identities(studio: StudioScope): readonly Statement[] {
  const { partition, accountId, name } = studio;
  const roles = (path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
  return [
    { Sid: "OthersRoles", Effect: "Deny", Action: ["iam:PassRole"], NotResource: ownRoleArns(studio) },
    {
      Sid: "RolesForOtherServices",
      Effect: "Deny",
      Action: ["iam:PassRole"],
      Resource: ["*"],
      Condition: { StringNotEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      wildcard: DENIAL,
    },
    {
      Sid: "Identities",
      Effect: "Deny",
      Action: [
        ...[
          "Add",
          "Attach",
          "Create",
          "Deactivate",
          "Delete",
          "Detach",
          "Put",
          "Remove",
          "Set",
          "Tag",
          "Untag",
          "Update",
        ].map((verb) => `iam:${verb}*`),
      ],
      Resource: ["*"],
      wildcard: DENIAL,
    },
    {
      Sid: "BecomeAnother",
      Effect: "Deny",
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Resource: [roles(executionRolePath(name)), roles(computeRolePath(name)), roles(ONBOARDING_PATH)],
      wildcard: DENIAL,
    },
  ];
}

function administration(): readonly Statement[] {
  return [
    {
      Sid: "Administration",
      Effect: "Deny",
      Action: [
        "athena:TagResource",
        "athena:UntagResource",
        ...[
          "*ClusterNode*",
          "*LineageGroupPolicy",
          "*ServicecatalogPortfolio",
          "Create*LifecycleConfig",
          "CreateCluster*",
          "CreateComputeQuota",
          "CreateDomain",
          "CreatePartnerApp*",
          "CreateReservedCapacity",
          "CreateTrainingPlan",
          "CreateUserProfile",
          "CreateWork*",
          "Delete*LifecycleConfig",
          "DeleteCluster*",
          "DeleteComputeQuota",
          "DeleteDomain",
          "DeletePartnerApp",
          "DeleteUserProfile",
          "DeleteWork*",
          "ExtendTrainingPlan",
          "*ModelPackageGroupPolicy",
          "*ResourcePolicy",
          "StartCluster*",
          "Update*LifecycleConfig",
          "UpdateCluster*",
          "UpdateComputeQuota",
          "UpdateDomain",
          "UpdatePartnerApp",
          "UpdateUserProfile",
          "UpdateWork*",
        ].map((action) => `sagemaker:${action}`),
      ],
      Resource: ["*"],
      wildcard: DENIAL,
    },
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
