import { UsageError } from "./usage-error";

/** From when to when, the end not included. */
export interface Span {
  readonly since: Date;
  readonly until: Date;
}

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };
const MOST_DAYS = 3650;

/**
 * The time that ends now.
 * @param text - how long: `12h` or `7d`
 * @throws UsageError for anything else
 */
export function spanOf(text: string, now: Date): Span {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!(milliseconds <= MOST_DAYS * 24 * HOUR)) {
    throw new UsageError(`--since ${text}: expected hours or days, like 12h or 7d, ${MOST_DAYS}d at the most`);
  }
  return { since: new Date(now.getTime() - milliseconds), until: now };
}
