import { partitionOf } from "../naming";
import type { StudioScope } from "../policies/studio-scope";
import { minutesOf } from "./config/minutes-of";
import type { StudioConfig } from "./config/schema";

/** What only AWS knows of a domain; in a stack, tokens that Terraform fills in. */
export interface DomainIds {
  readonly id: string;
  readonly homeFileSystemId: string;
}

/** What the policies of a studio are limited to, by its config. */
export function policyScope(studio: StudioConfig, domain: DomainIds): StudioScope {
  const { name, region, accountId, kmsKeyArn, network, encryption, trustedIdentityPropagation } = studio;
  const longest = trustedIdentityPropagation?.longestJob;
  return {
    name,
    partition: partitionOf(region),
    region,
    accountId,
    domainId: domain.id,
    homeFileSystemId: domain.homeFileSystemId,
    kmsKeyArn,
    network,
    encryption,
    longestJob: longest === undefined ? undefined : 60 * minutesOf(longest),
  };
}
