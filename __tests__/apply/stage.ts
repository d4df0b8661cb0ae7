import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, GetFunctionCommand } from "@aws-sdk/client-lambda";
import {
  DescribeDomainCommand,
  type DescribeDomainResponse,
  DescribeUserProfileCommand,
  ListTagsCommand,
} from "@aws-sdk/client-sagemaker";
import { z } from "zod";
import { ONBOARDING_PATH, profileName } from "../../naming";
import { accountOf, accountOfArn } from "../../rehearsal/emulator/callers";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import type { Json } from "../../rehearsal/json";
import { deployFunction, type InvokeResult, type LambdaFunction } from "../../rehearsal/lambda";
import { loadStacks } from "../../rehearsal/terraform";
import type { Invocation, Role, World } from "../../rehearsal/world";
import type { Config } from "../../stacks/config/schema";
import { type AccessKey, administratorOf, type Clients, clientsIn, type Endpoints } from "./aws";
import { ACCOUNTS, BOUNDARY, HOME, IDENTITY_STORE, PIPELINE, STATES } from "./config";
import { deployedFunction, deployedRoles, given } from "./deployed";
import { createLedger, TERRAFORM_ROLES, type TerraformCall } from "./ledger";
import { S3_HOST, startMoto } from "./moto";
import { createPlayer, type Handled, type Player } from "./player";
import { createWorkspace, type Workspace } from "./workspace";

/** The stacks of the config, in the order in which they can be deployed. */
export const STACKS = ["studio-research", "studio-lab", "onboarding"] as const;

/** Whom the pipeline runs as: to deploy, and to plan what nobody has reviewed yet. */
const PIPELINES = {
  deploying: { accessKeyId: "AKIAPIPELINEDEPLOYS0", secretAccessKey: "pipeline", role: TERRAFORM_ROLES.pipeline },
  planning: {
    accessKeyId: "AKIAPIPELINEPLANS000",
    secretAccessKey: "pipeline",
    role: TERRAFORM_ROLES["pipeline-plan"],
  },
} as const;

const HOUR = 3_600_000;

const outputsFile = z.record(z.string(), z.record(z.string(), z.unknown()));

/** A profile as an administrator sees it. */
export interface SeenProfile {
  readonly accountId: string;
  readonly status: string | undefined;
  readonly user: string | undefined;
  readonly role: string | undefined;
  readonly portal: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Local stand-ins for AWS, and Terraform with which to deploy to them. */
export interface Stage extends Omit<Player, "seen"> {
  /** An administrator of Identity Center's account. */
  readonly aws: Clients;
  /** An administrator of an account. */
  in(place: { readonly accountId: string; readonly region: string }): Clients;
  readonly emulator: Emulator;
  readonly workspace: Workspace;
  /** The roles that are deployed, by ARN. The emulator authorizes every call of the functions by them. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Deploys a config as a user does, into an AWS in which its groups exist. */
  deploy(config: unknown): Promise<void>;
  /** Deploys another config over it. Answers what Terraform says. */
  redeploy(config: unknown): Promise<string>;
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
  /** Takes somebody out of a group of the directory. */
  leave(userName: string, adGroup: string): void;
  /** Every call that Terraform made. */
  terraformCalls(): readonly TerraformCall[];
  /** The text of each stack, by its name. */
  texts(): ReadonlyMap<string, string>;
  /** The names of the states, and of the locks beside them. */
  states(): Promise<readonly string[]>;
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
    identityCenterAccountId: HOME.accountId,
    timings: { domain: 0, profile: 0, space: 0, app: 0 },
  };
  const emulator = await startEmulator({
    world: { roles, domains: [], assignments: [], groups: [], stacks: [] },
    clock: realClock(),
    options,
  });
  const { callers, identityStore } = emulator;
  const ledger = createLedger(emulator);
  for (const accountId of [...ACCOUNTS, PIPELINE]) {
    callers.register(administratorOf(accountId).accessKeyId, { kind: "admin", accountId });
  }
  for (const { accessKeyId, role } of Object.values(PIPELINES)) {
    const roleArn = `arn:aws:iam::${PIPELINE}:role/${role}`;
    callers.register(accessKeyId, { kind: "admin", accountId: PIPELINE, roleArn, sessionName: "run" });
  }
  const moto = await startMoto({
    invoke,
    // One STS for both stand-ins: whoever it gave a key to has the same account in either.
    accountOf: (accessKeyId) => {
      const found = callers.find(accessKeyId);
      return found && accountOf(found.principal);
    },
    seen: (request) => {
      player.seen(request);
      ledger.seen(request);
    },
  }).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  const endpoints: Endpoints = { moto: moto.url, emulator: emulator.url };
  const aws = clientsIn(HOME, endpoints);
  const player = createPlayer(aws, startFunction);
  const pipeline = clientsIn({ accountId: PIPELINE, region: STATES.region }, endpoints);
  const created = createWorkspace(folder, {
    deploying: environment(endpoints, PIPELINES.deploying),
    planning: { ...environment(endpoints, PIPELINES.planning), STUDIO_PLAN_ONLY: "true" },
  });
  const workspace: Workspace = {
    ...created,
    plan: (stack, options) => ledger.planning(() => created.plan(stack, options)),
  };
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
    const found = await Promise.all(
      ACCOUNTS.map(async (accountId) => {
        const { iam } = clientsIn({ accountId, region: HOME.region }, endpoints);
        const paths = ["/studio/", "/studio-compute/", ONBOARDING_PATH];
        return (await Promise.all(paths.map((path) => deployedRoles(iam, path)))).flat();
      }),
    );
    roles.clear();
    for (const role of found.flat()) roles.set(role.arn, role);
  }

  async function deploy(content: unknown): Promise<void> {
    config = workspace.configure(content);
    for (const name of new Set(config.studios.flatMap(({ groups }) => groups.map(({ adGroup }) => adGroup)))) {
      identityStore.createGroup(name);
    }
    const { name, arn, document } = BOUNDARY;
    const { iam } = clientsIn({ accountId: accountOfArn(arn), region: HOME.region }, endpoints);
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }));
    const located = `<LocationConstraint>${STATES.region}</LocationConstraint>`;
    await pipeline.s3("PUT", `/${STATES.bucket}`, `<CreateBucketConfiguration>${located}</CreateBucketConfiguration>`);
    await redeploy(content);
  }

  async function redeploy(content: unknown): Promise<string> {
    config = workspace.configure(content);
    const outputsAt = join(folder, "outputs.json");
    const flags = ["--auto-approve", "--outputs-file", outputsAt];
    const told = await workspace.cdktf("deploy", "studio-*", "onboarding", ...flags);
    outputs = outputsFile.parse(JSON.parse(readFileSync(outputsAt, "utf8")));
    await look();
    return told;
  }

  function groupId(adGroup: string): string {
    return given(identityStore.findGroupByName(adGroup), `no group ${adGroup}`).groupId;
  }

  async function domain(name: string): Promise<DescribeDomainResponse> {
    const found = emulator.sagemaker.domains().find((each) => each.name === name);
    return clientsIn(studio(name), endpoints).sageMaker.send(new DescribeDomainCommand({ DomainId: found?.id }));
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
        callers.issue(
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

  async function profile(name: string, userName: string): Promise<SeenProfile> {
    const { DomainId } = await domain(name);
    const { sageMaker } = clientsIn(studio(name), endpoints);
    const found = await sageMaker.send(
      new DescribeUserProfileCommand({ DomainId, UserProfileName: profileName(userName) }),
    );
    const { Tags = [] } = await sageMaker.send(new ListTagsCommand({ ResourceArn: found.UserProfileArn }));
    return {
      accountId: accountOfArn(found.UserProfileArn ?? ""),
      status: found.Status,
      user: found.SingleSignOnUserValue,
      role: found.UserSettings?.ExecutionRole,
      portal: found.UserSettings?.StudioWebPortal,
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  }

  return {
    ...player,
    aws,
    in: (place) => clientsIn(place, endpoints),
    emulator,
    workspace,
    roles,
    deploy,
    redeploy,
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
      const user = identityStore.findUserByName(userName) ?? identityStore.createUser(userName);
      identityStore.addMember(groupId(adGroup), user.userId);
      return user;
    },
    leave: (userName, adGroup) => {
      const user = given(identityStore.findUserByName(userName), `no user ${userName}`);
      identityStore.removeMember(groupId(adGroup), user.userId);
    },
    terraformCalls: ledger.calls,
    texts: () =>
      new Map(STACKS.map((stack) => [stack, readFileSync(join(workspace.stackFolder(stack), "cdk.tf.json"), "utf8")])),
    states: async () => {
      const listed = await pipeline.s3("GET", `/${STATES.bucket}?list-type=2`);
      return [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = ""]) => key).sort();
    },
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

/** Where Terraform finds AWS, and as whom it calls it. */
function environment({ moto, emulator }: Endpoints, key: AccessKey): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: moto,
    AWS_ENDPOINT_URL_SAGEMAKER: emulator,
    AWS_ENDPOINT_URL_IDENTITYSTORE: emulator,
    AWS_ENDPOINT_URL_SSO_ADMIN: emulator,
    AWS_ENDPOINT_URL_STS: emulator,
    // Terraform's backend calls S3 at hosts that are named after buckets. What is at a loopback address goes by no proxy.
    AWS_ENDPOINT_URL_S3: `http://${S3_HOST}`,
    HTTP_PROXY: moto,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    // The provider would repeat a call that fails for minutes, and look for credentials on the network.
    AWS_MAX_ATTEMPTS: "4",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
