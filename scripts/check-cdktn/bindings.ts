import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** The attributes of a block that can be written, by Terraform's names: a block in it has its own. */
export type Attributes = ReadonlyMap<string, Attributes | undefined>;

/** What the provider knows of a type of resource, a data source, or itself. */
export interface Type {
  readonly attributes: Attributes;
  /** What a reference can name. */
  readonly readable: ReadonlySet<string>;
  /** What the bindings' documentation calls deprecated: its name in TypeScript, and why. */
  readonly deprecated: ReadonlyMap<string, string>;
}

/**
 * Reads what a type has from the code that its bindings write Terraform's JSON with.
 * @param bindings - the folder of the bindings
 * @param folder - the type's own, as an import names it
 * @returns undefined if the provider has no such type
 */
export function readType(bindings: string, folder: string): Type | undefined {
  const path = join(bindings, "lib", folder);
  if (!existsSync(path)) return undefined;
  // Large types are cut into several files.
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".js")).map((name) => parse(join(path, name)));
  const statements = sources.flatMap((source) => [...source.statements]);
  const blocks = new Map(
    statements.filter(ts.isFunctionDeclaration).map((each) => [each.name?.text ?? "", each.body] as const),
  );
  const type = statements.filter(ts.isClassDeclaration).find(isType);
  if (!type) throw new Error(`${path} has no class of a type`);
  const written = type.members.find((each) => nameOf(each.name) === "synthesizeAttributes");
  const body = written && ts.isMethodDeclaration(written) ? written.body : undefined;
  const attributes = attributesOf(body, blocks);
  const declarations = files.filter((name) => name.endsWith(".d.ts")).map((name) => readFileSync(join(path, name)));
  return {
    attributes,
    readable: new Set([...attributes.keys(), ...namesRead(type)]),
    deprecated: deprecations(declarations.join("\n")),
  };
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
}

/** Whether a class is one of a type, and not of a block in it. */
function isType(each: ts.ClassDeclaration): boolean {
  return each.members.some((member) => nameOf(member.name) === "tfResourceType");
}

/** The keys of the object that a function returns, which are Terraform's; what writes a value may be a block's function. */
function attributesOf(body: ts.Block | undefined, blocks: ReadonlyMap<string, ts.Block | undefined>): Attributes {
  const returned = body?.statements.filter(ts.isReturnStatement).at(-1)?.expression;
  if (!returned || !ts.isObjectLiteralExpression(returned)) throw new Error("a block is written in an unknown way");
  return new Map(
    returned.properties.filter(ts.isPropertyAssignment).map((property) => {
      const writer = identifiers(property.initializer).find((name) => blocks.has(name));
      return [nameOf(property.name) ?? "", writer === undefined ? undefined : attributesOf(blocks.get(writer), blocks)];
    }),
  );
}

/** What a type's class gives access to: `getStringAttribute("arn")`, `new SomeList(this, "some_block")`. */
function namesRead(type: ts.ClassDeclaration): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      for (const argument of node.arguments ?? []) if (ts.isStringLiteral(argument)) names.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(type);
  return names;
}

function identifiers(expression: ts.Expression): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return names;
}

function nameOf(name: ts.PropertyName | undefined): string | undefined {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function deprecations(declarations: string): Map<string, string> {
  const marks = declarations.matchAll(
    /@deprecated\s+([^*]*?)\s*\*\/\s*(?:export |declare |class |static |readonly |get )*(\w+)/g,
  );
  return new Map([...marks].map(([, why = "", name = ""]) => [name, why]));
}
