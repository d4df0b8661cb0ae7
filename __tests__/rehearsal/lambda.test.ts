import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { createAuthorizer } from "../../rehearsal/emulator/authorize";
import { createClock } from "../../rehearsal/emulator/clock";
import { createUsage } from "../../rehearsal/emulator/usage";
import { createEventSource, drain, failedIds } from "../../rehearsal/event-source";
import { deployFunction, type InvokeResult, type LambdaFunction } from "../../rehearsal/lambda";
import { createQueue } from "../../rehearsal/queue";
import type { EventSourceMapping, FunctionConfig } from "../../rehearsal/world";
import { role } from "./emulator/fixture";

const HANDLER = `
let count = 0;
exports.handler = async (event, context) => {
  count += 1;
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  if (event.fail) throw new TypeError("as told");
  if (event.exit) process.exit(1);
  console.log(JSON.stringify({ message: "hello", count }));
  if (event.Records) {
    const failed = event.Records.filter((each) => each.body === "bad" && each.attributes.ApproximateReceiveCount < 3);
    return { batchItemFailures: failed.map((each) => ({ itemIdentifier: each.messageId })) };
  }
  return { count, now: Date.now(), left: context.getRemainingTimeInMillis(), env: process.env, arn: context.invokedFunctionArn };
};`;

const root = mkdtempSync(join(tmpdir(), "archive-"));
const archive = join(root, "function.zip");
writeFileSync(archive, zipSync({ "index.js": strToU8(HANDLER) }));
const config: FunctionConfig = {
  name: "function",
  arn: "arn:aws:lambda:eu-west-1:111122223333:function:function",
  archive,
  handler: "index.handler",
  runtime: "nodejs24.x",
  environment: { MINE: "yes" },
  timeoutSeconds: 2,
  memoryMb: 256,
  roleArn: "arn:aws:iam::111122223333:role/function",
  logGroup: "/aws/lambda/function",
  accountId: "111122223333",
  region: "eu-west-1",
};

const deployed: LambdaFunction[] = [];
afterEach(async () => {
  await Promise.all(deployed.splice(0).map((each) => each.close()));
});
afterAll(() => rmSync(root, { recursive: true }));

function deploy(clock = createClock(new Date("2030-03-02T08:00:00Z")), haste = 1) {
  const credentials = { accessKeyId: "A", secretAccessKey: "B", sessionToken: "C", expiration: new Date("2040-01-01") };
  const endpoints = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
  const result = deployFunction(config, { credentials: () => credentials, endpoints, clock, haste });
  deployed.push(result);
  return result;
}

test("runs the bundle with Lambda's environment, and nothing else", async () => {
  const result = await deploy().invoke({});
  expect(result).toMatchObject({ ok: true, logs: ['{"message":"hello","count":1}'] });
  const answer = result.ok ? result.result : null;
  expect(answer).toMatchObject({
    count: 1,
    arn: config.arn,
    env: { MINE: "yes", AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:1", TZ: ":UTC" },
  });
  expect(answer).not.toMatchObject({ env: { PATH: expect.anything() } });
  expect(answer).toMatchObject({ now: expect.any(Number), left: expect.any(Number) });
  const now = typeof answer === "object" && answer !== null && !Array.isArray(answer) ? Number(answer.now) : 0;
  expect(new Date(now).toISOString()).toMatch(/^2030-03-02T08:00:0/);
});

test("keeps its process between invocations, and starts another for a call at the same time", async () => {
  const lambda = deploy();
  await lambda.invoke({});
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: { count: 2 } });
  await Promise.all([lambda.invoke({ wait: 50 }), lambda.invoke({ wait: 50 })]);
  expect(lambda.processes()).toBe(2);
  expect(lambda.coldStarts).toHaveLength(2);
});

test("can hurry the function's own waiting", async () => {
  const lambda = deploy(undefined, 100);
  expect(await lambda.invoke({ wait: 10_000 })).toMatchObject({ ok: true });
});

test("reports errors, timeouts and crashes, and goes on", async () => {
  const lambda = deploy();
  expect(await lambda.invoke({ fail: true })).toMatchObject({
    ok: false,
    error: { errorType: "TypeError", errorMessage: "as told" },
  });
  expect(await lambda.invoke({ wait: 5_000 })).toMatchObject({ ok: false, error: { errorType: "Sandbox.Timedout" } });
  expect(await lambda.invoke({ exit: true })).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
  const busy = lambda.invoke({ wait: 1_000 });
  setTimeout(() => lambda.kill(), 200);
  expect(await busy).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: { count: 1 } });
});

const mapping: EventSourceMapping = {
  queueArn: "arn:aws:sqs:eu-west-1:111122223333:q",
  functionArn: config.arn,
  batchSize: 5,
  batchingWindowSeconds: 0,
  maximumConcurrency: 3,
  reportsBatchItemFailures: true,
  enabled: true,
};

function authorizer(...actions: string[]) {
  const resources = [mapping.queueArn, "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/function:*"];
  const statement = { Sid: "All", Effect: "Allow" as const, Action: actions, Resource: resources };
  const trust = { Effect: "Allow" as const, Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  return createAuthorizer(new Map([[config.roleArn, role(config.roleArn, [statement], trust)]]), createUsage());
}

const ALL = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
];

test("drains a queue through the function; failed messages come back", async () => {
  const clock = createClock(new Date("2030-03-02T08:00:00Z"));
  const lambda = deploy(clock);
  const queue = createQueue(clock, { name: "q", visibilityTimeoutSeconds: 60 });
  for (let count = 0; count < 20; count += 1) queue.send(count === 7 ? "bad" : "good");
  const source = createEventSource({ mapping, queue, clock, function: lambda, authorizer: authorizer(...ALL) });
  const deliveries = await drain([source], clock);
  expect(queue.messages()).toEqual([]);
  expect(deliveries.flatMap((each) => each.returned)).toHaveLength(2);
  expect(clock.now()).toEqual(new Date("2030-03-02T08:02:00Z"));
});

test("needs the function's role to allow what the mapping does", async () => {
  const clock = createClock(new Date("2030-03-02T08:00:00Z"));
  const queue = createQueue(clock, { name: "q", visibilityTimeoutSeconds: 60 });
  const less = authorizer(...ALL.filter((each) => each !== "sqs:DeleteMessage"));
  const source = createEventSource({ mapping, queue, clock, function: deploy(clock), authorizer: less });
  await expect(drain([source], clock)).rejects.toThrow("sqs:DeleteMessage");
});

test("a queue that never empties is noticed", async () => {
  const clock = createClock(new Date("2030-03-02T08:00:00Z"));
  const queue = createQueue(clock, { name: "q", visibilityTimeoutSeconds: 60 });
  queue.send("x");
  const failing = {
    config,
    invoke: async (): Promise<InvokeResult> => ({ ok: false, error: { errorType: "E", errorMessage: "" }, logs: [] }),
  };
  const source = createEventSource({
    mapping,
    queue,
    clock,
    function: failing,
    authorizer: authorizer(...ALL),
  });
  await expect(drain([source], clock, undefined, 20)).rejects.toThrow("not empty after 20 deliveries");
});

test("batch item failures as Lambda reads them", () => {
  const messages = ["a", "b"].map((messageId) => ({ messageId, receiptHandle: messageId, body: "", attributes: {} }));
  const failed = (result: InvokeResult, reports = true) => [...failedIds(messages, result, reports)];
  const answer = (result: Extract<InvokeResult, { ok: true }>["result"]): InvokeResult => ({
    ok: true,
    result,
    logs: [],
  });
  expect(failed(answer(null))).toEqual([]);
  expect(failed(answer({}))).toEqual([]);
  expect(failed(answer({ batchItemFailures: null }))).toEqual([]);
  expect(failed(answer({ batchItemFailures: [] }))).toEqual([]);
  expect(failed(answer({ batchItemFailures: [{ itemIdentifier: "b" }] }))).toEqual(["b"]);
  expect(failed(answer({ batchItemFailures: [{ itemIdentifier: "b" }] }), false)).toEqual([]);
  expect(failed(answer({ batchItemFailures: [{ itemIdentifier: "" }] }))).toEqual(["a", "b"]);
  expect(failed(answer({ batchItemFailures: [{ itemIdentifier: "z" }] }))).toEqual(["a", "b"]);
  expect(failed({ ok: false, error: { errorType: "E", errorMessage: "" }, logs: [] })).toEqual(["a", "b"]);
});
