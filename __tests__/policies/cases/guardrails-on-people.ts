import { FOREIGN_ACCOUNT } from "../synthesized";
import { trustOfAccount } from "./callers";
import { type Guarded, type Kept, leftAlone } from "./guarded";
import { oneOf } from "./own-things";
import { type Denied, EVERYTHING } from "./table";
import { TO_SAGEMAKER, tagging } from "./tags";

export function people({ library, side, who, inJob }: Kept): Guarded {
  const { person } = side;
  const open = "sagemaker:CreatePresignedDomainUrl";
  const spaces = ["sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"];
  const apps = ["sagemaker:CreateApp", "sagemaker:DeleteApp"];
  const own = library.profile(person);
  const owner = "sagemaker:OwnerUserProfileArn";
  const madeBy = "sagemaker:ResourceTag/sagemaker:user-profile-arn";
  const sharing = "sagemaker:SpaceSharingType";
  const ofOthers = (action: readonly string[], resource: string, withoutOwner: string): Denied => ({
    name: "what another person owns",
    who,
    action,
    resource,
    context: { [owner]: library.profile("ben"), [sharing]: "Private" },
    by: "OthersSpacesAndApps",
    unless: {
      "it is their own": { context: { [owner]: own } },
      "it has no owner": { context: { [owner]: undefined }, deniedBy: withoutOwner },
      "it is their own, and shared": { context: { [owner]: own, [sharing]: "Shared" }, deniedBy: "SharedSpaces" },
      "it is their own, and of unknown sharing": { context: { [owner]: own, [sharing]: undefined } },
      "its owner's name begins alike": {
        context: { [owner]: library.profile(`${person}-2`) },
        deniedBy: "OthersSpacesAndApps",
      },
      "its owner is a namesake in another domain": {
        context: { [owner]: library.alike.profile(person) },
        deniedBy: "OthersSpacesAndApps",
      },
      "it is their own, from a job": { who: inJob, context: { [owner]: own }, deniedBy: "OthersSpacesAndApps" },
    },
  });
  return {
    allowed: [
      {
        name: "their own Studio",
        who,
        action: open,
        resource: own,
        by: EVERYTHING,
        deniedElsewhere: "OthersProfiles",
        butNot: {
          "another person's": { resource: library.profile("ben"), deniedBy: "OthersProfiles" },
          "that of a person whose name begins alike": {
            resource: library.profile(`${person}-2`),
            deniedBy: "OthersProfiles",
          },
          "in a domain whose id begins alike": { resource: library.alike.profile(person), deniedBy: "OthersProfiles" },
          "from a job": { who: inJob, deniedBy: "OthersProfiles" },
        },
      },
      leftAlone({
        name: "another person's profile, to look at",
        who,
        action: "sagemaker:DescribeUserProfile",
        resource: library.profile("ben"),
      }),
    ],
    denied: [
      ofOthers(spaces, library.space("bens"), "SpacesWithoutOwner"),
      ofOthers(apps, library.app("bens"), "OthersAppsWithoutOwner"),
      {
        name: "an app of another person's profile",
        who,
        action: apps,
        resource: library.app("ben"),
        by: "OthersAppsWithoutOwner",
        unless: {
          "it is in their own space of that name": { context: { [owner]: own } },
          "it is of their own profile": { resource: library.app(person) },
          "it is of their own profile, from a job": {
            who: inJob,
            resource: library.app(person),
            deniedBy: "OthersAppsWithoutOwner",
          },
          "it is of a profile whose name begins alike": {
            resource: library.app(`${person}-2`),
            deniedBy: "OthersAppsWithoutOwner",
          },
          "it is of a namesake's in another domain": {
            resource: library.alike.app(person),
            deniedBy: "OthersAppsWithoutOwner",
          },
        },
      },
      {
        name: "a shared space that is nobody's",
        who,
        action: spaces,
        resource: library.space("everybodys"),
        context: { [sharing]: "Shared" },
        by: ["SharedSpaces", "SpacesWithoutOwner"],
        unless: { "it is their own, and private": { context: { [owner]: own, [sharing]: "Private" } } },
      },
      {
        name: "a shell in another person's space",
        who,
        action: "sagemaker:StartSession",
        resource: library.space("bens"),
        context: { [madeBy]: library.profile("ben") },
        by: "SessionsInOthersSpaces",
        unless: {
          "it is their own": { context: { [madeBy]: own } },
          "it does not say whose it is": { context: { [madeBy]: undefined }, deniedBy: "SessionsInOthersSpaces" },
          "its maker's name begins alike": {
            context: { [madeBy]: library.profile(`${person}-2`) },
            deniedBy: "SessionsInOthersSpaces",
          },
          "it is their own, from a job": { who: inJob, context: { [madeBy]: own }, deniedBy: "SessionsInOthersSpaces" },
        },
      },
      {
        name: "to look at another person's space is no harm, to change it is",
        who,
        action: "sagemaker:UpdateSpace",
        resource: library.space("bens"),
        context: { [owner]: library.profile("ben") },
        by: "OthersSpacesAndApps",
        unless: { "it is looked at": { action: "sagemaker:DescribeSpace", ignored: [owner] } },
      },
    ],
  };
}

/** A job could mount the file system with everybody's homes, from its root. */
export function homes({ library, side, who }: Kept): Guarded {
  const { team } = side;
  const fileSystem = "sagemaker:FileSystemId";
  return {
    denied: ["training-job", "hyper-parameter-tuning-job"].map((type) => ({
      name: "a job that mounts everybody's homes",
      who,
      action: type === "training-job" ? "sagemaker:CreateTrainingJob" : "sagemaker:CreateHyperParameterTuningJob",
      resource: oneOf(library, type),
      context: { ...tagging(team.name), [fileSystem]: library.homeFileSystemId },
      by: "HomesOfEverybody",
      unless: {
        "it mounts another file system": { context: { [fileSystem]: "fs-0123456789abcdef0" } },
        "it mounts one whose id begins alike": { context: { [fileSystem]: `${library.homeFileSystemId}0` } },
        "it mounts none": { context: { [fileSystem]: undefined } },
      },
    })),
  };
}

export function roles({ library, side, who }: Kept): Guarded {
  const { team, other } = side;
  const { arn, accountId, adminArn, noAccess, provisioner, reader } = library;
  const own = team.role("hub");
  const role = (path: string) => arn("iam", "", accountId, `role${path}`);
  const others: Record<string, string> = {
    "an admin's": adminArn,
    "another team's compute role": other.compute.arn,
    "the role of the same group of another team": other.role("hub").arn,
    "the role of another group of their team": team.role("view").arn,
    "the role without access": noAccess.arn,
    "the provisioner's": provisioner.arn,
    "the reader's": reader.arn,
    "one whose name begins alike": `${own.arn}-2`,
    "a compute role whose name begins alike": `${team.compute.arn}-2`,
    "one of the same name under another path": role(`/${own.name}`),
    "a compute role of the same name under another path": role(`/${team.compute.name}`),
    "one of another studio": role(`/studio/library-two/${own.name}`),
  };
  return {
    allowed: [own, team.compute].map(({ arn: resource, name }) => ({
      name: `${name}, for SageMaker`,
      who,
      action: "iam:PassRole",
      resource,
      context: TO_SAGEMAKER,
      by: EVERYTHING,
      deniedElsewhere: "OthersRoles",
    })),
    denied: [
      ...Object.entries(others).map(
        ([name, resource]): Denied => ({
          name,
          who,
          action: "iam:PassRole",
          resource,
          context: TO_SAGEMAKER,
          by: "OthersRoles",
          unless: {
            "for another service": {
              context: { "iam:PassedToService": "glue.amazonaws.com" },
              deniedBy: ["OthersRoles", "RolesForOtherServices"],
            },
          },
        }),
      ),
      {
        name: "their own role, for another service",
        who,
        action: "iam:PassRole",
        resource: own.arn,
        context: { "iam:PassedToService": "lambda.amazonaws.com" },
        by: "RolesForOtherServices",
        unless: {
          "it is SageMaker": { context: TO_SAGEMAKER },
          "nobody says which": { context: { "iam:PassedToService": undefined }, deniedBy: "RolesForOtherServices" },
        },
      },
    ],
  };
}

export function identities({ library, side, who }: Kept): Guarded {
  const { team } = side;
  const { arn, accountId, adminArn } = library;
  const iam = (path: string) => arn("iam", "", accountId, path);
  const onRole = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:CreateServiceLinkedRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
  ];
  const closed: readonly (readonly [action: string | readonly string[], resource: string])[] = [
    [onRole, team.role("hub").arn],
    [onRole, adminArn],
    ["iam:AddRoleToInstanceProfile", iam("instance-profile/x")],
    ["iam:RemoveRoleFromInstanceProfile", iam("instance-profile/x")],
    ["iam:CreateAccessKey", iam("user/root")],
    ["iam:DeactivateMFADevice", iam("user/root")],
    ["iam:RejectDelegationRequest", iam("delegation-request/x")],
    ["iam:SetDefaultPolicyVersion", iam("policy/studio/library/studio-library-guardrails-1")],
    ["iam:DeletePolicy", iam("policy/studio/library/studio-library-guardrails-1")],
    ["iam:AcceptDelegationRequest", iam("delegation-request/x")],
    ["iam:AssociateDelegationRequest", iam("delegation-request/x")],
    [["iam:RejectDelegationRequest", "iam:SendDelegationToken"], iam("delegation-request/x")],
    [["iam:ChangePassword", "iam:ResetServiceSpecificCredential", "iam:UploadSSHPublicKey"], iam("user/root")],
    [["iam:EnableMFADevice", "iam:ResyncMFADevice"], iam("user/root")],
    [["iam:DisableOutboundWebIdentityFederation", "iam:EnableOutboundWebIdentityFederation"], "*"],
  ];
  const assumed = ["sts:AssumeRole", "sts:TagSession"];
  return {
    denied: [
      ...closed.map(
        ([action, resource]): Denied => ({ name: "who may do what", who, action, resource, by: "Identities" }),
      ),
      ...[team.role("hub"), team.role("view"), team.compute, library.noAccess, library.provisioner, library.reader].map(
        (role): Denied => ({
          name: `${role.name}, to become it`,
          who,
          action: assumed,
          resource: role.arn,
          by: "BecomeAnother",
        }),
      ),
    ],
    allowed: [
      leftAlone({ name: "who may do what, to look at", who, action: "iam:GetRole", resource: adminArn }),
      ...[
        iam("role/Shared"),
        iam("role/studio-shared/x"),
        ...["studio/library/x", "studio-compute/library/x", "studio-onboarding/x"].map((path) => {
          return arn("iam", "", FOREIGN_ACCOUNT, `role/${path}`);
        }),
      ].map((resource) =>
        leftAlone({
          name: "a role for people to take on, of its own account",
          who,
          action: "sts:AssumeRole",
          resource,
          resourcePolicy: trustOfAccount(library, accountId),
        }),
      ),
    ],
  };
}
