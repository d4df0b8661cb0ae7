import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Stopped } from "./stopped";

/** Where the app is synthesized to, as `cdktf synth` does it. */
export const OUT = "cdktf.out";

const manifest = z.object({
  stacks: z.record(z.string(), z.object({ name: z.string(), dependencies: z.array(z.string()) })),
});

/** The folder of a stack. */
export function stackFolder(stack: string, out = OUT): string {
  return join(out, "stacks", stack);
}

/**
 * The stacks that were synthesized, each after those that it depends on.
 * @throws Stopped if nothing was synthesized
 */
export function synthesizedStacks(out = OUT): string[] {
  const { stacks } = manifest.parse(JSON.parse(readManifest(join(out, "manifest.json"))));
  const ordered: string[] = [];
  const add = (name: string) => {
    if (ordered.includes(name)) return;
    for (const dependency of stacks[name]?.dependencies ?? []) add(dependency);
    ordered.push(name);
  };
  for (const name of Object.keys(stacks).sort()) add(name);
  return ordered;
}

/**
 * Picks the stacks that were asked for.
 * @param asked - their names; all, if there are none
 * @throws Stopped that lists the stacks that there are
 */
export function pickStacks(stacks: readonly string[], asked: readonly string[]): readonly string[] {
  const unknown = asked.filter((name) => !stacks.includes(name));
  if (unknown.length > 0) {
    throw new Stopped(`there is no stack ${unknown.join(", ")}; there are ${stacks.join(", ")}`);
  }
  return asked.length === 0 ? stacks : stacks.filter((name) => asked.includes(name));
}

/**
 * The outputs of other stacks that a stack reads, by stack. CDKTF writes such a reference into the stack's JSON.
 * @param text - the stack's JSON
 */
export function readOutputs(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const read = new Map<string, Set<string>>();
  const reference = /data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g;
  for (const [, stack = "", output = ""] of text.matchAll(reference)) {
    read.set(stack, (read.get(stack) ?? new Set()).add(output));
  }
  return read;
}

function readManifest(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Stopped(`${file} cannot be read: nothing was synthesized here; npm run plan does it`);
  }
}
