import type { Context } from "aws-lambda";

/** The share of an invocation's time in which calls are begun; the rest is for those that are under way to end. */
const BEGINNING = 2 / 3;

/** Whether the present invocation may begin another call. */
export function timeLeft(): { begin(context: Context): void; hasTime(): boolean } {
  /** Milliseconds since the epoch. */
  let deadline = 0;
  return {
    begin(context) {
      deadline = Date.now() + BEGINNING * context.getRemainingTimeInMillis();
    },
    hasTime: () => Date.now() < deadline,
  };
}
