import { DataAwsIdentitystoreGroup } from "@cdktf/provider-aws/lib/data-aws-identitystore-group";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { groupSlug } from "../../naming";

/**
 * The ids of AD groups in the identity store, each looked up once by its display name, so that one that does not exist
 * fails the plan.
 * @param provider - Identity Center's account, where the stack is in another
 */
export function directoryGroups(
  stack: TerraformStack,
  identityStoreId: string,
  provider?: AwsProvider,
): (adGroup: string) => string {
  const looked = new Map<string, DataAwsIdentitystoreGroup>();
  return (adGroup) => {
    const slug = groupSlug(adGroup);
    const group =
      looked.get(slug) ??
      new DataAwsIdentitystoreGroup(stack, `group_${slug}`, {
        identityStoreId,
        alternateIdentifier: { uniqueAttribute: { attributePath: "DisplayName", attributeValue: adGroup } },
        ...(provider && { provider }),
      });
    looked.set(slug, group);
    return group.groupId;
  };
}
