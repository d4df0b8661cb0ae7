import type { JsonObject } from "../json";

/**
 * What can go wrong on the way: `error-after` does the work and answers with an error all the same; `denied` is what a
 * permission answers that IAM does not know everywhere yet.
 */
export type Fault = "throttle" | "error" | "reset" | "error-after" | "denied";

/** The call that may go wrong. */
export interface FaultyCall {
  readonly service: string;
  readonly op: string;
  /** The caller's ARN. */
  readonly caller: string;
  /** What the caller sent, such as the `NextToken` of a page; not checked yet. */
  readonly input: JsonObject;
}

/** Decides for each call, before it is looked at, whether it goes wrong. */
export interface Faults {
  /** Asked by the emulator. */
  next(call: FaultyCall): Fault | undefined;
  /** The next `times` calls of `op` go wrong, of those that `only` picks. */
  once(op: string, fault: Fault, times?: number, only?: (call: FaultyCall) => boolean): void;
  /** From now on calls go wrong at random; `undefined` ends it. */
  random(settings: RandomFaults | undefined): void;
  /** No more faults. */
  clear(): void;
}

/** How often and how calls go wrong. The same seed gives the same sequence. */
export interface RandomFaults {
  readonly seed: number;
  /** 0 to 1. */
  readonly rate: number;
  readonly kinds: readonly Fault[];
  /** Which calls may go wrong; all, if absent. */
  readonly only?: (call: FaultyCall) => boolean;
}

/** A source of faults that has none until it is told to. */
export function createFaults(): Faults {
  let planned: { op: string; fault: Fault; only: (call: FaultyCall) => boolean }[] = [];
  let random: (RandomFaults & { draw: () => number }) | undefined;
  return {
    next: (call) => {
      const index = planned.findIndex((each) => each.op === call.op && each.only(call));
      if (index >= 0) return planned.splice(index, 1)[0]?.fault;
      if (random === undefined || !(random.only?.(call) ?? true)) return undefined;
      if (random.draw() >= random.rate) return undefined;
      return random.kinds[Math.floor(random.draw() * random.kinds.length)];
    },
    once: (op, fault, times = 1, only = () => true) => {
      for (let left = times; left > 0; left -= 1) planned.push({ op, fault, only });
    },
    random: (settings) => {
      random = settings === undefined ? undefined : { ...settings, draw: seededRandom(settings.seed) };
    },
    clear: () => {
      planned = [];
      random = undefined;
    },
  };
}

/** Numbers from 0 to 1 that look random and depend on the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
