import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** Counts one of something in a studio, apart from the function's other metrics: its alarm has the studio's name. */
export function countIn(metrics: Metrics, studio: string, name: string): void {
  const metric = metrics.singleMetric();
  metric.addDimension("studio", studio);
  metric.addMetric(name, MetricUnit.Count, 1);
}
