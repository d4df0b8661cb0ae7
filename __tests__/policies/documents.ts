import { isObject, type Json } from "../../rehearsal/json";
import { type PolicyDocument, parsePolicy } from "../../rehearsal/policy-document";
import type { ResolvedBlock, World } from "../../rehearsal/world";

/** What a policy document is for: AWS reads and limits each kind in its own way. */
export type Kind = "managed" | "inline" | "trust" | "resource";

/** A policy document of the synthesized stacks. */
export interface FoundDocument {
  /** The stack, the resource and the attribute that hold it. */
  readonly where: string;
  readonly kind: Kind;
  readonly stack: string;
  /** The role of an inline policy. */
  readonly role: string | undefined;
  readonly text: string;
  readonly document: PolicyDocument;
}

/**
 * Every policy document of the stacks: whatever text is JSON with statements, in any attribute of any resource, so that
 * a resource that nobody thought of is found as well.
 */
export function policyDocuments(world: World): FoundDocument[] {
  return world.blocks.flatMap((block) =>
    [...texts(block.config, block.address)].flatMap(([path, text]) => {
      const parsed = parsedOrUndefined(text);
      if (!isObject(parsed) || parsed.Statement === undefined) return [];
      const where = `${block.stack.name}: ${path}`;
      const role = typeof block.config.role === "string" ? block.config.role : undefined;
      const document = parsePolicy(parsed, where);
      return [{ where, kind: kindOf(block, path), stack: block.stack.name, role, text, document }];
    }),
  );
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

function kindOf(block: ResolvedBlock, path: string): Kind {
  if (path.endsWith(".assume_role_policy")) return "trust";
  if (block.type === "aws_iam_policy") return "managed";
  return block.type.startsWith("aws_iam_") ? "inline" : "resource";
}
