/** A message that can never succeed: it is counted, logged and dropped. Every other error is tried again. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** Something is under way, or out of time: the message goes back to the queue. Nothing waits inside a function. */
export class TryLater extends Error {
  override readonly name = "TryLater";
}

/** A profile that must not be touched although its name is the one that is needed. A person has to look. */
export class ProfileConflict extends Error {
  override readonly name = "ProfileConflict";
}

/** True for an AWS error with one of these names: most of SageMaker's and STS's errors have no class of their own. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
