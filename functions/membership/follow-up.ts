const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/** SQS: "Valid values: 0 to 900". */
const LONGEST = 900;
const SHORTEST = 15;

/** What is not done after this long without any progress is left to the sweep, or, for who is waiting, to on-call. */
const PATIENCE = 6 * HOUR;

/** Who is looked at again. */
export interface Unfinished {
  readonly userId: string;
  readonly studio: string;
  /** The profile at which something is left to do. */
  readonly profile?: string | undefined;
  /** When the last progress was made, as far as is known. */
  readonly since?: Date | undefined;
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
