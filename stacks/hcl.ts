import { type App, TerraformElement, TerraformStack, Tokenization } from "cdktf";
import * as z from "zod";

/** A check in a stack's JSON. */
const checks = z.record(
  z.string(),
  z.object({ assert: z.array(z.object({ condition: z.string(), error_message: z.string() })) }),
);

/**
 * Mends what CDKTF writes wrong as HCL: quotes in strings with references, JSON in outputs, conditions; it leaves out
 * checks altogether.
 * @see https://github.com/hashicorp/terraform-cdk/issues/3911
 */
export function mendHcl(app: App): void {
  for (const node of app.node.findAll()) {
    if (TerraformElement.isTerraformElement(node)) {
      const render = node.toHclTerraform.bind(node);
      node.toHclTerraform = () => mended(render());
    } else if (TerraformStack.isStack(node)) {
      const render = node.toHclTerraform.bind(node);
      node.toHclTerraform = () => {
        const { hcl, metadata } = render();
        return { hcl: `${hcl}${checksOf(node)}`, metadata };
      };
    }
  }
}

/** The same with every string rewritten; what only CDKTF can resolve is left alone. */
function mended(value: unknown, write = escaped): unknown {
  if (typeof value === "string") return write(value);
  if (Array.isArray(value)) return value.map((each) => mended(each, write));
  if (typeof value !== "object" || value === null || Tokenization.isResolvable(value)) return value;
  const isOfAnyType = "type" in value && value.type === "any";
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === "lifecycle") return [key, lifecycle(each)];
      return [key, mended(each, isOfAnyType && key === "value" ? quoted : write)];
    }),
  );
}

/** As it stands between quotes. An expression has quotes of its own. */
function escaped(text: string): string {
  return text.replace(/(?<!\$)\$\{[^}]*\}|["\\]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** With its quotes: CDKTF would take an output for an expression if it looks like one. */
function quoted(text: string): string {
  return text.includes("${") ? escaped(text) : `"${escaped(text)}"`;
}

/** Conditions are blocks; CDKTF would write lists. */
function lifecycle(value: object): object {
  const blocks = Object.entries(value).map(([key, each]) =>
    Array.isArray(each) && key.endsWith("condition")
      ? [key, { value: mended(each), type: "list", isBlock: true }]
      : [key, each],
  );
  return { value: Object.fromEntries(blocks) };
}

function checksOf(stack: TerraformStack): string {
  const found = Object.entries(checks.parse(stack.toTerraform().check ?? {}));
  return found
    .map(([name, { assert }]) => {
      const asserts = assert.map(
        ({ condition, error_message: message }) =>
          `assert {\ncondition = "${escaped(condition)}"\nerror_message = "${escaped(message)}"\n}\n`,
      );
      return `\n\ncheck "${name}" {\n${asserts.join("")}}`;
    })
    .join("");
}
