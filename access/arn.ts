/** Values of IAM's policy variables in a request. */
export type Variables = Readonly<Record<string, string>>;

/** What stands for a name that does not matter. */
export const EXAMPLE = "example";

/**
 * An ARN of a resource type, with a name that nobody gave.
 * @param values - of the placeholders that are not to be made up, such as `Region`
 */
export function exampleArn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? EXAMPLE);
}

/** A policy's text with the request's values in place of IAM's variables; undefined where the request lacks one. */
export function withVariables(text: string, variables: Variables): string | undefined {
  let isComplete = true;
  const filled = text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = variables[name];
    isComplete &&= value !== undefined;
    return value ?? "";
  });
  return isComplete ? filled : undefined;
}

/** Whether an ARN is among those that a policy's resource, which may hold wildcards and variables, stands for. */
export function standsFor(resource: string, arn: string, variables: Variables): boolean {
  const filled = withVariables(resource, variables);
  return filled !== undefined && wildcards(filled).test(arn);
}

/**
 * An ARN that is both of a resource type and among those that a policy's resource stands for.
 * @param template - the type's ARN in AWS's reference
 * @param example - any ARN of the type: what the policy leaves open is taken from it
 * @returns undefined where there is none
 */
export function exampleWithin(resource: string, template: string, example: string): string | undefined {
  if (resource === "*") return example;
  const isOfType = formOf(template);
  const given = example.split(":");
  const parts = resource.split(":");
  const head = parts.slice(0, 5).map((part, index) => {
    const own = given[index] ?? "";
    return wildcards(part).test(own) ? own : part.replace(/[*?]/g, EXAMPLE);
  });
  const path = parts.slice(5).join(":");
  const names = given.slice(5).join(":");
  // The last wildcard may stand for several names: the fewest of the example's that make one of the type.
  const starts = [...names.matchAll(/(?<=^|[:/])[^:/]/g)].map(({ index }) => index);
  const pieces = [...starts.reverse().map((start) => names.slice(start)), ""];
  return pieces
    .map((piece) => path.replace(/[*?](?=[^*?]*$)/, () => piece).replace(/[*?]/g, EXAMPLE))
    .map((text) => [...head, text].join(":"))
    .find((arn) => isOfType.test(arn));
}

/** Most names may hold a slash or a colon. These do not. */
const FORMS: Readonly<Record<string, string>> = {
  "${Partition}": "[^:]+",
  "${Region}": "[^:]*",
  "${Account}": "[^:]*",
  "${BucketName}": "[^/]+",
};

function formOf(template: string): RegExp {
  const name = (placeholder: string) => FORMS[placeholder] ?? ".+";
  const parts = template.split(/(\$\{\w+\})/).map((part, index) => (index % 2 === 1 ? name(part) : escaped(part)));
  return new RegExp(`^${parts.join("")}$`);
}

function wildcards(pattern: string): RegExp {
  return new RegExp(`^${escaped(pattern).replaceAll("\\*", ".*").replaceAll("\\?", ".")}$`, "s");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
