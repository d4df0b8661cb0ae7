import { loggable } from "../functions/membership/loggable";

/** What may be told of why AWS did not answer: AWS's own messages may name people. */
export function reasonOf(error: unknown): string {
  const { name, message, status } = loggable(error);
  if (typeof message === "string" && message !== "") return `${name}: ${message}`;
  return typeof status === "number" ? `${name} (HTTP ${status})` : String(name);
}
