import type { AuditEvent } from "../../audit/event";
import { person } from "../../audit/person";
import { reportOf } from "../../audit/report";
import { spanOf } from "../../audit/span";
import { ALICE, NOW } from "./config";

const event = (changes: Partial<AuditEvent>): AuditEvent => ({
  time: "2026-11-20T09:00:00Z",
  identified: "source identity",
  certainty: "likely",
  account: "444455556666",
  region: "eu-west-1",
  service: "s3",
  action: "GetObject",
  resource: "arn:aws:s3:::b/k",
  readOnly: true,
  requestId: "r",
  eventId: "a",
  ...changes,
});

const report = (...found: readonly AuditEvent[]) =>
  reportOf(person(ALICE, "alice", { profiles: [] }), spanOf("7d", undefined, NOW), found, {
    notCovered: [],
    scannedBytes: 0,
  });

test("what one account did in another counts once, as the surest of its events says", () => {
  const caller = event({ eventId: "b", sharedEventId: "s", identified: "propagated", certainty: "certain" });
  const owner = event({ eventId: "a", sharedEventId: "s", account: "777788889999" });
  for (const found of [
    [caller, owner],
    [owner, caller],
  ]) {
    const { events, counts } = report(...found);
    expect(events).toEqual([caller]);
    expect(counts.events).toBe(1);
  }
});

test("of two that are as sure the first by its id stays, in whatever order they were found", () => {
  const [one, other] = [event({ eventId: "a", sharedEventId: "s" }), event({ eventId: "b", sharedEventId: "s" })];
  expect(report(one, other).events).toEqual([one]);
  expect(report(other, one).events).toEqual([one]);
});

test("events of their own count each, though they are of one request", () => {
  expect(report(event({ eventId: "a" }), event({ eventId: "b" })).counts.events).toBe(2);
});
