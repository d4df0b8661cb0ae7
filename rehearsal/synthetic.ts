import { createHash } from "node:crypto";

/**
 * Ids that AWS would make up. They are computed from names, so that two runs print the same and a test can say what it
 * expects.
 */

/** `length` hex digits that depend on `parts` alone. */
export function syntheticHex(length: number, ...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, length);
}

/** A UUID that depends on `parts` alone. */
export function syntheticUuid(...parts: readonly string[]): string {
  const hex = syntheticHex(32, ...parts);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The id of a group in an identity store; group names are not case sensitive. */
export function syntheticGroupId(identityStoreId: string, displayName: string): string {
  return syntheticUuid("group", identityStoreId, displayName.toLowerCase());
}

/** The id of a user in an identity store. */
export function syntheticUserId(identityStoreId: string, userName: string): string {
  return syntheticUuid("user", identityStoreId, userName.toLowerCase());
}

/** The id of a SageMaker domain. */
export function syntheticDomainId(accountId: string, region: string, domainName: string): string {
  return `d-${syntheticHex(12, "domain", accountId, region, domainName)}`;
}

/** The id of the organization's one instance of Identity Center. */
export const SYNTHETIC_INSTANCE_ID = `ssoins-${syntheticHex(16, "instance")}`;

/** The ARN of the Identity Center application that SageMaker makes for a domain. */
export function syntheticApplicationArn(partition: string, accountId: string, domainId: string): string {
  const application = `apl-${syntheticHex(16, "apl", domainId)}`;
  return `arn:${partition}:sso::${accountId}:application/${SYNTHETIC_INSTANCE_ID}/${application}`;
}

/** AWS's partition of a Region. */
export function partitionOfRegion(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
