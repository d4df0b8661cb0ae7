import type { Caller } from "../simulate";
import { FOREIGN_ACCOUNT, HOME_ACCOUNT, IDENTITY_STORE } from "../synthesized";
import { trustOfAccount } from "./callers";
import type { Scene } from "./scene";
import type { Allowed, Table } from "./table";

/** What the onboarding function's own role may do. */
export function onboardingFunction(scene: Scene): Table {
  const { arn, homeRegion, research, researchTwo, home, onboarding } = scene;
  const who: Caller = { kind: "role", role: onboarding };
  const group = "/aws/lambda/studio-onboarding";
  const stream = (name: string) => arn("logs", homeRegion, HOME_ACCOUNT, `log-group:${name}:log-stream:2026/11/21`);
  return {
    allowed: [
      ...memberships(scene, who),
      ...[research, researchTwo, home].map(
        ({ provisioner, fraud }): Allowed => ({
          name: `the provisioner role ${provisioner.name}`,
          who,
          action: "sts:AssumeRole",
          resource: provisioner.arn,
          // Asked of the same trust policy, so that only the function's own policy can refuse another role.
          resourcePolicy: provisioner.trust,
          by: ["BecomeProvisioner", "OnboardingFunction"],
          butNot: {
            "a group's role": { resource: fraud.arn },
            "the provisioner of a studio that is not in the config": {
              resource: `${provisioner.arn.slice(0, -"-provisioner".length)}-3-provisioner`,
            },
            "a role whose name begins alike": { resource: `${provisioner.arn}-2` },
            "with session tags, even if it trusted everybody with them": {
              action: "sts:TagSession",
              resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
            },
            "under another's name, even if it trusted everybody with it": {
              action: "sts:SetSourceIdentity",
              resourcePolicy: trustOfAccount(scene, HOME_ACCOUNT),
            },
          },
        }),
      ),
      {
        name: "the messages of its queue",
        who,
        action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        resource: scene.queueArn,
        by: "TakeMessages",
        butNot: {
          "of the dead-letter queue": { resource: scene.deadLettersArn },
          "in clear text": { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" },
          "all at once": { action: "sqs:PurgeQueue" },
          "to send some": { action: "sqs:SendMessage" },
          "to change who sends": { action: "sqs:SetQueueAttributes" },
        },
      },
      {
        name: "its own log",
        who,
        action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resource: stream(group),
        by: "WriteLogs",
        butNot: {
          "another function's": { resource: stream(`${group}-2`) },
          "to delete it": { action: "logs:DeleteLogStream" },
        },
      },
    ],
    refused: [
      {
        name: "profiles, without becoming a provisioner",
        who,
        action: [
          "sagemaker:AddTags",
          "sagemaker:CreateUserProfile",
          "sagemaker:DeleteUserProfile",
          "sagemaker:DescribeUserProfile",
          "sagemaker:UpdateUserProfile",
        ],
        resource: home.profile("ana"),
      },
      { name: "profiles, without becoming a provisioner", who, action: "sagemaker:ListUserProfiles", resource: "*" },
      {
        name: "the role of a group beside it",
        who,
        action: "iam:PassRole",
        resource: home.fraud.arn,
        context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
      },
      { name: "a group's role", who, action: ["sts:AssumeRole", "sts:SetSourceIdentity"], resource: home.fraud.arn },
      {
        name: "memberships",
        who,
        action: ["identitystore:CreateGroupMembership", "identitystore:ListGroupMemberships"],
        resource: arn("identitystore", "", "", "group/0123456789-fraud"),
      },
      { name: "people", who, action: "identitystore:DeleteUser", resource: arn("identitystore", "", "", "user/1") },
      {
        name: "who may sign in",
        who,
        action: "sso:CreateApplicationAssignment",
        resource: arn("sso", "", HOME_ACCOUNT, "application/ssoins-1234567890abcdef/apl-1234567890abcdef"),
      },
      { name: "its log group", who, action: "logs:CreateLogGroup", resource: stream(group) },
    ],
  };
}

/** AWS asks for every resource that a call names: each is a row of its own. */
function memberships({ arn }: Scene, who: Caller): Allowed[] {
  const store = (accountId: string, id: string) => arn("identitystore", "", accountId, `identitystore/${id}`);
  const user = arn("identitystore", "", "", "user/0123456789-ana");
  const group = arn("identitystore", "", "", "group/0123456789-fraud");
  // AWS's only ARN for memberships: all of them.
  const anyMembership = arn("identitystore", "", "", "membership/*");
  const otherStore = {
    "another identity store": { resource: store(HOME_ACCOUNT, "d-0000000000") },
    "an identity store whose id begins alike": { resource: store(HOME_ACCOUNT, `${IDENTITY_STORE}0`) },
  };
  const every = ["identitystore:DescribeUser", "identitystore:GetGroupId", "identitystore:IsMemberInGroups"];
  const by = "ReadMemberships";
  return [
    // The management account owns the store, whichever account administers it: the policy cannot name it.
    ...[HOME_ACCOUNT, FOREIGN_ACCOUNT].map(
      (account): Allowed => ({
        name: `the identity store, owned by ${account}`,
        who,
        action: every,
        resource: store(account, IDENTITY_STORE),
        by,
        alsoIn: ["another account"],
        butNot: otherStore,
      }),
    ),
    {
      name: "a user",
      who,
      action: ["identitystore:DescribeUser", "identitystore:IsMemberInGroups"],
      resource: user,
      by,
      butNot: { "to change it": { action: "identitystore:UpdateUser" } },
    },
    {
      name: "a group",
      who,
      action: ["identitystore:GetGroupId", "identitystore:IsMemberInGroups"],
      resource: group,
      by,
      butNot: { "to delete it": { action: "identitystore:DeleteGroup" } },
    },
    {
      name: "whether there is a membership",
      who,
      action: "identitystore:IsMemberInGroups",
      resource: anyMembership,
      by,
      butNot: { "to end it": { action: "identitystore:DeleteGroupMembership" } },
    },
  ];
}
