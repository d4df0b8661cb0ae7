/** One statement of an IAM policy, with the reason for any wildcard in it written beside it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  /** Instead of a resource, in a denial: everything but these. */
  readonly NotResource?: readonly string[];
  readonly Condition?: Conditions;
  /** Why an action or a resource holds a `*`. Not part of the document. */
  readonly wildcard?: string;
}

/** A statement of a trust policy or a queue's policy. */
export interface ResourceStatement extends Omit<Statement, "Resource" | "NotResource"> {
  readonly Principal: "*" | { readonly [kind in "AWS" | "Federated" | "Service"]?: string };
  readonly Resource?: readonly string[];
}

/** Operator → condition key → values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * The policy document of statements, as JSON.
 * @throws Error if a statement holds a wildcard (`*`, `?`) without its reason, or two statements have the same Sid.
 */
export function policyDocument(statements: readonly (Statement | ResourceStatement)[]): string {
  const seen = new Set<string>();
  for (const statement of statements) {
    if (seen.has(statement.Sid)) throw new Error(`two statements are named ${statement.Sid}`);
    seen.add(statement.Sid);
    if (hasWildcard(statement) && !statement.wildcard) {
      throw new Error(`statement ${statement.Sid} holds a wildcard; write the reason into its "wildcard"`);
    }
  }
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ wildcard, ...statement }) => statement),
  });
}

/** The name of one of several statements that differ in their conditions. */
export function numberedSid(sid: string, index: number): string {
  return `${sid}${index + 1}`;
}

function hasWildcard(statement: Statement | ResourceStatement): boolean {
  const principal = "Principal" in statement ? JSON.stringify(statement.Principal) : "";
  const excepted = "NotResource" in statement ? statement.NotResource : undefined;
  return [...statement.Action, ...(statement.Resource ?? []), ...(excepted ?? []), principal].some((text) =>
    /[*?]/.test(text),
  );
}
