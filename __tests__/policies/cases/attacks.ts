import { MANAGED_BY, TAG } from "../../../naming";
import type { Caller } from "../../../rehearsal/policy-simulator";
import { FOREIGN_ACCOUNT, HOME_ACCOUNT } from "../synthesized";
import { type Attack, deniedBy, type Step, stepRows } from "./attack";
import { attacksOnRemoval } from "./attacks-on-removal";
import { outsider, service, trustOfAccount } from "./callers";
import type { Scene } from "./scene";
import type { Row } from "./table";

/** Chains that worked against policies like these before, and new ones against these. */
export function attacks(scene: Scene): Row[] {
  return [...byPeople(scene), ...byTheFunctions(scene), ...fromOutside(scene), ...attacksOnRemoval(scene)].flatMap(
    stepRows,
  );
}

function byPeople({ arn, research, researchTwo }: Scene): Attack[] {
  const ana = research.session(research.fraud, "ana");
  const admin = arn("iam", "", research.accountId, "role/Admin");
  const mine = { "aws:RequestTag/team": "fraud", "aws:TagKeys": ["team"] };
  const isMine = { "aws:ResourceTag/team": "fraud", "sagemaker:ResourceTag/team": "fraud" };
  const toSageMaker = { "iam:PassedToService": "sagemaker.amazonaws.com" };
  const patsPrivate = {
    "sagemaker:OwnerUserProfileArn": research.profile("pat"),
    "sagemaker:SpaceSharingType": "Private",
  };
  const experiment = arn("sagemaker", research.region, research.accountId, "experiment/pats");
  const job = arn("sagemaker", research.region, research.accountId, "training-job/anas");
  const no = { who: ana, verdict: "ImplicitlyDenied" } as const;
  return [
    {
      name: "re-tag another team's experiment, then delete it",
      steps: [
        {
          ...no,
          ...deniedBy("TagsOfOthersThings", "TeamOfWhatExists"),
          does: "tag it as one's own",
          action: "sagemaker:AddTags",
          resource: experiment,
          context: mine,
        },
        { ...no, does: "delete it", action: "sagemaker:DeleteExperiment", resource: experiment, context: isMine },
      ],
    },
    {
      name: "re-tag another team's space, then delete it",
      steps: [
        {
          ...no,
          ...deniedBy("TagsOfOthersThings", "TagsOfPeoplesThings", "TeamOfWhatExists"),
          does: "tag it as one's own",
          action: "sagemaker:AddTags",
          resource: research.space("pats"),
          context: mine,
        },
        {
          ...no,
          ...deniedBy("OthersSpacesAndApps"),
          does: "delete its app",
          action: "sagemaker:DeleteApp",
          resource: research.app("pats"),
          context: patsPrivate,
        },
        {
          ...no,
          ...deniedBy("OthersSpacesAndApps"),
          does: "delete it",
          action: "sagemaker:DeleteSpace",
          resource: research.space("pats"),
          context: { ...patsPrivate, ...isMine },
        },
      ],
    },
    {
      name: "tag the domain as one's own, then change it",
      steps: [
        {
          ...no,
          ...deniedBy("TagsOfOthersThings", "TagsOfPeoplesThings", "TeamOfWhatExists"),
          does: "tag it",
          action: "sagemaker:AddTags",
          resource: research.domainArn,
          context: mine,
        },
        {
          ...no,
          ...deniedBy("Administration"),
          does: "change it",
          action: "sagemaker:UpdateDomain",
          resource: research.domainArn,
          context: isMine,
        },
        {
          ...no,
          ...deniedBy("OthersRoles"),
          does: "give it an admin's role",
          action: "iam:PassRole",
          resource: admin,
          context: toSageMaker,
        },
      ],
    },
    {
      name: "write one's own name on somebody's profile, then open it",
      steps: [
        {
          ...no,
          ...deniedBy("TagsOfOthersThings", "TagsOfPeoplesThings"),
          does: "write the name",
          action: "sagemaker:AddTags",
          resource: research.profile("pat"),
          context: { [`aws:RequestTag/${TAG.userName}`]: "ana", "aws:TagKeys": [TAG.userName] },
        },
        {
          ...no,
          ...deniedBy("OthersProfiles"),
          does: "open the profile",
          action: "sagemaker:CreatePresignedDomainUrl",
          resource: research.profile("pat"),
          context: { [`aws:ResourceTag/${TAG.userName}`]: "ana" },
        },
      ],
    },
    {
      name: "run a training job with an admin's role",
      steps: [
        { ...no, does: "create the job", action: "sagemaker:CreateTrainingJob", resource: job, context: mine },
        {
          ...no,
          ...deniedBy("OthersRoles"),
          does: "pass it the role",
          action: "iam:PassRole",
          resource: admin,
          context: toSageMaker,
        },
      ],
    },
    {
      name: "run a training job with another team's role",
      steps: [
        { ...no, does: "create the job", action: "sagemaker:CreateTrainingJob", resource: job, context: mine },
        {
          ...no,
          ...deniedBy("OthersRoles"),
          does: "pass it the role",
          action: "iam:PassRole",
          resource: research.platform.arn,
          context: toSageMaker,
        },
        {
          ...no,
          ...deniedBy("BecomeAnother"),
          does: "or take the role on",
          action: "sts:AssumeRole",
          resource: research.platform.arn,
        },
      ],
    },
    {
      name: "create a profile with an admin's role, then open it",
      steps: [
        {
          ...no,
          ...deniedBy("Administration"),
          does: "create it",
          action: "sagemaker:CreateUserProfile",
          resource: research.profile("second"),
          context: { ...mine, [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY },
        },
        {
          ...no,
          ...deniedBy("OthersRoles"),
          does: "pass it the role",
          action: "iam:PassRole",
          resource: admin,
          context: toSageMaker,
        },
        {
          ...no,
          ...deniedBy("OthersProfiles"),
          does: "open it",
          action: "sagemaker:CreatePresignedDomainUrl",
          resource: research.profile("second"),
        },
      ],
    },
    {
      name: "tag one's own profile, then change its role",
      steps: [
        {
          ...no,
          ...deniedBy("TagsOfOthersThings", "TagsOfPeoplesThings", "TeamOfWhatExists"),
          does: "tag it",
          action: "sagemaker:AddTags",
          resource: research.profile("ana"),
          context: { ...mine, [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY },
        },
        {
          ...no,
          ...deniedBy("Administration"),
          does: "change its role",
          action: "sagemaker:UpdateUserProfile",
          resource: research.profile("ana"),
          context: { ...isMine, [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY },
        },
        {
          ...no,
          ...deniedBy("OthersRoles"),
          does: "pass it the role",
          action: "iam:PassRole",
          resource: research.platform.arn,
          context: toSageMaker,
        },
      ],
    },
    {
      name: "make one's own space somebody else's, then run as them",
      steps: [
        {
          does: "create a space",
          who: ana,
          action: "sagemaker:CreateSpace",
          resource: research.space("bait"),
          context: { ...patsPrivate, "sagemaker:OwnerUserProfileArn": research.profile("ana") },
          verdict: "Allowed",
          by: ["OwnPrivateSpaces"],
        },
        {
          ...no,
          ...deniedBy("OthersSpacesAndApps"),
          does: "give it away",
          action: "sagemaker:UpdateSpace",
          resource: research.space("bait"),
          context: patsPrivate,
        },
        {
          ...no,
          ...deniedBy("SharedSpaces"),
          does: "or share it",
          action: "sagemaker:UpdateSpace",
          resource: research.space("bait"),
          context: { "sagemaker:OwnerUserProfileArn": research.profile("ana"), "sagemaker:SpaceSharingType": "Shared" },
        },
        {
          ...no,
          ...deniedBy("OthersSpacesAndApps"),
          does: "start its app",
          action: "sagemaker:CreateApp",
          resource: research.app("bait"),
          context: patsPrivate,
        },
        {
          ...no,
          ...deniedBy("SessionsInOthersSpaces"),
          does: "open a shell in it",
          action: "sagemaker:StartSession",
          resource: research.space("bait"),
        },
      ],
    },
    {
      name: "use a namesake's profile in another studio",
      steps: [
        {
          ...no,
          ...deniedBy("OthersProfiles"),
          does: "open it",
          action: "sagemaker:CreatePresignedDomainUrl",
          resource: researchTwo.profile("ana"),
        },
        {
          ...no,
          ...deniedBy("OthersSpacesAndApps"),
          does: "start an app in its space",
          action: "sagemaker:CreateApp",
          resource: researchTwo.app("anas"),
          context: {
            "sagemaker:OwnerUserProfileArn": researchTwo.profile("ana"),
            "sagemaker:SpaceSharingType": "Private",
          },
        },
      ],
    },
    {
      name: "lift the account's key",
      steps: [
        {
          ...no,
          does: "grant oneself its use",
          action: "kms:CreateGrant",
          resource: research.keyArn ?? "",
          context: { "kms:GrantIsForAWSResource": "false" },
        },
        { ...no, does: "or change its policy", action: "kms:PutKeyPolicy", resource: research.keyArn ?? "" },
      ],
    },
  ];
}

/** Somebody runs their own code in the onboarding function: what is theirs then, and what is not. */
function byTheFunctions(scene: Scene): Attack[] {
  const { arn, onboarding, research, researchTwo } = scene;
  const code: Caller = { kind: "role", role: onboarding };
  const provisioner: Caller = { kind: "role", role: research.provisioner };
  const admin = arn("iam", "", research.accountId, "role/Admin");
  const marks = { [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY, "aws:TagKeys": [TAG.managedBy] };
  const marked = { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY };
  const toSageMaker = { "iam:PassedToService": "sagemaker.amazonaws.com" };
  return [
    {
      name: "adopt an administrator's profile, then give it an admin's role",
      steps: [
        {
          // Adoption is what the mark is for: whoever holds the provisioner role holds every profile of the domain.
          does: "mark it",
          who: provisioner,
          action: "sagemaker:AddTags",
          resource: research.profile("root"),
          context: marks,
          verdict: "Allowed",
          by: ["MarkProfiles"],
        },
        {
          does: "change it",
          who: provisioner,
          action: "sagemaker:UpdateUserProfile",
          resource: research.profile("root"),
          context: marked,
          verdict: "Allowed",
          by: ["ChangeMarkedProfiles"],
        },
        {
          does: "pass it an admin's role",
          who: provisioner,
          action: "iam:PassRole",
          resource: admin,
          context: toSageMaker,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "or the provisioner's",
          who: provisioner,
          action: "iam:PassRole",
          resource: research.provisioner.arn,
          context: toSageMaker,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "or a new role under the studio's path",
          who: provisioner,
          action: "iam:CreateRole",
          resource: arn("iam", "", research.accountId, "role/studio/research/mine"),
          verdict: "ImplicitlyDenied",
        },
        {
          does: "and open it",
          who: provisioner,
          action: "sagemaker:CreatePresignedDomainUrl",
          resource: research.profile("root"),
          context: marked,
          verdict: "ImplicitlyDenied",
        },
      ],
    },
    {
      name: "become anything from the function",
      steps: [
        {
          does: "take on a role that trusts the whole account",
          who: code,
          action: "sts:AssumeRole",
          resource: admin,
          resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
          verdict: "ImplicitlyDenied",
        },
        {
          does: "take on the reader, which is for the sweep",
          who: code,
          action: "sts:AssumeRole",
          resource: research.reader.arn,
          verdict: "ImplicitlyDenied",
        },
        {
          // A hint makes the function look, and gives nobody anything.
          does: "write hints for others",
          who: code,
          action: "sqs:SendMessage",
          resource: scene.membershipQueueArn,
          verdict: "Allowed",
          by: ["SendMessages"],
        },
        {
          does: "take away what the sweep is asked for",
          who: code,
          action: "sqs:DeleteMessage",
          resource: scene.sweepQueueArn,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "take away what was given up",
          who: code,
          action: "sqs:DeleteMessage",
          resource: scene.deadLettersArn,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "join a group",
          who: code,
          action: "identitystore:CreateGroupMembership",
          resource: arn("identitystore", "", "", "group/0123456789-fraud"),
          verdict: "ImplicitlyDenied",
        },
      ],
    },
    {
      name: "go from one studio to the other",
      steps: [
        {
          does: "mark a profile there",
          who: provisioner,
          action: "sagemaker:AddTags",
          resource: researchTwo.profile("ana"),
          context: marks,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "change it",
          who: provisioner,
          action: "sagemaker:UpdateUserProfile",
          resource: researchTwo.profile("ana"),
          context: marked,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "give one's own profile the role from there",
          who: provisioner,
          action: "iam:PassRole",
          resource: researchTwo.fraud.arn,
          context: toSageMaker,
          verdict: "ImplicitlyDenied",
        },
      ],
    },
  ];
}

function fromOutside(scene: Scene): Attack[] {
  const { research, arn, homeRegion } = scene;
  const theirDomain = arn("sagemaker", research.region, FOREIGN_ACCOUNT, "domain/d-0123456789ab");
  const theirRule = (name: string) => arn("events", homeRegion, FOREIGN_ACCOUNT, `rule/${name}`);
  const intruder = outsider(scene, FOREIGN_ACCOUNT, "studio-onboarding/studio-onboarding");
  return [
    {
      name: "have SageMaker in another account use a team's role",
      steps: [
        {
          does: "take it on for a domain there",
          who: service("sagemaker.amazonaws.com"),
          action: "sts:AssumeRole",
          resource: research.fraud.arn,
          context: { "aws:SourceArn": theirDomain, "aws:SourceAccount": FOREIGN_ACCOUNT },
          verdict: "ImplicitlyDenied",
        },
        {
          does: "or with the right account and a domain there",
          who: service("sagemaker.amazonaws.com"),
          action: "sts:AssumeRole",
          resource: research.fraud.arn,
          context: { "aws:SourceArn": theirDomain, "aws:SourceAccount": research.accountId },
          verdict: "ImplicitlyDenied",
        },
      ],
    },
    {
      name: "send hints from another account",
      steps: [
        {
          does: "through a rule of the same name",
          who: service("events.amazonaws.com"),
          action: "sqs:SendMessage",
          resource: scene.membershipQueueArn,
          context: { "aws:SourceArn": theirRule("studio-membership-cloudtrail") },
          verdict: "ImplicitlyDenied",
        },
        {
          does: "through a schedule of the same name",
          who: service("events.amazonaws.com"),
          action: "sqs:SendMessage",
          resource: scene.sweepQueueArn,
          context: { "aws:SourceArn": theirRule("studio-sweep") },
          verdict: "ImplicitlyDenied",
        },
        ...[scene.membershipQueueArn, scene.sweepQueueArn, scene.deadLettersArn].map(
          (resource): Step => ({
            does: `directly to ${resource.split(":").at(-1)}`,
            who: intruder,
            action: "sqs:SendMessage",
            resource,
            verdict: "ImplicitlyDenied",
          }),
        ),
      ],
    },
    {
      name: "name a role in another account like the function's",
      steps: [
        {
          does: "become the provisioner",
          who: intruder,
          action: "sts:AssumeRole",
          resource: research.provisioner.arn,
          verdict: "ImplicitlyDenied",
        },
        {
          does: "become the reader",
          who: outsider(scene, FOREIGN_ACCOUNT, "studio-onboarding/studio-sweep"),
          action: "sts:AssumeRole",
          resource: research.reader.arn,
          verdict: "ImplicitlyDenied",
        },
      ],
    },
  ];
}
