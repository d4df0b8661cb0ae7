/** The time that everything in a rehearsal shares. */
export interface Clock {
  now(): Date;
  /** Moves the time forward. */
  advance(milliseconds: number): void;
}

/** A clock that stands still until it is told to move, so that a day passes in a moment and every run is alike. */
export function createClock(start: Date): Clock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      if (milliseconds < 0) throw new Error("time does not run backwards");
      time += milliseconds;
    },
  };
}

/** The machine's clock, for tools that wait by themselves; `advance` moves it ahead of the machine's. */
export function realClock(): Clock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
