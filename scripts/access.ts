import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { html } from "../access/html";
import { markdown } from "../access/markdown";
import { accessReport } from "../access/report";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import { commandLine } from "./command-line";
import { failAtCommandLine } from "./fail-at-command-line";

/** `npm run access -- [--out <file>]`: what every group of the config may do, for reading and for the diff of a pull request. */
async function main(): Promise<void> {
  const { values } = commandLine({ options: { out: { type: "string" } } }, "npm run access -- [--out <file>]");
  const config = process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE;
  // What is committed is about the config that is committed.
  const out = values.out ?? (config === DEFAULT_CONFIG_FILE ? "docs/access.md" : "dist/access.md");
  const entries = await accessReport(loadConfig(config));
  for (const [file, text] of [
    [out, markdown(entries)],
    ["dist/access.html", html(entries)],
  ] as const) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file} (${Math.round(text.length / 1024)} KB)`);
  }
}

main().catch(failAtCommandLine);
