import { createHash } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "../json";
import { AwsError } from "./errors";
import { type Call, type Operations, operation, type Requirement } from "./operation";

/** The longest message, in bytes. AWS takes more by now, but queues that exist keep what they were made with. */
const MAXIMUM_SIZE = 262_144;
const MAXIMUM_DELAY = 900;
const MAXIMUM_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;
/** Characters that XML 1.0 does not have, and SQS does not take. */
const NOT_XML = /[\p{Cs}\ufffe\uffff]|(?![\t\n\r\u007f-\u009f])\p{Cc}/u;

/** A queue that can be sent to. */
export interface SqsQueue {
  readonly url: string;
  readonly arn: string;
  send(body: string, options: { readonly delaySeconds?: number }): string;
}

/** SQS, as senders see it. */
export interface Sqs {
  readonly operations: Operations;
  /** The next entries of batches fail, as if SQS had a fault that concerns them alone. */
  failEntries(times: number): void;
}

// Strict, so that what is not emulated is not passed over.
const message = { MessageBody: z.string().optional(), DelaySeconds: z.number().int().optional() };
const sendMessage = z.strictObject({ QueueUrl: z.string(), ...message });
const sendMessageBatch = z.strictObject({
  QueueUrl: z.string(),
  Entries: z.array(z.strictObject({ Id: z.string(), ...message })).default([]),
});
type MessageInput = Pick<z.output<typeof sendMessage>, "MessageBody" | "DelaySeconds">;

/** The codes of SQS's old protocol, which its errors still carry, where they differ. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  AccessDeniedException: "AccessDenied",
};

/** What SQS says in the header `x-amzn-query-error`. */
export function queryErrorOf(error: AwsError): string {
  return `${QUERY_CODES[error.code] ?? error.code};${error.status < 500 ? "Sender" : "Receiver"}`;
}

/**
 * SQS over the given queues. A sender needs the permission of its role; the queue's own policy is not looked at, which
 * within an account can only add to it or, as ours, refuse calls without TLS.
 */
export function createSqs(queues: readonly SqsQueue[]): Sqs {
  let failing = 0;

  const find = (url: string) => queues.find((each) => each.url === url);

  function queueOf(url: string, call: Call): SqsQueue {
    const found = find(url);
    // A queue is reached through its Region alone.
    if (found?.arn.split(":")[3] !== call.region)
      throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return found;
  }

  function requires(url: string): Requirement[] {
    const found = find(url);
    return found === undefined ? [] : [{ action: "sqs:SendMessage", resource: found.arn }];
  }

  function send(queue: SqsQueue, { MessageBody = "", DelaySeconds }: MessageInput): JsonObject {
    const messageId = queue.send(MessageBody, DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds });
    return { MessageId: messageId, MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
  }

  const operations: Operations = {
    SendMessage: operation(sendMessage, (input, call) => ({
      summary: nameOf(input.QueueUrl),
      requires: requires(input.QueueUrl),
      run: () => {
        const queue = queueOf(input.QueueUrl, call);
        const wrong = mistakeIn(input);
        if (wrong !== undefined) throw wrong;
        return send(queue, input);
      },
    })),
    SendMessageBatch: operation(sendMessageBatch, (input, call) => ({
      summary: `${nameOf(input.QueueUrl)}, ${input.Entries.length} messages`,
      requires: requires(input.QueueUrl),
      run: () => {
        const queue = queueOf(input.QueueUrl, call);
        checkBatch(input.Entries);
        const Successful: JsonObject[] = [];
        const Failed: JsonObject[] = [];
        for (const { Id, ...entry } of input.Entries) {
          const wrong = mistakeIn(entry) ?? nextFailure();
          if (wrong === undefined) Successful.push({ Id, ...send(queue, entry) });
          else Failed.push({ Id, SenderFault: wrong.status < 500, Code: wrong.code, Message: wrong.message });
        }
        return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
      },
    })),
  };

  function nextFailure(): AwsError | undefined {
    if (failing === 0) return undefined;
    failing -= 1;
    return new AwsError("InternalError", "The request processing has failed because of an unknown error.", 500);
  }

  return {
    operations,
    failEntries: (times) => {
      failing = times;
    },
  };
}

function checkBatch(entries: readonly (MessageInput & { readonly Id: string })[]): void {
  const refuse = (code: string, text: string): never => {
    throw new AwsError(code, text);
  };
  if (entries.length === 0) refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > MAXIMUM_ENTRIES) {
    const text = `Maximum number of entries per request are ${MAXIMUM_ENTRIES}. You have sent ${entries.length}.`;
    refuse("TooManyEntriesInBatchRequest", text);
  }
  for (const { Id } of entries) {
    if (!ENTRY_ID.test(Id)) refuse("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters.");
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    refuse("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  const size = entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
  if (size > MAXIMUM_SIZE) {
    const text = `Batch requests cannot be longer than ${MAXIMUM_SIZE} bytes. You have sent ${size} bytes.`;
    refuse("BatchRequestTooLong", text);
  }
}

function mistakeIn({ MessageBody = "", DelaySeconds = 0 }: MessageInput): AwsError | undefined {
  if (MessageBody === "") {
    return new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  }
  if (Buffer.byteLength(MessageBody) > MAXIMUM_SIZE) {
    const reason = `Message must be shorter than ${MAXIMUM_SIZE} bytes.`;
    return new AwsError("InvalidParameterValue", `One or more parameters are invalid. Reason: ${reason}`);
  }
  if (NOT_XML.test(MessageBody)) {
    return new AwsError("InvalidMessageContents", "Invalid characters found in the message body.");
  }
  if (DelaySeconds < 0 || DelaySeconds > MAXIMUM_DELAY) {
    const reason = `DelaySeconds must be >= 0 and <= ${MAXIMUM_DELAY}.`;
    const text = `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: ${reason}`;
    return new AwsError("InvalidParameterValue", text);
  }
  return undefined;
}

function nameOf(url: string): string {
  return url.split("/").at(-1) ?? url;
}
