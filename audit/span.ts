import { z } from "zod";
import { UsageError } from "../scripts/usage-error";

/** From when to when, the end not included. */
export interface Span {
  readonly since: Date;
  readonly until: Date;
}

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };
const MOST_DAYS = 3650;

const moment = z.union([z.iso.date(), z.iso.datetime()]);

/**
 * The time that is asked for.
 * @param since - how long, counted back from the end: `12h` or `7d`; or when it begins: a date or a time, UTC
 * @param until - when it ends, the same: a date is its first moment. Now, if nothing is said
 * @throws UsageError for anything else, for an end in the future, and for a beginning that is not before the end
 */
export function spanOf(since: string, until: string | undefined, now: Date): Span {
  const end = until === undefined ? now : momentOf(until);
  if (end === undefined) throw new UsageError(`--until ${until}: expected ${MOMENTS}`);
  if (end > now) throw new UsageError(`--until ${until}: is in the future; leave it out for all up to now`);
  const begin = momentOf(since) ?? before(end, since);
  if (begin === undefined) {
    throw new UsageError(
      `--since ${since}: expected hours or days, like 12h or 7d, ${MOST_DAYS}d at the most, or ${MOMENTS}`,
    );
  }
  if (begin >= end) throw new UsageError(`--since ${since}: is not before the end, ${isoSecond(end)}`);
  return { since: begin, until: end };
}

/** A time as `--since` and `--until` take it. Events have whole seconds. */
export function isoSecond(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

const MOMENTS = "a date or a time in UTC, like 2026-11-15 or 2026-11-15T08:30:00Z";

function momentOf(text: string): Date | undefined {
  return moment.safeParse(text).success ? new Date(text) : undefined;
}

function before(end: Date, length: string): Date | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([hd])$/.exec(length) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  return milliseconds <= MOST_DAYS * 24 * HOUR ? new Date(end.getTime() - milliseconds) : undefined;
}
