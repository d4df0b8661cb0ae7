import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error";

/**
 * Reads a command line, as Node.js does.
 * @param usage - how the command is meant
 * @throws UsageError for what the command does not take
 */
export function commandLine<T extends ParseArgsConfig>(config: T, usage: string) {
  try {
    return parseArgs(config);
  } catch (error) {
    // What follows the first sentence is about how Node.js reads arguments.
    const [wrong = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${wrong}\nUsage: ${usage}`);
  }
}
