import { bundle } from "../bundle";
import type { Statement } from "../statement";
import { alarms } from "./alarms";
import { backgroundSessions } from "./background-sessions";
import { domain, existingDomain } from "./domain";
import { queues, rules, targets } from "./events";
import { functions, invocations, logGroups, mappings } from "./functions";
import { accessGrants, lakeFormation, workgroups } from "./granted-data";
import { applicationAssignments, groups } from "./identity-center";
import type { Needs } from "./needs";
import { people } from "./people";
import { attachments, managedPolicies, refuseOwnBoundaries, rolePolicies, roles } from "./roles";
import type { Stack } from "./stack";

/**
 * What Terraform's AWS provider must be allowed for each type of resource and data source. A type that is not here fails
 * the generation: whoever adds a resource to a stack says what it needs.
 */
const NEEDS: Readonly<Record<string, (stack: Stack) => Needs>> = {
  aws_athena_workgroup: workgroups,
  aws_cloudwatch_event_rule: rules,
  aws_cloudwatch_event_target: targets,
  aws_cloudwatch_log_group: logGroups,
  aws_cloudwatch_metric_alarm: alarms,
  aws_iam_policy: managedPolicies,
  aws_iam_role: roles,
  aws_iam_role_policy: rolePolicies,
  aws_iam_role_policy_attachment: attachments,
  aws_lakeformation_identity_center_configuration: lakeFormation,
  aws_lakeformation_permissions: lakeFormation,
  aws_lambda_event_source_mapping: mappings,
  aws_lambda_function: functions,
  aws_lambda_invocation: invocations,
  aws_s3control_access_grant: accessGrants,
  aws_s3control_access_grants_instance: accessGrants,
  aws_s3control_access_grants_location: accessGrants,
  aws_sagemaker_domain: domain,
  aws_sqs_queue: queues,
  aws_ssoadmin_application_assignment: applicationAssignments,
  "data.aws_cloudcontrolapi_resource": existingDomain,
  "data.aws_identitystore_group": groups,
};

/** ARNs in one statement, so that it fits into a policy with others. */
const ARNS_A_STATEMENT = 40;

/** The policies of the roles that Terraform works as in one account; each list is of documents that AWS takes. */
export interface AccountPolicies {
  readonly accountId: string;
  /** Of the role that makes and changes. */
  readonly deploy: readonly (readonly Statement[])[];
  /** Of the role that can only read. */
  readonly plan: readonly (readonly Statement[])[];
}

/**
 * What the roles in each account need for its stacks, and nothing else. A further group changes nothing in it, unless it
 * brings a managed policy of its own.
 * @throws Error for a resource of a type that nothing is known of; OwnBoundaryError for a boundary that the deployment could
 * change
 */
export function accountPolicies(stacks: readonly Stack[]): readonly AccountPolicies[] {
  return [...new Set(stacks.map(({ place }) => place.accountId))].map((accountId) => {
    const here = stacks.filter(({ place }) => place.accountId === accountId);
    refuseOwnBoundaries(here);
    const needs = here.map(needsOf);
    const documents = (of: (each: Needs) => readonly Statement[]) =>
      bundle(together(needs.map(of)).map((statement) => [statement]));
    return {
      accountId,
      deploy: documents(({ read, write }) => [...read, ...write]),
      plan: documents(({ read }) => read),
    };
  });
}

function needsOf(stack: Stack): Needs {
  const types = [...new Set(stack.blocks.map(({ type }) => type))].sort();
  const needs = types.map((type) => {
    const needed = Object.hasOwn(NEEDS, type) ? NEEDS[type] : undefined;
    if (needed === undefined) {
      throw new Error(`${stack.name}: nothing is known of what ${type} needs; say so in policies/deployment`);
    }
    return needed(stack);
  });
  needs.push(backgroundSessions(stack), people(stack));
  return { read: needs.flatMap(({ read }) => read), write: needs.flatMap(({ write }) => write) };
}

/**
 * The statements of several stacks, as few as say the same: those of a stack that differ in nothing but their actions
 * become one, and so do those of different stacks that differ in nothing but their resources.
 */
function together(stacks: readonly (readonly Statement[])[]): readonly Statement[] {
  const ofStacks = stacks.flatMap((statements) =>
    joined(
      statements,
      ({ Action: _, ...rest }) => rest,
      (one, other) => ({ ...one, Action: union(one.Action, other.Action) }),
    ),
  );
  const ofAll = joined(
    ofStacks,
    ({ Resource: _, ...rest }) => rest,
    (one, other) => ({ ...one, Resource: union(one.Resource ?? [], other.Resource ?? []) }),
  );
  return numbered(ofAll.flatMap(inParts));
}

function joined(
  statements: readonly Statement[],
  alike: (statement: Statement) => unknown,
  join: (one: Statement, other: Statement) => Statement,
): readonly Statement[] {
  const byRest = new Map<string, Statement>();
  for (const statement of statements) {
    const key = JSON.stringify(alike(statement));
    const before = byRest.get(key);
    byRest.set(key, before === undefined ? statement : join(before, statement));
  }
  return [...byRest.values()];
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}

function inParts(statement: Statement): readonly Statement[] {
  const { Resource = [] } = statement;
  const count = Math.ceil(Resource.length / ARNS_A_STATEMENT);
  return Array.from({ length: count }, (_, index) => ({
    ...statement,
    Resource: Resource.slice(index * ARNS_A_STATEMENT, (index + 1) * ARNS_A_STATEMENT),
  }));
}

/** Statements of one name get a number each. */
function numbered(statements: readonly Statement[]): readonly Statement[] {
  const seen = new Map<string, number>();
  return statements.map((statement) => {
    const number = (seen.get(statement.Sid) ?? 0) + 1;
    seen.set(statement.Sid, number);
    return number === 1 ? statement : { ...statement, Sid: `${statement.Sid}${number}` };
  });
}
