import { createClock } from "../../rehearsal/emulator/clock";
import { seededRandom } from "../../rehearsal/emulator/faults";
import { createQueue } from "../../rehearsal/queue";

const clock = () => createClock(new Date("2026-03-02T08:00:00Z"));

test("a received message is hidden until it is deleted or its time is up", () => {
  const time = clock();
  const queue = createQueue(time, { name: "q", visibilityTimeoutSeconds: 30 });
  queue.send("a");
  const [first] = queue.receive(10);
  expect(first?.attributes.ApproximateReceiveCount).toBe("1");
  expect(queue.receive(10)).toEqual([]);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  expect(queue.nextVisibleAt()).toEqual(new Date("2026-03-02T08:00:30Z"));
  time.advance(30_000);
  const [second] = queue.receive(10);
  expect(second?.attributes.ApproximateReceiveCount).toBe("2");
  expect(queue.delete(first?.receiptHandle ?? "")).toBe(false);
  expect(queue.delete(second?.receiptHandle ?? "")).toBe(true);
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("a message that was received too often goes to the dead-letter queue, with its id", () => {
  const time = clock();
  const deadLetterQueue = createQueue(time, { name: "dead", visibilityTimeoutSeconds: 30 });
  const queue = createQueue(time, {
    name: "q",
    visibilityTimeoutSeconds: 30,
    redrive: { deadLetterQueue, maxReceiveCount: 2 },
  });
  const id = queue.send("a");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    queue.receive();
    time.advance(30_000);
  }
  expect(queue.messages()).toEqual([]);
  expect(deadLetterQueue.messages().map((each) => each.messageId)).toEqual([id]);
});

test("delays, batches, visibility and retention", () => {
  const time = clock();
  const queue = createQueue(time, { name: "q", visibilityTimeoutSeconds: 30, delaySeconds: 5, retentionSeconds: 60 });
  for (let count = 0; count < 3; count += 1) queue.send(String(count));
  expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 3 });
  time.advance(5_000);
  const [first] = queue.receive(2);
  expect(queue.receive(2)).toHaveLength(1);
  expect(queue.changeVisibility(first?.receiptHandle ?? "", 0)).toBe(true);
  expect(queue.receive(2).map((each) => each.body)).toEqual(["0"]);
  time.advance(55_000);
  expect(queue.messages()).toEqual([]);
});

test("random order hands out every message once", () => {
  const queue = createQueue(clock(), { name: "q", visibilityTimeoutSeconds: 30, shuffle: seededRandom(7) });
  const bodies = Array.from({ length: 20 }, (_, index) => String(index));
  for (const each of bodies) queue.send(each);
  const received = Array.from({ length: 20 }, () => queue.receive(1)[0]?.body ?? "");
  expect(received).not.toEqual(bodies);
  expect([...received].sort()).toEqual([...bodies].sort());
});
