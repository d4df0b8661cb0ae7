import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { ONBOARDING_FUNCTION } from "../../naming";
import { minutesOf } from "../config/minutes-of";
import type { Config } from "../config/schema";
import { METRICS_NAMESPACE } from "./function";
import type { Queues } from "./queues";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** What tells on-call that somebody may be waiting for their Studio, or has what they should not have. */
export function alarms(
  stack: TerraformStack,
  { notifications: { alarmTopicArn }, sweep, studios }: Config,
  { membership, sweeps, deadLetters }: Queues,
  functions: { readonly onboarding: LambdaFunction; readonly sweep: LambdaFunction },
): void {
  const alarm = (name: string, description: string, metric: Metric, more: Partial<Threshold> = {}) =>
    new CloudwatchMetricAlarm(stack, `alarm_${name}`, {
      alarmName: `studio-${name}`,
      alarmDescription: `${description}. docs/runbook.md says what to do`,
      ...metric,
      period: 5 * MINUTE,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      ...more,
      ...(alarmTopicArn && { alarmActions: [alarmTopicArn], okActions: [alarmTopicArn] }),
    });
  alarm(
    "dead-letters",
    "A message was tried for hours: somebody has no profile, or the wrong role",
    ofQueue("ApproximateNumberOfMessagesVisible", deadLetters),
  );
  alarm(
    "oldest-message",
    "A hint has waited for more than 15 minutes",
    ofQueue("ApproximateAgeOfOldestMessage", membership),
    { threshold: 15 * MINUTE },
  );
  // SQS leaves a message that was received three times out of its age, and a failed message is no error of Lambda's.
  alarm(
    "failed-hints",
    "For 15 minutes hints have failed: somebody has no profile, or the wrong role. The function's log says why",
    counted("failed"),
    { evaluationPeriods: 3 },
  );
  // What a sweep counts must not come and go with its schedule: every period has seen one.
  const everySweep = { period: Math.min(DAY, Math.max(60 * MINUTE, 2 * minutesOf(sweep.every) * MINUTE)) };
  alarm(
    "groups-missing",
    "Groups of the config cannot be found in Identity Center, and nobody is removed until they are. The logs' lines with groups that cannot be found name them",
    counted("groupsMissing"),
    everySweep,
  );
  alarm(
    "removals-withheld",
    "A sweep would have removed people and did not. The sweep's log line nobody is removed says whom, and why not",
    counted("removalsWithheld"),
    everySweep,
  );
  alarm(
    "removal-stalled",
    "Somebody's removal has made no progress for a day. The onboarding function's log says whose, and why",
    counted("removalStalled"),
    everySweep,
  );
  alarm(
    "spaces-kept",
    "Somebody who left owns a shared space: it is kept, and their profile with it. The sweep's log names the profile",
    counted("kept"),
    everySweep,
  );
  alarm(
    "profiles-ownerless",
    "Somebody took the user id off a managed profile: nobody can be said to own it. The sweep's log names it",
    counted("ownerless"),
    everySweep,
  );
  const days = Math.min(7, Math.max(1, Math.ceil((2 * minutesOf(sweep.every) * MINUTE) / DAY)));
  for (const { name } of studios) {
    alarm(
      `failing-${name}`,
      `For half an hour nobody's profile in studio ${name} could be changed: hints wait. The onboarding function's log says why`,
      counted("studioFailing", name),
      { period: 15 * MINUTE, evaluationPeriods: 2 },
    );
    alarm(
      `sweep-failing-${name}`,
      `Sweeps of studio ${name} could not read everything, twice in a row: what events miss there stays missed. The sweep's log says why`,
      counted("sweepFailed", name),
      { ...everySweep, evaluationPeriods: 2 },
    );
    alarm(
      `sweep-overdue-${name}`,
      `No sweep of studio ${name} came to its end for a day, or twice as long as it is scheduled`,
      counted("swept", name),
      {
        period: DAY,
        evaluationPeriods: days,
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        treatMissingData: "breaching",
      },
    );
  }
  alarm(
    "sweep-waiting",
    "A request for a sweep has waited for more than two hours",
    ofQueue("ApproximateAgeOfOldestMessage", sweeps),
    {
      threshold: 120 * MINUTE,
    },
  );
  alarm("function-errors", "The onboarding function ended with an error", ofFunction("Errors", functions.onboarding));
  alarm(
    "function-throttles",
    "Lambda had no capacity for the onboarding function",
    ofFunction("Throttles", functions.onboarding),
  );
  alarm("sweep-errors", "The sweep function ended with an error", ofFunction("Errors", functions.sweep));
}

interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly dimensions: Record<string, string>;
}

interface Threshold {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly treatMissingData: string;
}

/** What a function counts itself: everywhere, or in one studio. */
function counted(metricName: string, studio?: string): Metric {
  const dimensions = { service: ONBOARDING_FUNCTION, ...(studio && { studio }) };
  return { namespace: METRICS_NAMESPACE, metricName, statistic: "Sum", dimensions };
}

function ofQueue(metricName: string, { name }: SqsQueue): Metric {
  return { namespace: "AWS/SQS", metricName, statistic: "Maximum", dimensions: { QueueName: name } };
}

function ofFunction(metricName: string, { functionName }: LambdaFunction): Metric {
  return { namespace: "AWS/Lambda", metricName, statistic: "Sum", dimensions: { FunctionName: functionName } };
}
