import type { ActivityName } from "../../policies/personas";

/** AWS asks a queue's policy about that queue only: what else the statement would cover makes no difference. */
const OWN_QUEUE = "a queue's policy is asked about that queue only";

/** What sets the key of a condition on one action keeps a wildcard from reaching another. */
function onlyOn(key: string, action: string): string {
  return `AWS sets ${key} on ${action} alone; the linter refuses the wildcard`;
}

const PASSED = onlyOn("iam:PassedToService", "PassRole");
const TAGGED = onlyOn("sagemaker:TaggingAction", "AddTags");
const GRANTED = onlyOn("kms:GrantIsForAWSResource", "CreateGrant");

const RUNNING: readonly ActivityName[] = [
  "manage-jobs",
  "manage-models",
  "manage-endpoints",
  "manage-pipelines",
  "manage-experiments",
  "monitor-models",
  "feature-groups",
];

const UNASKED = "one statement for all types of an activity: AWS asks none of its actions about this one";
const WIDER_DENIAL = "a denial that reaches further, and nothing there is what a member of the studio needs";

/** Changes to a policy that no case notices, each with the reason why none can. */
export const SURVIVORS: Readonly<Record<string, string>> = {
  "private-spaces: OwnPrivateSpaces: any action of sagemaker:*":
    "AWS sets an owner and a sharing type on no other action on spaces; the linter refuses the wildcard",
  "private-spaces: AppsInOwnPrivateSpaces: any action of sagemaker:*":
    "AWS sets an owner and a sharing type on no other action on apps; the linter refuses the wildcard",
  "private-spaces: TagWhileCreating: any action of sagemaker:*": TAGGED,
  "private-spaces: GrantDomainKeyToVolumes: any action of kms:*": GRANTED,
  "provisioner: PassGroupRoles: any action of iam:*": PASSED,
  "provisioner that deletes shared spaces: PassGroupRoles: any action of iam:*": PASSED,
  "trust of the provisioner: Function: with ArnEqualsIfExists": "AWS sets aws:PrincipalArn on every request of a role",
  "trust of the reader: Function: with ArnEqualsIfExists": "AWS sets aws:PrincipalArn on every request of a role",
  ...Object.fromEntries(
    ["queue", "sweep queue", "dead letters"].flatMap((queue) => [
      [`${queue}: TlsOnly: resource 1 on everything`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 in any Region`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 in any account`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 and what begins alike`, OWN_QUEUE],
      [`${queue}: TlsOnly: with BoolIfExists`, "AWS sets aws:SecureTransport on every request"],
    ]),
  ),

  ...Object.fromEntries(
    RUNNING.flatMap((activity) => [
      [`${activity}: TagNew: any action of sagemaker:*`, TAGGED],
      [`${activity}: PassOwnRoles: any action of iam:*`, PASSED],
    ]),
  ),
  "studio-apps: TagNew: any action of sagemaker:*": TAGGED,
  "studio-apps: TagNewApps: any action of sagemaker:*": TAGGED,
  ...Object.fromEntries(
    ["studio-apps", "manage-pipelines", "feature-groups"].map((activity) => [
      `${activity}: TagOwn: any action of sagemaker:*`,
      "what else there is to do with such a thing of one's own is granted as it is",
    ]),
  ),
  ...Object.fromEntries(
    ["manage-endpoints: CreateOwn: 1", "manage-endpoints: CreateOwn: 3", "manage-experiments: CreateOwn: 5"].flatMap(
      (each) => {
        const [place, resource] = [each.slice(0, -2), each.slice(-1)];
        return [
          `without resource ${resource}`,
          `resource ${resource} in any Region`,
          `resource ${resource} in any account`,
        ].map((change) => [`${place} ${change}`, UNASKED]);
      },
    ),
  ),
  "search-and-visualize: SearchOwn: any action of sagemaker:*": onlyOn("the condition of a search", "Search"),
  "search-and-visualize: SearchOwn: with ForAnyValue":
    "AWS's data gives the key a single value; if a search may have two, ForAllValues asks for both",
  "access-aws-services: PutMetrics: any action of cloudwatch:*": onlyOn("cloudwatch:namespace", "PutMetricData"),
  "team data: LendTeamKeys: any action of kms:*": GRANTED,
  "profiles-by-hand: NameNewProfiles: any action of sagemaker:*": TAGGED,
  "profiles-by-hand: GiveGroupRoles: any action of iam:*": PASSED,
  "trust of federated roles: SignInWithName: any action of sts:*":
    "AWS sets SAML:aud on no other action; the linter refuses the wildcard",
  "a job with keys: LendVolumeKeys: any action of kms:*": GRANTED,
  "a job with keys: LendOutputKeys: any action of kms:*": GRANTED,
  "a job with keys: UseOutputKeys: without kms:Decrypt": "ReadOutputs grants it to everybody",
  "a job with keys: ReadOutputs: not there": "UseOutputKeys grants it to jobs",
  "manage-jobs with keys: LendVolumeKeys: any action of kms:*": GRANTED,

  "guardrails: OtherTeamsModels: any action of sagemaker:*": "AWS shows a model's ARN on no other action",
  "guardrails: NewWithoutTeam: any action of sagemaker:*": TAGGED,
  "guardrails: OthersSpacesAndApps: any action of sagemaker:*": "AWS sets an owner on no other action",
  "guardrails: SharedSpaces: any action of sagemaker:*": "AWS sets a sharing type on no other action",
  "guardrails: HomesOfEverybody: any action of sagemaker:*": "AWS shows a file system on no other action",
  ...Object.fromEntries(
    [
      ...[1, 2, 3, 4].flatMap((place) => [
        `TagsOfPeoplesThings: resource ${place} in any Region`,
        `TagsOfPeoplesThings: resource ${place} in any account`,
      ]),
      ...[1, 2, 3].map((place) => `BecomeAnother: resource ${place} and what begins alike`),
      "BecomeAnother: any action of sts:*",
      "TrackingServers: resource 1 on everything",
      "TrackingServers: resource 1 in any Region",
      "TrackingServers: resource 1 in any account",
    ].map((change) => [`guardrails: ${change}`, WIDER_DENIAL]),
  ),
  ...Object.fromEntries(
    ["OtherSubnets", "OtherSecurityGroups"].map((sid) => [
      `network limits: ${sid}: any action of sagemaker:*`,
      "besides these, only an administrator's actions take a network",
    ]),
  ),
  ...Object.fromEntries(
    ["OtherVolumeKeys", "OtherOutputKeys", "OtherOnlineStoreKeys", "OtherOfflineStoreKeys"].map((sid) => [
      `encryption limits: ${sid}: any action of sagemaker:*`,
      "besides these, only an administrator's actions take such a key",
    ]),
  ),
  "encryption limits: NoKeyToSay: without sagemaker:CreateMlflowTrackingServer":
    "the guardrails deny it to everybody anyway",
};
