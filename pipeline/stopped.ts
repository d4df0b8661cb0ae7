import { UsageError } from "../scripts/usage-error";
import { ConfigError } from "../stacks/config/mistake";

/** Something that whoever runs the pipeline can mend. Its message says what is wrong, where, and what would be right. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/**
 * Runs a command and gives the process its exit code; 1 if it fails. What the reader can mend is told without a stack
 * trace, which would only hide it.
 */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Stopped || error instanceof ConfigError || error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
