import { provisionerRoleArn, type StudioPlace } from "../naming";
import type { Statement } from "./statement";

/** What the onboarding function is limited to. */
export interface OnboardingScope {
  readonly partition: string;
  readonly identityStoreId: string;
  readonly studios: readonly StudioPlace[];
  readonly queueArn: string;
  readonly logGroupArn: string;
}

/** What the onboarding function may do itself: read memberships, take messages, log, and become a provisioner. */
export function onboardingFunction(scope: OnboardingScope): readonly Statement[] {
  const identityStore = `arn:${scope.partition}:identitystore`;
  return [
    {
      Sid: "ReadMemberships",
      Effect: "Allow",
      Action: ["identitystore:DescribeUser", "identitystore:GetGroupId", "identitystore:IsMemberInGroups"],
      Resource: [
        `${identityStore}::*:identitystore/${scope.identityStoreId}`,
        `${identityStore}:::user/*`,
        `${identityStore}:::group/*`,
        `${identityStore}:::membership/*`,
      ],
      wildcard:
        "anybody may join, and user, group and membership ARNs name no store; the store is named by its id, and is " +
        "owned by the management account even where another one administers it",
    },
    {
      Sid: "BecomeProvisioner",
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Resource: scope.studios.map(provisionerRoleArn),
    },
    {
      Sid: "TakeMessages",
      Effect: "Allow",
      Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      Resource: [scope.queueArn],
    },
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`${scope.logGroupArn}:*`],
      wildcard: "Lambda names the log streams; the log group is the function's own",
    },
  ];
}
