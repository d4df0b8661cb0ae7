import * as z from "zod";
import { type Attributes, readType, type Type } from "./bindings";

const block = z.record(z.string(), z.unknown());
const blocks = z.record(z.string(), z.record(z.string(), block)).default({});
const stackFile = z.looseObject({
  resource: blocks,
  data: blocks,
  provider: z.record(z.string(), z.array(block)).default({}),
});

/** Terraform's own arguments of any resource, data source or provider, and CDKTF's comments. */
const META = new Set([
  "//",
  "alias",
  "connection",
  "count",
  "depends_on",
  "for_each",
  "lifecycle",
  "provider",
  "provisioner",
]);

/** An attribute of a resource or data source in an expression. */
const REFERENCE = /(?<![\w.-])(data\.)?(aws_[a-z0-9_]+)\.([\w-]+)(?:\[[^\]]*\])?\.([a-z0-9_]+)/g;

/** What was looked at, and what the provider does not know. */
export interface Findings {
  readonly types: Set<string>;
  attributes: number;
  references: number;
  /** Each with its path. */
  readonly unknown: Set<string>;
  /** What the bindings call deprecated, with their reason. */
  readonly deprecated: Set<string>;
}

/** Something that finds what the provider does not know, one stack after the other. */
export interface Inspector {
  readonly findings: Findings;
  /** @param text - the stack's JSON */
  inspect(stack: string, text: string): void;
}

/**
 * Looks for attributes, at any depth, and for references that the provider of the bindings does not know, wherever they
 * come from: the compiler sees no overrides.
 */
export function createInspector(bindings: string): Inspector {
  const findings: Findings = {
    types: new Set(),
    attributes: 0,
    references: 0,
    unknown: new Set(),
    deprecated: new Set(),
  };
  const read = new Map<string, Type | undefined>();

  /** @param name - a type by Terraform's name, after `data.` if it is a data source */
  function typeOf(name: string, path: string): Type | undefined {
    const folder = name.replace(/^aws_/, "").replaceAll(/[._]/g, "-");
    const type = read.has(name) ? read.get(name) : readType(bindings, folder);
    read.set(name, type);
    findings.types.add(name);
    if (!type) findings.unknown.add(`${path}: no such type`);
    return type;
  }

  function note(type: Type, attribute: string, path: string): void {
    const why = type.deprecated.get(attribute.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
    if (why !== undefined) findings.deprecated.add(`${path}: ${why}`);
  }

  function inspectBlock(value: unknown, known: Attributes, path: string): void {
    if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) inspectBlock(each, known, `${path}.${index}`);
      return;
    }
    const parsed = block.safeParse(value);
    if (!parsed.success) return;
    for (const [name, content] of Object.entries(parsed.data)) {
      findings.attributes += 1;
      const inner = known.get(name);
      if (!known.has(name)) findings.unknown.add(`${path}.${name}: no such attribute`);
      else if (inner) inspectBlock(content, inner, `${path}.${name}`);
    }
  }

  function inspectType(name: string, content: z.infer<typeof block>, path: string): void {
    const type = typeOf(name, path);
    if (!type) return;
    for (const attribute of Object.keys(content)) note(type, attribute, `${path}.${attribute}`);
    inspectBlock(Object.fromEntries(Object.entries(content).filter(([key]) => !META.has(key))), type.attributes, path);
  }

  function inspectReferences(value: unknown, path: string): void {
    if (typeof value === "string") {
      // Two dollars are Terraform's way to write one: what follows is no expression.
      for (const [expression] of value.matchAll(/(?<!\$)\$\{[^}]*\}/g)) inspectExpression(expression, path);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) inspectReferences(each, `${path}.${key}`);
    }
  }

  function inspectExpression(expression: string, path: string): void {
    for (const [reference, data = "", name = "", , attribute = ""] of expression.matchAll(REFERENCE)) {
      findings.references += 1;
      const type = typeOf(`${data}${name}`, path);
      if (!type) continue;
      if (!type.readable.has(attribute)) findings.unknown.add(`${path}: ${reference}: no such attribute`);
      note(type, attribute, `${path}: ${reference}`);
    }
  }

  return {
    findings,
    inspect: (stack, text) => {
      const json: unknown = JSON.parse(text);
      const { resource, data, provider } = stackFile.parse(json);
      for (const [kind, prefix, all] of [
        ["resource", "", resource],
        ["data", "data.", data],
      ] as const) {
        for (const [name, each] of Object.entries(all)) {
          // Terraform's own, of which the AWS provider knows nothing.
          if (!name.startsWith("aws_")) continue;
          for (const [id, content] of Object.entries(each)) {
            inspectType(`${prefix}${name}`, content, `${stack}.${kind}.${name}.${id}`);
          }
        }
      }
      for (const [index, content] of (provider.aws ?? []).entries()) {
        inspectType("provider", content, `${stack}.provider.aws.${index}`);
      }
      inspectReferences(json, stack);
    },
  };
}
