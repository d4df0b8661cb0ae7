import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { unzipSync } from "fflate";
import { z } from "zod";
import type { Credentials } from "./emulator/callers";
import type { Clock } from "./emulator/clock";
import type { Json } from "./json";
import { syntheticHex, syntheticUuid } from "./synthetic";
import type { FunctionConfig } from "./world";

/** What an invocation ends with. */
export type InvokeResult =
  | { readonly ok: true; readonly result: Json; readonly logs: readonly string[] }
  | { readonly ok: false; readonly error: InvokeError; readonly logs: readonly string[] };

/** How an invocation failed: the function threw, ran out of time, or its process ended. */
export interface InvokeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string | undefined;
}

/** A deployed function. */
export interface LambdaFunction {
  readonly config: FunctionConfig;
  /**
   * Runs the function; a busy process is never shared, so calls at the same time get processes of their own.
   * @param milliseconds - the time that the function believes to have; that of its timeout, if absent
   */
  invoke(event: Json, milliseconds?: number): Promise<InvokeResult>;
  /** Ends a process as a crash does, at once; without an index, all of them. */
  kill(index?: number): void;
  /** How many processes there are. */
  processes(): number;
  /** Every line that the function wrote, in order of arrival. */
  readonly logs: readonly string[];
  /** The most memory that any of its processes had, in megabytes. */
  peakMemory(): number;
  /** How long each cold start took, in milliseconds, from the start of the process. */
  readonly coldStarts: readonly number[];
  /** Ends all processes and removes the unpacked archive. */
  close(): Promise<void>;
}

/** Where and as whom a function runs. */
export interface LambdaSettings {
  /** Credentials of the function's role; asked for whenever a process starts. */
  readonly credentials: () => Credentials;
  /** Variables that lead the SDK to stand-ins, such as `AWS_ENDPOINT_URL`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The function sees this time; the machine's, if absent. */
  readonly clock?: Clock;
  /** How many times faster the function's own waiting is than the machine's time. Default: 1. */
  readonly haste?: number;
  /** The Node.js that runs it; the present one, if absent. */
  readonly node?: string;
}

const message = z.union([
  z.object({ ready: z.literal(true), initMilliseconds: z.number() }),
  z.object({ requestId: z.string(), result: z.json(), peakMemoryKb: z.number() }),
  z.object({
    requestId: z.string(),
    error: z.object({ errorType: z.string(), errorMessage: z.string(), stack: z.string().optional() }),
  }),
]);

interface Instance {
  readonly process: ChildProcess;
  readonly expiration: Date;
  readonly logs: string[];
  readonly startedAt: number;
  current: { requestId: string; end: (outcome: Outcome) => void } | undefined;
  logged: (() => void) | undefined;
  /** Told to end: gets no more invocations. */
  retired: boolean;
}

type Outcome = { readonly result: Json } | { readonly error: InvokeError };

const BOOTSTRAP = join(__dirname, "lambda-process.mjs");

/** Deploys a function from its archive: processes start when they are needed, with the environment that Lambda gives. */
export function deployFunction(config: FunctionConfig, settings: LambdaSettings): LambdaFunction {
  const root = unpack(config.archive);
  const instances: Instance[] = [];
  const logs: string[] = [];
  const coldStarts: number[] = [];
  let started = 0;
  let invoked = 0;
  let peakMemory = 0;

  function start(): Instance {
    started += 1;
    const credentials = settings.credentials();
    const child = spawn(settings.node ?? process.execPath, [BOOTSTRAP, String(settings.haste ?? 1)], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: environment(config, settings, credentials, root, started),
    });
    const instance: Instance = {
      process: child,
      expiration: credentials.expiration,
      logs: [],
      startedAt: performance.now(),
      current: undefined,
      logged: undefined,
      retired: false,
    };
    instances.push(instance);
    const keep = (line: string) => {
      if (line === "") return;
      if (line.startsWith("END RequestId: ")) {
        instance.logged?.();
        return;
      }
      logs.push(line);
      instance.logs.push(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", keep);
    }
    child.on("message", (raw) => {
      const parsed = message.parse(raw);
      if ("ready" in parsed) {
        coldStarts.push(performance.now() - instance.startedAt);
        return;
      }
      if ("peakMemoryKb" in parsed) peakMemory = Math.max(peakMemory, parsed.peakMemoryKb / 1024);
      if (instance.current?.requestId !== parsed.requestId) return;
      instance.current.end("error" in parsed ? { error: parsed.error } : { result: parsed.result });
    });
    const gone = (reason: string) => {
      const index = instances.indexOf(instance);
      if (index >= 0) instances.splice(index, 1);
      instance.logged?.();
      instance.current?.end({ error: { errorType: "Runtime.ExitError", errorMessage: reason } });
    };
    child.on("exit", (code, signal) => gone(`Runtime exited with ${signal ?? `exit status ${code}`}`));
    child.on("error", (error) => gone(error.message));
    return instance;
  }

  function retire(instance: Instance): void {
    instance.retired = true;
    instance.process.kill("SIGKILL");
  }

  function idle(): Instance {
    const now = settings.clock?.now() ?? new Date();
    for (const each of [...instances]) {
      if (each.current !== undefined || each.retired || !each.process.connected) continue;
      if (each.expiration > now) return each;
      // Lambda replaces a process before its credentials expire.
      retire(each);
    }
    return start();
  }

  async function invoke(event: Json, remaining = config.timeoutSeconds * 1000): Promise<InvokeResult> {
    invoked += 1;
    const requestId = syntheticUuid("invocation", config.arn, String(invoked));
    const instance = idle();
    const milliseconds = config.timeoutSeconds * 1000;
    const from = instance.logs.length;
    const logged = new Promise<void>((resolve) => {
      instance.logged = resolve;
    });
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => {
        const errorMessage = `${requestId} Task timed out after ${config.timeoutSeconds.toFixed(2)} seconds`;
        end({ error: { errorType: "Sandbox.Timedout", errorMessage } });
        retire(instance);
      }, milliseconds);
      const end = (result: Outcome) => {
        clearTimeout(timer);
        instance.current = undefined;
        resolve(result);
      };
      instance.current = { requestId, end };
      const now = settings.clock?.now().getTime();
      instance.process.send(
        { event, requestId, functionArn: config.arn, milliseconds: remaining, ...(now === undefined ? {} : { now }) },
        (error) => {
          if (error !== null && instance.current?.requestId === requestId) {
            end({ error: { errorType: "Runtime.ExitError", errorMessage: error.message } });
          }
        },
      );
    });
    if (instances.includes(instance) && instance.process.connected) await logged;
    const lines = instance.logs.slice(from);
    return "error" in outcome
      ? { ok: false, error: outcome.error, logs: lines }
      : { ok: true, result: outcome.result, logs: lines };
  }

  return {
    config,
    invoke,
    kill: (index) => {
      for (const [at, each] of [...instances].entries()) {
        if (index === undefined || at === index) retire(each);
      }
    },
    processes: () => instances.filter((each) => !each.retired).length,
    logs,
    peakMemory: () => peakMemory,
    coldStarts,
    close: async () => {
      const ended = instances.map((each) => new Promise<void>((resolve) => each.process.once("exit", () => resolve())));
      for (const each of instances) retire(each);
      await Promise.all(ended);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The function's own variables and those that Lambda sets, and nothing of this process's. */
function environment(
  config: FunctionConfig,
  settings: LambdaSettings,
  credentials: Credentials,
  root: string,
  number: number,
): Record<string, string> {
  return {
    ...config.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream(config, number),
    LAMBDA_TASK_ROOT: root,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: config.handler,
    ...settings.endpoints,
  };
}

/** The name of the log stream of a function's process. */
function logStream(config: FunctionConfig, number: number): string {
  return `2020/01/01/[$LATEST]${syntheticHex(32, "stream", config.arn, String(number))}`;
}

function unpack(archive: string): string {
  const root = mkdtempSync(join(tmpdir(), "rehearsal-"));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(archive)))) {
    if (name.endsWith("/")) continue;
    const path = normalize(join(root, name));
    if (!path.startsWith(root)) throw new Error(`${archive}: ${name} leads out of the archive`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return root;
}
