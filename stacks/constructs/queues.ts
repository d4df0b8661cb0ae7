import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { hintQueue } from "../../policies/hint-queue";
import { policyDocument } from "../../policies/statement";
import { EVENT_PATTERNS } from "./event-patterns";

const MEMBERSHIP = "studio-membership";
const SWEEPS = "studio-sweep";
const DAY = 24 * 60 * 60;

/** The queues that feed the functions, and where what cannot be done ends up. */
export interface Queues {
  /** Hints that somebody's memberships may have changed. */
  readonly membership: SqsQueue;
  /** Requests for a sweep. */
  readonly sweeps: SqsQueue;
  readonly deadLetters: SqsQueue;
}

/** What the queues of a stack depend on. */
export interface QueuesProps {
  /** The account and Region of Identity Center, for the ARNs. */
  readonly place: { readonly partition: string; readonly region: string; readonly accountId: string };
  /** Seconds until a message that failed is tried again. */
  readonly membershipVisibility: number;
  readonly sweepVisibility: number;
  /** How often a sweep is scheduled, as the config writes it. */
  readonly sweepEvery: string;
}

/** Identity Center's events → rules → queue; the schedule → queue. */
export function queues(stack: TerraformStack, props: QueuesProps): Queues {
  const arn = (service: string, resource: string) =>
    `arn:${props.place.partition}:${service}:${props.place.region}:${props.place.accountId}:${resource}`;
  // ARNs by name, so that each queue is made in one call with its policy, and none refers back to another.
  const ruleArn = (name: string) => arn("events", `rule/${name}`);
  const eventRules = Object.entries(EVENT_PATTERNS).map(([id, pattern]) => ({
    id,
    name: `${MEMBERSHIP}-${id}`,
    pattern,
  }));
  const eventRuleArns = eventRules.map(({ name }) => ruleArn(name));

  const deadLetters = new SqsQueue(stack, "dead-letters", {
    name: `${MEMBERSHIP}-dead-letters`,
    messageRetentionSeconds: 14 * DAY,
    sqsManagedSseEnabled: true,
    policy: policyDocument(hintQueue(arn("sqs", `${MEMBERSHIP}-dead-letters`), [...eventRuleArns, ruleArn(SWEEPS)])),
  });
  const membership = new SqsQueue(stack, "queue", {
    name: MEMBERSHIP,
    messageRetentionSeconds: 4 * DAY,
    visibilityTimeoutSeconds: props.membershipVisibility,
    sqsManagedSseEnabled: true,
    policy: policyDocument(hintQueue(arn("sqs", MEMBERSHIP), eventRuleArns)),
    // Throttling and AWS's own faults pass: a message gives up after ten hours, and an alarm tells of it after 15 minutes.
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 100 }),
  });
  const sweeps = new SqsQueue(stack, "sweeps", {
    name: SWEEPS,
    messageRetentionSeconds: DAY,
    visibilityTimeoutSeconds: props.sweepVisibility,
    sqsManagedSseEnabled: true,
    policy: policyDocument(hintQueue(arn("sqs", SWEEPS), [ruleArn(SWEEPS)])),
    // The next one is scheduled anyway.
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 }),
  });

  for (const { id, name, pattern } of eventRules) {
    const rule = new CloudwatchEventRule(stack, `rule_${id}`, {
      name,
      description: "Hints that somebody's membership in a group may have changed",
      eventPattern: JSON.stringify(pattern),
    });
    target(stack, id, rule, membership, deadLetters);
  }
  const schedule = new CloudwatchEventRule(stack, "rule_sweep", {
    name: SWEEPS,
    description: "Repairs what events missed",
    scheduleExpression: `rate(${props.sweepEvery})`,
  });
  target(stack, "sweep", schedule, sweeps, deadLetters, JSON.stringify({ scope: "everyone", trigger: "schedule" }));
  return { membership, sweeps, deadLetters };
}

function target(
  stack: TerraformStack,
  id: string,
  rule: CloudwatchEventRule,
  queue: SqsQueue,
  deadLetters: SqsQueue,
  input?: string,
): void {
  new CloudwatchEventTarget(stack, `rule_${id}_queue`, {
    rule: rule.name,
    targetId: "queue",
    arn: queue.arn,
    deadLetterConfig: { arn: deadLetters.arn },
    ...(input !== undefined && { input }),
  });
}
