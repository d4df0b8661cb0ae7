import { SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import { STSServiceException } from "@aws-sdk/client-sts";

const SECOND = 1000;

/** For how many people in a row a studio must fail to be left alone: one of them may have a profile that always fails. */
const PEOPLE = 3;

/** For how long, in milliseconds: twice as long each time that it still fails. */
const SHORTEST = 15 * SECOND;
const LONGEST = 240 * SECOND;

/** SageMaker's answers to too many calls. */
const THROTTLES = ["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"];

/** A studio fails as a whole, and is not tried at present: its people's hints wait, and nobody else's. */
export class StudioDown extends Error {
  override readonly name = "StudioDown";
}

/** Which studios can be worked in. Known within one container. */
export interface StudioHealth {
  /**
   * Works for a person in a studio, if it has not just failed.
   * @throws StudioDown without trying; or whatever the work throws
   */
  work<T>(studio: string, userId: string, work: () => Promise<T>): Promise<T>;
}

interface Trouble {
  /** For whom the work failed, in a row. */
  readonly people: ReadonlySet<string>;
  /** How often it has failed since there are so many. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * A circuit breaker for each studio: where an account is closed, a role is missing or AWS throttles for hours, every
 * attempt would take time that other studios' people wait for. After a while one attempt is made to see.
 * @param now - milliseconds since the epoch
 */
export function studioHealth(now: () => number): StudioHealth {
  const troubles = new Map<string, Trouble>();
  return {
    async work(studio, userId, work) {
      const trouble = troubles.get(studio);
      if (trouble && trouble.people.size >= PEOPLE) {
        if (now() < trouble.until) throw new StudioDown(`studio ${studio} has failed for several people in a row`);
        // Whoever else comes meanwhile need not find out as well.
        troubles.set(studio, { ...trouble, until: now() + pause(trouble.attempts) });
      }
      try {
        const result = await work();
        troubles.delete(studio);
        return result;
      } catch (error) {
        if (isStudioFailure(error)) {
          const before = troubles.get(studio);
          const people = new Set([...(before?.people ?? []), userId]);
          const attempts = people.size < PEOPLE ? 0 : (before?.attempts ?? 0) + 1;
          troubles.set(studio, { people, attempts, until: now() + pause(attempts) });
        }
        throw error;
      }
    },
  };
}

/**
 * Whether a failure is the whole studio's, and says nothing about one person: its role cannot be assumed, or SageMaker
 * throttles, fails or cannot be reached there. A call that is refused is not: that may be one profile's fault.
 */
export function isStudioFailure(error: unknown): boolean {
  if (error instanceof StudioDown || error instanceof STSServiceException) return true;
  if (!(error instanceof Error)) return false;
  if (error instanceof SageMakerServiceException) {
    return THROTTLES.includes(error.name) || (error.$metadata.httpStatusCode ?? 0) >= 500;
  }
  // What never reached AWS names no service.
  return error.name === "TimeoutError" || ("code" in error && /^(E[A-Z]+|UND_ERR_\w+)$/.test(String(error.code)));
}

function pause(attempts: number): number {
  return Math.min(LONGEST, SHORTEST * 2 ** Math.max(0, attempts - 1));
}
