import type { StudioPlace } from "../naming";
import type { Statement } from "./statement";

/** What every function is limited to. */
export interface FunctionScope {
  readonly partition: string;
  readonly identityStoreId: string;
  readonly studios: readonly StudioPlace[];
  readonly logGroupArn: string;
  /** The queue that feeds it. */
  readonly queueArn: string;
}

/** Read the identity store with these of its actions. */
export function readIdentityStore(
  { partition, identityStoreId }: FunctionScope,
  actions: readonly string[],
): Statement {
  const identityStore = `arn:${partition}:identitystore`;
  return {
    Sid: "ReadMemberships",
    Effect: "Allow",
    Action: actions.map((action) => `identitystore:${action}`),
    Resource: [
      `${identityStore}::*:identitystore/${identityStoreId}`,
      `${identityStore}:::user/*`,
      `${identityStore}:::group/*`,
      `${identityStore}:::membership/*`,
    ],
    wildcard:
      "anybody may join, and user, group and membership ARNs name no store; the store is named by its id, and is " +
      "owned by the management account even where another one administers it",
  };
}

/** Assume these roles. */
export function becomeRole(sid: string, roleArns: readonly string[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: ["sts:AssumeRole"], Resource: roleArns };
}

/** Be fed by a queue. */
export function takeMessages(queueArn: string): Statement {
  return {
    Sid: "TakeMessages",
    Effect: "Allow",
    Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    Resource: [queueArn],
  };
}

/** Write one's own log. */
export function writeLogs(logGroupArn: string): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [`${logGroupArn}:*`],
    wildcard: "Lambda names the log streams; the log group is the function's own",
  };
}
