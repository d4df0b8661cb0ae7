import { createHash } from "node:crypto";
import type { StackPlan } from "./plan-json";

/**
 * A fingerprint of what a plan would do. Two plans that would do the same have the same, whenever and with whichever
 * role they were made; so the plan of a pull request can be compared with the one that is applied.
 */
export function planDigest({ changes, outputs }: Pick<StackPlan, "changes" | "outputs">): string {
  const done = changes
    .map(({ address, deposed, change }) => {
      const { actions, after, after_unknown: unknown, replace_paths: forced } = change;
      return { address, deposed, actions, after, unknown, forced };
    })
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return sha256(JSON.stringify(sorted({ done, outputs })));
}

/** One fingerprint of what became of every stack. */
export function digestOfAll(
  stacks: readonly { readonly stack: string; readonly kind: string; readonly digest?: string }[],
): string {
  return sha256(stacks.map(({ stack, kind, digest }) => `${stack} ${digest ?? kind}`).join("\n"));
}

/** The SHA-256 of a text or of bytes, in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function keyOf({ address, deposed = "" }: { readonly address: string; readonly deposed: string | undefined }): string {
  return `${address} ${deposed}`;
}

/** The same value with the keys of every mapping in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
