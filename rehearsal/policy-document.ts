import { z } from "zod";
import { asList } from "./json";

const strings = z.union([z.string(), z.array(z.string()).min(1)]);
const principal = z.union([z.literal("*"), z.record(z.string(), strings)]);
const conditionValue = z.union([z.string(), z.boolean(), z.number()]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)]))).optional(),
});

const document = z.strictObject({
  Version: z.literal("2012-10-17"),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]),
});

/** An IAM policy statement. */
export type PolicyStatement = z.infer<typeof statement>;

/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Id?: string | undefined;
  readonly Statement: readonly PolicyStatement[];
}

/** Reads a policy document; throws, naming `where`, on what IAM would refuse as malformed. */
export function parsePolicy(value: unknown, where: string): PolicyDocument {
  const parsed = document.safeParse(value);
  if (!parsed.success) throw new Error(`${where}: malformed policy document: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, Statement: asList(parsed.data.Statement) };
}

/**
 * Reads an identity policy. Its resources must be `*` or ARNs: the simulator pads a shorter string with wildcards and
 * would allow everything.
 */
export function parseIdentityPolicy(value: unknown, where: string): PolicyDocument {
  const policy = parsePolicy(value, where);
  for (const each of policy.Statement) {
    for (const resource of [...asList(each.Resource), ...asList(each.NotResource)]) {
      if (resource !== "*" && !(resource.startsWith("arn:") && resource.split(":").length >= 6)) {
        throw new Error(`${where}: statement ${each.Sid ?? "without Sid"}: resource "${resource}" is no ARN`);
      }
    }
    if (each.Principal !== undefined || each.NotPrincipal !== undefined) {
      throw new Error(`${where}: statement ${each.Sid ?? "without Sid"}: an identity policy has no principal`);
    }
  }
  return policy;
}

/** The name of a statement: its Sid, or its place. */
export function sidOf(statement: PolicyStatement, index: number): string {
  return statement.Sid ?? `#${index + 1}`;
}

/** Whether an action of a policy, which may hold wildcards, stands for `action`. */
export function actionMatches(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(action);
}
