import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { membershipQueue } from "../../policies/membership-queue";
import { policyDocument } from "../../policies/statement";
import { EVENT_PATTERNS } from "./event-patterns";

const NAME = "studio-membership";
const DAY = 24 * 60 * 60;

/** The queue that carries hints to the function, and where what cannot be done ends up. */
export interface MembershipQueue {
  readonly queue: SqsQueue;
  readonly deadLetters: SqsQueue;
}

/**
 * Identity Center's events → rules → queue.
 * @param place - the account and Region of Identity Center, for the ARNs
 * @param visibilityTimeout - seconds until a message that failed is tried again
 */
export function membershipEvents(
  stack: TerraformStack,
  place: { readonly partition: string; readonly region: string; readonly accountId: string },
  visibilityTimeout: number,
): MembershipQueue {
  const arn = (service: string, resource: string) =>
    `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
  // ARNs by name, so that each queue is made in one call with its policy, and none refers back to another.
  const ruleArns = Object.keys(EVENT_PATTERNS).map((name) => arn("events", `rule/${NAME}-${name}`));
  const queueArn = arn("sqs", NAME);
  const deadLetterArn = arn("sqs", `${NAME}-dead-letters`);

  const deadLetters = new SqsQueue(stack, "dead-letters", {
    name: `${NAME}-dead-letters`,
    messageRetentionSeconds: 14 * DAY,
    sqsManagedSseEnabled: true,
    policy: policyDocument(membershipQueue(deadLetterArn, ruleArns)),
  });
  const queue = new SqsQueue(stack, "queue", {
    name: NAME,
    messageRetentionSeconds: 4 * DAY,
    visibilityTimeoutSeconds: visibilityTimeout,
    sqsManagedSseEnabled: true,
    policy: policyDocument(membershipQueue(queueArn, ruleArns)),
    // Throttling and AWS's own faults pass: a message gives up after five hours, and an alarm tells of it after 15 minutes.
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 100 }),
  });

  for (const [name, pattern] of Object.entries(EVENT_PATTERNS)) {
    const rule = new CloudwatchEventRule(stack, `rule_${name}`, {
      name: `${NAME}-${name}`,
      description: "Hints that somebody's membership in a group may have changed",
      eventPattern: JSON.stringify(pattern),
    });
    new CloudwatchEventTarget(stack, `rule_${name}_queue`, {
      rule: rule.name,
      targetId: "queue",
      arn: queue.arn,
      deadLetterConfig: { arn: deadLetters.arn },
    });
  }
  return { queue, deadLetters };
}
