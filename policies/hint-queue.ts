import type { ResourceStatement } from "./statement";

/** Who may send to a queue: the given rules, and nobody in clear text. */
export function hintQueue(queueArn: string, ruleArns: readonly string[]): readonly ResourceStatement[] {
  return [
    {
      Sid: "Rules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:*"],
      Resource: [queueArn],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
      wildcard: "a denial, for everybody and everything",
    },
  ];
}
