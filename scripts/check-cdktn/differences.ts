import { isDeepStrictEqual } from "node:util";

/** A place in synthesized JSON where the two libraries differ. A value that is not there is undefined. */
export interface Difference {
  readonly file: string;
  readonly path: readonly (string | number)[];
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** A difference that may be, and why it does no harm. */
interface Allowed {
  readonly file: RegExp;
  readonly path: readonly string[];
  readonly ours: unknown;
  readonly theirs: unknown;
  readonly reason: string;
}

const STACK = /^stacks\/[^/]+\/cdk\.tf\.json$/;

/** Every difference that may be. Another value at the same place is not allowed either. */
export function allowedDifferences(versions: { readonly ours: string; readonly theirs: string }): readonly Allowed[] {
  return [
    {
      file: STACK,
      path: ["//", "metadata", "version"],
      ...versions,
      reason: "a comment, which Terraform does not read: the library that wrote the file",
    },
    {
      file: /^manifest\.json$/,
      path: ["version"],
      ...versions,
      reason: "for the command line, not for Terraform: the library that wrote the files",
    },
    {
      file: STACK,
      path: ["terraform", "required_providers", "aws", "source"],
      ours: "aws",
      theirs: "hashicorp/aws",
      reason: "the same provider: a source without a namespace is HashiCorp's",
    },
  ];
}

/** Why a difference may be, if it may. */
export function reasonFor(difference: Difference, allowed: readonly Allowed[]): string | undefined {
  return allowed.find(
    ({ file, path, ours, theirs }) =>
      file.test(difference.file) &&
      isDeepStrictEqual(path, difference.path) &&
      isDeepStrictEqual(ours, difference.ours) &&
      isDeepStrictEqual(theirs, difference.theirs),
  )?.reason;
}

/** Compares two sets of synthesized files: JSON value by value, everything else byte by byte. */
export function differences(
  ours: ReadonlyMap<string, Buffer>,
  theirs: ReadonlyMap<string, Buffer>,
): readonly Difference[] {
  const files = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return files.flatMap((file): Difference[] => {
    const [one, other] = [ours.get(file), theirs.get(file)];
    if (one === undefined || other === undefined) return [{ file, path: [], ours: size(one), theirs: size(other) }];
    if (one.equals(other)) return [];
    if (!file.endsWith(".json")) return [{ file, path: [], ours: size(one), theirs: size(other) }];
    return compared(JSON.parse(one.toString()), JSON.parse(other.toString())).map((each) => ({ file, ...each }));
  });
}

function compared(ours: unknown, theirs: unknown, path: readonly (string | number)[] = []): Omit<Difference, "file">[] {
  if (isDeepStrictEqual(ours, theirs)) return [];
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, index) => compared(ours[index], theirs[index], [...path, index])).flat();
  }
  if (isMapping(ours) && isMapping(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return keys.flatMap((key) => compared(ours[key], theirs[key], [...path, key]));
  }
  return [{ path, ours, theirs }];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function size(content: Buffer | undefined): string | undefined {
  return content && `${content.length} bytes`;
}
