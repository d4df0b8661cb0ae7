import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, GetFunctionCommand } from "@aws-sdk/client-lambda";
import {
  DescribeDomainCommand,
  type DescribeDomainResponse,
  DescribeUserProfileCommand,
  ListTagsCommand,
} from "@aws-sdk/client-sagemaker";
import { z } from "zod";
import { ONBOARDING_FUNCTION, ONBOARDING_PATH, profileName } from "../../naming";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import { deployFunction, type LambdaFunction } from "../../rehearsal/lambda";
import { loadStacks } from "../../rehearsal/terraform";
import type { Role, World } from "../../rehearsal/world";
import type { Config } from "../../stacks/config/schema";
import { ADMINISTRATOR, type Clients, clientsOf } from "./aws";
import { BOUNDARY, HOME, IDENTITY_STORE } from "./config";
import { deliver } from "./delivery";
import { deployedFunction, deployedMapping, deployedRoles, given } from "./deployed";
import { MOTO_ACCOUNT, type Moto, startMoto } from "./moto";
import { createWorkspace, type Workspace } from "./workspace";

/** The stacks of the config, in the order in which they can be deployed. */
export const STACKS = ["studio-research", "studio-lab", "onboarding"] as const;

const HOUR = 3_600_000;

const outputsFile = z.record(z.string(), z.record(z.string(), z.unknown()));

/** A profile as an administrator sees it. */
export interface SeenProfile {
  readonly status: string | undefined;
  readonly user: string | undefined;
  readonly role: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Local stand-ins for AWS, and Terraform with which to deploy to them. */
export interface Stage {
  readonly aws: Clients;
  readonly emulator: Emulator;
  readonly workspace: Workspace;
  /** The roles that are deployed, by ARN. The emulator authorizes every call of the function by them. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Deploys a config as a user does, into an AWS in which its groups exist. */
  deploy(config: unknown): Promise<void>;
  /** Looks again at what the stacks say and which roles are deployed. */
  look(): Promise<void>;
  /** The config that the stacks were synthesized from. */
  config(): Config;
  configure(config: unknown): void;
  /** What the rehearsal reads in the synthesized stacks. */
  world(): World;
  /** What the deployment printed, by stack. */
  outputs(stack: (typeof STACKS)[number]): Readonly<Record<string, unknown>>;
  studio(name: string): Config["studios"][number];
  domain(studio: string): Promise<DescribeDomainResponse>;
  function(): Promise<FunctionConfiguration>;
  groupId(adGroup: string): string;
  /** Puts somebody into a group of the directory, and into the directory if need be. */
  join(userName: string, adGroup: string): { readonly userId: string; readonly userName: string };
  /** Puts events on the bus and lets the deployed function empty the queue. Answers the messages' bodies. */
  play(events: readonly PutEventsRequestEntry[]): Promise<string[]>;
  profile(studio: string, userName: string): Promise<SeenProfile>;
  close(): Promise<void>;
}

/**
 * Starts the stand-ins.
 * @param folder - a prepared folder, for the workspace
 */
export async function startStage(folder: string): Promise<Stage> {
  const roles = new Map<string, Role>();
  const options = {
    identityStoreId: IDENTITY_STORE,
    identityCenterAccountId: MOTO_ACCOUNT,
    timings: { domain: 0, profile: 0, space: 0, app: 0 },
  };
  const emulator = await startEmulator({
    world: { roles, domains: [], assignments: [], groups: [], stacks: [] },
    clock: realClock(),
    options,
  });
  const moto = await startMoto().catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  emulator.callers.register(ADMINISTRATOR.accessKeyId, { kind: "admin", accountId: MOTO_ACCOUNT });
  const aws = clientsOf(HOME.region, moto.url, emulator.url);
  const workspace = createWorkspace(folder, environment(moto, emulator));
  const place = { ...HOME, name: ONBOARDING_FUNCTION };

  let config: Config | undefined;
  let world: World | undefined;
  let outputs: z.infer<typeof outputsFile> = {};

  function studio(name: string): Config["studios"][number] {
    return given(
      config?.studios.find((each) => each.name === name),
      `no studio ${name}`,
    );
  }

  async function look(): Promise<void> {
    world = loadStacks(STACKS.map((stack) => workspace.stackFolder(stack)));
    roles.clear();
    for (const prefix of ["/studio/", ONBOARDING_PATH]) {
      for (const role of await deployedRoles(aws.iam, prefix)) roles.set(role.arn, role);
    }
  }

  async function deploy(content: unknown): Promise<void> {
    config = workspace.configure(content);
    for (const name of new Set(config.studios.flatMap(({ groups }) => groups.map(({ adGroup }) => adGroup)))) {
      emulator.identityStore.createGroup(name);
    }
    const { name, document } = BOUNDARY;
    await aws.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }));
    const outputsAt = join(folder, "outputs.json");
    await workspace.cdktf("deploy", "studio-*", "onboarding", "--auto-approve", "--outputs-file", outputsAt);
    outputs = outputsFile.parse(JSON.parse(readFileSync(outputsAt, "utf8")));
    await look();
  }

  function groupId(adGroup: string): string {
    return given(emulator.identityStore.findGroupByName(adGroup), `no group ${adGroup}`).groupId;
  }

  async function domain(name: string): Promise<DescribeDomainResponse> {
    const found = emulator.sagemaker.domains().find((each) => each.name === name);
    return aws.sageMaker(studio(name).region).send(new DescribeDomainCommand({ DomainId: found?.id }));
  }

  async function functionConfiguration(): Promise<FunctionConfiguration> {
    const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName: place.name }));
    return given(Configuration, "no function");
  }

  /** Runs what Lambda was given, with what Lambda knows of it, as the role that it has. */
  async function startFunction(): Promise<LambdaFunction> {
    const { archive } = given(world?.functions[0], "the stacks have no function");
    const { CodeSha256 } = await functionConfiguration();
    if (CodeSha256 !== sha256(archive)) throw new Error("Lambda was given another archive than the stack's");
    const deployed = await deployedFunction(aws.lambda, place, archive);
    return deployFunction(deployed, {
      credentials: () =>
        emulator.callers.issue(
          { kind: "role", roleArn: deployed.roleArn, sessionName: deployed.name },
          new Date(Date.now() + HOUR),
        ),
      endpoints: { AWS_ENDPOINT_URL: emulator.url },
    });
  }

  async function play(events: readonly PutEventsRequestEntry[]): Promise<string[]> {
    // AWS would refuse these from anybody but itself: their source begins with "aws.".
    const { Entries = [] } = await aws.events.send(new PutEventsCommand({ Entries: [...events] }));
    if (Entries.some(({ EventId }) => EventId === undefined)) throw new Error(JSON.stringify(Entries));
    const mapping = await deployedMapping(aws.lambda, place.name);
    const lambda = await startFunction();
    const bodies: string[] = [];
    try {
      for (;;) {
        const delivered = await deliver(aws.sqs, String(outputs.onboarding?.["queue-url"]), mapping, lambda);
        if (delivered === undefined) return bodies;
        const { messages, failed, result } = delivered;
        if (failed.size > 0) throw new Error(`${failed.size} messages failed:\n${result.logs.join("\n")}`);
        bodies.push(...messages.map(({ body }) => body));
      }
    } finally {
      await lambda.close();
    }
  }

  async function profile(name: string, userName: string): Promise<SeenProfile> {
    const { DomainId } = await domain(name);
    const client = aws.sageMaker(studio(name).region);
    const found = await client.send(
      new DescribeUserProfileCommand({ DomainId, UserProfileName: profileName(userName) }),
    );
    const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn: found.UserProfileArn }));
    return {
      status: found.Status,
      user: found.SingleSignOnUserValue,
      role: found.UserSettings?.ExecutionRole,
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  }

  return {
    aws,
    emulator,
    workspace,
    roles,
    deploy,
    look,
    config: () => given(config, "nothing is configured"),
    configure: (content) => {
      config = workspace.configure(content);
    },
    world: () => given(world, "nothing is synthesized"),
    outputs: (stack) => outputs[stack] ?? {},
    studio,
    domain,
    function: functionConfiguration,
    groupId,
    join: (userName, adGroup) => {
      const user = emulator.identityStore.findUserByName(userName) ?? emulator.identityStore.createUser(userName);
      emulator.identityStore.addMember(groupId(adGroup), user.userId);
      return user;
    },
    play,
    profile,
    close: async () => {
      await Promise.all([moto.stop(), emulator.close()]);
    },
  };
}

/** The SHA-256 of a file, as Lambda writes it. */
export function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("base64");
}

/** Where Terraform finds AWS: SageMaker and Identity Center in the emulator, everything else in moto. */
function environment(moto: Moto, emulator: Emulator): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: moto.url,
    AWS_ENDPOINT_URL_SAGEMAKER: emulator.url,
    AWS_ENDPOINT_URL_IDENTITYSTORE: emulator.url,
    AWS_ENDPOINT_URL_SSO_ADMIN: emulator.url,
    AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
    // The provider would repeat a call that fails for minutes, and look for credentials on the network.
    AWS_MAX_ATTEMPTS: "4",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
