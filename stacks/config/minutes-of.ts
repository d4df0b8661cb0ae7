const MINUTES = { minute: 1, hour: 60, day: 24 * 60 } as const;

/** An interval as the config writes it, such as `1 hour` or `90 minutes`, in minutes. NaN for anything else. */
export function minutesOf(interval: string): number {
  const [count, unit = ""] = interval.split(" ");
  const minutes = Object.entries(MINUTES).find(([name]) => unit.startsWith(name))?.[1] ?? Number.NaN;
  return Number(count) * minutes;
}
