import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { findContradictions } from "./contradictions";
import { ConfigError, type Mistake } from "./mistake";
import { type Config, configSchema } from "./schema";

/** The config file that is read where `STUDIO_CONFIG` names no other. */
export const DEFAULT_CONFIG_FILE = "stacks/studio.yaml";

/**
 * Reads and checks a config file.
 * @param file - its path, from the working directory
 * @returns the config with every default filled in
 * @throws ConfigError that lists every mistake in the file, each with its line and column and what would be right
 */
export function loadConfig(file: string): Config {
  return parseConfig(readConfigFile(file), file);
}

/**
 * Checks the text of a config file. See {@link loadConfig}.
 * @param file - the name that the messages give it
 */
export function parseConfig(source: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => lineAndColumn(lines, offset);
  const unreadable = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    message: code === "MULTIPLE_DOCS" ? "a second document begins here; expected one" : message,
    ...at(pos[0]),
  }));
  visit(document, {
    Alias(_, alias) {
      const message = `there is no &${alias.source} above; an alias repeats what has its name`;
      if (!alias.resolve(document)) unreadable.push({ message, ...at(alias.range?.[0] ?? 0) });
    },
  });
  if (unreadable.length > 0) {
    throw new ConfigError(
      file,
      unreadable.map((mistake) => ({ path: [], ...mistake })),
    );
  }
  const content = withoutNulls(toPlain(document, file));
  const parsed = configSchema.safeParse(content);
  const mistakes = [...firstOfEach((parsed.error?.issues ?? []).flatMap(toMistakes)), ...findContradictions(content)];
  if (parsed.success && mistakes.length === 0) return parsed.data;
  throw new ConfigError(
    file,
    mistakes.map((mistake) => ({ ...mistake, ...lineAndColumn(lines, offsetOf(document, mistake)) })),
  );
}

/** @throws ConfigError for aliases that repeat themselves without end */
function toPlain(document: Document, file: string): unknown {
  try {
    const plain: unknown = document.toJS() ?? {};
    // An alias of what it stands in makes a circle, which nothing after this can tell of.
    JSON.stringify(plain);
    return plain;
  } catch {
    throw new ConfigError(file, [
      { path: [], message: "aliases repeat one another without end; write out what they stand for" },
    ]);
  }
}

/** A section whose every line is commented out is null: it is as if it were not there. */
function withoutNulls(content: unknown): unknown {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
    const reason = isMissing ? "does not exist" : "cannot be read";
    throw new ConfigError(file, [
      { path: [], message: `${reason}; write it, or name another file in the environment variable STUDIO_CONFIG` },
    ]);
  }
}

/** Zod reports unknown keys together, at the mapping that holds them: here each becomes a mistake at its own place. */
function toMistakes(issue: z.core.$ZodIssue): Mistake[] {
  const path = issue.path.filter((key) => typeof key !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: issue.message, at: "key" }));
  }
  return [{ path, message: issue.message, at: issue.code === "invalid_key" ? "key" : "value" }];
}

/** What is no list at all is not too long a list besides. */
function firstOfEach(mistakes: readonly Mistake[]): readonly Mistake[] {
  const seen = new Set<string>();
  return mistakes.filter(({ path }) => seen.size < seen.add(JSON.stringify(path)).size);
}

/** Where a mistake is, or the nearest thing around it that is in the file. */
function offsetOf(document: Document, mistake: Mistake): number {
  if (mistake.at === "key") {
    const key = keyNode(document, mistake.path);
    if (key !== undefined) return key;
  }
  for (let length = mistake.path.length; length > 0; length--) {
    const node = document.getIn(mistake.path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyNode(document: Document, path: readonly (string | number)[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
