import { minutesOf } from "../config/minutes-of";
import type { Config } from "../config/schema";

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
