/** What the reader must know about a policy of a role. */
export interface Note {
  /** What is missing from the report because of it. */
  readonly gap: "Not evaluated" | "Not complete" | undefined;
  /** The policy's ARN or name. */
  readonly policy: string;
  readonly text: string;
}
