import { setTimeout } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { auditArguments } from "../audit/arguments";
import { audit } from "../audit/audit";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import { failAtCommandLine } from "./fail-at-command-line";

/** `npm run audit -- --user <user name> --since 7d …`: what somebody did, from CloudTrail's records. */
async function main(): Promise<void> {
  const asked = auditArguments(process.argv.slice(2));
  const config = loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE);
  const { from } = asked;
  const home = config.identityCenter.region;
  const clients = {
    identityStore: new IdentitystoreClient({ region: home }),
    cloudTrail: new CloudTrailClient({
      region: from.kind === "lake" ? from.store.region : (from.trail?.region ?? home),
    }),
    athena: new AthenaClient({ region: process.env.AWS_REGION || home }),
  };
  const wait = async (milliseconds: number) => {
    await setTimeout(milliseconds);
  };
  process.stdout.write(await audit(asked, config, clients, { now: new Date(), wait }));
}

main().catch(failAtCommandLine);
