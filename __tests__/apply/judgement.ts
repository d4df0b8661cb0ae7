import type { DeploymentPolicy } from "../../policies/deployment/deployment-policies";
import { policyDocument } from "../../policies/statement";
import type { Requirement } from "../../rehearsal/emulator/operation";
import { parseIdentityPolicy } from "../../rehearsal/policy-document";
import { decide } from "../../rehearsal/policy-simulator";
import type { Role, World } from "../../rehearsal/world";
import { TERRAFORM_ROLES, type TerraformCall, type TerraformRole } from "./ledger";

/** What the policies of a deployment say of what it did. */
export interface Judgement {
  /** What they do not allow, as texts. */
  readonly refused: readonly string[];
  /** What they allow and nothing needed, by statement and action. */
  readonly unused: readonly string[];
}

/** What is decided by the policies of one role. */
interface Case {
  /** The policies' name. */
  readonly name: string;
  readonly by: TerraformRole;
  readonly accountId: string;
  readonly calls: readonly TerraformCall[];
}

/**
 * Decides every call by the policies of the role that made it, and what plans did by those of the role that can only plan
 * as well.
 * @param accounts - the accounts of the stacks
 * @param pipeline - the account of what runs Terraform
 */
export async function judge(
  world: World,
  policies: readonly DeploymentPolicy[],
  calls: readonly TerraformCall[],
  { accounts, pipeline }: { readonly accounts: readonly string[]; readonly pipeline: string },
): Promise<Judgement> {
  const inAccounts = accounts.flatMap((accountId): Case[] => {
    const here = calls.filter((call) => call.accountId === accountId);
    const deployed = here.filter(({ by }) => by === "deploy");
    const planned = here.filter(({ by, isOfPlan }) => by === "plan" || (by === "deploy" && isOfPlan));
    return [
      { name: `${accountId}-deploy`, by: "deploy", accountId, calls: deployed },
      { name: `${accountId}-plan`, by: "plan", accountId, calls: planned },
    ];
  });
  const ofPipelines = (["pipeline", "pipeline-plan"] as const).map((by): Case => {
    const name = by === "pipeline" ? "pipeline-deploy" : by;
    return { name, by, accountId: pipeline, calls: calls.filter((call) => call.by === by) };
  });
  const judged = await Promise.all([...inAccounts, ...ofPipelines].map((each) => judgeCase(world, policies, each)));
  const used = new Set(judged.flatMap((each) => [...each.used]));
  const granted = new Set(judged.flatMap((each) => each.granted));
  return {
    refused: judged.flatMap((each) => each.refused),
    unused: [...granted].filter((grant) => !used.has(grant)),
  };
}

async function judgeCase(world: World, policies: readonly DeploymentPolicy[], { name, by, accountId, calls }: Case) {
  const own = policies.filter((policy) => policy.name === name || policy.name.startsWith(`${name}-`));
  const role = roleWith(`arn:aws:iam::${accountId}:role/${TERRAFORM_ROLES[by]}`, own);
  const required = calls.flatMap(({ requires }) => requires);
  const distinct = new Map(required.map((each) => [JSON.stringify(each), each]));
  const used = new Set<string>();
  const refused: string[] = [];
  for (const { action, resource, context = {} } of distinct.values()) {
    const decision = await decide(world, { who: { kind: "role", role }, action, resource, context });
    if (decision.verdict === "Allowed") for (const sid of decision.by) used.add(grantOf(sid, action));
    else refused.push(`${name}: ${decision.verdict}: ${textOf({ action, resource, context })}`);
  }
  const granted = own.flatMap(({ statements }) =>
    statements.flatMap(({ Sid, Action }) => Action.map((action) => grantOf(Sid, action))),
  );
  return { refused, granted, used };
}

/** A role that has these policies. */
export function roleWith(arn: string, policies: readonly DeploymentPolicy[]): Role {
  return {
    arn,
    name: arn.split("/").at(-1) ?? "",
    accountId: arn.split(":")[4] ?? "",
    trust: { Version: "2012-10-17", Statement: [] },
    policies: policies.map(({ name, statements }) => ({
      name,
      document: parseIdentityPolicy(JSON.parse(policyDocument(statements)), name),
    })),
    boundary: undefined,
    tags: {},
  };
}

/** A statement's permission: statements that differ in their number alone say the same of different resources. */
function grantOf(sid: string, action: string): string {
  return `${sid.replace(/\d+$/, "")} ${action}`;
}

function textOf({ action, resource, context }: Requirement): string {
  return `${action} on ${resource} ${JSON.stringify(context)}`;
}
