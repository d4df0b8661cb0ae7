import { provisionerRoleArn, type StudioPlace } from "../naming";
import { becomeRole, readIdentityStore, takeMessages, writeLogs } from "./functions";
import type { Statement } from "./statement";

/** What the onboarding function is limited to. */
export interface OnboardingScope {
  readonly partition: string;
  readonly identityStoreId: string;
  readonly studios: readonly StudioPlace[];
  readonly queueArn: string;
  readonly sweepQueueArn: string;
  readonly logGroupArn: string;
}

/** What the onboarding function may do itself: read memberships, take and send messages, log, and become a provisioner. */
export function onboardingFunction(scope: OnboardingScope): readonly Statement[] {
  return [
    readIdentityStore(scope, ["DescribeUser", "GetGroupId", "IsMemberInGroups"]),
    becomeRole("BecomeProvisioner", scope.studios.map(provisionerRoleArn)),
    takeMessages(scope.queueArn),
    {
      Sid: "SendMessages",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [scope.queueArn, scope.sweepQueueArn],
    },
    writeLogs(scope.logGroupArn),
  ];
}
