import type { Person } from "./access-grants";

const DAY = 24 * 60 * 60 * 1000;
const MINUTE = 60_000;

/** A job that a person started by hand in Studio. */
export interface PersonalJob {
  readonly person: Person;
  readonly startedAt: Date;
  /** Whether user background sessions were enabled when it was started: a later change does not reach it. */
  readonly inBackground: boolean;
}

/** What became of the person's sessions meanwhile. */
export interface Meanwhile {
  readonly signedOutAt?: Date;
  /** An administrator ended all of the person's sessions. */
  readonly revokedAt?: Date;
  /** Of a background session, in milliseconds. Identity Center's default: seven days. */
  readonly duration?: number;
}

/**
 * Whom a job works for at a time, as AWS describes it: with a background session until that ends, else until the person
 * signs out. The job fails within 15 minutes after that; it never goes on as the role alone.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/trustedidentitypropagation-user-background-sessions.html
 */
export function personOf(
  job: PersonalJob,
  { signedOutAt, revokedAt, duration = 7 * DAY }: Meanwhile,
  now: Date,
): Person | "failed" {
  const ends = [revokedAt, job.inBackground ? new Date(job.startedAt.getTime() + duration) : signedOutAt].flatMap(
    (each) => (each ? [each.getTime() + 15 * MINUTE] : []),
  );
  return now.getTime() >= Math.min(...ends, Number.POSITIVE_INFINITY) ? "failed" : job.person;
}
