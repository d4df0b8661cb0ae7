import { provisionerRoleArn } from "../naming";
import { becomeRole, type FunctionScope, readIdentityStore, takeMessages, writeLogs } from "./functions";
import type { Statement } from "./statement";

/** What the onboarding function may do itself: read memberships, take and send messages, log, and become a provisioner. */
export function onboardingFunction(scope: FunctionScope, sweepQueueArn: string): readonly Statement[] {
  return [
    readIdentityStore(scope, ["DescribeUser", "GetGroupId", "IsMemberInGroups"]),
    becomeRole("BecomeProvisioner", scope.studios.map(provisionerRoleArn)),
    takeMessages(scope.queueArn),
    {
      Sid: "SendMessages",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [scope.queueArn, sweepQueueArn],
    },
    writeLogs(scope.logGroupArn),
  ];
}
