import { MANAGED_BY, TAG } from "../../../naming";
import type { Context } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import type { Attack } from "./attack";
import { type Attacker, jobOf, member, no, type Request, yes } from "./attacker";
import { oneOf } from "./own-things";
import { TO_SAGEMAKER, tagged, tagging } from "./tags";

/** What is a colleague's, or everybody's. */
export function onPeople(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other, person } = side;
  const who = member(attacker, "data-scientist");
  const remote = member(attacker, "remote-sessions");
  const [tagsOfPeople, tagsOfOthers, teamTag] = ["TagsOfPeoplesThings", "TagsOfOthersThings", "TeamOfWhatExists"];
  const madeBy = "sagemaker:ResourceTag/sagemaker:user-profile-arn";
  const tag = (resource: string, key: string, value: string, context: Context): Request => ({
    who,
    action: "sagemaker:AddTags",
    resource,
    context: { ...context, [`aws:RequestTag/${key}`]: value, "aws:TagKeys": [key] },
  });
  const open = (resource: string): Request => ({ who, action: "sagemaker:CreatePresignedDomainUrl", resource });
  const domain = (action: string): Request => ({ who, action: `sagemaker:${action}`, resource: library.domainArn });
  const admin = { who, action: "iam:PassRole", resource: library.adminArn, context: TO_SAGEMAKER };
  const bens: Context = {
    "sagemaker:OwnerUserProfileArn": library.profile("ben"),
    "sagemaker:SpaceSharingType": "Private",
  };
  const mine = { ...bens, "sagemaker:OwnerUserProfileArn": library.profile(person) };
  return [
    {
      name: "tag the domain as one's own, then change it",
      steps: [
        no("tag it", tag(library.domainArn, "team", team.name, {}), tagsOfOthers, tagsOfPeople, teamTag),
        no("change it", { ...domain("UpdateDomain"), context: tagged(team.name) }, "Administration"),
        no("delete it", { ...domain("DeleteDomain"), context: tagged(team.name) }, "Administration"),
        no("give it an admin's role", admin, "OthersRoles"),
      ],
    },
    {
      name: "write one's own name on a teammate's profile, then open it",
      steps: [
        no("write the name", tag(library.profile("ben"), TAG.userName, person, tagged(team.name)), tagsOfPeople),
        no(
          "write it on one of another team",
          tag(library.profile("zoe"), TAG.userName, person, tagged(other.name)),
          tagsOfOthers,
          tagsOfPeople,
        ),
        no(
          "open it",
          { ...open(library.profile("ben")), context: { [`aws:ResourceTag/${TAG.userName}`]: person } },
          "OthersProfiles",
        ),
        no(
          "open it in another Region, where a name is free",
          open(library.profile("ben").replace(library.region, "us-east-9")),
          "OthersProfiles",
        ),
      ],
    },
    {
      name: "open a shell in a teammate's space",
      steps: [
        no(
          "open it",
          {
            who: remote,
            action: "sagemaker:StartSession",
            resource: library.space("bens"),
            context: { [madeBy]: library.profile("ben") },
          },
          "SessionsInOthersSpaces",
        ),
        no(
          "tag it as one's own",
          tag(library.space("bens"), "sagemaker:user-profile-arn", library.profile(person), tagged(team.name)),
          tagsOfPeople,
        ),
        no(
          "take the tag away",
          {
            ...tag(library.space("bens"), "sagemaker:user-profile-arn", "", tagged(team.name)),
            action: "sagemaker:DeleteTags",
            context: { ...tagged(team.name), "aws:TagKeys": ["sagemaker:user-profile-arn"] },
          },
          tagsOfPeople,
        ),
        no(
          "open one without the tag",
          { who: remote, action: "sagemaker:StartSession", resource: library.space("bens") },
          "SessionsInOthersSpaces",
        ),
        yes(
          attacker,
          "open it",
          {
            who: remote,
            action: "sagemaker:StartSession",
            resource: library.space("bens"),
            context: { [madeBy]: library.profile(person) },
          },
          "ConnectToOwnSpaces",
          [],
        ),
      ],
    },
    {
      name: "run as a teammate in their space",
      steps: [
        no(
          "start its app",
          { who, action: "sagemaker:CreateApp", resource: library.app("bens"), context: bens },
          "OthersSpacesAndApps",
        ),
        no(
          "start the app of a shared one",
          {
            who,
            action: "sagemaker:CreateApp",
            resource: library.app("bens"),
            context: { ...bens, "sagemaker:SpaceSharingType": "Shared" },
          },
          "OthersSpacesAndApps",
          "SharedSpaces",
        ),
        no(
          "change what it runs",
          { who, action: "sagemaker:UpdateSpace", resource: library.space("bens"), context: bens },
          "OthersSpacesAndApps",
        ),
        no(
          "make a space in their name",
          { who, action: "sagemaker:CreateSpace", resource: library.space("bait"), context: bens },
          "OthersSpacesAndApps",
        ),
        no(
          "stop its app",
          { who, action: "sagemaker:DeleteApp", resource: library.app("bens"), context: bens },
          "OthersSpacesAndApps",
        ),
        no(
          "delete it",
          { who, action: "sagemaker:DeleteSpace", resource: library.space("bens"), context: bens },
          "OthersSpacesAndApps",
        ),
      ],
    },
    {
      name: "run as somebody where AWS sees no owner",
      steps: [
        no(
          "start an app of a teammate's profile",
          { who, action: "sagemaker:CreateApp", resource: library.app("ben") },
          "OthersAppsWithoutOwner",
        ),
        no(
          "stop theirs",
          { who, action: "sagemaker:DeleteApp", resource: library.app("ben") },
          "OthersAppsWithoutOwner",
        ),
        no(
          "make a space that is nobody's",
          { who, action: "sagemaker:CreateSpace", resource: library.space("everybodys") },
          "SpacesWithoutOwner",
        ),
        no(
          "share one's own, so that others run in it",
          {
            who,
            action: "sagemaker:UpdateSpace",
            resource: library.space("notes"),
            context: { ...mine, "sagemaker:SpaceSharingType": "Shared" },
          },
          "SharedSpaces",
        ),
      ],
    },
    {
      name: "create a profile with an admin's role, then open it",
      steps: [
        no(
          "create it",
          {
            who,
            action: "sagemaker:CreateUserProfile",
            resource: library.profile("second"),
            context: { ...tagging(team.name), [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY },
          },
          "Administration",
        ),
        no("pass it the role", admin, "OthersRoles"),
        no("open it", open(library.profile("second")), "OthersProfiles"),
      ],
    },
    {
      name: "tag one's own profile, then change its role",
      steps: [
        no(
          "take another team",
          tag(library.profile(person), "team", other.name, tagged(team.name)),
          "OtherTeamsTag",
          tagsOfPeople,
          teamTag,
        ),
        no(
          "take the mark of the onboarding away",
          {
            ...tag(library.profile(person), TAG.managedBy, "", {}),
            action: "sagemaker:DeleteTags",
            context: { ...tagged(team.name), "aws:TagKeys": [TAG.managedBy] },
          },
          tagsOfPeople,
        ),
        no(
          "change its role",
          { who, action: "sagemaker:UpdateUserProfile", resource: library.profile(person), context: tagged(team.name) },
          "Administration",
        ),
        no("pass it the role", { ...admin, resource: other.role("mlops").arn }, "OthersRoles"),
        no(
          "delete it",
          { who, action: "sagemaker:DeleteUserProfile", resource: library.profile(person), context: tagged(team.name) },
          "Administration",
        ),
      ],
    },
    {
      name: "mount everybody's homes in a job",
      steps: [
        no(
          "a training job",
          {
            who,
            action: "sagemaker:CreateTrainingJob",
            resource: oneOf(library, "training-job"),
            context: { ...tagging(team.name), "sagemaker:FileSystemId": library.homeFileSystemId },
          },
          "HomesOfEverybody",
        ),
        no(
          "a tuning job",
          {
            who,
            action: "sagemaker:CreateHyperParameterTuningJob",
            resource: oneOf(library, "hyper-parameter-tuning-job"),
            context: { ...tagging(team.name), "sagemaker:FileSystemId": library.homeFileSystemId },
          },
          "HomesOfEverybody",
        ),
      ],
    },
    {
      name: "leave something behind that everybody runs",
      steps: [
        no(
          "a script for every app",
          {
            who,
            action: "sagemaker:CreateStudioLifecycleConfig",
            resource: oneOf(library, "studio-lifecycle-config"),
            context: tagging(team.name),
          },
          "Administration",
        ),
        no("in the domain's settings", domain("UpdateDomain"), "Administration"),
        yes(
          attacker,
          "one's own space",
          { who, action: "sagemaker:UpdateSpace", resource: library.space("notes"), context: mine },
          "OwnPrivateSpaces",
          ["RestrictMutatingActionsOnSpacesToOwnerUserProfile"],
        ),
      ],
    },
  ];
}

/** Roles, which are what somebody may do. */
export function onRoles(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { team, other } = side;
  const who = member(attacker, "data-scientist");
  const own = team.role("data-scientist");
  const pass = (resource: string, service = "sagemaker.amazonaws.com"): Request => ({
    who,
    action: "iam:PassRole",
    resource,
    context: { "iam:PassedToService": service },
  });
  const iam = (action: string, resource: string): Request => ({ who, action: `iam:${action}`, resource });
  const become = (role: Role, action = "sts:AssumeRole"): Request => ({ who, action, resource: role.arn });
  const create: Request = {
    who,
    action: "sagemaker:CreateTrainingJob",
    resource: oneOf(library, "training-job"),
    context: tagging(team.name),
  };
  const guardrailsArn = library.arn("iam", "", library.accountId, "policy/studio/library/studio-library-guardrails-1");
  return [
    {
      name: "run a job with somebody else's role",
      steps: [
        yes(attacker, "create the job", create, "CreateOwn"),
        no("an admin's", pass(library.adminArn), "OthersRoles"),
        no("another team's compute role", pass(other.compute.arn), "OthersRoles"),
        no("a role of another team", pass(other.role("data-scientist").arn), "OthersRoles"),
        no("that of a teammate in another group", pass(team.role("mlops").arn), "OthersRoles"),
        no("the provisioner's", pass(library.provisioner.arn), "OthersRoles"),
        yes(attacker, "one's own", pass(own.arn), "PassOwnRoles", ["AllowPassRoleToSageMaker"]),
      ],
    },
    {
      name: "have another service run with one's own role",
      steps: [
        no("Glue", pass(own.arn, "glue.amazonaws.com"), "RolesForOtherServices"),
        no("Lambda", pass(own.arn, "lambda.amazonaws.com"), "RolesForOtherServices"),
        no("a machine", pass(team.compute.arn, "ec2.amazonaws.com"), "RolesForOtherServices"),
      ],
    },
    {
      name: "change what one's own role may do",
      steps: [
        no("write a policy into it", iam("PutRolePolicy", own.arn), "Identities"),
        no("attach one", iam("AttachRolePolicy", own.arn), "Identities"),
        no("detach the guardrails", iam("DetachRolePolicy", own.arn), "Identities"),
        no("write the guardrails anew", iam("CreatePolicyVersion", guardrailsArn), "Identities"),
        no("take an older version of them", iam("SetDefaultPolicyVersion", guardrailsArn), "Identities"),
        no("tag it with another team", iam("TagRole", own.arn), "Identities"),
        no("let somebody else take it on", iam("UpdateAssumeRolePolicy", own.arn), "Identities"),
        no("lift its boundary", iam("DeleteRolePermissionsBoundary", own.arn), "Identities"),
        no(
          "make a new one for oneself",
          iam("CreateRole", library.arn("iam", "", library.accountId, "role/studio/library/mine")),
          "Identities",
        ),
      ],
    },
    {
      name: "become somebody else",
      steps: [
        no("the provisioner", become(library.provisioner), "BecomeAnother"),
        no("the reader", become(library.reader), "BecomeAnother"),
        no("another team", become(other.role("mlops")), "BecomeAnother"),
        no("another team's job", become(other.compute), "BecomeAnother"),
        no(
          "oneself, as another team",
          { ...become(own, "sts:TagSession"), context: tagging(other.name) },
          "BecomeAnother",
        ),
      ],
    },
  ];
}

/** A job runs with the person's own role and no profile. */
export function fromJobs(attacker: Attacker): Attack[] {
  const { library, side } = attacker;
  const { other, person } = side;
  const who = jobOf(attacker, "data-scientist");
  const owner = (profile: string): Context => ({
    "sagemaker:OwnerUserProfileArn": library.profile(profile),
    "sagemaker:SpaceSharingType": "Private",
  });
  return [
    {
      name: "do from a job what a session may not",
      steps: [
        no(
          "open a teammate's Studio",
          { who, action: "sagemaker:CreatePresignedDomainUrl", resource: library.profile("ben") },
          "OthersProfiles",
        ),
        no(
          "open one's own, for somebody else",
          { who, action: "sagemaker:CreatePresignedDomainUrl", resource: library.profile(person) },
          "OthersProfiles",
        ),
        no(
          "start an app in a teammate's space",
          { who, action: "sagemaker:CreateApp", resource: library.app("bens"), context: owner("ben") },
          "OthersSpacesAndApps",
        ),
        no(
          "change it",
          { who, action: "sagemaker:UpdateSpace", resource: library.space("bens"), context: owner("ben") },
          "OthersSpacesAndApps",
        ),
        no(
          "open a shell in it",
          {
            who,
            action: "sagemaker:StartSession",
            resource: library.space("bens"),
            context: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": library.profile("ben") },
          },
          "SessionsInOthersSpaces",
        ),
        no(
          "run another job with an admin's role",
          { who, action: "iam:PassRole", resource: library.adminArn, context: TO_SAGEMAKER },
          "OthersRoles",
        ),
        no(
          "stop another team's job",
          {
            who,
            action: "sagemaker:StopTrainingJob",
            resource: oneOf(library, "training-job"),
            context: tagged(other.name),
          },
          "OtherTeamsThings",
        ),
      ],
    },
  ];
}
