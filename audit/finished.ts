/** Waits before the next look; tests wait for nothing. */
export type Wait = (milliseconds: number) => Promise<void>;

/** Half an hour is Athena's own limit for a query. */
const PATIENCE = 30 * 60_000;
const LONGEST_PAUSE = 20_000;

/**
 * Looks again and again, with longer and longer pauses, until there is an answer.
 * @param look - `undefined` while there is none
 * @returns `undefined` after half an hour without one
 */
export async function finished<T>(look: () => Promise<T | undefined>, wait: Wait): Promise<T | undefined> {
  let waited = 0;
  for (let pause = 500; waited <= PATIENCE; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const answer = await look();
    if (answer !== undefined) return answer;
    await wait(pause);
    waited += pause;
  }
  return undefined;
}
