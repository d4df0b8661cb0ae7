import type { Caller } from "../../../rehearsal/policy-simulator";
import { becoming, logs, memberships, messages, ofNeitherFunction } from "./functions";
import type { Scene } from "./scene";
import type { Table } from "./table";

/** What the onboarding function's own role may do. */
export function onboardingFunction(scene: Scene): Table {
  const { arn, onboarding } = scene;
  const who: Caller = { kind: "role", role: onboarding };
  return {
    allowed: [
      ...memberships(scene, who, {
        "identitystore:DescribeUser": ["user"],
        "identitystore:GetGroupId": ["group"],
        "identitystore:IsMemberInGroups": ["user", "group", "membership"],
      }),
      ...becoming(scene, who, "provisioner", "BecomeProvisioner"),
      ...messages(scene, who, { own: scene.membershipQueueArn, other: scene.sweepQueueArn }, "SendMessages"),
      logs(scene, who, onboarding.name),
    ],
    refused: [
      ...ofNeitherFunction(scene, onboarding),
      {
        name: "everybody, which is for the sweep",
        who,
        action: "identitystore:ListUsers",
        resource: arn("identitystore", "", "", "user/*"),
      },
      {
        name: "who is in a group, which is for the sweep",
        who,
        action: "identitystore:ListGroupMemberships",
        resource: arn("identitystore", "", "", "group/0123456789-fraud"),
      },
    ],
  };
}
