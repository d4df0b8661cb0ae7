import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { studioStackName } from "../naming";
import { loadStacks } from "../rehearsal/terraform";
import type { World } from "../rehearsal/world";
import { studioApp } from "../stacks/app";
import type { Config } from "../stacks/config/schema";
import { untraced } from "../stacks/untraced";

/** What the studios' stacks would make: synthesizes a config into a folder that is gone afterwards, and reads it back. */
export function synthesizeStudios(config: Config): World {
  const outdir = mkdtempSync(join(tmpdir(), "access-"));
  try {
    untraced(() => studioApp(config, { outdir }).synth());
    return loadStacks(config.studios.map(({ name }) => join(outdir, "stacks", studioStackName(name))));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
