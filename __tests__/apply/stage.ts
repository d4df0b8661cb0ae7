import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, GetFunctionCommand } from "@aws-sdk/client-lambda";
import {
  DescribeDomainCommand,
  type DescribeDomainResponse,
  DescribeUserProfileCommand,
  ListTagsCommand,
} from "@aws-sdk/client-sagemaker";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { ONBOARDING_FUNCTION, ONBOARDING_PATH, profileName, SWEEP_FUNCTION } from "../../naming";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import type { Json } from "../../rehearsal/json";
import { deployFunction, type InvokeResult, type LambdaFunction } from "../../rehearsal/lambda";
import { loadStacks } from "../../rehearsal/terraform";
import type { Invocation, Role, World } from "../../rehearsal/world";
import type { Config } from "../../stacks/config/schema";
import { ADMINISTRATOR, type Clients, clientsOf } from "./aws";
import { BOUNDARY, HOME, IDENTITY_STORE } from "./config";
import { deliver } from "./delivery";
import { deployedFunction, deployedMapping, deployedRoles, deployedRules, given, queueUrl } from "./deployed";
import { MOTO_ACCOUNT, type Moto, startMoto } from "./moto";
import { createWorkspace, type Workspace } from "./workspace";

/** The stacks of the config, in the order in which they can be deployed. */
export const STACKS = ["studio-research", "studio-lab", "onboarding"] as const;

/** The functions of the onboarding stack. */
export const FUNCTIONS = [ONBOARDING_FUNCTION, SWEEP_FUNCTION] as const;

const HOUR = 3_600_000;

const outputsFile = z.record(z.string(), z.record(z.string(), z.unknown()));

/** A message that a function was given. */
export interface Handled {
  readonly by: (typeof FUNCTIONS)[number];
  readonly body: string;
}

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
  /** The roles that are deployed, by ARN. The emulator authorizes every call of the functions by them. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Deploys a config as a user does, into an AWS in which its groups exist. */
  deploy(config: unknown): Promise<void>;
  /** What was invoked by whoever deployed, in order. */
  readonly invocations: readonly Invocation[];
  /** Looks again at which roles are deployed. */
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
  function(name: Handled["by"]): Promise<FunctionConfiguration>;
  groupId(adGroup: string): string;
  /** Puts somebody into a group of the directory, and into the directory if need be. */
  join(userName: string, adGroup: string): { readonly userId: string; readonly userName: string };
  /** Sends what the schedule sends: in moto no time passes. */
  tick(): Promise<void>;
  /** Puts events on the bus and lets the deployed functions empty their queues. Answers what they were given. */
  play(events: readonly PutEventsRequestEntry[]): Promise<readonly Handled[]>;
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
  const moto = await startMoto(invoke).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  emulator.callers.register(ADMINISTRATOR.accessKeyId, { kind: "admin", accountId: MOTO_ACCOUNT });
  const aws = clientsOf(HOME.region, moto.url, emulator.url);
  const workspace = createWorkspace(folder, environment(moto, emulator));
  const invocations: Invocation[] = [];

  let config: Config | undefined;
  let outputs: z.infer<typeof outputsFile> = {};

  function studio(name: string): Config["studios"][number] {
    return given(
      config?.studios.find((each) => each.name === name),
      `no studio ${name}`,
    );
  }

  function world(): World {
    return loadStacks(STACKS.map((stack) => workspace.stackFolder(stack)));
  }

  async function look(): Promise<void> {
    roles.clear();
    for (const prefix of ["/studio/", "/studio-compute/", ONBOARDING_PATH]) {
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

  async function functionConfiguration(name: string): Promise<FunctionConfiguration> {
    const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName: name }));
    return given(Configuration, `no function ${name}`);
  }

  /** Runs what Lambda was given, with what Lambda knows of it, as the role that it has. */
  async function startFunction(name: string): Promise<LambdaFunction> {
    const synthesized = world().functions.find((each) => each.name === name);
    const { archive } = given(synthesized, `the stacks have no function ${name}`);
    const { CodeSha256 } = await functionConfiguration(name);
    if (CodeSha256 !== sha256(archive)) throw new Error(`Lambda has another archive of ${name} than the stack`);
    const deployed = await deployedFunction(aws.lambda, { ...HOME, name }, archive);
    return deployFunction(deployed, {
      credentials: () =>
        emulator.callers.issue(
          { kind: "role", roleArn: deployed.roleArn, sessionName: deployed.name },
          new Date(Date.now() + HOUR),
        ),
      endpoints: { AWS_ENDPOINT_URL: emulator.url, AWS_ENDPOINT_URL_SQS: moto.url },
    });
  }

  async function invoke(functionName: string, input: Json): Promise<InvokeResult> {
    invocations.push({ functionName, input });
    const lambda = await startFunction(functionName);
    try {
      return await lambda.invoke(input);
    } finally {
      await lambda.close();
    }
  }

  async function tick(): Promise<void> {
    for (const { schedule, targets } of await deployedRules(aws.events)) {
      if (schedule === undefined) continue;
      for (const { arn, input } of targets) {
        await aws.sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(aws.sqs, arn), MessageBody: input }));
      }
    }
  }

  async function put(events: readonly PutEventsRequestEntry[]): Promise<void> {
    // AWS would refuse these from anybody but itself: their source begins with "aws.".
    const { Entries = [] } = await aws.events.send(new PutEventsCommand({ Entries: [...events] }));
    if (Entries.some(({ EventId }) => EventId === undefined)) throw new Error(JSON.stringify(Entries));
  }

  /** Takes the targets of scheduled rules off meanwhile: moto gives every event to a rule without a pattern. */
  async function withoutSchedules(work: () => Promise<void>): Promise<void> {
    const scheduled = (await deployedRules(aws.events)).filter(({ schedule }) => schedule !== undefined);
    const taken = await Promise.all(
      scheduled.map(async ({ name: Rule }) => {
        const { Targets = [] } = await aws.events.send(new ListTargetsByRuleCommand({ Rule }));
        const Ids = Targets.map(({ Id }) => given(Id, "a target has no id"));
        await aws.events.send(new RemoveTargetsCommand({ Rule, Ids }));
        return { Rule, Targets };
      }),
    );
    await work();
    for (const each of taken) await aws.events.send(new PutTargetsCommand(each));
  }

  async function play(events: readonly PutEventsRequestEntry[]): Promise<readonly Handled[]> {
    if (events.length > 0) await withoutSchedules(() => put(events));
    const started: LambdaFunction[] = [];
    const handled: Handled[] = [];
    try {
      const sources = await Promise.all(
        FUNCTIONS.map(async (by) => {
          const mapping = await deployedMapping(aws.lambda, by);
          const lambda = await startFunction(by);
          started.push(lambda);
          return { by, mapping, lambda, url: await queueUrl(aws.sqs, mapping.queueArn) };
        }),
      );
      // One function may fill the queue of another: done is when none was given anything.
      for (;;) {
        const before = handled.length;
        for (const { by, mapping, lambda, url } of sources) {
          const delivered = await deliver(aws.sqs, url, mapping, lambda);
          if (delivered === undefined) continue;
          const { messages, failed, result } = delivered;
          if (failed.size > 0) throw new Error(`${failed.size} messages failed:\n${result.logs.join("\n")}`);
          handled.push(...messages.map(({ body }) => ({ by, body })));
        }
        if (handled.length === before) return handled;
      }
    } finally {
      for (const lambda of started) await lambda.close();
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
    invocations,
    world,
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
    tick,
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
