import { createHash } from "node:crypto";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { failedIds } from "../../rehearsal/event-source";
import type { InvokeResult, LambdaFunction } from "../../rehearsal/lambda";
import type { ReceivedMessage } from "../../rehearsal/queue";
import type { EventSourceMapping } from "../../rehearsal/world";
import { given } from "./deployed";

/** SQS gives no more messages at a time. */
const MESSAGES_A_CALL = 10;

/** What a function was given, and what it made of it. */
export interface Delivered {
  readonly messages: readonly ReceivedMessage[];
  readonly result: InvokeResult;
  /** The ids of the messages that stay in the queue. */
  readonly failed: ReadonlySet<string>;
}

/**
 * One round of Lambda's poller: takes a batch from the queue, invokes the function, deletes what is done.
 * @returns `undefined` if the queue was empty
 */
export async function deliver(
  sqs: SQSClient,
  queueUrl: string,
  mapping: EventSourceMapping,
  lambda: LambdaFunction,
): Promise<Delivered | undefined> {
  const messages = await receiveBatch(sqs, queueUrl, mapping.batchSize);
  if (messages.length === 0) return undefined;
  const result = await lambda.invoke({
    Records: messages.map((message) => ({
      ...message,
      attributes: { ...message.attributes },
      messageAttributes: {},
      md5OfBody: createHash("md5").update(message.body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: mapping.queueArn,
      awsRegion: lambda.config.region,
    })),
  });
  const failed = failedIds(messages, result, mapping.reportsBatchItemFailures);
  for (const { messageId, receiptHandle } of messages) {
    if (failed.has(messageId)) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
  }
  return { messages, result, failed };
}

/** As many messages as there are, or as a batch may have. */
async function receiveBatch(sqs: SQSClient, queueUrl: string, size: number): Promise<readonly ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  while (messages.length < size) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(MESSAGES_A_CALL, size - messages.length),
      MessageSystemAttributeNames: ["All"],
    });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) break;
    messages.push(...Messages.map(received));
  }
  return messages;
}

function received({ MessageId, ReceiptHandle, Body, Attributes }: Message): ReceivedMessage {
  return {
    messageId: given(MessageId, "a message has no id"),
    receiptHandle: given(ReceiptHandle, "a message has no receipt"),
    body: given(Body, "a message has no body"),
    attributes: { ...Attributes },
  };
}
