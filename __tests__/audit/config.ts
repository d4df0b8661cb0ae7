import { parseConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";

export const ALICE = "93f7a2c4-0000-4000-8000-000000000001";

/** The time of the audit: a week before it is long enough for the recorded events. */
export const NOW = new Date("2026-11-22T12:00:00Z");

/** A config with a studio in an account of its own, as the recorded events have it. */
export function auditConfig(studioNames: readonly string[] = ["research"]): Config {
  const studios = studioNames.map((name) => ({
    name,
    accountId: "444455556666",
    region: "eu-west-1",
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    groups: [{ adGroup: "ml-fraud", team: "fraud", persona: "data-scientist" }],
  }));
  const identityCenter = {
    accountId: "111122223333",
    region: "eu-west-1",
    identityStoreId: "d-906716eb24",
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
  };
  // JSON is YAML.
  return parseConfig(JSON.stringify({ identityCenter, studios }), "studio.yaml");
}
