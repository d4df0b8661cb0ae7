import type { Clock } from "./emulator/clock";
import { syntheticUuid } from "./synthetic";

/** How a queue behaves. */
export interface QueueSettings {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds?: number;
  readonly retentionSeconds?: number;
  /** Where a message goes that was received too often. */
  readonly redrive?: { readonly deadLetterQueue: Queue; readonly maxReceiveCount: number };
  /** Numbers from 0 to 1 by which messages are handed out; in order of arrival if absent. */
  readonly shuffle?: () => number;
}

/** A message as a receiver sees it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message, for looking at. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly sentAt: Date;
}

/** A standard SQS queue: at least once, in no promised order. */
export interface Queue {
  readonly name: string;
  /** Answers the message's id. */
  send(body: string, options?: { readonly delaySeconds?: number; readonly messageId?: string }): string;
  receive(maximum?: number): ReceivedMessage[];
  /** False for a receipt that is no longer the latest of its message. */
  delete(receiptHandle: string): boolean;
  /** Sets when a received message is visible again. */
  changeVisibility(receiptHandle: string, seconds: number): boolean;
  /** Messages that can be received now, that are being worked on, and that are delayed. */
  depth(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  messages(): readonly StoredMessage[];
  /** When the next message becomes visible, of those that are not. */
  nextVisibleAt(): Date | undefined;
  /** Since when the message that can be received now for the longest time can be. */
  visibleSince(): Date | undefined;
  /** Resolves when the next message is sent. */
  arrival(): Promise<void>;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receiveCount: number;
  visibleAt: number;
  receiptHandle: string | undefined;
}

/** A queue whose time is the clock's. */
export function createQueue(clock: Clock, settings: QueueSettings): Queue {
  const messages = new Map<string, Message>();
  const byReceipt = new Map<string, Message>();
  let sent = 0;
  let received = 0;
  let nextArrival: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  const now = () => clock.now().getTime();

  function expire(): void {
    if (settings.retentionSeconds === undefined) return;
    const oldest = now() - settings.retentionSeconds * 1000;
    for (const each of messages.values()) if (each.sentAt <= oldest) remove(each);
  }

  function remove(message: Message): void {
    messages.delete(message.messageId);
    if (message.receiptHandle !== undefined) byReceipt.delete(message.receiptHandle);
  }

  function visible(): Message[] {
    expire();
    const time = now();
    const found = [...messages.values()].filter((each) => each.visibleAt <= time);
    if (settings.shuffle === undefined) return found;
    for (let at = found.length - 1; at > 0; at -= 1) {
      const other = Math.floor(settings.shuffle() * (at + 1));
      const [a, b] = [found[at], found[other]];
      if (a !== undefined && b !== undefined) [found[at], found[other]] = [b, a];
    }
    return found;
  }

  function earliest(counts: (message: Message) => boolean): Date | undefined {
    expire();
    let found: number | undefined;
    for (const each of messages.values()) {
      if (counts(each) && (found === undefined || each.visibleAt < found)) found = each.visibleAt;
    }
    return found === undefined ? undefined : new Date(found);
  }

  return {
    name: settings.name,
    send: (body, options = {}) => {
      sent += 1;
      const messageId = options.messageId ?? syntheticUuid("message", settings.name, String(sent));
      messages.set(messageId, {
        messageId,
        body,
        sentAt: now(),
        firstReceivedAt: undefined,
        receiveCount: 0,
        visibleAt: now() + (options.delaySeconds ?? settings.delaySeconds ?? 0) * 1000,
        receiptHandle: undefined,
      });
      nextArrival?.resolve();
      nextArrival = undefined;
      return messageId;
    },
    receive: (maximum = 1) => {
      const taken: ReceivedMessage[] = [];
      for (const message of visible()) {
        if (taken.length >= maximum) break;
        const { redrive } = settings;
        if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
          remove(message);
          redrive.deadLetterQueue.send(message.body, { messageId: message.messageId, delaySeconds: 0 });
          continue;
        }
        received += 1;
        if (message.receiptHandle !== undefined) byReceipt.delete(message.receiptHandle);
        const receiptHandle = `${settings.name}/${received}/${message.messageId}`;
        message.receiptHandle = receiptHandle;
        message.receiveCount += 1;
        message.firstReceivedAt ??= now();
        message.visibleAt = now() + settings.visibilityTimeoutSeconds * 1000;
        byReceipt.set(receiptHandle, message);
        taken.push({
          messageId: message.messageId,
          receiptHandle,
          body: message.body,
          attributes: {
            ApproximateReceiveCount: String(message.receiveCount),
            SentTimestamp: String(message.sentAt),
            ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
            SenderId: "AIDAEXAMPLE",
          },
        });
      }
      return taken;
    },
    delete: (receiptHandle) => {
      const message = byReceipt.get(receiptHandle);
      if (message === undefined) return false;
      remove(message);
      return true;
    },
    changeVisibility: (receiptHandle, seconds) => {
      const message = byReceipt.get(receiptHandle);
      if (message === undefined) return false;
      message.visibleAt = now() + seconds * 1000;
      return true;
    },
    depth: () => {
      expire();
      const time = now();
      const all = [...messages.values()];
      const hidden = all.filter((each) => each.visibleAt > time);
      const inFlight = hidden.filter((each) => each.receiptHandle !== undefined).length;
      return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
    },
    messages: () => {
      expire();
      return [...messages.values()].map(({ messageId, body, receiveCount, sentAt }) => ({
        messageId,
        body,
        receiveCount,
        sentAt: new Date(sentAt),
      }));
    },
    nextVisibleAt: () => earliest((each) => each.visibleAt > now()),
    visibleSince: () => earliest((each) => each.visibleAt <= now()),
    arrival: () => {
      nextArrival ??= resolvable();
      return nextArrival.promise;
    },
  };
}

function resolvable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
