/** One thing that is wrong in a config file. */
export interface Mistake {
  /** Where it is in the config: `["studios", 0, "name"]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** Whether the key itself is meant rather than its value. */
  readonly at?: "key" | "value";
}

/** A mistake and where it stands in the file, counted from 1. */
interface PlacedMistake extends Mistake {
  readonly line?: number;
  readonly column?: number;
}

/** A config file that cannot be used. The message lists every mistake as `file:line:column: path: what is wrong`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(
    readonly file: string,
    readonly mistakes: readonly PlacedMistake[],
  ) {
    super(
      [...mistakes]
        .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
        .map((mistake) => describe(file, mistake))
        .join("\n"),
    );
  }
}

function describe(file: string, { line, column, path, message }: PlacedMistake): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  const where = path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
  return where === "" ? `${place}: ${message}` : `${place}: ${where}: ${message}`;
}
