import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as z from "zod";
import { mustRun, run } from "./run";

const ROOT = resolve(__dirname, "../..");

/** The maintained fork of cdktf. */
export const LIBRARY = { name: "cdktn", version: "0.24.0" } as const;

/** Its bindings of the AWS provider. */
export const BINDINGS = { name: "@cdktn/provider-aws", version: "25.7.0" } as const;

/** What a package.json depends on that has the fork under the names that the sources import: see docs/way-off-cdktf.md. */
const DEPENDENCIES = {
  [LIBRARY.name]: LIBRARY.version,
  // The bindings import the library by its own name: a link, because a second copy would be a second library.
  cdktf: `file:node_modules/${LIBRARY.name}`,
  "@cdktf/provider-aws": `npm:${BINDINGS.name}@${BINDINGS.version}`,
  constructs: "10.6.0",
};

const INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--prefer-offline", "--loglevel=error"];

/** Long enough for a registry that answers at all. */
const PROBE = ["--fetch-retries=0", "--fetch-timeout=15000"];

const packageFile = z.object({
  version: z.string(),
  engines: z.object({ node: z.string() }).optional(),
  cdktf: z.object({ provider: z.object({ version: z.string() }) }).optional(),
});

/** The fork, installed. */
export interface Fork {
  /** A `node_modules` with the fork under cdktf's names, and everything else of the project's. */
  readonly modules: string;
  /** The folder of the bindings. */
  readonly bindings: string;
  /** The version of the AWS provider that the bindings were made from. */
  readonly provider: string;
  /** The Node.js that the bindings ask for. */
  readonly node: string;
}

/** Whether the registry can be asked for the fork. */
export async function canInstall(): Promise<boolean> {
  const { code } = await run("npm", ["view", `${LIBRARY.name}@${LIBRARY.version}`, "version", ...PROBE]);
  return code === 0;
}

/**
 * Installs the fork under cdktf's names, beside the project's other packages.
 * @param folder - a new folder for it
 */
export async function installFork(folder: string): Promise<Fork> {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: DEPENDENCIES }));
  await mustRun("npm", ["install", ...INSTALL], { cwd: folder });
  const modules = join(folder, "node_modules");
  linkOthers(join(ROOT, "node_modules"), modules);
  const bindings = join(modules, "@cdktf/provider-aws");
  requireOneLibrary(modules, bindings);
  const { engines, cdktf } = readPackage(bindings);
  return { modules, bindings, provider: cdktf?.provider.version ?? "?", node: engines?.node ?? "?" };
}

/** Links every package of one folder that the other does not have. */
function linkOthers(from: string, to: string): void {
  const there = new Set(readdirSync(to));
  for (const name of readdirSync(from)) {
    if (name.startsWith(".")) continue;
    if (!there.has(name)) symlinkSync(join(from, name), join(to, name));
    else if (name.startsWith("@")) linkOthers(join(from, name), join(to, name));
  }
}

/** With two, what one has made the other would not know. */
function requireOneLibrary(modules: string, bindings: string): void {
  const found = [
    createRequire(join(modules, "sources.js")).resolve("cdktf"),
    createRequire(join(bindings, "lib/index.js")).resolve(LIBRARY.name),
  ].map((file) => realpathSync(file));
  if (found[0] !== found[1]) throw new Error(`two copies of the library: ${found.join(" and ")}`);
}

/** The version of an installed package of the project. */
export function installedVersion(name: string): string {
  return readPackage(join(ROOT, "node_modules", name)).version;
}

function readPackage(folder: string): z.infer<typeof packageFile> {
  return packageFile.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}
