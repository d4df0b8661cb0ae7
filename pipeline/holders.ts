import { eachOf } from "../functions/membership/cache";
import type { ProfileReader } from "../functions/membership/profile-reader";

const PROFILES_AT_A_TIME = 8;

/** Names of profiles by the ARN of the role that they have, in lower case: IAM tells no cases apart. */
export type HoldersByRole = ReadonlyMap<string, readonly string[]>;

/** Who has which of some roles; or why nobody can tell. */
export type Holders =
  | { readonly kind: "known"; readonly byRole: HoldersByRole }
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Looks which profiles of a domain have one of some roles. A profile without a role of its own has the domain's, which is
 * no group's.
 * @param roleArns - the roles to look for
 * @param among - the profiles to look at; all of the domain, if absent
 * @throws whatever AWS answers when it does not let the caller look
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html
 */
export async function findHolders(
  reader: Pick<ProfileReader, "list" | "describe">,
  roleArns: readonly string[],
  among?: readonly string[],
): Promise<HoldersByRole> {
  const found = new Map<string, string[]>(roleArns.map((arn) => [arn.toLowerCase(), []]));
  const names = among ?? (await reader.list()).map(({ name }) => name);
  await eachOf(names, PROFILES_AT_A_TIME, async (name) => {
    const profile = await reader.describe(name);
    if (profile?.roleArn !== undefined) found.get(profile.roleArn.toLowerCase())?.push(profile.name);
  });
  return new Map([...found].map(([arn, holders]) => [arn, holders.sort()]));
}

/** The profiles that have a role. */
export function holdersOf(byRole: HoldersByRole, roleArn: string): readonly string[] {
  return byRole.get(roleArn.toLowerCase()) ?? [];
}

/** Everybody who has any of the roles. */
export function allHolders(byRole: HoldersByRole): string[] {
  return [...new Set([...byRole.values()].flat())].sort();
}
