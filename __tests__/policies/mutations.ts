import { asList } from "../../rehearsal/json";
import { actionMatches, type PolicyDocument, type PolicyStatement } from "../../rehearsal/policy-document";

/** A document with one thing changed, which some case must notice. */
export interface Mutant {
  /** The statement's name and what was changed. */
  readonly name: string;
  /** The statement that was changed, and what it is now, if it is there at all. */
  readonly original: PolicyStatement;
  readonly changed: PolicyStatement | undefined;
  readonly document: PolicyDocument;
  /** The actions that the change can matter to. */
  readonly actions: readonly string[];
}

/** Whether a change can matter to an action at all. */
export function concerns({ actions }: Mutant, action: string): boolean {
  return actions.some((each) => actionMatches(each, action));
}

type Conditions = NonNullable<PolicyStatement["Condition"]>[string];
type Change = readonly [what: string, statement: PolicyStatement | undefined];

/**
 * Every mutant of a document: each statement less what it holds, and each limit gone or loosened. A denial gets narrower
 * besides: what it no longer denies, some case must notice as well as what it denies too much.
 */
export function mutantsOf(document: PolicyDocument): Mutant[] {
  return document.Statement.flatMap((statement, index) =>
    changesOf(statement)
      .filter(([, changed]) => JSON.stringify(changed) !== JSON.stringify(statement))
      .map(([what, changed]) => ({
        name: `${statement.Sid}: ${what}`,
        original: statement,
        changed,
        document: {
          ...document,
          Statement: document.Statement.flatMap((each, at) => {
            if (at !== index) return [each];
            return changed === undefined ? [] : [changed];
          }),
        },
        actions: [...asList(statement.Action), ...asList(changed?.Action)],
      })),
  );
}

function changesOf(statement: PolicyStatement): Change[] {
  return [
    ["not there", undefined],
    ...ofActions(statement),
    ...ofResources(statement, "Resource"),
    ...ofResources(statement, "NotResource"),
    ...ofPrincipal(statement),
    ...ofConditions(statement),
    ...(statement.Effect === "Deny" ? narrowed(statement) : []),
  ];
}

function ofActions(statement: PolicyStatement): Change[] {
  const actions = asList(statement.Action);
  const services = [...new Set(actions.map((action) => `${action.split(":")[0]}:*`))];
  return [
    ...without(actions).map(([action, Action]): Change => [`without ${action}`, { ...statement, Action }]),
    ...services
      .filter((wildcard) => !actions.includes(wildcard))
      .map((wildcard): Change => [`any action of ${wildcard}`, { ...statement, Action: [...actions, wildcard] }]),
  ];
}

function ofResources(statement: PolicyStatement, key: "Resource" | "NotResource"): Change[] {
  const resources = asList(statement[key]);
  const name = key === "Resource" ? "resource" : "exception";
  const wider = resources.flatMap((resource, index) =>
    Object.entries(loosened(resource)).map(([what, looser]): Change => {
      return [`${name} ${index + 1} ${what}`, { ...statement, [key]: resources.with(index, looser) }];
    }),
  );
  return [
    ...without(resources).map(([resource, others]): Change => {
      return [`without ${name} ${resources.indexOf(resource) + 1}`, { ...statement, [key]: others }];
    }),
    ...wider,
  ];
}

/**
 * The first letters of SageMaker's actions on what has tags, and of those that give tags: without those of which all are
 * denied anyway, such as to invoke an endpoint or to import into a hub.
 */
const INITIALS = { onTagged: [..."ABCDGLPRSTU"], tagging: [..."ACRU"] };

/** A denial that holds for less. */
function narrowed(statement: PolicyStatement): Change[] {
  const actions = asList(statement.Action);
  const initials = JSON.stringify(statement.Condition ?? {}).includes("aws:ResourceTag/") ? "onTagged" : "tagging";
  const parts = actions.flatMap((action, index) =>
    action === "sagemaker:*"
      ? INITIALS[initials].map((initial): Change => {
          const others = INITIALS[initials].filter((each) => each !== initial).map((each) => `sagemaker:${each}*`);
          return [`without sagemaker:${initial}*`, { ...statement, Action: actions.toSpliced(index, 1, ...others) }];
        })
      : [],
  );
  return [
    ...parts,
    ["for one team alone", alsoIf(statement, "StringEquals", "aws:PrincipalTag/team", "fraud")],
    ["for the other team alone", alsoIf(statement, "StringEquals", "aws:PrincipalTag/team", "platform")],
  ];
}

/** The statement with one more condition. */
function alsoIf(statement: PolicyStatement, operator: string, key: string, value: string): PolicyStatement {
  return {
    ...statement,
    Condition: { ...statement.Condition, [operator]: { ...statement.Condition?.[operator], [key]: value } },
  };
}

/** An ARN that stands for more than another. */
function loosened(arn: string): Record<string, string> {
  const [prefix, partition, service, region, account, ...rest] = arn.split(":");
  if (prefix !== "arn") return {};
  const resource = rest.join(":");
  const to = (otherRegion: string | undefined, otherAccount: string | undefined, other: string) =>
    [prefix, partition, service, otherRegion, otherAccount, other].join(":");
  return {
    "on everything": "*",
    ...(region && { "in any Region": to("*", account, resource) }),
    ...(account && account !== "*" && { "in any account": to(region, "*", resource) }),
    ...(resource.includes("/") && { "of any parent": to(region, account, `${resource.split("/")[0]}/*`) }),
    // ".../research/*" becomes ".../research*"; not so "user/*", as AWS makes the names of types.
    ...(!/^[\w-]*\/?\*$/.test(resource) && {
      "and what begins alike": to(region, account, `${resource.replace(/[/:]?\*$/, "")}*`),
    }),
  };
}

function ofPrincipal(statement: PolicyStatement): Change[] {
  if (statement.Principal === undefined || statement.Principal === "*") return [];
  return [["for anybody", { ...statement, Principal: "*" }]];
}

function ofConditions(statement: PolicyStatement): Change[] {
  const conditions = Object.entries(statement.Condition ?? {});
  const changes: Change[] = [];
  for (const [index, [operator, keys]] of conditions.entries()) {
    const instead = (other: string, otherKeys: typeof keys) =>
      withConditions(statement, conditions.with(index, [other, otherKeys]));
    changes.push([`without ${operator}`, withConditions(statement, conditions.toSpliced(index, 1))]);
    if (operator === "Null") changes.push(["with Null turned round", instead(operator, turned(keys))]);
    // ForAllValues and negated operators hold for absent keys as they are, ForAnyValue never, and Null is about them.
    if (!/^(ForAllValues:|ForAnyValue:|Null$)|Not/.test(operator))
      changes.push([`with ${toggled(operator)}`, instead(toggled(operator), keys)]);
    if (operator.startsWith("ForAllValues:")) {
      changes.push(["with ForAnyValue", instead(operator.replace("ForAllValues", "ForAnyValue"), keys)]);
    }
    for (const [key, value] of Object.entries(keys)) {
      const { [key]: _, ...others } = keys;
      if (operator === "StringEquals") changes.push([`any ${key}`, withAny(statement, conditions, index, key, others)]);
      if (Object.keys(others).length > 0) changes.push([`without ${operator} ${key}`, instead(operator, others)]);
      for (const [at, rest] of without(asList(value)).map(([, each], place) => [place + 1, each] as const)) {
        changes.push([`without ${key} ${at}`, instead(operator, { ...keys, [key]: rest })]);
      }
      if (!operator.startsWith("Arn")) continue;
      const looser = asList(value).map((arn) => `${String(arn).replace(/\*$/, "")}*`);
      if (looser.join() === asList(value).join()) continue;
      changes.push([`${key} and what begins alike`, instead(operator, { ...keys, [key]: looser })]);
    }
  }
  return changes;
}

/** A key that must have a value becomes one that must have any. */
function withAny(
  statement: PolicyStatement,
  conditions: readonly (readonly [string, Conditions])[],
  index: number,
  key: string,
  others: Conditions,
): PolicyStatement {
  const rest = conditions.toSpliced(
    index,
    1,
    ...(Object.keys(others).length > 0 ? [["StringEquals", others] as const] : []),
  );
  return withConditions(statement, [...rest, ["StringLike", { [key]: "*" }]]);
}

function withConditions(
  { Condition, ...rest }: PolicyStatement,
  conditions: readonly (readonly [string, Conditions])[],
): PolicyStatement {
  return conditions.length === 0 ? rest : { ...rest, Condition: Object.fromEntries(conditions) };
}

/** A key that must be absent becomes one that must be there, and the other way round. */
function turned(keys: Conditions): Conditions {
  return Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value === "true" ? "false" : "true"]));
}

/** A required key becomes one that may be absent, and the other way round. */
function toggled(operator: string): string {
  return operator.endsWith("IfExists") ? operator.slice(0, -"IfExists".length) : `${operator}IfExists`;
}

/** Each value, and the others; nothing for a single one. */
function without<T>(values: readonly T[]): (readonly [T, T[]])[] {
  return values.length < 2 ? [] : values.map((value, index) => [value, values.toSpliced(index, 1)] as const);
}
