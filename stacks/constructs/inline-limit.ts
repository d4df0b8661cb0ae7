import { ConfigError } from "../config/mistake";

/**
 * The inline policies of a role, together.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const INLINE_LIMIT = 10240;

/**
 * @param what - of the config makes the policy so long
 * @param instead - what would be right
 * @throws ConfigError if a role's inline policy is longer than AWS takes
 */
export function withinInlineLimit(role: string, policy: string, what: string, instead: string): void {
  if (policy.length <= INLINE_LIMIT) return;
  const message = `${what} make a policy of ${policy.length} characters, and AWS takes ${INLINE_LIMIT}; ${instead}`;
  throw new ConfigError(`role ${role}`, [{ path: [], message }]);
}
