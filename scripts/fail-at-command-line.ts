import { ConfigError } from "../stacks/config/mistake";
import { UsageError } from "./usage-error";

/**
 * Ends a command that failed, with exit code 1. What the reader can mend, and what AWS says, is printed as it is: a stack
 * trace would only hide it.
 */
export function failAtCommandLine(error: unknown): void {
  const isSaid = error instanceof UsageError || error instanceof ConfigError || isAnswer(error);
  console.error(isSaid ? `${prefix(error)}${error.message}` : error);
  process.exitCode = 1;
}

/** An error of AWS's, or one of its clients about credentials. */
function isAnswer(error: unknown): error is Error {
  return error instanceof Error && ("$metadata" in error || error.name === "CredentialsProviderError");
}

/** AWS's messages do not say what kind of refusal they are, and some are empty. */
function prefix(error: Error): string {
  return error instanceof UsageError || error instanceof ConfigError ? "" : `${error.name}: `;
}
