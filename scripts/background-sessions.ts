import { setTimeout } from "node:timers/promises";
import { DescribeDomainCommand, paginateListDomains, SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  GetApplicationSessionConfigurationCommand,
  PutApplicationSessionConfigurationCommand,
  SSOAdminClient,
  type UserBackgroundSessionApplicationStatus,
} from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import { studioStackName } from "../naming";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import type { Config, StudioConfig } from "../stacks/config/schema";
import { isPlanOnly } from "../stacks/plan-only";
import { failAtCommandLine } from "./fail-at-command-line";
import { clientSettings, isNamed, studioArguments, untilNoConflict } from "./studio-command";
import { UsageError } from "./usage-error";

/** AWS as the command sees it. */
export interface SessionClients {
  /** In the studio's account and Region. */
  readonly sageMaker: SageMakerClient;
  /** In Identity Center's account and Region. */
  readonly ssoAdmin: SSOAdminClient;
}

/** @see studioArguments */
export const BACKGROUND_SESSIONS = { name: "background-sessions", wishes: ["show", "on", "off"] } as const;
type Wish = (typeof BACKGROUND_SESSIONS.wishes)[number];

/** What AWS says each state means for jobs.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/trustedidentitypropagation-user-background-sessions.html
 */
const MEANING: Readonly<Record<UserBackgroundSessionApplicationStatus, string>> = {
  ENABLED:
    "Jobs that people start go on with their identity after they sign out, until the background session ends or is\n" +
    "revoked; then they fail within 15 minutes.",
  DISABLED: "Jobs have the identity of a person only while that person is signed in, and fail within 15 minutes after.",
};

/** For how long a single job can go on, as the deployed guardrails have it. */
function jobTime({ trustedIdentityPropagation }: StudioConfig): string {
  const longest = trustedIdentityPropagation?.longestJob;
  return longest
    ? `A job runs for ${longest} at the most, as longestJob in the config says, and goes on as its person no longer.`
    : "How long a job runs is not limited: longestJob under the studio's trustedIdentityPropagation would.";
}

const DURATION =
  "How long background sessions last is set in the console alone, for the whole instance of Identity Center: Settings,\n" +
  "Authentication, Session duration. 7 days unless somebody changed it; 15 minutes to 90 days.";

/**
 * Shows or switches whether jobs of a studio go on as their person after sign-out. What is as wanted is not touched.
 * @returns what it found or did, and what that means
 * @throws UsageError for what the caller can mend, and what AWS answers
 */
export async function backgroundSessions(
  studio: StudioConfig,
  wish: Wish,
  clients: SessionClients,
  wait: (milliseconds: number) => Promise<void>,
): Promise<string> {
  const { applicationArn, propagation } = await domainOf(studio, clients.sageMaker);
  const before = await statusOf(applicationArn, clients.ssoAdmin);
  const wanted = wish === "show" ? before : wish === "on" ? "ENABLED" : "DISABLED";
  if (wanted !== before) await put(applicationArn, wanted, clients.ssoAdmin, wait);
  const state = wanted === "ENABLED" ? "on" : "off";
  return [
    `studio ${studio.name}: user background sessions are ${wish !== "show" && wanted !== before ? "now " : ""}${state}` +
      (wish !== "show" && wanted === before ? ", as they were; nothing was changed" : ""),
    `application ${applicationArn}`,
    "",
    MEANING[wanted],
    ...(wanted === before ? [] : [ofRunningJobs(wanted)]),
    ...(propagation === "ENABLED"
      ? []
      : [
          "The domain does not propagate identities: until it does, jobs have nobody's identity, and this means nothing.",
        ]),
    ...(wanted === "ENABLED" ? [jobTime(studio), DURATION] : []),
    "",
  ].join("\n");
}

function ofRunningJobs(now: UserBackgroundSessionApplicationStatus): string {
  return now === "ENABLED"
    ? "Jobs that run already keep the session that they have: it still ends with their person's."
    : "Jobs that run already keep their background session. To end those too, end the person's sessions in Identity Center.";
}

/** The studio's application in Identity Center, and whether its domain propagates identities at all. */
async function domainOf(studio: StudioConfig, client: SageMakerClient) {
  const DomainId = studio.existingDomainId ?? (await domainIdOf(studio, client));
  const described = await client.send(new DescribeDomainCommand({ DomainId }));
  const account = described.DomainArn?.split(":")[4];
  if (account !== studio.accountId) {
    throw new UsageError(
      `studio ${studio.name} is in account ${studio.accountId}, and these credentials are of ${account}: give the studio a ` +
        "deployRoleArn, or run this with credentials of its account",
    );
  }
  if (described.AuthMode !== "SSO")
    throw new UsageError(`domain ${DomainId} is not in SSO mode: it has no such sessions`);
  const applicationArn = described.SingleSignOnApplicationArn;
  if (!applicationArn) {
    throw new UsageError(
      `domain ${DomainId} has no SingleSignOnApplicationArn, as domains from before October 2023 have none: its background ` +
        "sessions can be switched in Identity Center's console only",
    );
  }
  return { applicationArn, propagation: described.DomainSettings?.TrustedIdentityPropagationSettings?.Status };
}

async function domainIdOf(studio: StudioConfig, client: SageMakerClient): Promise<string> {
  for await (const { Domains = [] } of paginateListDomains({ client }, { MaxResults: 100 })) {
    const found = Domains.find(({ DomainName }) => DomainName === studio.name)?.DomainId;
    if (found) return found;
  }
  throw new UsageError(
    `there is no domain ${studio.name} in ${studio.region} of the account of these credentials, which must be ` +
      `${studio.accountId}; deploy ${studioStackName(studio.name)} first`,
  );
}

async function statusOf(ApplicationArn: string, client: SSOAdminClient) {
  return orExplained(ApplicationArn, async () => {
    const answer = await client.send(new GetApplicationSessionConfigurationCommand({ ApplicationArn }));
    // AWS: enabled by default.
    return answer.UserBackgroundSessionApplicationStatus ?? "ENABLED";
  });
}

async function put(
  ApplicationArn: string,
  status: UserBackgroundSessionApplicationStatus,
  client: SSOAdminClient,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const command = new PutApplicationSessionConfigurationCommand({
    ApplicationArn,
    UserBackgroundSessionApplicationStatus: status,
  });
  await orExplained(ApplicationArn, () => untilNoConflict(() => client.send(command), wait));
}

/** Does what is asked of Identity Center; a refusal says whose credentials it needs. */
async function orExplained<T>(applicationArn: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, "AccessDeniedException")) {
      throw new UsageError(
        `Identity Center refused: ${error.message}\nNeeded: sso:GetApplicationSessionConfiguration and, to switch, ` +
          `sso:PutApplicationSessionConfiguration on ${applicationArn}, in the account that administers Identity Center`,
      );
    }
    if (isNamed(error, "ResourceNotFoundException")) {
      throw new UsageError(
        `Identity Center has no application ${applicationArn}: it was removed by hand, or identityCenter in the config is ` +
          "another instance, account or Region than the domain's",
      );
    }
    throw error;
  }
}

/** Clients that work as Terraform would. */
export function sessionClients(
  { identityCenter }: Config,
  studio: StudioConfig,
  readOnly: boolean,
  sts: STSClient,
): SessionClients {
  return {
    sageMaker: new SageMakerClient(clientSettings(studio, readOnly, sts, BACKGROUND_SESSIONS.name)),
    ssoAdmin: new SSOAdminClient(clientSettings(identityCenter, readOnly, sts, BACKGROUND_SESSIONS.name)),
  };
}

/** `npm run background-sessions -- <studio> [show | on | off]` */
async function main(): Promise<void> {
  const config = loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE);
  const { studio, wish } = studioArguments(BACKGROUND_SESSIONS, process.argv.slice(2), config);
  const sts = new STSClient({ region: config.identityCenter.region });
  const clients = sessionClients(config, studio, isPlanOnly(process.env), sts);
  process.stdout.write(await backgroundSessions(studio, wish, clients, setTimeout));
}

if (require.main === module) main().catch(failAtCommandLine);
