import { MANAGED_BY, profileTags, TAG } from "../../../naming";
import type { Caller } from "../simulate";
import type { Scene } from "./scene";
import type { Change, Table } from "./table";

const TAGS = profileTags({ userName: "ana", userId: "1234567890-ana", adGroup: "ML Fraud Scientists", team: "fraud" });
const MARK_IN_REQUEST = `aws:RequestTag/${TAG.managedBy}`;
const MARK_ON_RESOURCE = `aws:ResourceTag/${TAG.managedBy}`;

/** What the functions may do in a studio's account. */
export function provisioner(scene: Scene): Table {
  const { arn, research, researchTwo, home } = scene;
  const who: Caller = { kind: "role", role: research.provisioner };
  const profile = research.profile("ana");
  const elsewhere: Record<string, Change> = {
    "in another domain": { resource: researchTwo.profile("ana") },
    "in a domain whose id begins alike": { resource: research.alike.profile("ana") },
  };
  const requestTags = {
    ...Object.fromEntries(Object.entries(TAGS).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": Object.keys(TAGS),
  };
  const unmarked: Change = {
    context: { [MARK_IN_REQUEST]: undefined, "aws:TagKeys": Object.keys(TAGS).filter((key) => key !== TAG.managedBy) },
  };
  const wronglyMarked: Change = { context: { [MARK_IN_REQUEST]: "somebody" } };
  const role = (accountId: string, name: string) => ({ resource: arn("iam", "", accountId, `role/${name}`) });
  return {
    allowed: [
      {
        name: "which profiles there are",
        who,
        action: "sagemaker:ListUserProfiles",
        resource: "*",
        by: "ListProfiles",
        butNot: { "which domains": { action: "sagemaker:ListDomains" } },
      },
      {
        name: "a profile of the domain",
        who,
        action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
        resource: profile,
        by: "ReadProfiles",
        butNot: { ...elsewhere, "to open it": { action: "sagemaker:CreatePresignedDomainUrl" } },
      },
      {
        name: "a profile with the mark",
        who,
        action: "sagemaker:CreateUserProfile",
        resource: profile,
        context: requestTags,
        by: "CreateMarkedProfiles",
        butNot: { ...elsewhere, "without the mark": unmarked, "with another mark": wronglyMarked },
      },
      {
        name: "a profile that has the mark",
        who,
        action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
        resource: profile,
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
        by: "ChangeMarkedProfiles",
        butNot: {
          "one that has none": { context: { [MARK_ON_RESOURCE]: undefined } },
          "one that has another": { context: { [MARK_ON_RESOURCE]: "somebody" } },
          "one that has it by the request only": {
            context: { [MARK_ON_RESOURCE]: undefined, [MARK_IN_REQUEST]: MANAGED_BY },
          },
          ...elsewhere,
        },
      },
      {
        name: "the project's tags, on a profile",
        who,
        action: "sagemaker:AddTags",
        resource: profile,
        context: requestTags,
        by: "MarkProfiles",
        butNot: {
          "without the mark": unmarked,
          "with another mark": wronglyMarked,
          "with any other key": {
            context: { "aws:RequestTag/cost-center": "7", "aws:TagKeys": [...Object.keys(TAGS), "cost-center"] },
          },
          "with the mark and a key that is not the project's": {
            context: { "aws:TagKeys": [TAG.managedBy, "sagemaker:user-profile-arn"] },
          },
          ...elsewhere,
          "on the domain": { resource: research.domainArn },
          "on a space": { resource: research.space("notes") },
          "to take them away": { action: "sagemaker:DeleteTags" },
        },
      },
      ...[research.fraud, research.platform, research.noAccess].map(({ name, arn: resource }) => ({
        name: `the execution role ${name}, to SageMaker`,
        who,
        action: "iam:PassRole",
        resource,
        context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
        by: "PassGroupRoles",
        butNot: {
          "to another service": { context: { "iam:PassedToService": "lambda.amazonaws.com" } },
          "to a service that nobody states": { context: { "iam:PassedToService": undefined } },
          "the provisioner role itself": { resource: research.provisioner.arn },
          "an admin's role": role(research.accountId, "Admin"),
          "an admin's role below /studio/": role(research.accountId, "studio/Admin"),
          "the role of a studio whose name begins alike": { resource: researchTwo.fraud.arn },
          "the role of a studio in another account": { resource: home.fraud.arn },
          "to take it on": { action: "sts:AssumeRole", ignored: ["iam:PassedToService"] },
          "to change it": { action: "iam:PutRolePolicy", ignored: ["iam:PassedToService"] },
        },
      })),
    ],
    refused: [
      {
        name: "the domain",
        who,
        action: ["sagemaker:DescribeDomain", "sagemaker:UpdateDomain", "sagemaker:DeleteDomain"],
        resource: research.domainArn,
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "spaces, marked or not",
        who,
        action: ["sagemaker:CreateSpace", "sagemaker:UpdateSpace", "sagemaker:StartSession"],
        resource: research.space("notes"),
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "apps, marked or not",
        who,
        action: "sagemaker:CreateApp",
        resource: research.app("notes"),
        context: { [MARK_ON_RESOURCE]: MANAGED_BY },
      },
      {
        name: "jobs",
        who,
        action: "sagemaker:CreateTrainingJob",
        resource: arn("sagemaker", research.region, research.accountId, "training-job/x"),
        context: { [MARK_IN_REQUEST]: MANAGED_BY },
      },
      {
        name: "roles",
        who,
        action: ["iam:CreateRole", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
        resource: research.fraud.arn,
      },
      { name: "a team's data", who, action: "s3:GetObject", resource: arn("s3", "", "", "acme-fraud-data/x") },
    ],
  };
}
