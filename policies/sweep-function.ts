import { readerRoleArn } from "../naming";
import { becomeRole, type FunctionScope, readIdentityStore, takeMessages, writeLogs } from "./functions";
import type { Statement } from "./statement";

/** What the sweep function may do itself: read memberships and users, become a reader, hand on what it finds, log. */
export function sweepFunction(scope: FunctionScope, membershipQueueArn: string): readonly Statement[] {
  return [
    readIdentityStore(scope, ["DescribeUser", "GetGroupId", "ListGroupMemberships", "ListUsers"]),
    becomeRole("BecomeReader", scope.studios.map(readerRoleArn)),
    takeMessages(scope.queueArn),
    {
      Sid: "HandOn",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [membershipQueueArn, scope.queueArn],
    },
    writeLogs(scope.logGroupArn),
  ];
}
