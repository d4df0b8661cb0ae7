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
  readonly functionName: string;
  readonly messages: readonly ReceivedMessage[];
  readonly result: InvokeResult;
  /** The messages that go back to the queue. */
  readonly returned: readonly string[];
}

/** What moves messages from a queue to a function. */
export interface EventSource {
  /** Throws unless the mapping is enabled and the function's role allows what it does. */
  authorize(): Promise<void>;
  /** Begins as many deliveries as are due now and may be under way at a time. */
  deliver(): readonly Promise<Delivery>[];
  /** When the next delivery may be due, if none is under way; `undefined` for an empty queue. */
  nextAt(): Date | undefined;
  /** Resolves when the queue gets its next message. */
  arrival(): Promise<void>;
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
}

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/** An event source mapping from SQS, with Lambda's rules of what is deleted and what comes back. */
export function createEventSource(settings: EventSourceSettings): EventSource {
  const { mapping, queue, clock, authorizer } = settings;
  const { config } = settings.function;
  const concurrency = mapping.maximumConcurrency ?? settings.concurrency ?? 2;
  const window = mapping.batchingWindowSeconds * 1000;
  let underWay = 0;

  /** The mapping works with the function's role; so does the function's log. */
  async function authorize(): Promise<void> {
    if (!mapping.enabled) throw new Error(`the mapping of ${mapping.queueArn} is disabled`);
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

  /** Whether a batch is full, or its oldest message has waited for as long as a batch may. */
  function isDue(): boolean {
    const since = queue.visibleSince();
    if (since === undefined) return false;
    return clock.now().getTime() >= since.getTime() + window || queue.depth().visible >= mapping.batchSize;
  }

  async function handOver(messages: readonly ReceivedMessage[]): Promise<Delivery> {
    const at = clock.now();
    const result = await settings.function.invoke({ Records: messages.map((each) => record(each, mapping, config)) });
    const returned = failedIds(messages, result, mapping.reportsBatchItemFailures);
    for (const each of messages) if (!returned.has(each.messageId)) queue.delete(each.receiptHandle);
    return { at, functionName: config.name, messages, result, returned: [...returned] };
  }

  return {
    authorize,
    deliver: () => {
      const begun: Promise<Delivery>[] = [];
      while (underWay < concurrency && isDue()) {
        const messages = queue.receive(mapping.batchSize);
        // What was received too often is not handed out but goes to the dead letters.
        if (messages.length === 0) continue;
        underWay += 1;
        begun.push(
          handOver(messages).finally(() => {
            underWay -= 1;
          }),
        );
      }
      return begun;
    },
    nextAt: () => {
      const since = queue.visibleSince();
      const full = queue.nextVisibleAt();
      const due = since === undefined ? undefined : new Date(since.getTime() + window);
      return earliest([due, full]);
    },
    arrival: () => queue.arrival(),
  };
}

/**
 * Lets event sources deliver until all their queues are empty, moving the clock to whenever the next batch is due.
 *
 * @param until what is due after this stays in the queues
 * @param maximumDeliveries more than these mean that the queues never empty
 */
export async function drain(
  sources: readonly EventSource[],
  clock: Clock,
  until?: Date,
  maximumDeliveries = 10_000,
): Promise<readonly Delivery[]> {
  for (const source of sources) await source.authorize();
  const deliveries: Delivery[] = [];
  const underWay = new Set<Promise<void>>();
  for (;;) {
    for (const begun of sources.flatMap((source) => source.deliver())) {
      const work: Promise<void> = begun.then((delivery) => {
        deliveries.push(delivery);
        underWay.delete(work);
      });
      underWay.add(work);
    }
    if (deliveries.length > maximumDeliveries) {
      throw new Error(`the queues are not empty after ${maximumDeliveries} deliveries`);
    }
    if (underWay.size > 0) {
      // One function may fill the queue of another, which does not wait for it to end.
      await Promise.race([...underWay, ...sources.map((source) => source.arrival())]);
      continue;
    }
    const next = earliest(sources.map((source) => source.nextAt()));
    if (next === undefined || (until && next > until)) return deliveries;
    clock.advance(Math.max(0, next.getTime() - clock.now().getTime()));
  }
}

function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.flatMap((each) => (each === undefined ? [] : [each.getTime()]));
  return known.length === 0 ? undefined : new Date(Math.min(...known));
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
