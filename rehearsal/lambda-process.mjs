// Runs a function's bundle as Lambda's runtime does: one invocation at a time, told over the parent's channel.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const MachineDate = Date;
let ahead = 0;

// The time of the rehearsal instead of the machine's, so that dates and the expiry of credentials agree with it.
globalThis.Date = class RehearsedDate extends MachineDate {
  constructor(...parts) {
    if (parts.length === 0) super(MachineDate.now() + ahead);
    else super(...parts);
  }
  static now() {
    return MachineDate.now() + ahead;
  }
};

// Waiting, such as the SDK's before it tries again, may be shortened.
const haste = Number(process.argv[2] ?? 1);
if (haste !== 1) {
  const machineSetTimeout = globalThis.setTimeout;
  globalThis.setTimeout = Object.assign(
    (callback, milliseconds, ...rest) => machineSetTimeout(callback, milliseconds / haste, ...rest),
    { [promisify.custom]: (milliseconds, value) => machineSetTimeout[promisify.custom](milliseconds / haste, value) },
  );
}

process.on("message", async ({ event, requestId, functionArn, milliseconds, now }) => {
  if (now !== undefined) ahead = now - MachineDate.now();
  const deadline = MachineDate.now() + milliseconds;
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - MachineDate.now(),
  };
  let answer;
  try {
    const handler = await loaded;
    const result = (await handler(event, context)) ?? null;
    answer = { requestId, result, peakMemoryKb: process.resourceUsage().maxRSS };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    answer = { requestId, error: { errorType: name, errorMessage: message, ...(stack && { stack }) } };
  }
  // The last line of an invocation, after which its log is complete.
  process.stdout.write(`\nEND RequestId: ${requestId}\n`, () => process.send(answer));
});

const started = performance.now();
const loaded = load();
const ready = () => process.send({ ready: true, initMilliseconds: performance.now() - started });
loaded.then(ready, ready);

async function load() {
  const root = process.env.LAMBDA_TASK_ROOT;
  const handler = process.env._HANDLER;
  const dot = handler.lastIndexOf(".");
  const exports = await loadModule(root, handler.slice(0, dot));
  const found = exports[handler.slice(dot + 1)] ?? exports.default?.[handler.slice(dot + 1)];
  if (typeof found !== "function") throw new Error(`${handler} is undefined or not exported`);
  return found;
}

function loadModule(root, file) {
  const extension = [".js", ".mjs", ".cjs"].find((each) => existsSync(join(root, file + each)));
  if (extension === undefined) throw new Error(`Cannot find module '${file}'`);
  const path = join(root, file + extension);
  const isModule = extension === ".mjs" || (extension === ".js" && packageType(root) === "module");
  return isModule ? import(pathToFileURL(path)) : createRequire(path)(path);
}

function packageType(root) {
  const file = join(root, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).type : undefined;
}
