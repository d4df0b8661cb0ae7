/** What the person at the command line can mend: the message says how, and no stack trace hides it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
