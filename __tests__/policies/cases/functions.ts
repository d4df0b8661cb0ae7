import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import { FOREIGN_ACCOUNT, HOME_ACCOUNT, IDENTITY_STORE } from "../synthesized";
import { trustOfAccount } from "./callers";
import type { Scene } from "./scene";
import type { Allowed, Change, Refused } from "./table";

/** An ARN of the identity store that actions are asked about. */
type StoreResource = "users" | "user" | "group" | "membership";

/**
 * What a function may read of the identity store. AWS asks for every resource that a call names: each is a row of its
 * own.
 * @param actions - by action, what it is asked about besides the store
 */
export function memberships(
  { arn }: Scene,
  who: Caller,
  actions: Readonly<Record<string, readonly StoreResource[]>>,
): Allowed[] {
  const store = (accountId: string, id: string) => arn("identitystore", "", accountId, `identitystore/${id}`);
  const otherStore: Record<string, Change> = {
    "another identity store": { resource: store(HOME_ACCOUNT, "d-0000000000") },
    "an identity store whose id begins alike": { resource: store(HOME_ACCOUNT, `${IDENTITY_STORE}0`) },
  };
  const by = "ReadMemberships";
  const about = (resource: StoreResource) =>
    Object.keys(actions).filter((action) => actions[action]?.includes(resource));
  return [
    // The management account owns the store, whichever account administers it: the policy cannot name it.
    ...[HOME_ACCOUNT, FOREIGN_ACCOUNT].map(
      (account): Allowed => ({
        name: `the identity store, owned by ${account}`,
        who,
        action: Object.keys(actions),
        resource: store(account, IDENTITY_STORE),
        by,
        alsoIn: ["another account"],
        butNot: otherStore,
      }),
    ),
    {
      name: "a user",
      who,
      action: about("user"),
      resource: arn("identitystore", "", "", "user/0123456789-ana"),
      by,
      butNot: { "to change it": { action: "identitystore:UpdateUser" } },
    },
    // AWS's only ARN for everybody: all users.
    ...(about("users").length === 0
      ? []
      : [{ name: "everybody", who, action: about("users"), resource: arn("identitystore", "", "", "user/*"), by }]),
    {
      name: "a group",
      who,
      action: about("group"),
      resource: arn("identitystore", "", "", "group/0123456789-fraud"),
      by,
      butNot: { "to delete it": { action: "identitystore:DeleteGroup" } },
    },
    {
      name: "memberships",
      who,
      action: about("membership"),
      // AWS's only ARN for memberships: all of them.
      resource: arn("identitystore", "", "", "membership/*"),
      by,
      butNot: { "to end one": { action: "identitystore:DeleteGroupMembership" } },
    },
  ];
}

/**
 * The roles that a function may take on: one in every studio.
 * @param role - the one of a studio that is the function's
 * @param sid - the statement that allows it
 */
export function becoming(scene: Scene, who: Caller, role: "provisioner" | "reader", sid: string): Allowed[] {
  const other = role === "provisioner" ? "reader" : "provisioner";
  // A role that lets in everybody of the function's account, so that only the function's own policy can refuse it.
  const resourcePolicy = trustOfAccount(scene, HOME_ACCOUNT);
  return [scene.research, scene.researchTwo, scene.home].map((studio): Allowed => {
    const { arn, name, trust } = studio[role];
    return {
      name: `the role ${name}`,
      who,
      action: "sts:AssumeRole",
      resource: arn,
      resourcePolicy: trust,
      by: [sid, "Function"],
      butNot: {
        [`the ${other} of the studio`]: { resource: studio[other].arn, resourcePolicy },
        "a group's role": { resource: studio.fraud.arn, resourcePolicy },
        "the role without access": { resource: studio.noAccess.arn, resourcePolicy },
        [`the ${role} of a studio that is not in the config`]: {
          resource: `${arn.slice(0, -`-${role}`.length)}-3-${role}`,
          resourcePolicy,
        },
        "a role whose name begins alike": { resource: `${arn}-2`, resourcePolicy },
        "with session tags, even if it trusted everybody with them": { action: "sts:TagSession", resourcePolicy },
        "under another's name, even if it trusted everybody with it": {
          action: "sts:SetSourceIdentity",
          resourcePolicy,
        },
      },
    };
  });
}

/**
 * The queues that a function works with.
 * @param own - the queue that feeds it, and the queue that does not
 * @param sid - the statement that lets it send to both
 */
export function messages(
  scene: Scene,
  who: Caller,
  { own, other }: { readonly own: string; readonly other: string },
  sid: string,
): Allowed[] {
  const clear: Change = { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" };
  const deadLetters: Change = { resource: scene.deadLettersArn };
  return [
    {
      name: "the messages of its queue",
      who,
      action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resource: own,
      by: "TakeMessages",
      butNot: {
        "of the other queue": { resource: other },
        "of the dead-letter queue": deadLetters,
        "of a queue whose name begins alike": { resource: `${own}-2` },
        "in clear text": clear,
        "all at once": { action: "sqs:PurgeQueue" },
        "to hold them back": { action: "sqs:ChangeMessageVisibility" },
        "to change who sends": { action: "sqs:SetQueueAttributes" },
        "to let others send": { action: "sqs:AddPermission" },
        "to delete the queue": { action: "sqs:DeleteQueue" },
      },
    },
    ...[own, other].map(
      (resource): Allowed => ({
        name: `a message, to ${resource === own ? "its own queue" : "the other queue"}`,
        who,
        action: "sqs:SendMessage",
        resource,
        by: sid,
        butNot: {
          "to the dead-letter queue": deadLetters,
          "to a queue whose name begins alike": { resource: `${resource}-2` },
          "in clear text": clear,
        },
      }),
    ),
  ];
}

/** A function's own log. */
export function logs({ arn, homeRegion }: Scene, who: Caller, name: string): Allowed {
  return {
    name: "its own log",
    who,
    action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resource: stream({ arn, homeRegion }, `/aws/lambda/${name}`),
    by: "WriteLogs",
    butNot: {
      "another function's": { resource: stream({ arn, homeRegion }, `/aws/lambda/${name}-2`) },
      "to read it": { action: "logs:GetLogEvents" },
      "to delete it": { action: "logs:DeleteLogStream" },
    },
  };
}

/** What neither function may do as itself. */
export function ofNeitherFunction(scene: Scene, role: Role): Refused[] {
  const { arn, home } = scene;
  const who: Caller = { kind: "role", role };
  return [
    {
      name: "profiles of a studio beside it",
      who,
      action: [
        "sagemaker:AddTags",
        "sagemaker:CreateUserProfile",
        "sagemaker:DeleteTags",
        "sagemaker:DeleteUserProfile",
        "sagemaker:DescribeUserProfile",
        "sagemaker:UpdateUserProfile",
      ],
      resource: home.profile("ana"),
    },
    { name: "a space of a studio beside it", who, action: "sagemaker:DeleteSpace", resource: home.space("notes") },
    { name: "an app of a studio beside it", who, action: "sagemaker:DeleteApp", resource: home.app("notes") },
    {
      name: "what there is in a studio beside it",
      who,
      action: ["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      resource: "*",
    },
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
      action: ["identitystore:CreateGroupMembership", "identitystore:DeleteGroupMembership"],
      resource: arn("identitystore", "", "", "group/0123456789-fraud"),
    },
    { name: "people", who, action: "identitystore:DeleteUser", resource: arn("identitystore", "", "", "user/1") },
    {
      name: "who may sign in",
      who,
      action: "sso:CreateApplicationAssignment",
      resource: arn("sso", "", HOME_ACCOUNT, "application/ssoins-1234567890abcdef/apl-1234567890abcdef"),
    },
    { name: "its log group", who, action: "logs:CreateLogGroup", resource: stream(scene, `/aws/lambda/${role.name}`) },
  ];
}

function stream({ arn, homeRegion }: Pick<Scene, "arn" | "homeRegion">, group: string): string {
  return arn("logs", homeRegion, HOME_ACCOUNT, `log-group:${group}:log-stream:2026/11/21`);
}
