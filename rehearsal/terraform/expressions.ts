import type { Json } from "../json";

/** A step of a reference such as `aws_iam_role.x.arn` or `aws_x.y.list[0]`. */
export type Step = string | number;

/** A piece of a Terraform template: text as it stands, or the expression between `${` and `}`. */
export type TemplatePart = { readonly text: string } | { readonly expression: string };

/** Splits a Terraform string into text and expressions; `$${` and `%%{` stand for `${` and `%{` themselves. */
export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  let at = 0;
  while (at < template.length) {
    if (template.startsWith("$${", at) || template.startsWith("%%{", at)) {
      text += template.slice(at + 1, at + 3);
      at += 3;
    } else if (template.startsWith("${", at)) {
      const end = closingBrace(template, at + 2);
      if (text !== "") parts.push({ text });
      text = "";
      parts.push({ expression: template.slice(at + 2, end).trim() });
      at = end + 1;
    } else if (template.startsWith("%{", at)) {
      throw new Error(`template directive at "${template.slice(at, at + 40)}" is not supported`);
    } else {
      text += template[at];
      at += 1;
    }
  }
  if (text !== "" || parts.length === 0) parts.push({ text });
  return parts;
}

/** Reads a reference; anything else (a function call, an operator, a splat) is refused rather than guessed. */
export function parseReference(expression: string): Step[] {
  const step = /^(?:\.?([A-Za-z_][\w-]*)|\.(\d+)|\[(\d+)\]|\["([^"]*)"\])/;
  const steps: Step[] = [];
  let rest = expression;
  while (rest !== "") {
    const match = step.exec(rest);
    if (match === null) throw new Error(`expression \${${expression}} is not a plain reference`);
    const index = match[2] ?? match[3];
    const name = match[1] ?? match[4];
    if (steps.length === 0 && (name === undefined || rest.startsWith("."))) {
      throw new Error(`expression \${${expression}} is not a plain reference`);
    }
    steps.push(index === undefined ? (name ?? "") : Number(index));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

/** Reads `try(jsondecode(<reference>).<steps>, "<otherwise>")`; `undefined` for anything else. */
export function parseDecoding(
  expression: string,
): { readonly of: string; readonly steps: readonly Step[]; readonly otherwise: string } | undefined {
  const [, of, path, otherwise] = /^try\(jsondecode\(([^()]*)\)\.([^(),]*), "([^"]*)"\)$/.exec(expression) ?? [];
  if (of === undefined || path === undefined || otherwise === undefined) return undefined;
  return { of, steps: parseReference(path), otherwise };
}

/** What an embedded value becomes inside a larger string. */
export function toTemplateText(value: Json, expression: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`\${${expression}} is ${value === null ? "null" : "no text"} and stands inside a string`);
}

function closingBrace(template: string, from: number): number {
  let depth = 1;
  let quoted = false;
  for (let at = from; at < template.length; at += 1) {
    const char = template[at];
    if (quoted) {
      if (char === "\\") at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{") depth += 1;
    else if (char === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw new Error(`"\${" without "}" in "${template.slice(from - 2, from + 60)}"`);
}
