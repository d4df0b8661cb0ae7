import fc from "fast-check";
import { followUp, waitForStudio } from "../../functions/membership/follow-up";
import { guard } from "../../functions/membership/guard";
import type { Findings } from "../../functions/membership/sweep";
import { createSweepMemory } from "../../functions/membership/sweep-memory";

const HOUR = 60 * 60 * 1000;
const who = { userId: "u-1", studio: "research" };
const NOW = new Date("2026-11-20T08:00:00.000Z");

describe("what is left to do comes back", () => {
  test("soon after something was begun, then after delays that double, up to what SQS takes", () => {
    const delays: number[] = [];
    let now = NOW;
    let message = followUp(who, true, now);
    while (message) {
      delays.push(message.delaySeconds);
      now = new Date(now.getTime() + message.delaySeconds * 1000);
      const { since } = JSON.parse(message.body);
      message = followUp({ ...who, since: new Date(since) }, false, now);
    }
    expect(delays.slice(0, 9)).toEqual([15, 15, 30, 60, 120, 240, 480, 900, 900]);
    // Six hours without progress are enough.
    expect(now.getTime() - NOW.getTime()).toBeGreaterThan(6 * HOUR);
    expect(now.getTime() - NOW.getTime()).toBeLessThan(6.5 * HOUR);
  });

  test("progress begins anew", () => {
    const since = new Date(NOW.getTime() - 5 * HOUR);
    expect(followUp({ ...who, since }, true, NOW)?.delaySeconds).toBe(15);
    expect(followUp({ ...who, since }, false, NOW)?.delaySeconds).toBe(900);
  });

  test("the delay is always one that SQS takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: -HOUR, max: 10 * HOUR }), fc.boolean(), (ago, progressed) => {
        const message = followUp({ ...who, since: new Date(NOW.getTime() - ago) }, progressed, NOW);
        if (!message) return;
        expect(Number.isInteger(message.delaySeconds)).toBe(true);
        expect(message.delaySeconds).toBeGreaterThanOrEqual(15);
        expect(message.delaySeconds).toBeLessThanOrEqual(900);
      }),
    );
  });
});

describe("what waits for a studio that fails", () => {
  const after = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

  test("waits without end, and looks again every ten minutes at the most", () => {
    for (const minutes of [0, 5, 60, 24 * 60, 30 * 24 * 60]) {
      const message = waitForStudio(who, NOW, 60, after(minutes));
      expect(message?.delaySeconds).toBe(Math.min(600, Math.max(60, minutes * 60)));
      expect(JSON.parse(message?.body ?? "{}")).toMatchObject({ ...who, failingSince: NOW.toISOString() });
    }
  });

  test("ends where the next sweep finds it again", () => {
    const bySweep = { ...who, bySweep: true };
    expect(JSON.parse(waitForStudio(bySweep, NOW, 60, after(60))?.body ?? "{}")).toMatchObject({ bySweep: true });
    expect(waitForStudio(bySweep, NOW, 60, after(61))).toBeUndefined();
  });
});

describe("the guard", () => {
  const difference = (userId: string) => ({ userId, profile: userId, actions: ["mark"] as const });
  const people = (count: number) => Array.from({ length: count }, (_, index) => difference(`u-${index}`));
  const findings: Findings = {
    managed: 100,
    changes: [difference("join")],
    removals: people(3),
    underWay: [difference("going")],
    kept: [],
    ownerless: [],
    missing: [],
    failures: [],
    isFinished: true,
  };

  test("lets everything through when everything was read and removals are few", () => {
    expect(guard(findings, 3)).toEqual({
      handedOn: [...findings.changes, ...findings.removals, ...findings.underWay],
      withheld: [],
      stopped: undefined,
    });
  });

  test.each<[string, Partial<Findings>, number | string]>([
    ["a group is missing", { missing: ["ML Fraud"] }, 10],
    ["a read failed", { failures: [new Error("throttled")] }, 10],
    ["time ran out", { isFinished: false }, 10],
    ["more than a number", {}, 2],
    ["more than none", { removals: people(1) }, 0],
    ["more than a share", {}, "2%"],
    ["more than a share of few", { managed: 10, removals: people(1) }, "9%"],
  ])("removes nobody when %s, and lets the rest through", (_, other, maxRemovals) => {
    const found = { ...findings, ...other };
    const guarded = guard(found, maxRemovals);
    expect(guarded.handedOn).toEqual(findings.changes);
    expect(guarded.withheld).toEqual([...found.removals, ...found.underWay]);
    expect(guarded.stopped).toEqual(expect.any(String));
  });

  test.each<[number, number | string]>([
    [10, 10],
    [5, "5%"],
    [100, "100%"],
    [0, 0],
    [0, "0%"],
  ])("lets %i removals of a hundred through at maxRemovals %s", (count, maxRemovals) => {
    expect(guard({ ...findings, removals: people(count) }, maxRemovals).stopped).toBeUndefined();
  });
});

describe("the memory of sweeps", () => {
  const listed = (name: string, modifiedAt = 1, status = "InService") => ({ name, status, createdAt: 1, modifiedAt });
  const known = { kind: "entitled", userId: "u-1", userName: "ana", group: "ml fraud" } as const;

  test("holds for as long as the list shows the same profile, in service", () => {
    const memory = createSweepMemory();
    memory.learn(listed("ana"), known, NOW);
    expect(memory.recall(listed("ANA"))).toMatchObject(known);
    expect(memory.recall(listed("ana", 2))).toBeUndefined();
    expect(memory.recall(listed("ana", 1, "Updating"))).toBeUndefined();
    expect(memory.recall({ ...listed("ana"), createdAt: 2 })).toBeUndefined();
    expect(memory.recall({ ...listed("ana"), modifiedAt: undefined })).toBeUndefined();
    memory.forget(listed("ana"));
    expect(memory.recall(listed("ana"))).toBeUndefined();
  });

  test("everybody has their turn within a day, whatever the interval, and hints do not take turns", () => {
    fc.assert(
      fc.property(fc.constantFrom(5, 30, 60, 480, 1440), fc.integer({ min: 1, max: 200 }), (everyMinutes, count) => {
        const memory = createSweepMemory();
        const all = Array.from({ length: count }, (_, index) => listed(`p-${index}`));
        for (const each of all) memory.learn(each, known, NOW);
        const seen = new Set<string>();
        let now = NOW.getTime();
        for (let minutes = 0; minutes < 1440; minutes += everyMinutes) {
          now += everyMinutes * 60_000;
          const due = memory.takeDue(all, everyMinutes, new Date(now));
          expect(memory.takeDue(all, everyMinutes, new Date(now + 1000))).toEqual([]);
          for (const each of due) {
            seen.add(each.name);
            memory.learn(each, known, new Date(now));
          }
        }
        expect(seen.size).toBe(count);
      }),
    );
  });
});
