import type { z } from "zod";
import type { JsonObject } from "../json";
import { partitionOfRegion } from "../synthetic";
import type { Principal } from "./callers";
import { validationError } from "./errors";

/** What is known of a call apart from its input. */
export interface Call {
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
}

/** One thing that a caller must be allowed to do for a call. */
export interface Requirement {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** A call whose input is valid: what it needs, and what it does. */
export interface Prepared {
  /** The resource, for the log. */
  readonly summary: string;
  readonly requires: readonly Requirement[];
  /** Checks that take time and change nothing. */
  readonly check?: () => Promise<void>;
  /** Runs in one go: nothing else happens between its reads and its writes. */
  readonly run: () => JsonObject;
}

/** An API operation of a service. */
export type Operation = (input: unknown, call: Call) => Prepared;

/** The operations of a service by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** An operation whose input is checked against `schema` first, as AWS does. */
export function operation<S extends z.ZodType>(
  schema: S,
  prepare: (input: z.output<S>, call: Call) => Prepared,
): Operation {
  return (input, call) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw validationError(explain(parsed.error, input));
    return prepare(parsed.data, call);
  };
}

/** The ARN of a resource in an account and Region, such as the caller's. */
export function arnFor(
  { accountId, region }: Pick<Call, "accountId" | "region">,
  service: string,
  resource: string,
): string {
  return `arn:${partitionOfRegion(region)}:${service}:${region}:${accountId}:${resource}`;
}

/** AWS's wording of what is wrong with an input. */
function explain(error: z.ZodError, input: unknown): string {
  const count = error.issues.length;
  const details = error.issues.map((issue) => {
    let value: unknown = input;
    for (const step of issue.path)
      value = Reflect.has(Object(value), step) ? Reflect.get(Object(value), step) : undefined;
    const at = issue.path.map((step) => String(step)).join(".");
    return `Value '${typeof value === "string" ? value : JSON.stringify(value)}' at '${at}' failed to satisfy constraint: ${issue.message}`;
  });
  return `${count} validation error${count === 1 ? "" : "s"} detected: ${details.join("; ")}`;
}
