import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Emulator } from "../../../rehearsal/emulator/server";
import { ARN, closing, QUEUES, setUp } from "./fixture";

const started: Emulator[] = [];
afterEach(closing(started));

async function start() {
  const all = await setUp();
  started.push(all.emulator);
  return all;
}

const QueueUrl = QUEUES.hints.url;
const message = (changes: Partial<SendMessageCommand["input"]> = {}) =>
  new SendMessageCommand({ QueueUrl, MessageBody: "hello", ...changes });
const batch = (...Entries: SendMessageBatchRequestEntry[]) => new SendMessageBatchCommand({ QueueUrl, Entries });
const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: String(index) }));

test("a message arrives, at once or later, and its answer passes the SDK's checksum", async () => {
  const { sqs, hints, emulator, clock } = await start();
  const { MessageId } = await sqs.send(message({ MessageBody: "grüß dich" }));
  await sqs.send(message({ MessageBody: "later", DelaySeconds: 900 }));
  expect(hints.receive(10).map(({ messageId, body }) => [messageId, body])).toEqual([[MessageId, "grüß dich"]]);
  expect(hints.nextVisibleAt()).toEqual(new Date(clock.now().getTime() + 30_000));
  clock.advance(900_000);
  expect(hints.receive(10).map(({ body }) => body)).toContain("later");
  expect(emulator.calls.map(({ service, op, outcome }) => `${service}:${op} ${outcome}`)).toEqual([
    "sqs:SendMessage ok",
    "sqs:SendMessage ok",
  ]);
});

test("a batch says of each entry whether it was sent", async () => {
  const { sqs, hints, emulator } = await start();
  const all = await sqs.send(batch(...entries(10)));
  expect(all.Failed).toBeUndefined();
  expect(all.Successful?.map(({ Id }) => Id)).toEqual(entries(10).map(({ Id }) => Id));

  const wrong = { Id: "wrong", MessageBody: "x", DelaySeconds: 901 };
  emulator.sqs.failEntries(1);
  const some = await sqs.send(batch(wrong, ...entries(2)));
  expect(some.Failed).toMatchObject([
    { Id: "wrong", SenderFault: true, Code: "InvalidParameterValue" },
    { Id: "m0", SenderFault: false, Code: "InternalError" },
  ]);
  expect(some.Successful?.map(({ Id }) => Id)).toEqual(["m1"]);
  expect(hints.messages()).toHaveLength(11);
});

test.each<[string, SendMessageCommand | SendMessageBatchCommand, string]>([
  ["a queue that is not there", message({ QueueUrl: `${QueueUrl}-none` }), "QueueDoesNotExist"],
  ["an empty message", message({ MessageBody: "" }), "MissingParameter"],
  ["a message that is too long", message({ MessageBody: "é".repeat(131_073) }), "InvalidParameterValue"],
  ["a character that XML does not have", message({ MessageBody: "a\u0000b" }), "InvalidMessageContents"],
  ["a delay that is too long", message({ DelaySeconds: 901 }), "InvalidParameterValue"],
  ["a negative delay", message({ DelaySeconds: -1 }), "InvalidParameterValue"],
  ["an empty batch", batch(), "EmptyBatchRequest"],
  ["more than ten entries", batch(...entries(11)), "TooManyEntriesInBatchRequest"],
  ["an id twice", batch(...entries(2), ...entries(1)), "BatchEntryIdsNotDistinct"],
  ["an id with a space", batch({ Id: "a b", MessageBody: "x" }), "InvalidBatchEntryId"],
  [
    "a batch that is too long",
    batch(...entries(2).map((each) => ({ ...each, MessageBody: "x".repeat(131_073) }))),
    "BatchRequestTooLong",
  ],
  ["what is not emulated", message({ MessageGroupId: "a" }), "ValidationException"],
  ["a queue that the role does not name", message({ QueueUrl: QUEUES.other.url }), "AccessDenied"],
])("refuses %s", async (_what, command, name) => {
  const { sqs, hints } = await start();
  const sent = command instanceof SendMessageCommand ? sqs.send(command) : sqs.send(command);
  await expect(sent).rejects.toMatchObject({ name });
  expect(hints.messages()).toEqual([]);
});

test("a queue is not there in another Region", async () => {
  const { settings, as } = await start();
  const elsewhere = new SQSClient({
    ...settings(as(ARN.function)),
    region: "us-east-1",
    useQueueUrlAsEndpoint: false,
  });
  await expect(elsewhere.send(message())).rejects.toMatchObject({ name: "QueueDoesNotExist" });
});

test("errors carry their code of the old protocol too", async () => {
  const { sqs } = await start();
  await expect(sqs.send(message({ QueueUrl: `${QueueUrl}-none` }))).rejects.toMatchObject({
    Code: "AWS.SimpleQueueService.NonExistentQueue",
    $fault: "client",
  });
});

test("takes the longest message", async () => {
  const { sqs } = await start();
  await sqs.send(message({ MessageBody: "x".repeat(262_144) }));
});

test("faults strike sends too", async () => {
  const { sqs, emulator, hints } = await start();
  emulator.faults.once("SendMessage", "throttle");
  await expect(sqs.send(message())).rejects.toMatchObject({ name: "RequestThrottled" });
  expect(hints.messages()).toEqual([]);
  emulator.faults.once("SendMessageBatch", "error-after");
  await expect(sqs.send(batch(...entries(2)))).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(hints.messages()).toHaveLength(2);
});
