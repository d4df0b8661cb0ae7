import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { asList } from "./json";
import { actionMatches, type PolicyDocument, type PolicyStatement } from "./policy-document";
import type { NamedPolicy, Role, World } from "./world";

export type Verdict = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/** Condition keys of a request and their values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Who asks. */
export type Caller =
  /** A role of the stacks. With `studio`: in a session that SageMaker made for an app of that profile. */
  | {
      readonly kind: "role";
      readonly role: Role;
      readonly studio?: { readonly domainId: string; readonly profile: string };
    }
  /** A role of no stack, whose own policies allow everything: only the resource's policy can refuse it. */
  | { readonly kind: "outsider"; readonly arn: string }
  /** An AWS service. */
  | { readonly kind: "service"; readonly service: string };

/** One request to AWS. */
export interface Request {
  readonly who: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  /** The resource's policy, where it is none of the stacks' own. */
  readonly resourcePolicy?: PolicyDocument;
}

/** What was decided, and which statements decided it: those that allow, or those that deny. */
export interface Decision {
  readonly verdict: Verdict;
  readonly by: readonly string[];
  /** Condition keys of the request that AWS sets on no such request. */
  readonly ignored: readonly string[];
  /** The request as it was evaluated, for evaluating it again with other policies. */
  readonly evaluated: Evaluated;
}

/** Everything a decision depends on. */
export interface Evaluated {
  readonly request: Simulation["request"];
  readonly identityPolicies: readonly NamedPolicy[];
  readonly resourcePolicy: PolicyDocument | undefined;
}

/**
 * SageMaker sets them on every call from a Studio app and AWS documents them as policy variables, but its reference
 * lists them for no action: the simulator's validation drops them.
 */
export const STUDIO_KEYS: readonly string[] = ["sagemaker:DomainId", "sagemaker:UserProfileName"];

const ALLOW_EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" }],
};

/**
 * Decides a request with the simulator's validation, which knows every action, its resource types and its condition
 * keys. The mode without validation is used only where the validation would drop a key that a statement needs.
 */
export async function decide(world: World, asked: Request): Promise<Decision> {
  const identityPolicies = policiesOf(asked.who);
  const resourcePolicy = asked.resourcePolicy ?? resourcePolicyOf(world, asked);
  const request: Simulation["request"] = {
    principal: principalOf(asked.who),
    action: asked.action,
    resource: { resource: asked.resource, accountId: ownerOf(asked, resourcePolicy) },
    contextVariables: mutable({ ...callerContext(asked.who), ...asked.context }),
  };
  const validated = await validate({ request, identityPolicies, resourcePolicy });
  const { ignored } = validated;
  const kept = Object.entries(request.contextVariables).filter(
    ([key]) => !ignored.includes(key) || STUDIO_KEYS.includes(key),
  );
  const evaluated: Evaluated = {
    request: { ...request, contextVariables: Object.fromEntries(kept) },
    identityPolicies,
    resourcePolicy,
  };
  if (needsStudioKeys(asked)) return { ...(await decideUnvalidated(evaluated)), ignored, evaluated };
  return { ...validated, evaluated };
}

/** Decides again what was decided before, with other policies, and without saying by which statements. */
export async function evaluate(evaluated: Evaluated): Promise<Verdict> {
  // A resource's policy makes the mode without validation fail.
  if (evaluated.resourcePolicy !== undefined) return (await validate(evaluated)).verdict;
  return runUnsafeSimulation(simulation(evaluated), { simulationMode: "Strict" });
}

async function validate(evaluated: Evaluated): Promise<Omit<Decision, "evaluated">> {
  const { action, resource } = evaluated.request;
  const simulated = await runSimulation(simulation(evaluated), { simulationMode: "Strict" });
  if (simulated.resultType === "error") {
    throw new Error(`${action} on ${resource.resource}: ${JSON.stringify(simulated.errors)}`);
  }
  const verdict = simulated.overallResult;
  const results = simulated.resultType === "single" ? [simulated.result] : simulated.results;
  const decides = verdict === "Allowed" ? "allowStatements" : "denyStatements";
  const by = results
    .flatMap(({ analysis }) => [analysis.identityAnalysis, analysis.resourceAnalysis])
    .flatMap((analysis) => analysis?.[decides] ?? [])
    .map(({ statement }) => statement.sid() ?? "(no Sid)");
  return { verdict, by, ignored: results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []) };
}

/** The mode without validation gives no reasons: the statements that decide are those that decide alone. */
async function decideUnvalidated(evaluated: Evaluated): Promise<{ verdict: Verdict; by: string[] }> {
  const verdict = await evaluate(evaluated);
  const by: string[] = [];
  for (const { name, document } of evaluated.identityPolicies) {
    for (const statement of document.Statement) {
      if (!concerns(statement, evaluated.request.action)) continue;
      const alone = { name, document: { ...document, Statement: [statement] } };
      const decided = await evaluate({ ...evaluated, identityPolicies: [alone] });
      if (decided !== "ImplicitlyDenied" && decided === verdict) by.push(statement.Sid ?? "(no Sid)");
    }
  }
  return { verdict, by };
}

function simulation({ request, identityPolicies, resourcePolicy }: Evaluated): Simulation {
  return {
    request,
    identityPolicies: identityPolicies.map(({ name, document }) => ({ name, policy: document })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy && { resourcePolicy }),
  };
}

function needsStudioKeys({ who, action }: Request): boolean {
  if (who.kind !== "role" || who.studio === undefined) return false;
  return who.role.policies
    .flatMap(({ document }) => document.Statement)
    .filter((statement) => concerns(statement, action))
    .some((statement) => STUDIO_KEYS.some((key) => JSON.stringify(statement).includes(`\${${key}}`)));
}

function concerns({ Action }: PolicyStatement, action: string): boolean {
  return asList(Action).some((each) => actionMatches(each, action));
}

function principalOf(who: Caller): string {
  if (who.kind === "service") return who.service;
  return who.kind === "role" ? who.role.arn : who.arn;
}

/**
 * The account that owns the resource. What has no policy of its own counts as the caller's: across accounts it would be
 * refused for that alone, whatever the caller's policies say.
 */
function ownerOf({ who, resource }: Request, resourcePolicy: PolicyDocument | undefined): string {
  return (resourcePolicy && resource.split(":")[4]) || accountOf(who);
}

function accountOf(who: Caller): string {
  return who.kind === "service" ? "" : (principalOf(who).split(":")[4] ?? "");
}

function policiesOf(who: Caller): readonly NamedPolicy[] {
  if (who.kind === "role") return who.role.policies;
  return who.kind === "outsider" ? [{ name: "everything", document: ALLOW_EVERYTHING }] : [];
}

function callerContext(who: Caller): Context {
  const transport = { "aws:SecureTransport": "true" };
  if (who.kind === "service") return transport;
  if (who.kind === "outsider") return { ...transport, "aws:PrincipalArn": who.arn };
  const tags = Object.entries(who.role.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  return {
    ...transport,
    "aws:PrincipalArn": who.role.arn,
    ...Object.fromEntries(tags),
    ...(who.studio && { "sagemaker:DomainId": who.studio.domainId, "sagemaker:UserProfileName": who.studio.profile }),
  };
}

/** The policy that AWS looks at on the resource's side. KMS and STS allow nothing without one. */
function resourcePolicyOf(world: World, { who, action, resource }: Request): PolicyDocument | undefined {
  switch (action.split(":")[0]) {
    case "sts":
      return world.roles.get(resource)?.trust;
    case "sqs":
      return world.queues.find(({ arn }) => arn === resource)?.policy;
    case "kms":
      return keyPolicy(resource, accountOf(who));
    default:
      return undefined;
  }
}

/** A key's usual policy: whoever the account's IAM policies let in. */
function keyPolicy(keyArn: string, accountId: string): PolicyDocument {
  const [, partition] = keyArn.split(":");
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:root` };
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: "Account", Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }],
  };
}

function mutable(context: Context): Simulation["request"]["contextVariables"] {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
  );
}
