const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/** SQS: "Valid values: 0 to 900". */
const LONGEST = 900;
const SHORTEST = 15;

/** What is not done after this long without any progress is left to the sweep, or, for who is waiting, to on-call. */
const PATIENCE = 6 * HOUR;

/** While a studio fails, its alarm must see a sign of it in every quarter of an hour. */
const LONGEST_WHILE_FAILING = 600;
const SHORTEST_WHILE_FAILING = 60;

/** Who is looked at again. */
export interface Unfinished {
  readonly userId: string;
  readonly studio: string;
  /** The profile at which something is left to do. */
  readonly profile?: string | undefined;
  /** When the last progress was made, as far as is known. */
  readonly since?: Date | undefined;
  /** Whether a sweep sent the hint. */
  readonly bySweep?: boolean | undefined;
}

/** A message for the queue. */
export interface Message {
  readonly body: string;
  readonly delaySeconds: number;
}

/**
 * The message that brings somebody back, after a delay that doubles for as long as nothing changes. A new message, so
 * that no visit counts towards the dead letters while there is progress. Pure.
 * @param progressed - whether this visit began something
 * @returns `undefined` if there was no progress for hours
 */
export function followUp({ since, ...who }: Unfinished, progressed: boolean, now: Date): Message | undefined {
  const start = progressed || since === undefined ? now : since;
  const waited = now.getTime() - start.getTime();
  if (waited > PATIENCE) return undefined;
  const delaySeconds = Math.min(LONGEST, Math.max(SHORTEST, Math.round(waited / SECOND)));
  return { delaySeconds, body: JSON.stringify({ scope: "user", ...who, since: start.toISOString() }) };
}

/**
 * The message that waits for a studio that fails as a whole, however long: a new one, so that no wait counts towards the
 * dead letters. Pure.
 * @param failingSince - since when this hint has waited for the studio
 * @param everyMinutes - how often sweeps send their hints anew: theirs wait no longer, or there would be ever more of them
 * @returns `undefined` for what the next sweep finds again
 */
export function waitForStudio(
  { since, ...who }: Unfinished,
  failingSince: Date,
  everyMinutes: number,
  now: Date,
): Message | undefined {
  const waited = Math.round((now.getTime() - failingSince.getTime()) / SECOND);
  if (who.bySweep && waited > everyMinutes * 60) return undefined;
  return {
    delaySeconds: Math.min(LONGEST_WHILE_FAILING, Math.max(SHORTEST_WHILE_FAILING, waited)),
    body: JSON.stringify({ scope: "user", ...who, since, failingSince }),
  };
}
