import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { zipSync } from "fflate";
import { type Deployment, deployWorld } from "../../rehearsal/deployment";
import type { JsonObject } from "../../rehearsal/json";
import { loadStacks } from "../../rehearsal/terraform";

const ACCOUNT = "111122223333";
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${resource}`;

/** The sweep function asks its own queue and the other's for more work; the onboarding function only logs. */
const SWEEP = `
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
export async function handler(event) {
  if (event.fail) throw new TypeError("as told");
  if (!event.Records) {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.SWEEP_URL, MessageBody: JSON.stringify(event) }));
    return {};
  }
  for (const { body } of event.Records) {
    const { users = [], again } = JSON.parse(body);
    const Entries = users.map((user, index) => ({ Id: String(index), MessageBody: user, DelaySeconds: 30 }));
    if (users.length > 0) await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.HINTS_URL, Entries }));
    if (again) {
      const MessageBody = JSON.stringify({ users: again });
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.SWEEP_URL, MessageBody, DelaySeconds: 900 }));
    }
  }
  return { batchItemFailures: [] };
}`;
const ONBOARDING = `
export async function handler(event) {
  for (const { body } of event.Records) console.log("did " + body);
  return { batchItemFailures: [] };
}`;

const root = mkdtempSync(join(tmpdir(), "deployment-"));
const open: Deployment[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => rmSync(root, { recursive: true }));

function archive(name: string, contents: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: __dirname },
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const path = join(root, `${name}.zip`);
  writeFileSync(path, zipSync({ "index.js": outputFiles[0]?.contents ?? new Uint8Array() }));
  return path;
}

const archives = { onboarding: archive("onboarding", ONBOARDING), sweep: archive("sweep", SWEEP) };

const policy = (...Statement: JsonObject[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });

function functionRole(name: string, sendsTo: string[]): JsonObject {
  const takes = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  return {
    name,
    assume_role_policy: policy({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
    inline_policy: {
      name: "all",
      policy: policy(
        allow(takes, arn("sqs", name)),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn("logs", `log-group:/aws/lambda/${name}:*`)),
        ...(sendsTo.length === 0
          ? []
          : [
              allow(
                ["sqs:SendMessage"],
                sendsTo.map((each) => arn("sqs", each)),
              ),
            ]),
      ),
    },
  };
}

const queuePolicy = (queue: string, rule: string) =>
  policy({
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn("sqs", queue),
    Condition: { ArnEquals: { "aws:SourceArn": arn("events", `rule/${rule}`) } },
  });

const queue = (name: string, rule: string) => ({
  name,
  visibility_timeout_seconds: 180,
  policy: queuePolicy(name, rule),
  redrive_policy: `{"deadLetterTargetArn":"${arn("sqs", "dead")}","maxReceiveCount":3}`,
});

const lambda = (name: string, path: string, variables: JsonObject = {}) => ({
  function_name: name,
  filename: path,
  handler: "index.handler",
  runtime: "nodejs24.x",
  role: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  timeout: 20,
  environment: { variables },
});

const mapping = (name: string, more: JsonObject = {}) => ({
  event_source_arn: arn("sqs", name),
  function_name: name,
  function_response_types: ["ReportBatchItemFailures"],
  ...more,
});

const ONBOARDING_ONLY: Record<string, JsonObject> = {
  aws_sqs_queue: { dead: { name: "dead" }, hints: queue("studio-onboarding", "hints") },
  aws_cloudwatch_event_rule: { hints: { name: "hints", event_pattern: '{"source":["aws.identitystore"]}' } },
  aws_cloudwatch_event_target: { hints: { rule: "hints", arn: arn("sqs", "studio-onboarding") } },
  aws_iam_role: { onboarding: functionRole("studio-onboarding", []) },
  aws_lambda_function: { onboarding: lambda("studio-onboarding", archives.onboarding) },
  aws_lambda_event_source_mapping: { onboarding: mapping("studio-onboarding") },
};

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/${name}`;
const SWEEP_TOO: Record<string, JsonObject> = {
  aws_sqs_queue: { sweep: queue("studio-sweep", "hourly") },
  aws_cloudwatch_event_rule: { hourly: { name: "hourly", schedule_expression: "rate(1 hour)" } },
  aws_cloudwatch_event_target: {
    hourly: { rule: "hourly", arn: arn("sqs", "studio-sweep"), input: '{"users":["u1","u2"],"again":["u3"]}' },
  },
  aws_iam_role: { sweep: functionRole("studio-sweep", ["studio-onboarding", "studio-sweep"]) },
  aws_lambda_function: {
    sweep: lambda("studio-sweep", archives.sweep, {
      HINTS_URL: url("studio-onboarding"),
      SWEEP_URL: url("studio-sweep"),
    }),
  },
  aws_lambda_event_source_mapping: {
    sweep: mapping("studio-sweep", { batch_size: 100, maximum_batching_window_in_seconds: 20 }),
  },
};

/** Resources by type and id; the later ones count. */
function merge(...all: Readonly<Record<string, JsonObject>>[]): JsonObject {
  const merged: Record<string, JsonObject> = {};
  for (const each of all) {
    for (const [type, resources] of Object.entries(each)) merged[type] = { ...merged[type], ...resources };
  }
  return merged;
}

async function deploy(resource: JsonObject): Promise<Deployment> {
  const dir = mkdtempSync(join(root, "stack-"));
  const provider = { aws: [{ region: "eu-west-1", allowed_account_ids: [ACCOUNT] }] };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify({ provider, resource }));
  const deployment = await deployWorld(loadStacks([dir]));
  open.push(deployment);
  return deployment;
}

const did = ({ logs }: { readonly logs: readonly string[] }) => logs.map((line) => line.replace("did ", "")).sort();

test("a tick lets the sweep function send hints, and itself on, until all is done", async () => {
  const deployment = await deploy(merge(ONBOARDING_ONLY, SWEEP_TOO));
  const { lambda, sweeper, clock, emulator, queue, sweepQueue, deadLetters } = deployment;
  const start = clock.now().getTime();
  deployment.tick();
  expect(sweepQueue.messages()).toHaveLength(1);
  const deliveries = await deployment.drain();

  expect(did(lambda)).toEqual(["u1", "u2", "u3"]);
  expect(sweeper.config.name).toBe("studio-sweep");
  const times = deliveries.map(({ at, functionName }) => [functionName, (at.getTime() - start) / 1000]);
  expect(times).toEqual([
    ["studio-sweep", 20],
    ["studio-onboarding", 50],
    ["studio-sweep", 940],
    ["studio-onboarding", 970],
  ]);
  expect([queue, sweepQueue, deadLetters].flatMap((each) => each.messages())).toEqual([]);
  const callers = new Set(emulator.calls.map(({ caller }) => caller));
  expect([...callers]).toEqual([`arn:aws:sts::${ACCOUNT}:assumed-role/studio-sweep/studio-sweep`]);
});

test("an event goes to the queue of its rule alone", async () => {
  const deployment = await deploy(merge(ONBOARDING_ONLY, SWEEP_TOO));
  expect(deployment.publish({ source: "aws.identitystore" })).toEqual(["hints"]);
  expect(deployment.queue.messages()).toHaveLength(1);
  expect(deployment.sweepQueue.messages()).toEqual([]);
});

test("what a function may not send stays behind and ends up as a dead letter", async () => {
  const powerless = { aws_iam_role: { sweep: functionRole("studio-sweep", ["studio-sweep"]) } };
  const deployment = await deploy(merge(ONBOARDING_ONLY, SWEEP_TOO, powerless));
  deployment.sweepQueue.send('{"users":["u1"]}');
  await deployment.drain();
  expect(did(deployment.lambda)).toEqual([]);
  expect(deployment.deadLetters.messages()).toHaveLength(1);
  expect(deployment.emulator.calls.map(({ op, outcome }) => `${op} ${outcome}`)).toContain(
    "SendMessageBatch AccessDeniedException",
  );
});

test("an apply invokes what it must, and fails with the function", async () => {
  const invocation = (input: string) => ({
    aws_lambda_invocation: { first: { function_name: "studio-sweep", input, triggers: { groups: "abc" } } },
  });
  const good = await deploy(merge(ONBOARDING_ONLY, SWEEP_TOO, invocation('{"users":["u1"]}')));
  await good.applied();
  expect(good.sweepQueue.messages().map(({ body }) => body)).toEqual(['{"users":["u1"]}']);
  const bad = await deploy(merge(ONBOARDING_ONLY, SWEEP_TOO, invocation('{"fail":true}')));
  await expect(bad.applied()).rejects.toThrow("studio-sweep: TypeError: as told");
});

test("stacks without the sweep work all the same", async () => {
  const deployment = { ...(await deploy(ONBOARDING_ONLY)) };
  deployment.tick();
  await deployment.applied();
  deployment.publish({ source: "aws.identitystore" });
  await deployment.drain();
  expect(did(deployment.lambda)).toEqual(['{"source":"aws.identitystore"}']);
  expect(() => deployment.sweepQueue.messages()).toThrow("no queue of studio-sweep");
  expect(() => deployment.sweeper.logs).toThrow("no function studio-sweep");
});

test("a queue that its rule may not send to fails the deployment", async () => {
  const wrong = { aws_sqs_queue: { sweep: queue("studio-sweep", "another") } };
  await expect(deploy(merge(ONBOARDING_ONLY, SWEEP_TOO, wrong))).rejects.toThrow("does not let rule hourly send");
});
