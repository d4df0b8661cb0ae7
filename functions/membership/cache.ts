/**
 * Remembers what a function of no arguments returns, for a while and within one container. Callers at the same time
 * share one call; a failure is not remembered.
 * @param load - what to remember
 * @param milliseconds - for how long
 */
export function remembered<T>(load: () => Promise<T>, milliseconds: number): { get(): Promise<T>; forget(): void } {
  let current: { value: Promise<T>; until: number } | undefined;
  return {
    get() {
      if (current && Date.now() < current.until) return current.value;
      const entry = { value: load(), until: Date.now() + milliseconds };
      current = entry;
      entry.value.catch(() => {
        if (current === entry) current = undefined;
      });
      return entry.value;
    },
    forget() {
      current = undefined;
    },
  };
}

/**
 * Calls `work` for every item, a few at a time. The first failure ends it; what was done stays done.
 * @param limit - how many at a time
 */
export async function eachOf<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of { [Symbol.iterator]: () => rest }) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
