import { createHash } from "node:crypto";
import { z } from "zod";
import type { Authorizer } from "./emulator/authorize";
import type { Clock } from "./emulator/clock";
import type { Json } from "./json";
import type { InvokeResult } from "./lambda";
import type { Queue, ReceivedMessage } from "./queue";
import { partitionOfRegion } from "./synthetic";
import type { EventSourceMapping, FunctionConfig } from "./world";

/** One batch that a function was given. */
export interface Delivery {
  readonly at: Date;
  readonly messages: readonly ReceivedMessage[];
  readonly result: InvokeResult;
  /** The messages that go back to the queue. */
  readonly returned: readonly string[];
}

/** What moves messages from a queue to a function. */
export interface EventSource {
  /** Delivers until the queue is empty, moving the clock to whenever the next message is visible. */
  drain(): Promise<readonly Delivery[]>;
}

/** The two ends of a mapping, and the permissions that it works with. */
export interface EventSourceSettings {
  readonly mapping: EventSourceMapping;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly function: { readonly config: FunctionConfig; invoke(event: Json): Promise<InvokeResult> };
  readonly authorizer: Authorizer;
  /** How many batches are under way at a time, if the mapping sets no limit. Default: 2. */
  readonly concurrency?: number;
  /** More deliveries than this mean that the queue never empties. Default: 10,000. */
  readonly maximumDeliveries?: number;
}

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/** An event source mapping from SQS, with Lambda's rules of what is deleted and what comes back. */
export function createEventSource(settings: EventSourceSettings): EventSource {
  const { mapping, queue, clock, authorizer } = settings;
  const { config } = settings.function;
  const concurrency = mapping.maximumConcurrency ?? settings.concurrency ?? 2;
  const limit = settings.maximumDeliveries ?? 10_000;

  /** The mapping works with the function's role; so does the function's log. */
  async function authorize(): Promise<void> {
    const session = { kind: "role", roleArn: config.roleArn, sessionName: config.name } as const;
    const log = `arn:${partitionOfRegion(config.region)}:logs:${config.region}:${config.accountId}:log-group:${config.logGroup}`;
    await authorizer.require(
      session,
      [
        ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((action) => ({
          action,
          resource: mapping.queueArn,
        })),
        ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
          action,
          resource: `${log}:log-stream:stream`,
        })),
      ],
      config.region,
    );
  }

  async function deliver(messages: readonly ReceivedMessage[]): Promise<Delivery> {
    const at = clock.now();
    const result = await settings.function.invoke({ Records: messages.map((each) => record(each, mapping, config)) });
    const returned = failedIds(messages, result, mapping.reportsBatchItemFailures);
    for (const each of messages) if (!returned.has(each.messageId)) queue.delete(each.receiptHandle);
    return { at, messages, result, returned: [...returned] };
  }

  return {
    drain: async () => {
      if (!mapping.enabled) throw new Error(`the mapping of ${mapping.queueArn} is disabled`);
      await authorize();
      const deliveries: Delivery[] = [];
      const underWay = new Set<Promise<void>>();
      for (;;) {
        while (underWay.size < concurrency) {
          const messages = queue.receive(mapping.batchSize);
          if (messages.length === 0) break;
          const work: Promise<void> = deliver(messages).then((delivery) => {
            deliveries.push(delivery);
            underWay.delete(work);
          });
          underWay.add(work);
        }
        if (deliveries.length > limit) throw new Error(`the queue is not empty after ${limit} deliveries`);
        if (underWay.size > 0) {
          await Promise.race(underWay);
          continue;
        }
        const next = queue.nextVisibleAt();
        if (next === undefined) return deliveries;
        clock.advance(next.getTime() - clock.now().getTime());
      }
    },
  };
}

/**
 * Which messages come back: all of them after an error or an answer that cannot be understood, else the ones that the
 * function names, if the mapping asks it to.
 */
export function failedIds(
  messages: readonly ReceivedMessage[],
  result: InvokeResult,
  reportsBatchItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messages.map((each) => each.messageId));
  if (!result.ok) return all;
  if (!reportsBatchItemFailures) return new Set();
  const parsed = response.safeParse(result.result);
  if (!parsed.success) return all;
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map((each) => each.itemIdentifier));
  // An id that is not in the batch fails all of it.
  return [...failed].every((each) => all.has(each)) ? failed : all;
}

function record(message: ReceivedMessage, mapping: EventSourceMapping, config: FunctionConfig): Json {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: { ...message.attributes },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(message.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: mapping.queueArn,
    awsRegion: config.region,
  };
}
