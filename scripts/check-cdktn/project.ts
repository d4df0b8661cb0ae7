import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { mustRun } from "./run";

const ROOT = resolve(__dirname, "../..");

/**
 * Copies the project's sources, as they are, into a new folder. What git ignores stays behind.
 * @param modules - the `node_modules` that the copy is to have
 */
export async function copyProject(folder: string, modules: string): Promise<void> {
  const list = await mustRun("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  const isThere = (name: string) => statSync(join(ROOT, name), { throwIfNoEntry: false })?.isFile() ?? false;
  for (const file of list.split("\0").filter(isThere)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(modules, join(folder, "node_modules"));
}

/** Compiles what is synthesized, without the tests, which never leave the machine. */
export async function compile(project: string): Promise<void> {
  const only = { extends: "./tsconfig.json", files: ["main.ts"], include: [] };
  writeFileSync(join(project, "tsconfig.synthesis.json"), JSON.stringify(only));
  const compiler = join(project, "node_modules/typescript/bin/tsc");
  await mustRun(process.execPath, [compiler, "-p", "tsconfig.synthesis.json"], { cwd: project });
}

/**
 * Synthesizes a config, with nothing but what the sources say.
 * @param config - its path in the project
 * @returns the synthesized files by name
 */
export async function synthesize(project: string, config: string): Promise<ReadonlyMap<string, Buffer>> {
  const name = config.replaceAll(/\W/g, "-");
  const outdir = join(project, "cdktf.out", name);
  mkdirSync(outdir, { recursive: true });
  const { SYNTH_HCL_OUTPUT: _, ...env } = process.env;
  await mustRun(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: project,
    env: { ...env, CDKTF_OUTDIR: outdir, STUDIO_CONFIG: config },
  });
  return new Map(filesIn(outdir).map((file) => [file.replaceAll(sep, "/"), readFileSync(join(outdir, file))]));
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.filter((name) => statSync(join(folder, name)).isFile());
}
