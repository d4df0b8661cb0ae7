import { createAuthorizer } from "../../rehearsal/emulator/authorize";
import { type Clock, createClock } from "../../rehearsal/emulator/clock";
import { createUsage } from "../../rehearsal/emulator/usage";
import { createEventSource, drain } from "../../rehearsal/event-source";
import { isObject, type Json } from "../../rehearsal/json";
import { createQueue, type Queue } from "../../rehearsal/queue";
import type { EventSourceMapping, FunctionConfig } from "../../rehearsal/world";
import { role } from "./emulator/fixture";

const START = new Date("2026-03-02T08:00:00Z");
const seconds = (count: number) => new Date(START.getTime() + count * 1000);

const functionOf = (name: string): FunctionConfig => ({
  name,
  arn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}`,
  archive: "",
  handler: "index.handler",
  runtime: "nodejs24.x",
  environment: {},
  timeoutSeconds: 3,
  memoryMb: 128,
  roleArn: "arn:aws:iam::111122223333:role/function",
  logGroup: `/aws/lambda/${name}`,
  accountId: "111122223333",
  region: "eu-west-1",
});

const everything = role("arn:aws:iam::111122223333:role/function", [{ Effect: "Allow", Action: "*", Resource: "*" }], {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});

function source(
  clock: Clock,
  queue: Queue,
  changes: Partial<EventSourceMapping> = {},
  work: (bodies: readonly string[]) => Promise<Json> | Json = () => null,
) {
  const config = functionOf(queue.name);
  return createEventSource({
    mapping: {
      queueArn: `arn:aws:sqs:eu-west-1:111122223333:${queue.name}`,
      functionArn: config.arn,
      batchSize: 10,
      batchingWindowSeconds: 0,
      maximumConcurrency: 2,
      reportsBatchItemFailures: true,
      enabled: true,
      ...changes,
    },
    queue,
    clock,
    authorizer: createAuthorizer(new Map([[everything.arn, everything]]), createUsage()),
    function: {
      config,
      invoke: async (event) => ({ ok: true, result: await work(bodiesOf(event)), logs: [] }),
    },
  });
}

function bodiesOf(event: Json): string[] {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  return records.map((each) => (isObject(each) ? String(each.body) : ""));
}

function stage() {
  const clock = createClock(START);
  const queue = (name: string) => createQueue(clock, { name, visibilityTimeoutSeconds: 60 });
  return { clock, a: queue("a"), b: queue("b") };
}

describe("a batching window", () => {
  const window = { batchSize: 100, batchingWindowSeconds: 20 };

  test("holds back a batch that is not full until its oldest message has waited for it", async () => {
    const { clock, a } = stage();
    a.send("now");
    a.send("later", { delaySeconds: 15 });
    a.send("too late", { delaySeconds: 21 });
    const deliveries = await drain([source(clock, a, window)], clock);
    expect(deliveries.map(({ at, messages }) => [at, messages.map(({ body }) => body)])).toEqual([
      [seconds(20), ["now", "later"]],
      [seconds(41), ["too late"]],
    ]);
  });

  test("does not hold back a full batch", async () => {
    const { clock, a } = stage();
    for (let count = 0; count < 199; count += 1) a.send(String(count));
    a.send("last", { delaySeconds: 5 });
    const deliveries = await drain([source(clock, a, window)], clock);
    expect(deliveries.map(({ at, messages }) => [at, messages.length])).toEqual([
      [START, 100],
      [seconds(5), 100],
    ]);
  });

  test("passes over messages that became dead letters meanwhile", async () => {
    const { clock } = stage();
    const dead = createQueue(clock, { name: "dead", visibilityTimeoutSeconds: 60 });
    const queue = createQueue(clock, {
      name: "a",
      visibilityTimeoutSeconds: 60,
      redrive: { deadLetterQueue: dead, maxReceiveCount: 1 },
    });
    queue.send("x");
    const failing = source(clock, queue, window, () => ({ batchItemFailures: [{ itemIdentifier: "unknown" }] }));
    expect(await drain([failing], clock)).toHaveLength(1);
    expect(dead.messages()).toHaveLength(1);
  });
});

describe("several event sources", () => {
  test("work until all their queues are empty, though one fills the other", async () => {
    const { clock, a, b } = stage();
    a.send("3");
    const countDown = (to: Queue) => (bodies: readonly string[]) => {
      for (const left of bodies.map(Number)) if (left > 0) to.send(String(left - 1), { delaySeconds: 100 });
      return null;
    };
    const sources = [source(clock, a, {}, countDown(b)), source(clock, b, {}, countDown(a))];
    const deliveries = await drain(sources, clock);
    expect(deliveries.map(({ at, functionName }) => [at, functionName])).toEqual([
      [START, "a"],
      [seconds(100), "b"],
      [seconds(200), "a"],
      [seconds(300), "b"],
    ]);
  });

  test("take turns by the clock", async () => {
    const { clock, a, b } = stage();
    a.send("a1");
    b.send("b1", { delaySeconds: 10 });
    a.send("a2", { delaySeconds: 20 });
    const deliveries = await drain([source(clock, a), source(clock, b)], clock);
    expect(deliveries.map(({ at, functionName, messages }) => [at, functionName, messages[0]?.body])).toEqual([
      [START, "a", "a1"],
      [seconds(10), "b", "b1"],
      [seconds(20), "a", "a2"],
    ]);
    expect([...a.messages(), ...b.messages()]).toEqual([]);
  });

  test("do not wait for each other", async () => {
    const { clock, a, b } = stage();
    a.send("start");
    let answered: () => void = () => undefined;
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    // The first ends only after the second had the message that it sent.
    const first = source(clock, a, {}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      b.send("hello");
      await answer;
      return null;
    });
    const second = source(clock, b, {}, () => {
      answered();
      return null;
    });
    const deliveries = await drain([first, second], clock);
    expect(deliveries.map(({ functionName }) => functionName)).toEqual(["b", "a"]);
  });

  test("have no more batches under way than each of them may", async () => {
    const { clock, a, b } = stage();
    for (let count = 0; count < 30; count += 1) for (const queue of [a, b]) queue.send(String(count));
    const busy = { a: 0, b: 0 };
    const most = { a: 0, b: 0 };
    const count = (name: "a" | "b") => async () => {
      busy[name] += 1;
      most[name] = Math.max(most[name], busy[name]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy[name] -= 1;
      return null;
    };
    const sources = [
      source(clock, a, { batchSize: 1, maximumConcurrency: 3 }, count("a")),
      source(clock, b, { batchSize: 1, maximumConcurrency: 2 }, count("b")),
    ];
    expect(await drain(sources, clock)).toHaveLength(60);
    expect(most).toEqual({ a: 3, b: 2 });
  });

  test("must be enabled, all of them", async () => {
    const { clock, a, b } = stage();
    const sources = [source(clock, a), source(clock, b, { enabled: false })];
    await expect(drain(sources, clock)).rejects.toThrow("is disabled");
  });
});
