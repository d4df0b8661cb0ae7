import {
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { ONBOARDING_FUNCTION, SWEEP_FUNCTION } from "../../naming";
import type { LambdaFunction } from "../../rehearsal/lambda";
import type { Clients } from "./aws";
import { deliver } from "./delivery";
import { deployedMapping, deployedRules, given, queueAttributes, queueUrl } from "./deployed";
import type { MotoRequest } from "./moto-answers";

/** The functions of the onboarding stack. */
export const FUNCTIONS = [ONBOARDING_FUNCTION, SWEEP_FUNCTION] as const;

/** A message that a function was given. */
export interface Handled {
  readonly by: (typeof FUNCTIONS)[number];
  readonly body: string;
}

const delayedMessage = z.object({ QueueUrl: z.string(), MessageBody: z.string(), DelaySeconds: z.int().positive() });

/** What moves events and messages, as EventBridge and Lambda do. */
export interface Player {
  /** Sends what the schedule sends: in moto no time passes. */
  tick(): Promise<void>;
  /** Puts events on the bus and lets the deployed functions empty their queues. Answers what they were given. */
  play(events: readonly PutEventsRequestEntry[]): Promise<readonly Handled[]>;
  /** The bodies of messages that wait out a delay. */
  delayed(): readonly string[];
  /** Ends the delays. */
  hasten(): Promise<void>;
  /** Every line that the functions wrote while they were given messages. */
  readonly logs: readonly string[];
  /** To be told of every request to moto. */
  seen(request: MotoRequest): void;
}

/**
 * A player of the events of Identity Center's account.
 * @param startFunction - starts what was deployed, in a new process
 */
export function createPlayer(aws: Clients, startFunction: (name: Handled["by"]) => Promise<LambdaFunction>): Player {
  let waiting: z.infer<typeof delayedMessage>[] = [];
  const logs: string[] = [];

  async function tick(): Promise<void> {
    for (const { schedule, targets } of await deployedRules(aws.events)) {
      if (schedule === undefined) continue;
      for (const { arn, input } of targets) {
        await aws.sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(aws.sqs, arn), MessageBody: input }));
      }
    }
  }

  async function put(events: readonly PutEventsRequestEntry[]): Promise<void> {
    // AWS would refuse these from anybody but itself: their source begins with "aws.".
    const { Entries = [] } = await aws.events.send(new PutEventsCommand({ Entries: [...events] }));
    if (Entries.some(({ EventId }) => EventId === undefined)) throw new Error(JSON.stringify(Entries));
  }

  /** Takes the targets of scheduled rules off meanwhile: moto gives every event to a rule without a pattern. */
  async function withoutSchedules(work: () => Promise<void>): Promise<void> {
    const scheduled = (await deployedRules(aws.events)).filter(({ schedule }) => schedule !== undefined);
    const taken = await Promise.all(
      scheduled.map(async ({ name: Rule }) => {
        const { Targets = [] } = await aws.events.send(new ListTargetsByRuleCommand({ Rule }));
        const Ids = Targets.map(({ Id }) => given(Id, "a target has no id"));
        await aws.events.send(new RemoveTargetsCommand({ Rule, Ids }));
        return { Rule, Targets };
      }),
    );
    await work();
    for (const each of taken) await aws.events.send(new PutTargetsCommand(each));
  }

  async function play(events: readonly PutEventsRequestEntry[]): Promise<readonly Handled[]> {
    if (events.length > 0) await withoutSchedules(() => put(events));
    const started: LambdaFunction[] = [];
    const handled: Handled[] = [];
    try {
      const sources = await Promise.all(
        FUNCTIONS.map(async (by) => {
          const mapping = await deployedMapping(aws.lambda, by);
          const lambda = await startFunction(by);
          started.push(lambda);
          return { by, mapping, lambda, url: await queueUrl(aws.sqs, mapping.queueArn) };
        }),
      );
      // One function may fill the queue of another: done is when none was given anything.
      for (;;) {
        const before = handled.length;
        for (const { by, mapping, lambda, url } of sources) {
          const delivered = await deliver(aws.sqs, url, mapping, lambda);
          if (delivered === undefined) continue;
          const { messages, failed, result } = delivered;
          if (failed.size > 0) throw new Error(`${failed.size} messages failed:\n${result.logs.join("\n")}`);
          logs.push(...result.logs);
          handled.push(...messages.map(({ body }) => ({ by, body })));
        }
        if (handled.length === before) return handled;
      }
    } finally {
      for (const lambda of started) await lambda.close();
    }
  }

  async function hasten(): Promise<void> {
    const due = waiting;
    waiting = [];
    for (const QueueUrl of new Set(due.map((each) => each.QueueUrl))) {
      const messages = due.filter((each) => each.QueueUrl === QueueUrl);
      const { ApproximateNumberOfMessagesDelayed: count } = await queueAttributes(aws.sqs, QueueUrl);
      if (Number(count) !== messages.length) throw new Error(`${count} of ${messages.length} messages are delayed`);
      // Moto's time cannot be moved: what is not due yet is sent again instead.
      await aws.sqs.send(new PurgeQueueCommand({ QueueUrl }));
      for (const { MessageBody } of messages) await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }

  return {
    tick,
    play,
    delayed: () => waiting.map(({ MessageBody }) => MessageBody),
    hasten,
    logs,
    seen: ({ target, body }) => {
      const sent = target === "AmazonSQS.SendMessage" ? delayedMessage.safeParse(JSON.parse(body)) : undefined;
      if (sent?.success) waiting.push(sent.data);
    },
  };
}
