/** How many names a sentence holds. */
const NAMED = 20;

/** A number of things: `1 profile`, `3 profiles`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/** Some names in a sentence; of many, the first. */
export function list(names: readonly string[], most = NAMED): string {
  const shown = names.slice(0, most).join(", ");
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}
