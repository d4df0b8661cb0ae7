import type { Authorizer } from "./emulator/authorize";
import type { Clock } from "./emulator/clock";
import { matches } from "./event-pattern";
import type { Json } from "./json";
import type { Queue } from "./queue";
import { syntheticUuid } from "./synthetic";
import type { QueueConfig, Rule, RuleTarget } from "./world";

/** EventBridge's default bus with its rules, as far as they lead to queues. */
export interface EventBus {
  /** Puts an event on the bus. Answers the names of the rules that let it through to their queues. */
  publish(event: Json): string[];
  /** Fires every enabled rule that has a schedule. */
  tick(): void;
}

/** A queue and what the stacks say of it. */
export interface DeployedQueue {
  readonly config: QueueConfig;
  readonly queue: Queue;
}

/**
 * A bus. Throws if a rule leads to anything but a queue, or to one whose policy does not let the rule send: EventBridge
 * itself would drop the event and tell nobody.
 */
export async function createEventBus(settings: {
  readonly rules: readonly Rule[];
  readonly queues: readonly DeployedQueue[];
  readonly clock: Clock;
  readonly authorizer: Authorizer;
}): Promise<EventBus> {
  const { rules, queues, clock, authorizer } = settings;
  let fired = 0;

  function queueOf(rule: Rule, arn: string): DeployedQueue {
    const found = queues.find(({ config }) => config.arn === arn);
    if (found === undefined) throw new Error(`rule ${rule.name} leads to ${arn}, which is no queue of the stacks`);
    return found;
  }

  async function checkPolicy(rule: Rule, { arn, policy }: QueueConfig): Promise<void> {
    const context = { "aws:SourceArn": rule.arn };
    const request = { service: "events.amazonaws.com", action: "sqs:SendMessage", resource: arn, context };
    const allowed = policy !== undefined && (await authorizer.allowsService(policy, request));
    if (!allowed) throw new Error(`the policy of ${arn} does not let rule ${rule.name} send`);
  }

  for (const rule of rules) {
    for (const { arn, deadLetterArn } of rule.targets) {
      await checkPolicy(rule, queueOf(rule, arn).config);
      if (deadLetterArn !== undefined) await checkPolicy(rule, queueOf(rule, deadLetterArn).config);
    }
  }

  function send(rule: Rule, target: RuleTarget, event: Json): void {
    if (target.inputPath !== undefined || target.inputTransformer !== undefined) {
      throw new Error(`rule ${rule.name} changes its events: only a constant input is emulated`);
    }
    queueOf(rule, target.arn).queue.send(target.input ?? JSON.stringify(event));
  }

  function scheduledEvent(rule: Rule): Json {
    fired += 1;
    const [, , , region = "", account = ""] = rule.arn.split(":");
    return {
      version: "0",
      id: syntheticUuid("scheduled", rule.arn, String(fired)),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account,
      time: clock.now().toISOString(),
      region,
      resources: [rule.arn],
      detail: {},
    };
  }

  return {
    publish: (event) => {
      const passed = rules.filter(({ enabled, pattern }) => enabled && pattern && matches(pattern, event));
      for (const rule of passed) for (const target of rule.targets) send(rule, target, event);
      return passed.map(({ name }) => name);
    },
    tick: () => {
      for (const rule of rules.filter(({ enabled, schedule }) => enabled && schedule !== undefined)) {
        for (const target of rule.targets) send(rule, target, scheduledEvent(rule));
      }
    },
  };
}
