import { readerRoleArn, type StudioPlace } from "../naming";
import { becomeRole, readIdentityStore, takeMessages, writeLogs } from "./functions";
import type { Statement } from "./statement";

/** What the sweep function is limited to. */
export interface SweepScope {
  readonly partition: string;
  readonly identityStoreId: string;
  readonly studios: readonly StudioPlace[];
  readonly queueArn: string;
  readonly membershipQueueArn: string;
  readonly logGroupArn: string;
}

/** What the sweep function may do itself: read memberships and users, become a reader, hand on what it finds, log. */
export function sweepFunction(scope: SweepScope): readonly Statement[] {
  return [
    readIdentityStore(scope, ["DescribeUser", "GetGroupId", "ListGroupMemberships", "ListUsers"]),
    becomeRole("BecomeReader", scope.studios.map(readerRoleArn)),
    takeMessages(scope.queueArn),
    {
      Sid: "HandOn",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [scope.membershipQueueArn, scope.queueArn],
    },
    writeLogs(scope.logGroupArn),
  ];
}
