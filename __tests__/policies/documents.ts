import { isObject, type Json } from "../../rehearsal/json";
import { type PolicyDocument, parsePolicy } from "../../rehearsal/policy-document";
import type { World } from "../../rehearsal/world";

/** What a policy document is for: AWS reads and limits each kind in its own way. */
export type Kind = "managed" | "inline" | "trust" | "resource";

/** A policy document of the synthesized stacks. */
export interface FoundDocument {
  /** The stack, and the resource's attribute or the output that holds it. */
  readonly where: string;
  readonly kind: Kind;
  readonly stack: string;
  /** The role of an inline policy. */
  readonly role: string | undefined;
  readonly text: string;
  readonly document: PolicyDocument;
}

/**
 * Every policy document of the stacks: whatever text is JSON with statements, in any attribute of any resource and in
 * any output, so that a resource that nobody thought of is found as well.
 */
export function policyDocuments(world: World): FoundDocument[] {
  const made = world.blocks.flatMap(({ address, type, stack, config }) =>
    documentsIn(config, address, stack.name).map(({ path, ...found }) => ({
      ...found,
      kind: kindOf(type, path),
      role: typeof config.role === "string" ? config.role : undefined,
    })),
  );
  // What a stack only hands out, for roles that it does not make.
  const handedOut = [...world.outputs].flatMap(([stack, outputs]) =>
    documentsIn(outputs, "output", stack).map(({ path, ...found }) => ({
      ...found,
      kind: "trust" as const,
      role: undefined,
    })),
  );
  return [...made, ...handedOut];
}

interface Document extends Pick<FoundDocument, "where" | "stack" | "text" | "document"> {
  readonly path: string;
}

function documentsIn(holder: Json, name: string, stack: string): Document[] {
  return [...texts(holder, name)].flatMap(([path, text]) => {
    const parsed = parsedOrUndefined(text);
    if (!isObject(parsed) || parsed.Statement === undefined) return [];
    const where = `${stack}: ${path}`;
    return [{ where, path, stack, text, document: parsePolicy(parsed, where) }];
  });
}

function* texts(value: Json, path: string): Generator<[string, string]> {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, `${path}[${index}]`);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* texts(item, `${path}.${key}`);
}

function parsedOrUndefined(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(type: string, path: string): Kind {
  if (path.endsWith(".assume_role_policy")) return "trust";
  if (type === "aws_iam_policy") return "managed";
  return type.startsWith("aws_iam_") ? "inline" : "resource";
}
