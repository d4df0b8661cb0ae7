import { createAuthorizer } from "../../rehearsal/emulator/authorize";
import { createClock } from "../../rehearsal/emulator/clock";
import { createUsage } from "../../rehearsal/emulator/usage";
import { createEventBus } from "../../rehearsal/event-bus";
import { parsePolicy } from "../../rehearsal/policy-document";
import { createQueue } from "../../rehearsal/queue";
import type { QueueConfig, Rule, RuleTarget } from "../../rehearsal/world";

const account = "111122223333";
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:${account}:rule/${name}`;
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;

const target = (queue: string, changes: Partial<RuleTarget> = {}): RuleTarget => ({
  arn: queueArn(queue),
  input: undefined,
  inputPath: undefined,
  inputTransformer: undefined,
  deadLetterArn: undefined,
  ...changes,
});
const rule = (name: string, changes: Partial<Rule>): Rule => ({
  name,
  arn: ruleArn(name),
  enabled: true,
  pattern: undefined,
  schedule: undefined,
  targets: [],
  ...changes,
});

/** A queue that lets the named rules send, over TLS only. */
function queueConfig(name: string, senders: readonly string[]): QueueConfig {
  const policy = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Rules",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn(name),
        Condition: { ArnEquals: { "aws:SourceArn": senders.map(ruleArn) } },
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn(name),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
  return {
    name,
    arn: queueArn(name),
    url: `https://sqs.eu-west-1.amazonaws.com/${account}/${name}`,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    redrive: undefined,
    policy: senders.length === 0 ? undefined : parsePolicy(policy, name),
  };
}

async function busOf(rules: readonly Rule[], queues: readonly QueueConfig[]) {
  const clock = createClock(new Date("2026-03-02T08:00:00Z"));
  const { redrive: _, ...settings } = queueConfig("", []);
  const deployed = queues.map((config) => ({
    config,
    queue: createQueue(clock, { ...settings, name: config.name }),
  }));
  const authorizer = createAuthorizer(new Map(), createUsage());
  const bus = await createEventBus({ rules, queues: deployed, clock, authorizer });
  const bodies = (name: string) =>
    deployed
      .filter(({ config }) => config.name === name)
      .flatMap(({ queue }) => queue.messages().map(({ body }) => body));
  return { bus, bodies };
}

const hints = rule("hints", { pattern: { source: ["aws.identitystore"] }, targets: [target("a")] });
const everyHour = (changes: Partial<Rule> = {}) =>
  rule("hourly", { schedule: "rate(1 hour)", targets: [target("b", { input: '{"scope":"everyone"}' })], ...changes });
const queues = [queueConfig("a", ["hints"]), queueConfig("b", ["hourly"])];

test("an event goes to the queue of every rule that it matches", async () => {
  const both = [queueConfig("a", ["hints"]), queueConfig("b", ["hourly", "all"])];
  const all = rule("all", { pattern: { source: [{ prefix: "aws." }] }, targets: [target("b")] });
  const { bus, bodies } = await busOf([hints, everyHour(), all], both);
  expect(bus.publish({ source: "aws.identitystore" })).toEqual(["hints", "all"]);
  expect(bus.publish({ source: "com.example" })).toEqual([]);
  expect([bodies("a"), bodies("b")]).toEqual([['{"source":"aws.identitystore"}'], ['{"source":"aws.identitystore"}']]);
});

test("a tick sends the constant input of every rule with a schedule", async () => {
  const { bus, bodies } = await busOf([hints, everyHour()], queues);
  bus.tick();
  bus.tick();
  expect(bodies("a")).toEqual([]);
  expect(bodies("b")).toEqual(['{"scope":"everyone"}', '{"scope":"everyone"}']);
});

test("a tick without an input sends EventBridge's own event", async () => {
  const { bus, bodies } = await busOf([everyHour({ targets: [target("b")] })], queues);
  bus.tick();
  expect(JSON.parse(bodies("b")[0] ?? "")).toMatchObject({
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account,
    resources: [ruleArn("hourly")],
    time: "2026-03-02T08:00:00.000Z",
  });
});

test("a disabled rule does nothing", async () => {
  const { bus, bodies } = await busOf([{ ...hints, enabled: false }, everyHour({ enabled: false })], queues);
  bus.tick();
  expect(bus.publish({ source: "aws.identitystore" })).toEqual([]);
  expect([...bodies("a"), ...bodies("b")]).toEqual([]);
});

test.each<[string, Rule, QueueConfig[]]>([
  ["a rule with a pattern", hints, [queueConfig("a", ["another"])]],
  ["a rule with a schedule", everyHour(), [queueConfig("b", ["hints"])]],
  ["a queue without a policy", hints, [queueConfig("a", [])]],
  [
    "the dead letters of a rule",
    rule("hints", { pattern: {}, targets: [target("a", { deadLetterArn: queueArn("b") })] }),
    [queueConfig("a", ["hints"]), queueConfig("b", ["hourly"])],
  ],
])("the queue's policy must let in %s", async (_what, tested, configs) => {
  await expect(busOf([tested], configs)).rejects.toThrow(`does not let rule ${tested.name} send`);
});

test("fails for what it cannot deliver", async () => {
  await expect(busOf([hints], [])).rejects.toThrow("which is no queue of the stacks");
  const { bus } = await busOf([{ ...hints, targets: [target("a", { inputPath: "$.detail" })] }], queues);
  expect(() => bus.publish({ source: "aws.identitystore" })).toThrow("only a constant input is emulated");
});
