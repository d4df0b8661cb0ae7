import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { eachOf } from "./cache";
import type { Message } from "./follow-up";

/** SQS takes ten messages a call. */
const MESSAGES_A_CALL = 10;
const CALLS_AT_A_TIME = 4;

/** Sends to one queue. */
export interface QueueSender {
  send(message: Message): Promise<void>;
  /** @throws Error if AWS does not take one of them */
  sendAll(bodies: readonly string[]): Promise<void>;
}

/** The sender of the queue with this URL. */
export function queueSender(client: SQSClient, queueUrl: string): QueueSender {
  async function send({ body, delaySeconds }: Message): Promise<void> {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds: delaySeconds }));
  }

  async function sendAll(bodies: readonly string[]): Promise<void> {
    const starts = Array.from(
      { length: Math.ceil(bodies.length / MESSAGES_A_CALL) },
      (_, call) => call * MESSAGES_A_CALL,
    );
    await eachOf(starts, CALLS_AT_A_TIME, async (start) => {
      const Entries = bodies
        .slice(start, start + MESSAGES_A_CALL)
        .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const [failed] = Failed ?? [];
      if (failed) throw new Error(`SQS did not take ${Failed?.length} messages: ${failed.Code}`);
    });
  }

  return { send, sendAll };
}
