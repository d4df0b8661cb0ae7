import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { TerraformStack } from "cdktf";
import { ONBOARDING_FUNCTION } from "../../naming";
import type { MembershipQueue } from "./membership-queue";
import { METRICS_NAMESPACE } from "./onboarding-function";

/** What tells on-call that somebody may be waiting for their Studio. */
export function alarms(
  stack: TerraformStack,
  { queue, deadLetters }: MembershipQueue,
  lambda: LambdaFunction,
  topicArn: string | null,
): void {
  const alarm = (name: string, description: string, metric: Metric, threshold: number, periods = 1) =>
    new CloudwatchMetricAlarm(stack, `alarm_${name}`, {
      alarmName: `studio-${name}`,
      alarmDescription: description,
      ...metric,
      period: 300,
      evaluationPeriods: periods,
      comparisonOperator: "GreaterThanThreshold",
      threshold,
      treatMissingData: "notBreaching",
      ...(topicArn && { alarmActions: [topicArn], okActions: [topicArn] }),
    });
  const ofQueue = (metricName: string, name: string): Metric => ({
    namespace: "AWS/SQS",
    metricName,
    statistic: "Maximum",
    dimensions: { QueueName: name },
  });
  const ofFunction = (metricName: string): Metric => ({
    namespace: "AWS/Lambda",
    metricName,
    statistic: "Sum",
    dimensions: { FunctionName: lambda.functionName },
  });
  alarm(
    "dead-letters",
    "A hint could not be answered in five hours of tries: somebody has no profile, or the wrong role",
    ofQueue("ApproximateNumberOfMessagesVisible", deadLetters.name),
    0,
  );
  alarm(
    "oldest-message",
    "A hint has waited for more than 15 minutes",
    ofQueue("ApproximateAgeOfOldestMessage", queue.name),
    900,
  );
  // SQS leaves a message that was received three times out of its age, and a failed message is no error of Lambda's.
  alarm(
    "failed-hints",
    "For 15 minutes hints have failed: somebody has no profile, or the wrong role. The function's log says why",
    {
      namespace: METRICS_NAMESPACE,
      metricName: "failed",
      statistic: "Sum",
      dimensions: { service: ONBOARDING_FUNCTION },
    },
    0,
    3,
  );
  alarm("function-errors", "The onboarding function ended with an error", ofFunction("Errors"), 0);
  alarm("function-throttles", "Lambda had no capacity for the onboarding function", ofFunction("Throttles"), 0);
}

interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly dimensions: Record<string, string>;
}
