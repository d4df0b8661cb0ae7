import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ONBOARDING_FUNCTION, SWEEP_FUNCTION, studioStackName } from "../naming";
import { studioApp } from "../stacks/app";
import type { Config } from "../stacks/config/schema";
import { untraced } from "../stacks/untraced";
import { type Clock, createClock } from "./emulator/clock";
import { seededRandom } from "./emulator/faults";
import { type Emulator, type EmulatorOptions, startEmulator } from "./emulator/server";
import { createEventBus, type DeployedQueue, type EventBus } from "./event-bus";
import { createEventSource, type Delivery, drain } from "./event-source";
import { deployFunction, type LambdaFunction } from "./lambda";
import { createQueue, type Queue } from "./queue";
import { loadStacks } from "./terraform";
import type { FunctionConfig, QueueConfig, World } from "./world";

/** How long a function's own credentials last. */
const HOURS = 6 * 60 * 60 * 1000;

/** A config as it would run: its synthesized stacks, loaded into the emulator. */
export interface Deployment extends EventBus {
  readonly world: World;
  readonly clock: Clock;
  readonly emulator: Emulator;
  /** The queue of the onboarding function. */
  readonly queue: Queue;
  /** Where messages of that queue end up which fail too often. */
  readonly deadLetters: Queue;
  /** The onboarding function. */
  readonly lambda: LambdaFunction;
  /** The queue of the sweep function. */
  readonly sweepQueue: Queue;
  /** The sweep function. */
  readonly sweeper: LambdaFunction;
  /** Lets the functions work until their queues are empty, or hold only what is due after a time. */
  drain(until?: Date): Promise<readonly Delivery[]>;
  /** Invokes what the stacks invoke when they are applied. Throws if a function fails. */
  applied(): Promise<void>;
  close(): Promise<void>;
}

/** What a deployment can be given besides its config. */
export interface DeploymentOptions extends EmulatorOptions {
  /** The day's first moment. */
  readonly start?: Date;
  /** Whether messages come in random order, from this seed. */
  readonly shuffle?: number;
  /** The Node.js that runs the functions. */
  readonly node?: string;
  /** By how much the functions' waiting is shortened, for days with many retries. */
  readonly haste?: number;
}

/** Synthesizes a config and starts it in the emulator. */
export async function deploy(config: Config, options: DeploymentOptions = {}): Promise<Deployment> {
  const outdir = mkdtempSync(join(tmpdir(), "rehearsal-"));
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  try {
    const deployment = await deployWorld(synthesizeWorld(config, outdir), options);
    return {
      ...deployment,
      close: async () => {
        await deployment.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Synthesizes a config into a folder, and reads what its stacks would make. */
export function synthesizeWorld(config: Config, outdir: string): World {
  untraced(() => studioApp(config, { outdir }).synth());
  const names = [...config.studios.map(({ name }) => studioStackName(name)), "onboarding"];
  return loadStacks(names.map((name) => join(outdir, "stacks", name)));
}

/** Starts in the emulator what stacks would make. */
export async function deployWorld(world: World, options: DeploymentOptions = {}): Promise<Deployment> {
  const clock = createClock(options.start ?? new Date("2026-11-20T08:00:00Z"));
  const queues = createQueues(world.queues, clock, options.shuffle);
  const emulator = await startEmulator({
    world,
    clock,
    options,
    queues: queues.map(({ config, queue }) => ({ url: config.url, arn: config.arn, send: queue.send })),
  });
  const functions: LambdaFunction[] = [];
  const close = async () => {
    await Promise.all(functions.map((each) => each.close()));
    await emulator.close();
  };

  try {
    for (const config of world.functions) functions.push(start(config, emulator, clock, options));
    const functionOf = (arn: string) => given(functions, ({ config }) => config.arn === arn, `function ${arn}`);
    const queueOf = (arn: string) => given(queues, ({ config }) => config.arn === arn, `queue ${arn}`);
    const sources = world.eventSources.map((mapping) =>
      createEventSource({
        mapping,
        queue: queueOf(mapping.queueArn).queue,
        clock,
        authorizer: emulator.authorizer,
        function: functionOf(mapping.functionArn),
      }),
    );
    const bus = await createEventBus({ rules: world.rules, queues, clock, authorizer: emulator.authorizer });

    const [lambda, sweeper] = [ONBOARDING_FUNCTION, SWEEP_FUNCTION].map((name) =>
      functions.find(({ config }) => config.name === name),
    );
    const [queue, sweepQueue] = [lambda, sweeper].map((each) => {
      const mapping = world.eventSources.find(({ functionArn }) => functionArn === each?.config.arn);
      return mapping && queueOf(mapping.queueArn);
    });
    if (!lambda || !queue) throw new Error(`the stacks have no function ${ONBOARDING_FUNCTION} with a queue`);
    return {
      world,
      clock,
      emulator,
      ...bus,
      queue: queue.queue,
      deadLetters: queueOf(queue.config.redrive?.deadLetterArn ?? "").queue,
      lambda,
      sweepQueue: sweepQueue?.queue ?? absent(queue.queue, `the stacks have no queue of ${SWEEP_FUNCTION}`),
      sweeper: sweeper ?? absent(lambda, `the stacks have no function ${SWEEP_FUNCTION}`),
      drain: (until) => drain(sources, clock, until),
      applied: async () => {
        for (const { functionName, input } of world.invocations) {
          const named = ({ config }: LambdaFunction) => [config.name, config.arn].includes(functionName);
          const result = await given(functions, named, `function ${functionName}`).invoke(input);
          if (result.ok) continue;
          const { errorType, errorMessage } = result.error;
          throw new Error(`${functionName}: ${errorType}: ${errorMessage}`);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts a function with the role that it has. */
function start(
  config: FunctionConfig,
  emulator: Emulator,
  clock: Clock,
  { node, haste }: DeploymentOptions,
): LambdaFunction {
  const { roleArn, name } = config;
  const session = { kind: "role", roleArn, sessionName: name } as const;
  return deployFunction(config, {
    clock,
    credentials: () => emulator.callers.issue(session, new Date(clock.now().getTime() + HOURS)),
    endpoints: { AWS_ENDPOINT_URL: emulator.url },
    ...(node && { node }),
    ...(haste && { haste }),
  });
}

/** Makes queues, dead-letter queues before those that use them. */
function createQueues(configs: readonly QueueConfig[], clock: Clock, shuffle: number | undefined): DeployedQueue[] {
  const made = new Map<string, DeployedQueue>();
  const make = (config: QueueConfig): DeployedQueue => {
    const known = made.get(config.arn);
    if (known !== undefined) return known;
    const { redrive, ...settings } = config;
    const queue = createQueue(clock, {
      ...settings,
      ...(redrive && {
        redrive: {
          deadLetterQueue: make(
            given(configs, ({ arn }) => arn === redrive.deadLetterArn, `queue ${redrive.deadLetterArn}`),
          ).queue,
          maxReceiveCount: redrive.maxReceiveCount,
        },
      }),
      ...(shuffle !== undefined && { shuffle: seededRandom(shuffle) }),
    });
    made.set(config.arn, { config, queue });
    return { config, queue };
  };
  return configs.map(make);
}

function given<T>(items: readonly T[], test: (item: T) => boolean, what: string): T {
  const found = items.find(test);
  if (found === undefined) throw new Error(`the stacks have no ${what}`);
  return found;
}

/** Stands where something would be that stacks need not have, and throws when it is used. */
function absent<T extends object>(like: T, message: string): T {
  return new Proxy(like, {
    get: () => {
      throw new Error(message);
    },
  });
}
