import { policyDocument, type Statement } from "./statement";

/**
 * IAM: a managed policy has at most 6,144 characters, white space left out.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MANAGED_POLICY_LIMIT = 6144;

/** What stands for a value that only Terraform knows. The ids of domains and file systems have 14 and 20 characters. */
const TOKEN = /\$\{TfToken\[TOKEN\.\d+\]\}/g;
const LONGEST_ID = "x".repeat(24);

/**
 * Puts parts into few managed policies, each into the first in which it fits. A part stays whole. Statements of the same
 * Sid in one policy become one, with the actions and resources of all.
 * @throws Error if a part alone is too long, or statements of one Sid differ in more than actions and resources
 */
export function bundle(parts: readonly (readonly Statement[])[]): readonly (readonly Statement[])[] {
  const bundles: (readonly Statement[])[] = [];
  for (const part of parts) {
    const together = bundles.map((each) => merged([...each, ...part]));
    const index = together.findIndex(fits);
    const fitting = together[index];
    if (fitting) bundles[index] = fitting;
    else if (fits(part)) bundles.push(part);
    else throw new Error(`${part[0]?.Sid} and what belongs to it is too long for one policy`);
  }
  return bundles;
}

function fits(statements: readonly Statement[]): boolean {
  return policyDocument(statements).replace(TOKEN, LONGEST_ID).replace(/\s/g, "").length <= MANAGED_POLICY_LIMIT;
}

function merged(statements: readonly Statement[]): readonly Statement[] {
  const bySid = new Map<string, Statement>();
  for (const statement of statements) {
    const before = bySid.get(statement.Sid);
    bySid.set(statement.Sid, before === undefined ? statement : both(before, statement));
  }
  return [...bySid.values()];
}

function both(one: Statement, other: Statement): Statement {
  const { Action, Resource, ...rest } = one;
  const { Action: otherActions, Resource: otherResource, ...otherRest } = other;
  if (JSON.stringify(rest) !== JSON.stringify(otherRest)) {
    throw new Error(`two different statements are named ${one.Sid}`);
  }
  return {
    ...rest,
    Action: [...new Set([...Action, ...otherActions])],
    // AWS refuses a resource beside NotResource.
    ...(Resource && { Resource: [...new Set([...Resource, ...(otherResource ?? [])])] }),
  };
}
