import { z } from "zod";
import { isObject, type Json, type JsonObject, parseJson } from "./json";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const text = z.union([z.string(), z.strictObject({ "equals-ignore-case": z.string() })]);
const texts = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());

const operators = z.union([
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: text }),
  z.strictObject({ suffix: text }),
  z.strictObject({ "equals-ignore-case": z.string() }),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({ numeric: z.array(z.union([z.string(), z.number()])).min(2) }),
  z.strictObject({ "anything-but": z.union([z.string(), z.number()]).transform((value) => [value]) }),
  z.strictObject({ "anything-but": z.array(z.union([z.string(), z.number()])).min(1) }),
  z.strictObject({ "anything-but": z.strictObject({ prefix: texts }) }),
  z.strictObject({ "anything-but": z.strictObject({ suffix: texts }) }),
  z.strictObject({ "anything-but": z.strictObject({ wildcard: texts }) }),
  z.strictObject({ "anything-but": z.strictObject({ "equals-ignore-case": texts }) }),
]);

/** Whether one value of an event satisfies one element of a pattern's list; `undefined` stands for no value. */
type Matcher = (value: Json | undefined) => boolean;

/**
 * Whether an event matches an EventBridge pattern. Throws on operators that it does not know, rather than guessing.
 *
 * @param pattern the pattern, as JSON text or parsed
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
 */
export function matches(pattern: Json, event: Json): boolean {
  const parsed = typeof pattern === "string" ? parseJson(pattern) : pattern;
  if (!isObject(parsed)) throw new Error("an event pattern is a JSON object");
  return matchesObject(parsed, event, "");
}

function matchesObject(pattern: JsonObject, event: Json | undefined, path: string): boolean {
  // A list of objects matches if one of them does.
  if (Array.isArray(event)) {
    if (event.length > 0) return event.map((each) => matchesObject(pattern, each, path)).includes(true);
    return matchesObject(pattern, undefined, path);
  }
  const fields = isObject(event) ? event : {};
  // Every part is looked at, so that a mistake in the pattern shows whatever the event is.
  return Object.entries(pattern)
    .map(([key, expected]) => {
      const at = `${path}.${key}`;
      if (key === "$or") return matchesAny(expected, event, at);
      if (isObject(expected)) return matchesObject(expected, fields[key], at);
      if (!Array.isArray(expected) || expected.length === 0)
        throw new Error(`${at}: expected a list that is not empty`);
      const matchers = expected.map((each) => matcherOf(each, at));
      return matchers.some((matcher) => leaves(fields[key]).some(matcher));
    })
    .every((result) => result);
}

function matchesAny(alternatives: Json, event: Json | undefined, path: string): boolean {
  if (!Array.isArray(alternatives) || alternatives.length < 2)
    throw new Error(`${path}: expected two patterns or more`);
  return alternatives
    .map((each, index) => {
      if (!isObject(each)) throw new Error(`${path}[${index}]: expected a pattern`);
      return matchesObject(each, event, `${path}[${index}]`);
    })
    .includes(true);
}

/** The values at the end of a path: an object is none, and neither is an empty list. */
function leaves(value: Json | undefined): (Json | undefined)[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap(leaves).filter((each) => each !== undefined);
    return inner.length === 0 ? [undefined] : inner;
  }
  return [isObject(value) ? undefined : value];
}

function matcherOf(element: Json, path: string): Matcher {
  const exact = scalar.safeParse(element);
  if (exact.success) return (value) => value === exact.data;
  const parsed = operators.safeParse(element);
  if (!parsed.success) throw new Error(`${path}: unknown operator ${JSON.stringify(element)}`);
  const operator = parsed.data;
  if ("exists" in operator) return (value) => (value !== undefined) === operator.exists;
  if ("prefix" in operator) return ofText(affix(operator.prefix, (value, part) => value.startsWith(part)));
  if ("suffix" in operator) return ofText(affix(operator.suffix, (value, part) => value.endsWith(part)));
  if ("equals-ignore-case" in operator) return ofText(ignoringCase(operator["equals-ignore-case"]));
  if ("wildcard" in operator) return ofText(wildcard(operator.wildcard, path));
  if ("numeric" in operator) return numeric(operator.numeric, path);
  return anythingBut(operator["anything-but"], path);
}

type AnythingBut =
  | (string | number)[]
  | { prefix: string[] }
  | { suffix: string[] }
  | { wildcard: string[] }
  | { "equals-ignore-case": string[] };

/** Anything but these: there must be a value. */
function anythingBut(excluded: AnythingBut, path: string): Matcher {
  if (Array.isArray(excluded)) {
    return (value) => value !== undefined && !excluded.some((each) => each === value);
  }
  const tests =
    "prefix" in excluded
      ? excluded.prefix.map((part) => (value: string) => value.startsWith(part))
      : "suffix" in excluded
        ? excluded.suffix.map((part) => (value: string) => value.endsWith(part))
        : "wildcard" in excluded
          ? excluded.wildcard.map((each) => wildcard(each, path))
          : excluded["equals-ignore-case"].map(ignoringCase);
  return (value) => value !== undefined && !(typeof value === "string" && tests.some((test) => test(value)));
}

function ofText(test: (value: string) => boolean): Matcher {
  return (value) => typeof value === "string" && test(value);
}

function affix(
  part: z.output<typeof text>,
  test: (value: string, part: string) => boolean,
): (value: string) => boolean {
  if (typeof part === "string") return (value) => test(value, part);
  const lower = part["equals-ignore-case"].toLowerCase();
  return (value) => test(value.toLowerCase(), lower);
}

function ignoringCase(expected: string): (value: string) => boolean {
  return (value) => value.toLowerCase() === expected.toLowerCase();
}

/** `*` stands for any characters, `\*` for itself. */
function wildcard(pattern: string, path: string): (value: string) => boolean {
  if (pattern.includes("**")) throw new Error(`${path}: "**" is not allowed in a wildcard`);
  const source = pattern.replace(/\\[*\\]|[\s\S]/g, (each) => {
    if (each === "*") return "[\\s\\S]*";
    return (each.length === 2 ? each.slice(1) : each).replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
  });
  const regex = new RegExp(`^${source}$`);
  return (value) => regex.test(value);
}

function numeric(comparison: readonly (string | number)[], path: string): Matcher {
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < comparison.length; at += 2) {
    const bound = comparison[at + 1];
    if (typeof bound !== "number") throw new Error(`${path}: numeric needs pairs of a comparison and a number`);
    switch (comparison[at]) {
      case "=":
        tests.push((value) => value === bound);
        break;
      case "<":
        tests.push((value) => value < bound);
        break;
      case "<=":
        tests.push((value) => value <= bound);
        break;
      case ">":
        tests.push((value) => value > bound);
        break;
      case ">=":
        tests.push((value) => value >= bound);
        break;
      default:
        throw new Error(`${path}: unknown comparison ${comparison[at]}`);
    }
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}
