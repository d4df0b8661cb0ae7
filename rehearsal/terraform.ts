import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isObject, type Json, type JsonObject, parseJson } from "./json";
import { computedAttribute } from "./terraform/attributes";
import { parseDecoding, parseReference, parseTemplate, type Step, toTemplateText } from "./terraform/expressions";
import { readWorld } from "./terraform/resources";
import type { ResolvedBlock, StackPlace, World } from "./world";

/** A stack as it was read, before anything is resolved. */
interface RawStack {
  readonly name: string;
  readonly dir: string;
  readonly json: JsonObject;
  readonly blocks: ReadonlyMap<string, RawBlock>;
}

interface RawBlock {
  readonly address: string;
  readonly type: string;
  readonly place: StackPlace;
  readonly config: JsonObject;
}

/** What Terraform itself reads in a block, and no provider does. */
const META_ARGUMENTS = new Set(["//", "depends_on", "lifecycle", "provider", "provisioner", "connection"]);

/**
 * Reads synthesized stacks and answers what AWS would hold after an apply: every reference resolved, across stacks too,
 * to the value that AWS would give it. Fails with the path of whatever cannot be resolved.
 *
 * @param stackDirs folders that hold a `cdk.tf.json` each
 */
export function loadStacks(stackDirs: readonly string[]): World {
  const stacks = new Map<string, RawStack>();
  for (const dir of stackDirs) {
    const stack = readStack(resolve(dir));
    if (stacks.has(stack.name)) throw new Error(`${dir}: a second stack named ${stack.name}`);
    stacks.set(stack.name, stack);
  }
  const resolver = createResolver(stacks);
  const blocks: ResolvedBlock[] = [];
  const outputs = new Map<string, Record<string, Json>>();
  for (const stack of stacks.values()) {
    for (const block of stack.blocks.values()) blocks.push(resolver.block(stack, block));
    outputs.set(stack.name, resolver.outputs(stack));
  }
  return readWorld(blocks, outputs);
}

function readStack(dir: string): RawStack {
  const file = join(dir, "cdk.tf.json");
  const json = parseJson(readFileSync(file, "utf8"));
  if (!isObject(json)) throw new Error(`${file}: no JSON object`);
  const metadata = dig(json, ["//", "metadata", "stackName"]);
  const name = typeof metadata === "string" ? metadata : basename(dir);
  const blocks = new Map<string, RawBlock>();
  for (const [prefix, section] of [
    ["", json.resource],
    ["data.", json.data],
  ] as const) {
    for (const [type, byName] of entries(section)) {
      if (type === "terraform_remote_state") continue;
      for (const [id, config] of entries(byName)) {
        if (!isObject(config)) throw new Error(`${file}: ${prefix}${type}.${id} is no object`);
        const address = `${prefix}${type}.${id}`;
        for (const repeated of ["count", "for_each"]) {
          if (repeated in config)
            throw new Error(`${name}: ${address}.${repeated}: repeated resources are not supported`);
        }
        blocks.set(address, { address, type: `${prefix}${type}`, place: placeOf(json, name, dir, config), config });
      }
    }
  }
  return { name, dir, json, blocks };
}

/** The account and Region that a block's provider writes to. */
function placeOf(stack: JsonObject, name: string, dir: string, config: JsonObject): StackPlace {
  const alias = typeof config.provider === "string" ? config.provider.replace(/^aws\.?/, "") : "";
  const providers = [dig(stack, ["provider", "aws"])].flat();
  const provider = providers.find((each) => isObject(each) && (each.alias ?? "") === alias);
  const region = isObject(provider) ? provider.region : undefined;
  const accountId = dig(provider ?? null, ["allowed_account_ids", 0]);
  if (typeof region !== "string" || typeof accountId !== "string") {
    throw new Error(`${name}: provider.aws needs a region and allowed_account_ids, to know where ${alias} deploys to`);
  }
  return { name, dir, accountId, region };
}

function createResolver(stacks: ReadonlyMap<string, RawStack>) {
  const resolved = new Map<RawBlock, ResolvedBlock>();
  const settings = new Map<string, Json | undefined>();
  const underWay = new Set<string>();

  function value(stack: RawStack, path: string, raw: Json): Json {
    if (typeof raw === "string") return template(stack, path, raw);
    if (Array.isArray(raw)) return raw.map((item, index) => value(stack, `${path}[${index}]`, item));
    if (!isObject(raw)) return raw;
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(raw)) {
      if (key !== "//") result[text(stack, path, key)] = value(stack, `${path}.${key}`, item);
    }
    return result;
  }

  function template(stack: RawStack, path: string, raw: string): Json {
    const where = `${stack.name}: ${path}`;
    const parts = within(where, () => parseTemplate(raw));
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && "expression" in only)
      return expression(stack, where, only.expression);
    return parts
      .map((part) => {
        if ("text" in part) return part.text;
        const inner = expression(stack, where, part.expression);
        return within(where, () => toTemplateText(inner, part.expression));
      })
      .join("");
  }

  function text(stack: RawStack, path: string, raw: string): string {
    const result = template(stack, path, raw);
    return typeof result === "string" ? result : toTemplateText(result, raw);
  }

  function expression(stack: RawStack, where: string, source: string): Json {
    const decoding = within(where, () => parseDecoding(source));
    if (decoding) {
      const decoded = parseJson(toTemplateText(expression(stack, where, decoding.of), decoding.of));
      return dig(decoded, decoding.steps) ?? decoding.otherwise;
    }
    const steps = within(where, () => parseReference(source));
    const fail = (): never => {
      throw new Error(`${where}: cannot resolve \${${source}}`);
    };
    const [first, second, third, fourth, fifth] = steps;
    if (first === "data" && second === "terraform_remote_state") {
      if (fourth !== "outputs" || typeof fifth !== "string") return fail();
      const other = [...stacks.values()].find((each) => third === `cross-stack-reference-input-${each.name}`);
      const output = other === undefined ? undefined : dig(other.json, ["output", fifth, "value"]);
      if (other === undefined || output === undefined) return fail();
      return walk(
        once(`${other.name}: output ${fifth}`, () => value(other, `output.${fifth}`, output)),
        steps.slice(5),
        fail,
      );
    }
    if (first === "local" && typeof second === "string") {
      const local = dig(stack.json, ["locals", second]);
      return local === undefined ? fail() : walk(value(stack, `locals.${second}`, local), steps.slice(2), fail);
    }
    if (first === "var" && typeof second === "string") {
      const fallback = dig(stack.json, ["variable", second, "default"]);
      return fallback === undefined ? fail() : walk(value(stack, `variable.${second}`, fallback), steps.slice(2), fail);
    }
    if (first === "path" && second === "module") return stack.dir;
    if (first === "terraform" && second === "workspace") return "default";
    const isData = first === "data";
    const address = isData ? `data.${second}.${third}` : `${first}.${second}`;
    const block = stack.blocks.get(address);
    const rest = steps.slice(isData ? 3 : 2);
    const [attribute] = rest;
    if (block === undefined || typeof attribute !== "string") return fail();
    const found = once(`${stack.name}: ${address}.${attribute}`, () => attributeOf(stack, block, attribute));
    return found === undefined ? fail() : walk(found, rest.slice(1), fail);
  }

  /** Every attribute once; a reference that needs itself is a mistake in the stacks. */
  function once<T extends Json | undefined>(key: string, compute: () => T): Json | T {
    const known = settings.get(key);
    if (known !== undefined) return known;
    if (underWay.has(key)) throw new Error(`${key}: refers to itself`);
    underWay.add(key);
    try {
      const result = compute();
      settings.set(key, result);
      return result;
    } finally {
      underWay.delete(key);
    }
  }

  function setting(stack: RawStack, block: RawBlock, name: string): Json | undefined {
    const raw = block.config[name];
    return raw === undefined || raw === null ? undefined : value(stack, `${block.address}.${name}`, raw);
  }

  function attributeOf(stack: RawStack, block: RawBlock, name: string): Json | undefined {
    if (name === "tags_all") return tags(stack, block);
    return (
      setting(stack, block, name) ??
      computedAttribute(
        {
          type: block.type,
          address: block.address,
          stack: block.place,
          setting: (each) => setting(stack, block, each),
        },
        name,
      )
    );
  }

  /** The tags of a resource and those that its provider gives to everything. */
  function tags(stack: RawStack, block: RawBlock): JsonObject {
    const own = setting(stack, block, "tags");
    const alias = typeof block.config.provider === "string" ? block.config.provider.replace(/^aws\.?/, "") : "";
    const provider = [dig(stack.json, ["provider", "aws"])]
      .flat()
      .find((each) => isObject(each) && (each.alias ?? "") === alias);
    const defaults = [isObject(provider) ? (provider.default_tags ?? []) : []]
      .flat()
      .map((each) => dig(each, ["tags"]));
    const merged: JsonObject = {};
    for (const each of defaults)
      if (isObject(each)) Object.assign(merged, value(stack, "provider.aws.default_tags", each));
    return isObject(own) ? { ...merged, ...own } : merged;
  }

  function block(stack: RawStack, raw: RawBlock): ResolvedBlock {
    const known = resolved.get(raw);
    if (known !== undefined) return known;
    const config: JsonObject = {};
    for (const [key, item] of Object.entries(raw.config)) {
      if (!META_ARGUMENTS.has(key) && item !== null) config[key] = value(stack, `${raw.address}.${key}`, item);
    }
    const result: ResolvedBlock = {
      address: raw.address,
      type: raw.type,
      stack: raw.place,
      config,
      attribute: (name) => {
        const found = attributeOf(stack, raw, name);
        if (found === undefined) throw new Error(`${stack.name}: ${raw.address}: attribute ${name} is not known`);
        return found;
      },
    };
    resolved.set(raw, result);
    return result;
  }

  function outputs(stack: RawStack): Record<string, Json> {
    const result: Record<string, Json> = {};
    for (const [name, output] of entries(stack.json.output)) {
      if (isObject(output) && output.value !== undefined) {
        result[name] = value(stack, `output.${name}`, output.value);
      }
    }
    return result;
  }

  return { block, outputs };
}

function entries(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value).filter(([key]) => key !== "//") : [];
}

function walk(value: Json, steps: readonly Step[], fail: () => never): Json {
  const found = dig(value, steps);
  return found === undefined ? fail() : found;
}

/** The value at a path inside a value. */
function dig(value: Json, steps: readonly Step[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = typeof step === "number" ? found[step] : undefined;
    else if (isObject(found)) found = found[String(step)];
    else return undefined;
  }
  return found;
}

/** What `attempt` returns, with `where` in front of what it throws. */
function within<T>(where: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
