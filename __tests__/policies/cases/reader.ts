import { MANAGED_BY, TAG } from "../../../naming";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import type { Scene } from "./scene";
import type { Allowed, Refused, Table } from "./table";

/** What the sweep may do in a studio's account: look. */
export function reader(scene: Scene): Table {
  return { allowed: looking(scene, scene.research.reader), refused: changing(scene) };
}

/** What the reader and the provisioner may see. */
export function looking({ research, researchTwo }: Scene, role: Role): Allowed[] {
  const who: Caller = { kind: "role", role };
  return [
    {
      name: "which profiles, spaces and apps there are",
      who,
      action: ["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      resource: "*",
      by: "ListProfiles",
      butNot: {
        "which domains": { action: "sagemaker:ListDomains" },
        "which jobs": { action: "sagemaker:ListTrainingJobs" },
      },
    },
    {
      name: "a profile of the domain",
      who,
      action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
      resource: research.profile("ana"),
      by: "ReadProfiles",
      butNot: {
        "in another domain": { resource: researchTwo.profile("ana") },
        "in a domain whose id begins alike": { resource: research.alike.profile("ana") },
        "to open it": { action: "sagemaker:CreatePresignedDomainUrl" },
      },
    },
    {
      name: "the tags of a profile of the domain",
      who,
      action: "sagemaker:ListTags",
      resource: research.profile("ana"),
      by: "ReadProfiles",
      butNot: {
        "of a space": { resource: research.space("notes") },
        "of an app": { resource: research.app("notes") },
        "of the domain": { resource: research.domainArn },
      },
    },
  ];
}

/** Everything that the provisioner may change, asked with all that lets the provisioner. */
function changing({ arn, research }: Scene): Refused[] {
  const who: Caller = { kind: "role", role: research.reader };
  const profile = research.profile("ana");
  const isPrivate = {
    "sagemaker:OwnerUserProfileArn": research.profile("ana"),
    "sagemaker:SpaceSharingType": "Private",
  };
  const marks = { [`aws:RequestTag/${TAG.managedBy}`]: MANAGED_BY, "aws:TagKeys": [TAG.managedBy] };
  const marked = { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY };
  return [
    { name: "a profile with the mark", who, action: "sagemaker:CreateUserProfile", resource: profile, context: marks },
    {
      name: "a profile that has the mark",
      who,
      action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      resource: profile,
      context: marked,
    },
    {
      name: "the project's tags, on a profile",
      who,
      action: "sagemaker:AddTags",
      resource: profile,
      context: { ...marks, ...marked },
    },
    {
      name: "the date of removal, off a profile",
      who,
      action: "sagemaker:DeleteTags",
      resource: profile,
      context: { ...marked, "aws:TagKeys": [TAG.removeAfter] },
    },
    {
      name: "a private space",
      who,
      action: ["sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"],
      resource: research.space("notes"),
      context: isPrivate,
    },
    {
      name: "a space or its content",
      who,
      action: ["sagemaker:DescribeSpace", "sagemaker:StartSession"],
      resource: research.space("notes"),
    },
    {
      name: "an app in a private space",
      who,
      action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
      resource: research.app("notes"),
      context: isPrivate,
    },
    {
      name: "an app of a profile",
      who,
      action: ["sagemaker:CreateApp", "sagemaker:DeleteApp", "sagemaker:DescribeApp"],
      resource: research.app("ana"),
    },
    {
      name: "the domain",
      who,
      action: ["sagemaker:DescribeDomain", "sagemaker:UpdateDomain", "sagemaker:DeleteDomain"],
      resource: research.domainArn,
      context: marked,
    },
    {
      name: "a group's role, to SageMaker",
      who,
      action: "iam:PassRole",
      resource: research.fraud.arn,
      context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
    },
    {
      name: "another role",
      who,
      action: ["sts:AssumeRole", "sts:TagSession"],
      resource: research.provisioner.arn,
    },
    { name: "roles", who, action: ["iam:CreateRole", "iam:PutRolePolicy"], resource: research.reader.arn },
    { name: "a team's data", who, action: "s3:GetObject", resource: arn("s3", "", "", "acme-fraud-data/x") },
  ];
}
