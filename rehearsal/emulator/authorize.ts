import { type RunSimulationResults, runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { asList } from "../json";
import { actionMatches, type PolicyDocument, type PolicyStatement, sidOf } from "../policy-document";
import type { NamedPolicy, Role } from "../world";
import { accountOfArn, type Principal, principalArn, type RoleSession } from "./callers";
import { AwsError } from "./errors";
import type { Requirement } from "./operation";
import type { Grant, Usage } from "./usage";

/** What was decided about one requirement, and by which statements. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: "allowed" | "explicit-deny" | "no-policy" | "boundary" | "session";
  /** The allow statements that matched. */
  readonly grants: readonly Grant[];
}

/** A request that is decided by the policy of the resource alone: a trust policy, or a queue's. */
export interface ResourceRequest {
  /** A service such as `sagemaker.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Decides who may do what, from the roles' policies alone. */
export interface Authorizer {
  /** Throws AWS's `AccessDeniedException` unless the principal may do all of it; notes which statements were used. */
  require(principal: Principal, requirements: readonly Requirement[], region: string): Promise<void>;
  /** Decides one requirement; notes nothing. */
  decide(session: RoleSession, requirement: Requirement, region: string): Promise<Decision>;
  /** Whether `caller` may take on `target`: its own policies and the target's trust policy, as AWS combines them. */
  mayAssume(caller: RoleSession, target: Role, requirement: Requirement): Promise<Decision>;
  /** Whether a resource's policy lets an AWS service in. */
  allowsService(policy: PolicyDocument, request: ResourceRequest): Promise<boolean>;
  /** How many decisions were made anew, and how many were remembered. */
  readonly statistics: { evaluated: number; remembered: number };
}

/** Keys that SageMaker sets on every request of a Studio app, though AWS's reference lists them for no action. */
const SERVICE_KEYS = new Set(["sagemaker:DomainId", "sagemaker:UserProfileName"]);

type Context = Record<string, string | string[]>;

/** One statement as a policy of its own: evaluated alone it says whether *it* matches. */
interface Candidate {
  readonly grant: Grant;
  readonly effect: "Allow" | "Deny";
  readonly document: PolicyDocument;
}

/**
 * An authorizer over roles. The first request of its kind goes through the simulator's validation, which knows every
 * action, its resource types and its condition keys; those after it are evaluated statement by statement, which is some
 * fifty times as fast. Decisions are remembered.
 */
export function createAuthorizer(roles: ReadonlyMap<string, Role>, usage: Usage): Authorizer {
  const statistics = { evaluated: 0, remembered: 0 };
  const decisions = new Map<string, Promise<Decision>>();
  const trusts = new Map<string, Promise<boolean>>();
  /** The context keys that AWS would not set, by kind of request. */
  const ignoredKeys = new Map<string, ReadonlySet<string>>();
  const candidatesOf = memoize((roleArn: string) => candidates(roleArn, roleOf(roleArn).policies));

  function roleOf(arn: string): Role {
    const role = roles.get(arn);
    if (role === undefined) throw new AwsError("AccessDeniedException", `There is no role ${arn}`);
    return role;
  }

  function remember<T>(cache: Map<string, Promise<T>>, key: unknown, decide: () => Promise<T>): Promise<T> {
    const text = JSON.stringify(key);
    const known = cache.get(text);
    if (known !== undefined) {
      statistics.remembered += 1;
      return known;
    }
    statistics.evaluated += 1;
    const decision = decide();
    cache.set(text, decision);
    return decision;
  }

  function decide(session: RoleSession, requirement: Requirement, region: string): Promise<Decision> {
    const role = roleOf(session.roleArn);
    const { action, resource } = requirement;
    const key = [
      role.arn,
      session.sourceIdentity,
      session.studio,
      session.policy,
      region,
      action,
      resource,
      requirement.context,
    ];
    return remember(decisions, key, async () => {
      const context = contextOf(session, role, requirement, region);
      if (session.policy && evaluate(role, action, resource, context, session.policy) !== "Allowed") {
        return { allowed: false, reason: "session", grants: [] };
      }
      const kind = JSON.stringify([role.arn, action, resourceKind(resource), Object.keys(context).sort()]);
      const ignored = ignoredKeys.get(kind);
      if (ignored !== undefined && !resource.includes("*")) return decideFast(role, action, resource, context, ignored);
      const result = await simulate(role, action, resource, context);
      const dropped = new Set(resultsOf(result).flatMap((each) => each.ignoredContextKeys ?? []));
      const serviceKeys = [...dropped].filter((key) => SERVICE_KEYS.has(key));
      for (const key of serviceKeys) dropped.delete(key);
      ignoredKeys.set(kind, dropped);
      const thorough = decisionOf(role, result);
      if (resource.includes("*")) return thorough;
      const fast = decideFast(role, action, resource, context, dropped);
      if (fast.allowed !== thorough.allowed && serviceKeys.length === 0) {
        throw new Error(`the two evaluations of ${action} on ${resource} by ${role.arn} disagree`);
      }
      return fast;
    });
  }

  function decideFast(
    role: Role,
    action: string,
    resource: string,
    context: Context,
    ignored: ReadonlySet<string>,
  ): Decision {
    const kept = Object.fromEntries(Object.entries(context).filter(([key]) => !ignored.has(key)));
    const matching = candidatesOf(role.arn)(action).filter(
      (each) => evaluate(role, action, resource, kept, each.document) === EFFECT_RESULT[each.effect],
    );
    const grants = matching.filter((each) => each.effect === "Allow").map((each) => each.grant);
    if (matching.some((each) => each.effect === "Deny")) return { allowed: false, reason: "explicit-deny", grants };
    if (grants.length === 0) return { allowed: false, reason: "no-policy", grants };
    const boundary = role.boundary?.document;
    if (boundary !== undefined && evaluate(role, action, resource, kept, boundary) !== "Allowed") {
      return { allowed: false, reason: "boundary", grants };
    }
    return { allowed: true, reason: "allowed", grants };
  }

  async function require(principal: Principal, requirements: readonly Requirement[], region: string): Promise<void> {
    if (principal.kind === "admin") return;
    const decided: { action: string; decision: Decision }[] = [];
    for (const requirement of requirements) {
      const decision = await decide(principal, requirement, region);
      if (!decision.allowed) throw accessDenied(principal, requirement, decision);
      decided.push({ action: requirement.action, decision });
    }
    for (const { action, decision } of decided) for (const grant of decision.grants) usage.note(grant, action);
  }

  function mayAssume(caller: RoleSession, target: Role, requirement: Requirement): Promise<Decision> {
    const role = roleOf(caller.roleArn);
    const key = [
      "assume",
      role.arn,
      caller.sourceIdentity,
      caller.studio,
      requirement.action,
      target.arn,
      requirement.context,
    ];
    return remember(decisions, key, async () => {
      const context = contextOf(caller, role, requirement, undefined);
      const result = await simulate(role, requirement.action, target.arn, context, target);
      return decisionOf(role, result);
    });
  }

  function allowsService(policy: PolicyDocument, request: ResourceRequest): Promise<boolean> {
    return remember(trusts, [policy, request], async () => {
      const result = await runSimulation(
        {
          request: {
            principal: request.service,
            action: request.action,
            resource: { resource: request.resource, accountId: accountOfArn(request.resource) },
            contextVariables: { ...request.context },
          },
          identityPolicies: [],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          resourcePolicy: policy,
        },
        { simulationMode: "Strict" },
      );
      if (result.resultType === "error") throw simulatorError(request.action, request.resource, result);
      return result.overallResult === "Allowed";
    });
  }

  return { require, decide, mayAssume, allowsService, statistics };
}

const EFFECT_RESULT = { Allow: "Allowed", Deny: "ExplicitlyDenied" } as const;

/** What AWS would put into the request's context. */
function contextOf(session: RoleSession, role: Role, requirement: Requirement, region: string | undefined): Context {
  const context: Context = {
    "aws:PrincipalArn": role.arn,
    "aws:PrincipalAccount": role.accountId,
    "aws:PrincipalType": "AssumedRole",
    "aws:PrincipalIsAWSService": "false",
    "aws:ViaAWSService": "false",
    "aws:SecureTransport": "true",
  };
  if (region !== undefined) context["aws:RequestedRegion"] = region;
  if (session.sourceIdentity !== undefined) context["aws:SourceIdentity"] = session.sourceIdentity;
  if (session.studio !== undefined) {
    context["sagemaker:DomainId"] = session.studio.domainId;
    context["sagemaker:UserProfileName"] = session.studio.userProfileName;
  }
  for (const [key, value] of Object.entries(role.tags)) context[`aws:PrincipalTag/${key}`] = value;
  for (const [key, value] of Object.entries(requirement.context ?? {})) {
    context[key] = typeof value === "string" ? value : [...value];
  }
  return context;
}

async function simulate(
  role: Role,
  action: string,
  resource: string,
  context: Context,
  target?: Role,
): Promise<Exclude<RunSimulationResults, { resultType: "error" }>> {
  const result = await runSimulation(
    {
      request: {
        principal: role.arn,
        action,
        resource: { resource, accountId: target?.accountId ?? role.accountId },
        contextVariables: context,
      },
      identityPolicies: role.policies.map((each) => ({ name: each.name, policy: each.document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(target === undefined ? {} : { resourcePolicy: target.trust }),
      ...(role.boundary?.document === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: role.boundary.arn, policy: role.boundary.document }] }),
    },
    { simulationMode: "Strict" },
  );
  if (result.resultType === "error") throw simulatorError(action, resource, result);
  return result;
}

function evaluate(role: Role, action: string, resource: string, context: Context, document: PolicyDocument): string {
  return runUnsafeSimulation(
    {
      request: {
        principal: role.arn,
        action,
        resource: { resource, accountId: role.accountId },
        contextVariables: context,
      },
      identityPolicies: [{ name: "statement", policy: document }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode: "Strict" },
  );
}

function resultsOf(result: Exclude<RunSimulationResults, { resultType: "error" }>) {
  return result.resultType === "single" ? [result.result] : result.results;
}

function decisionOf(role: Role, result: Exclude<RunSimulationResults, { resultType: "error" }>): Decision {
  const grants = new Map<string, Grant>();
  let identityAllows = false;
  for (const { analysis } of resultsOf(result)) {
    for (const each of analysis.identityAnalysis?.allowStatements ?? []) {
      const sid = each.statement.sid() ?? `#${each.statement.index()}`;
      grants.set(`${each.policyId}/${sid}`, { roleArn: role.arn, policy: each.policyId, sid });
      identityAllows = true;
    }
  }
  const allowed = result.overallResult === "Allowed";
  if (allowed) return { allowed, reason: "allowed", grants: [...grants.values()] };
  if (result.overallResult === "ExplicitlyDenied") return { allowed, reason: "explicit-deny", grants: [] };
  const bounded = identityAllows && role.boundary?.document !== undefined;
  return { allowed, reason: bounded ? "boundary" : "no-policy", grants: [] };
}

function simulatorError(
  action: string,
  resource: string,
  result: Extract<RunSimulationResults, { resultType: "error" }>,
): Error {
  return new Error(`cannot evaluate ${action} on ${resource}: ${JSON.stringify(result.errors)}`);
}

function accessDenied(principal: Principal, requirement: Requirement, decision: Decision): AwsError {
  const { action, resource } = requirement;
  const because = {
    allowed: "",
    "explicit-deny": "with an explicit deny in an identity-based policy",
    "no-policy": `because no identity-based policy allows the ${action} action`,
    boundary: `because no permissions boundary allows the ${action} action`,
    session: `because no session policy allows the ${action} action`,
  }[decision.reason];
  return new AwsError(
    "AccessDeniedException",
    `User: ${principalArn(principal)} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
  );
}

/** Everything of an ARN that says which type of resource it is. */
function resourceKind(resource: string): string {
  const parts = resource.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":").split("/")[0]].join(":");
}

/** A role's statements, found by action. */
function candidates(roleArn: string, policies: readonly NamedPolicy[]): (action: string) => readonly Candidate[] {
  const all = policies.flatMap((policy) =>
    policy.document.Statement.map((statement, index) => ({
      grant: { roleArn, policy: policy.name, sid: sidOf(statement, index) },
      effect: statement.Effect,
      document: { Version: policy.document.Version, Statement: [statement] },
      statement,
    })),
  );
  return memoize((action) => all.filter((each) => concerns(each.statement, action)));
}

function concerns(statement: PolicyStatement, action: string): boolean {
  if (statement.Action !== undefined) return asList(statement.Action).some((each) => actionMatches(each, action));
  return !asList(statement.NotAction).some((each) => actionMatches(each, action));
}

function memoize<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = compute(key);
    known.set(key, result);
    return result;
  };
}
