import { setTimeout } from "node:timers/promises";
import { AthenaClient, GetWorkGroupCommand, type WorkGroup } from "@aws-sdk/client-athena";
import { GetGroupIdCommand, IdentitystoreClient } from "@aws-sdk/client-identitystore";
import {
  CreateApplicationAssignmentCommand,
  DescribeApplicationAssignmentCommand,
  SSOAdminClient,
} from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import { studioStackName, workgroupName } from "../naming";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import type { Config, StudioConfig } from "../stacks/config/schema";
import { isPlanOnly } from "../stacks/plan-only";
import { failAtCommandLine } from "./fail-at-command-line";
import { clientSettings, isNamed, studioArguments, untilNoConflict } from "./studio-command";
import { UsageError } from "./usage-error";

/** AWS as the command sees it. */
export interface WorkgroupClients {
  /** In the studio's account and Region. */
  readonly athena: AthenaClient;
  /** In Identity Center's account and Region, as the next. */
  readonly ssoAdmin: SSOAdminClient;
  readonly identityStore: IdentitystoreClient;
}

/** @see studioArguments */
export const WORKGROUPS = { name: "workgroups", wishes: ["show", "assign"] } as const;
type Wish = (typeof WORKGROUPS.wishes)[number];

/** A group, and the application that AWS made for its workgroup. */
interface Queried {
  readonly adGroup: string;
  readonly groupId: string;
  readonly workgroup: string;
  readonly applicationArn: string;
}

/**
 * Shows or makes the assignment of each AD group of a studio to the application of its Athena workgroup, which nobody may
 * query in otherwise. Terraform does not know these applications: Athena makes them. What is assigned is not touched, and
 * nothing is assigned unless all is there.
 * @returns what it found or did
 * @throws UsageError for what the caller can mend, and what AWS answers
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-access.html
 */
export async function workgroups(
  studio: StudioConfig,
  identityStoreId: string,
  wish: Wish,
  clients: WorkgroupClients,
  wait: (milliseconds: number) => Promise<void>,
): Promise<string> {
  const queried: Queried[] = [];
  for (const { adGroup, dataLake } of studio.groups) {
    if (dataLake) queried.push(await found(studio, adGroup, identityStoreId, clients));
  }
  if (queried.length === 0) return `studio ${studio.name}: no group has a dataLake, and so none a workgroup\n`;
  const lines: string[] = [];
  for (const each of queried) {
    const before = await isAssigned(each, clients.ssoAdmin);
    if (!before && wish === "assign") await assign(each, clients.ssoAdmin, wait);
    const state = before ? "assigned" : wish === "assign" ? "now assigned" : "not assigned: its people cannot query";
    lines.push(`${each.adGroup}, workgroup ${each.workgroup}: ${state}`);
  }
  return `${[`studio ${studio.name}`, ...lines].join("\n")}\n`;
}

async function found(
  studio: StudioConfig,
  adGroup: string,
  identityStoreId: string,
  { athena, identityStore }: WorkgroupClients,
): Promise<Queried> {
  const workgroup = workgroupName(studio.name, adGroup);
  const { IdentityCenterApplicationArn: applicationArn, Configuration } = await described(studio, workgroup, athena);
  const [, , , , account] = (Configuration?.ExecutionRole ?? "").split(":");
  if (account && account !== studio.accountId) {
    throw new UsageError(
      `studio ${studio.name} is in account ${studio.accountId}, and these credentials are of ${account}: give the studio a ` +
        "deployRoleArn, or run this with credentials of its account",
    );
  }
  if (!applicationArn) {
    throw new UsageError(
      `workgroup ${workgroup} has no application in Identity Center, and its kind cannot be changed: delete it, then ` +
        `deploy ${studioStackName(studio.name)} again`,
    );
  }
  return { adGroup, workgroup, applicationArn, groupId: await groupIdOf(adGroup, identityStoreId, identityStore) };
}

async function described(studio: StudioConfig, workgroup: string, client: AthenaClient): Promise<WorkGroup> {
  try {
    const { WorkGroup } = await client.send(new GetWorkGroupCommand({ WorkGroup: workgroup }));
    if (WorkGroup) return WorkGroup;
  } catch (error) {
    // Athena has no error of its own for it: "WorkGroup … is not found."
    if (!isNamed(error, "InvalidRequestException") || !/not found/i.test(error.message)) throw error;
  }
  throw new UsageError(
    `there is no workgroup ${workgroup} in ${studio.region} of the account of these credentials, which must be ` +
      `${studio.accountId}; deploy ${studioStackName(studio.name)} first`,
  );
}

async function groupIdOf(adGroup: string, IdentityStoreId: string, client: IdentitystoreClient): Promise<string> {
  const UniqueAttribute = { AttributePath: "displayName", AttributeValue: adGroup };
  try {
    const { GroupId } = await client.send(
      new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute } }),
    );
    if (GroupId) return GroupId;
  } catch (error) {
    if (!isNamed(error, "ResourceNotFoundException")) throw error;
  }
  throw new UsageError(`identity store ${IdentityStoreId} has no group ${adGroup}`);
}

async function isAssigned({ applicationArn, groupId }: Queried, client: SSOAdminClient): Promise<boolean> {
  try {
    await client.send(
      new DescribeApplicationAssignmentCommand({
        ApplicationArn: applicationArn,
        PrincipalId: groupId,
        PrincipalType: "GROUP",
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return false;
    throw error;
  }
}

async function assign(
  { applicationArn, groupId }: Queried,
  client: SSOAdminClient,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const command = new CreateApplicationAssignmentCommand({
    ApplicationArn: applicationArn,
    PrincipalId: groupId,
    PrincipalType: "GROUP",
  });
  await untilNoConflict(() => client.send(command), wait);
}

/** Clients that work as Terraform would. */
export function workgroupClients(
  { identityCenter }: Config,
  studio: StudioConfig,
  readOnly: boolean,
  sts: STSClient,
): WorkgroupClients {
  const home = clientSettings(identityCenter, readOnly, sts, WORKGROUPS.name);
  return {
    athena: new AthenaClient(clientSettings(studio, readOnly, sts, WORKGROUPS.name)),
    ssoAdmin: new SSOAdminClient(home),
    identityStore: new IdentitystoreClient(home),
  };
}

/** `npm run workgroups -- <studio> [show | assign]` */
async function main(): Promise<void> {
  const config = loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE);
  const { studio, wish } = studioArguments(WORKGROUPS, process.argv.slice(2), config);
  const { identityStoreId, region } = config.identityCenter;
  const readOnly = isPlanOnly(process.env);
  const clients = workgroupClients(config, studio, readOnly, new STSClient({ region }));
  process.stdout.write(await workgroups(studio, identityStoreId, wish, clients, setTimeout));
}

if (require.main === module) main().catch(failAtCommandLine);
