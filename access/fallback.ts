import { asList } from "../rehearsal/json";
import type { PolicyStatement } from "../rehearsal/policy-document";
import type { Context } from "../rehearsal/policy-simulator";
import { EXAMPLE, exampleWithin, standsFor, type Variables, withVariables } from "./arn";
import type { Ask, Columns, Question } from "./question";
import { teamData } from "./questions/data";
import type { KnownAction, KnownType } from "./service-data";
import type { Source } from "./sources";
import { anothersVariables, exampleOf, FOREIGN_ACCOUNT, type Subject, variablesOf } from "./subject";

/** In whose account a thing is, where the statement leaves it open. */
export const ACCOUNTS = ["own", "foreign"] as const;
type Account = (typeof ACCOUNTS)[number];

/** A comparison that a request must pass: one of these values under this key. */
interface Wanted {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Asks for exactly what a statement names: its resource, and what its conditions want to hear. Every statement that no
 * other question shows at work is asked about so, and none stays out of the report.
 * @param resource - one of the statement's
 */
export function whatItNames(
  subject: Subject,
  action: KnownAction,
  { statement }: Source,
  resource: string,
  account: Account,
): Question | undefined {
  const variables = variablesOf(subject);
  const target = targetOf(subject, action, resource, account, variables);
  if (target === undefined) return undefined;
  const wanted = wantedBy(statement);
  const context = contextOf(wanted, variables);
  const own: Ask = { resource: target.arn, context };
  const words = target.type === undefined ? "*" : inWords(subject, target.type, resource, account);

  const byTag = wanted.filter(({ values }) => values.some(isOfCaller)).map(({ key }) => key);
  if (byTag.length > 0) {
    const others = contextOf(wanted, anothersVariables(subject));
    const without = Object.fromEntries(Object.entries(context).filter(([key]) => !byTag.includes(key)));
    return {
      on: `${words}, by ${byTag.join(" and ")}`,
      asks: { own, anothers: { ...own, context: others }, nobodys: { ...own, context: without } },
    };
  }
  const where = wanted.map(({ key, values }) => `, where ${key} is ${values.join(" or ")}`).join("");
  const named = account === "own" && target.type && namedBy(subject, action, target.type, resource);
  if (named) return { ...named, on: `${named.on}${where}`, asks: withContext(named.asks, context) };
  const anothers = targetOf(subject, action, resource, account, anothersVariables(subject));
  return {
    on: `${words}${where}`,
    asks: {
      own,
      anothers: isOfCaller(resource) && anothers ? { resource: anothers.arn, context } : undefined,
      nobodys: besides(subject, target, resource, context, account),
    },
  };
}

/** The question about the group's own bucket (key, repository, database) that a statement names, if it names one. */
function namedBy(subject: Subject, action: KnownAction, type: KnownType, resource: string): Question | undefined {
  if (resource === "*") return undefined;
  const variables = variablesOf(subject);
  return teamData(subject, action, type)?.find(
    ({ asks: { own } }) => own && standsFor(resource, own.resource, variables),
  );
}

function withContext({ own, anothers, nobodys }: Columns<Ask>, context: Context): Columns<Ask> {
  const add = (ask: Ask | undefined) => ask && { ...ask, context: { ...ask.context, ...context } };
  return { own: add(own), anothers: add(anothers), nobodys: add(nobodys) };
}

/** Whether a text holds what differs from role to role. */
function isOfCaller(text: string): boolean {
  return text.includes("${aws:PrincipalTag/");
}

/** A context that has what is wanted. */
function contextOf(wanted: readonly Wanted[], variables: Variables): Context {
  return Object.fromEntries(
    wanted.flatMap(({ key, values }) => {
      const value = withVariables(values[0] ?? "", variables);
      return value === undefined ? [] : [[key, value.replaceAll("*", EXAMPLE).replaceAll("?", "x")]];
    }),
  );
}

/** Another thing of the type; where the statement names all of them, the same one without what the conditions want. */
function besides(
  subject: Subject,
  target: Target,
  resource: string,
  context: Context,
  account: Account,
): Ask | undefined {
  const other = target.type === undefined ? "*" : exampleOf(subject, target.type);
  if (account === "foreign" || !standsFor(resource, other, variablesOf(subject))) return { resource: other, context };
  return Object.keys(context).length === 0 ? undefined : { resource: target.arn, context: {} };
}

interface Target {
  readonly arn: string;
  /** Undefined where the action takes no type. */
  readonly type: KnownType | undefined;
}

function targetOf(
  subject: Subject,
  { isWildcardOnly, types }: KnownAction,
  resource: string,
  account: Account,
  variables: Variables,
): Target | undefined {
  if (isWildcardOnly) return resource === "*" ? { arn: "*", type: undefined } : undefined;
  const filled = withVariables(resource, variables);
  if (filled === undefined) return undefined;
  for (const type of types) {
    const example = exampleOf(subject, type, account === "foreign" ? { Account: FOREIGN_ACCOUNT } : {});
    const arn = exampleWithin(filled, type.arn, example);
    if (arn !== undefined) return { arn, type };
  }
  return undefined;
}

/** What AWS itself says of a request: no caller can say it otherwise. */
const SAID_BY_AWS = /^aws:(Principal|RequestedRegion$|ResourceAccount$|SecureTransport$)/i;

/** What the conditions want to hear. What they do not want to hear is not said, and so passes them. */
function wantedBy({ Condition = {} }: PolicyStatement): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [operator, keys] of Object.entries(Condition)) {
    const base = operator.replace(/^For(Any|All)Values:/, "").replace(/IfExists$/, "");
    if (/Not/.test(base)) continue;
    for (const [key, value] of Object.entries(keys)) {
      if (SAID_BY_AWS.test(key)) continue;
      const values = asList<string | boolean | number>(value).map(String);
      if (base !== "Null") wanted.push({ key, values });
      else if (values.includes("false")) wanted.push({ key, values: ["anything"] });
    }
  }
  // A key that must only be there may be named again, with the value it must have.
  return wanted.filter(
    ({ key, values }, index) =>
      !wanted.some((other, at) => other.key === key && at !== index && (values[0] === "anything" || at < index)),
  );
}

/** What a statement names, without what every ARN of the studio has. */
function inWords({ domainId, studio }: Subject, type: KnownType, resource: string, tried: Account): string {
  const [, , , , account = "", ...rest] = resource.split(":");
  const path = rest.join(":").replaceAll(domainId, "<domain>");
  const thing = path.startsWith(type.name) ? path.replace(/^([\w-]+)\/\*$/, "$1") : `${type.name} ${path}`.trim();
  if (account === "*") return `${thing} of ${tried === "foreign" ? "another account" : "any account"}`;
  return account === "" || account === studio.accountId ? thing : `${thing} of account ${account}`;
}
