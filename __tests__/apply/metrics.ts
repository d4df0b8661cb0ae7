import { z } from "zod";

const embedded = z.looseObject({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Dimensions: z.array(z.array(z.string())) })) }),
});

/** What functions counted under a name, with its dimensions, as it stands in their logs. */
export function countedIn(lines: readonly string[], name: string): unknown[] {
  return lines
    .map((line) => embedded.safeParse(line.startsWith("{") ? JSON.parse(line) : undefined))
    .flatMap(({ data }) => (data && name in data ? [data] : []))
    .map(({ _aws, [name]: count, ...others }) => {
      const dimensions = _aws.CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions.flat());
      return { [name]: [count].flat()[0], ...Object.fromEntries(dimensions.map((key) => [key, others[key]])) };
    });
}
