import type { Caller } from "../../../rehearsal/policy-simulator";
import { becoming, logs, memberships, messages, ofNeitherFunction } from "./functions";
import type { Scene } from "./scene";
import type { Table } from "./table";

/** What the sweep function's own role may do. */
export function sweepFunction(scene: Scene): Table {
  const { arn, sweep } = scene;
  const who: Caller = { kind: "role", role: sweep };
  return {
    allowed: [
      ...memberships(scene, who, {
        "identitystore:DescribeUser": ["user"],
        "identitystore:GetGroupId": ["group"],
        "identitystore:ListGroupMemberships": ["group", "membership"],
        "identitystore:ListUsers": ["users"],
      }),
      ...becoming(scene, who, "reader", "BecomeReader"),
      ...messages(scene, who, { own: scene.sweepQueueArn, other: scene.membershipQueueArn }, "HandOn"),
      logs(scene, who, sweep.name),
    ],
    refused: [
      ...ofNeitherFunction(scene, sweep),
      {
        name: "whether one person is in groups, which is for the onboarding function",
        who,
        action: "identitystore:IsMemberInGroups",
        resource: arn("identitystore", "", "", "group/0123456789-fraud"),
      },
    ],
  };
}
