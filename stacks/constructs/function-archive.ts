import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { App, AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { buildSync, type Metafile } from "esbuild";
import { zipSync } from "fflate";

const ROOT = resolve(__dirname, "../..");

/** A zip's oldest date, in its local time: the same bytes whenever and wherever it is made. */
const EPOCH = new Date(1980, 0, 1);

/** A bundled function: file names and their bytes, and what went into them. */
export interface Bundle {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly metafile: Metafile;
}

/**
 * Bundles a function for Node.js on Lambda.
 * ES modules are resolved first: only they let esbuild drop what the AWS SDK has and the function does not use.
 * @param name - its folder under `functions/`, which has a `handler.ts`
 */
export function bundleFunction(name: string): Bundle {
  const outfile = `dist/${name}/index.js`;
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/handler.ts`],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const files = outputFiles.map(({ path, contents }) => [
    path.slice(join(ROOT, dirname(outfile)).length + 1),
    contents,
  ]);
  return { files: Object.fromEntries(files), metafile };
}

/** A zip of files that depends on nothing but their names and bytes. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const names = Object.keys(files).sort();
  return zipSync(Object.fromEntries(names.map((name) => [name, files[name] ?? new Uint8Array()])), {
    mtime: EPOCH,
    os: 3,
  });
}

/** An archive that is part of a stack. */
export interface FunctionArchive {
  /** Its path, as Terraform sees it. */
  readonly path: string;
  /** Base64 of its SHA-256, as Lambda compares it. */
  readonly sha256: string;
}

/** Whoever synthesizes twice in one process has the same sources. */
const bundled = new Map<string, Pick<Bundle, "files">>();

/**
 * Bundles a function at synthesis, so that there is no step to forget.
 * @param settings - what the function reads from `settings.json` beside its code: too long for the environment's 4 KB
 */
export function functionArchive(scope: Construct, name: string, settings: unknown): FunctionArchive {
  const { files } = bundled.get(name) ?? bundleFunction(name);
  bundled.set(name, { files });
  const archive = zip({ ...files, "settings.json": Buffer.from(JSON.stringify(settings)) });
  const digest = createHash("sha256").update(archive).digest();
  const assetHash = digest.toString("hex").slice(0, 32);
  const path = join(resolve(App.of(scope).outdir), "archives", assetHash, `${name}.zip`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, archive);
  return {
    path: new TerraformAsset(scope, `${name}-archive`, { path, type: AssetType.FILE, assetHash }).path,
    sha256: digest.toString("base64"),
  };
}
