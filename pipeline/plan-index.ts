import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import type { Config } from "../stacks/config/schema";
import { sha256 } from "./digest";
import { OUT, stackFolder } from "./stacks";
import { Stopped } from "./stopped";
import { PLAN_FILE } from "./terraform";

const FILE = "plans.json";

const indexed = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("planned"),
    stack: z.string(),
    hasChanges: z.boolean(),
    /** Of what the plan would do. */
    digest: z.string(),
    /** Of the plan file. */
    planFile: z.string(),
    /** Of everything in the stack's folder that the plan was made from. */
    sources: z.string(),
  }),
  z.object({ kind: z.literal("failed"), stack: z.string(), reason: z.string() }),
  z.object({ kind: z.literal("waits"), stack: z.string(), after: z.array(z.string()) }),
]);

const index = z.object({
  format: z.literal(1),
  /** `null` outside of a repository. */
  commit: z.string().nullable(),
  planOnly: z.boolean(),
  config: z.string(),
  stacks: z.array(indexed),
});

/** What became of a stack when it was planned. */
export type Indexed = z.output<typeof indexed>;
/** Which plans there are, and what they were made from. */
export type PlanIndex = z.output<typeof index>;

/** What is there when plans are applied. */
export interface Present {
  readonly commit: string | undefined;
  readonly config: string;
}

/** Writes the index beside the stacks. */
export function writeIndex(content: PlanIndex, out = OUT): void {
  writeFileSync(join(out, FILE), `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * Reads the index.
 * @throws Stopped if there is none, or none that this version can read
 */
export function readIndex(out = OUT): PlanIndex {
  const file = join(out, FILE);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Stopped(
      `${file} cannot be read: there are no plans to apply; run npm run plan, and look at what it says`,
    );
  }
  const read = index.safeParse(content);
  if (!read.success) throw new Stopped(`${file} was not written by this version of npm run plan; plan again`);
  return read.data;
}

/** A fingerprint of the config, whatever its comments and its order of keys. */
export function configDigest(config: Config): string {
  return sha256(JSON.stringify(config));
}

/** Fingerprints of a stack's plan file, and of what it was made from: the stack's JSON, its assets, its providers. */
export function filesOf(stack: string, out = OUT): { readonly planFile: string; readonly sources: string } {
  const folder = stackFolder(stack, out);
  const sources = filesIn(folder)
    .map((file) => relative(folder, file))
    // Providers are downloaded again, and are checked against the lock file; a local state is none of the plan's sources.
    .filter((file) => file !== PLAN_FILE && !file.includes(".tfstate"))
    .sort()
    .map((file) => `${file} ${sha256(readFileSync(join(folder, file)))}`);
  return { planFile: sha256(readFileSync(join(folder, PLAN_FILE))), sources: sha256(sources.join("\n")) };
}

/**
 * Why the plans of an index cannot be applied to what is there. Pure, but for reading the files.
 * @returns nothing if they can
 */
export function reasonsAgainst({ stacks, planOnly, commit, config }: PlanIndex, present: Present, out = OUT): string[] {
  const reasons: string[] = [];
  if (planOnly) {
    reasons.push("the plans were made with STUDIO_PLAN_ONLY, with a role that may only read: plan again without it");
  }
  if (commit !== null && present.commit !== undefined && commit !== present.commit) {
    reasons.push(`the plans were made at commit ${commit}, and this is ${present.commit}: plan again here`);
  }
  if (config !== present.config) reasons.push("the config is another than the plans were made from: plan again");
  for (const each of stacks) {
    if (each.kind === "failed")
      reasons.push(`${each.stack} could not be planned: see ${join(out, "plan.md")}, plan again`);
    if (each.kind !== "planned") continue;
    try {
      const { planFile, sources } = filesOf(each.stack, out);
      if (planFile !== each.planFile) reasons.push(`${each.stack}: the plan file is another than the one planned`);
      if (sources !== each.sources) reasons.push(`${each.stack}: the stack was synthesized anew since it was planned`);
    } catch {
      reasons.push(`${each.stack}: its plan file is missing`);
    }
  }
  return reasons;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === ".terraform" ? [] : filesIn(path);
    return [path];
  });
}
