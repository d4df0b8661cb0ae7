import type { Config } from "../config/schema";

const MINUTES = { minute: 1, hour: 60, day: 24 * 60 } as const;

/** What the functions read from `settings.json`: the groups in their order, and how people are removed. */
export function functionSettings({ studios, deprovisioning, sweep }: Config) {
  return {
    studios: studios.map(({ name, accountId, region, existingDomainId, takeOver, groups }) => ({
      name,
      accountId,
      region,
      ...(existingDomainId && { existed: true, ...(!takeOver && { reportsOnly: true }) }),
      groups: groups.map(({ adGroup, team }) => ({ adGroup, team })),
    })),
    deprovisioning,
    sweep: { everyMinutes: minutesOf(sweep.every), maxRemovals: sweep.maxRemovals },
  };
}

/** An interval as the config writes it, in minutes. */
export function minutesOf(every: string): number {
  const [count, unit = ""] = every.split(" ");
  const minutes = Object.entries(MINUTES).find(([name]) => unit.startsWith(name))?.[1] ?? Number.NaN;
  return Number(count) * minutes;
}
