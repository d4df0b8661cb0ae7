import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { studioStackName } from "../naming";
import { studioApp } from "../stacks/app";
import type { Config } from "../stacks/config/schema";
import { type Clock, createClock } from "./emulator/clock";
import { seededRandom } from "./emulator/faults";
import { type Emulator, type EmulatorOptions, startEmulator } from "./emulator/server";
import { matches } from "./event-pattern";
import { createEventSource, type Delivery } from "./event-source";
import type { Json } from "./json";
import { deployFunction, type LambdaFunction } from "./lambda";
import { createQueue, type Queue } from "./queue";
import { loadStacks } from "./terraform";
import type { World } from "./world";

/** How long the function's own credentials last. */
const HOURS = 6 * 60 * 60 * 1000;

/** A config as it would run: its synthesized stacks, loaded into the emulator. */
export interface Deployment {
  readonly world: World;
  readonly clock: Clock;
  readonly emulator: Emulator;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly lambda: LambdaFunction;
  /** Puts an event on the bus. Answers the names of the rules that let it through to the queue. */
  publish(event: Json): string[];
  /** Lets the function work until the queue is empty. */
  drain(): Promise<readonly Delivery[]>;
  close(): Promise<void>;
}

/** What a deployment can be given besides its config. */
export interface DeploymentOptions extends EmulatorOptions {
  /** The day's first moment. */
  readonly start?: Date;
  /** Whether messages come in random order, from this seed. */
  readonly shuffle?: number;
  /** The Node.js that runs the function. */
  readonly node?: string;
  /** By how much the function's waiting is shortened, for days with many retries. */
  readonly haste?: number;
}

/** Synthesizes a config and starts it in the emulator. */
export async function deploy(config: Config, options: DeploymentOptions = {}): Promise<Deployment> {
  const outdir = mkdtempSync(join(tmpdir(), "rehearsal-"));
  studioApp(config, { outdir }).synth();
  const names = [...config.studios.map(({ name }) => studioStackName(name)), "onboarding"];
  const world = loadStacks(names.map((name) => join(outdir, "stacks", name)));
  const clock = createClock(options.start ?? new Date("2026-11-20T08:00:00Z"));
  const emulator = await startEmulator({ world, clock, options });

  const [functionConfig, mapping] = [one(world.functions), one(world.eventSources)];
  const queueConfig = one(world.queues.filter(({ arn }) => arn === mapping.queueArn));
  const deadLetterConfig = one(world.queues.filter(({ arn }) => arn === queueConfig.redrive?.deadLetterArn));
  const { redrive: _, ...deadLetterSettings } = deadLetterConfig;
  const deadLetters = createQueue(clock, deadLetterSettings);
  const queue = createQueue(clock, {
    ...queueConfig,
    redrive: { deadLetterQueue: deadLetters, maxReceiveCount: queueConfig.redrive?.maxReceiveCount ?? 1 },
    ...(options.shuffle !== undefined && { shuffle: seededRandom(options.shuffle) }),
  });
  const lambda = deployFunction(functionConfig, {
    clock,
    credentials: () => {
      const { roleArn, name } = functionConfig;
      return emulator.callers.issue(
        { kind: "role", roleArn, sessionName: name },
        new Date(clock.now().getTime() + HOURS),
      );
    },
    endpoints: { AWS_ENDPOINT_URL: emulator.url },
    ...(options.node && { node: options.node }),
    ...(options.haste && { haste: options.haste }),
  });
  const source = createEventSource({
    mapping,
    queue,
    clock,
    authorizer: emulator.authorizer,
    function: lambda,
  });

  return {
    world,
    clock,
    emulator,
    queue,
    deadLetters,
    lambda,
    publish(event) {
      const passed = world.rules.filter(({ enabled, pattern }) => enabled && pattern && matches(pattern, event));
      for (const { targets } of passed) {
        for (const { arn } of targets) if (arn === queueConfig.arn) queue.send(JSON.stringify(event));
      }
      return passed.map(({ name }) => name);
    },
    drain: () => source.drain(),
    async close() {
      await lambda.close();
      await emulator.close();
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}

function one<T>(items: readonly T[]): T {
  const [first, ...more] = items;
  if (first === undefined || more.length > 0) throw new Error(`expected one, found ${items.length}`);
  return first;
}
