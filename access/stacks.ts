import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { studioStackName } from "../naming";
import { loadStacks } from "../rehearsal/terraform";
import type { World } from "../rehearsal/world";
import { studioApp } from "../stacks/app";
import type { Config } from "../stacks/config/schema";

/** What the studios' stacks would make: synthesizes a config into a folder that is gone afterwards, and reads it back. */
export function synthesizeStudios(config: Config): World {
  const outdir = mkdtempSync(join(tmpdir(), "access-"));
  // CDKTF takes a full stack trace for every reference it makes: with a thousand groups, most of the time.
  const traced = Error.prepareStackTrace;
  Error.prepareStackTrace = () => "";
  try {
    studioApp(config, { outdir }).synth();
    return loadStacks(config.studios.map(({ name }) => join(outdir, "stacks", studioStackName(name))));
  } finally {
    Error.prepareStackTrace = traced;
    rmSync(outdir, { recursive: true, force: true });
  }
}
