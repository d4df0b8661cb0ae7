import type { TerraformStack } from "cdktf";
import {
  computeRoleName,
  computeRolePath,
  computeRoleTags,
  executionRoleName,
  executionRolePath,
  executionRoleTags,
  groupSlug,
} from "../../naming";
import { changesThings } from "../../policies/personas";
import type { StudioScope } from "../../policies/studio-scope";
import { type TeamData, teamData } from "../../policies/team-data";
import { ConfigError } from "../config/mistake";
import type { GroupConfig, StudioConfig } from "../config/schema";
import { type AttachedPolicy, accessPolicies, activitiesOf } from "./access-policies";
import { closedTo, grantedTo } from "./granted-data";
import { studioRole } from "./studio-role";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const POLICIES_PER_ROLE = 10;

/**
 * The execution role of each AD group, at the ARN that `naming.ts` derives from the group's name, and the compute role
 * of each team, which its jobs and endpoints can run with: it has the data of all the team's groups that change things.
 * @param trust - the trust policy's document
 * @param granted - every place in S3 that people reach by grants, in any studio
 */
export function teamRoles(
  stack: TerraformStack,
  studio: StudioConfig,
  scope: StudioScope,
  trust: string,
  granted: readonly string[],
): void {
  const policies = accessPolicies(stack, scope);
  const common = { trust, permissionsBoundaryArn: studio.permissionsBoundaryArn };
  for (const group of studio.groups) {
    const attached = [...policies.guardrails, ...policies.of(group), ...(group.managedPolicyArns ?? []).map(ownPolicy)];
    if (attached.length > POLICIES_PER_ROLE) {
      const message =
        `group "${group.adGroup}": ${attached.length} managed policies, and AWS attaches ${POLICIES_PER_ROLE} to a role ` +
        "at most; give it fewer activities or managedPolicyArns";
      throw new ConfigError(`studio ${studio.name}`, [{ path: [], message }]);
    }
    studioRole(stack, `role_${groupSlug(group.adGroup)}`, {
      ...common,
      name: executionRoleName(studio.name, group.adGroup),
      path: executionRolePath(studio.name),
      tags: executionRoleTags(studio.name, group),
      policies: attached,
      data: teamData(
        scope,
        {
          ...group,
          granted: grantedTo(studio, [group], true),
          closed: closedTo([group], group.buckets ?? [], granted),
        },
        changes(group),
      ),
    });
  }
  for (const team of new Set(studio.groups.map((group) => group.team))) {
    const name = computeRoleName(studio.name, team);
    studioRole(stack, `compute_${name.slice(name.indexOf("@") + 1)}`, {
      ...common,
      name,
      path: computeRolePath(studio.name),
      tags: computeRoleTags(studio.name, team),
      policies: [...policies.guardrails, ...policies.compute],
      // Not what is only read: a job would have it written.
      data: teamData(scope, dataOf(studio, team, granted), true),
    });
  }
}

/** Whether a group may change what is its team's. */
function changes(group: GroupConfig): boolean {
  return changesThings(activitiesOf(group));
}

/** A policy that the config names. */
function ownPolicy(arn: string): AttachedPolicy {
  return { name: groupSlug(arn), arn };
}

/** What any of a team's groups has that changes things, and what any of them is granted: a job works for whom it is. */
function dataOf(studio: StudioConfig, team: string, granted: readonly string[]): TeamData {
  const ofTeam = studio.groups.filter((group) => group.team === team);
  const groups = ofTeam.filter(changes);
  const all = (key: "buckets" | "keys" | "repositories" | "databases") => {
    const items = [...new Set(groups.flatMap((group) => group[key] ?? []))].sort();
    return items.length === 0 ? undefined : items;
  };
  const buckets = all("buckets");
  return {
    buckets,
    keys: all("keys"),
    repositories: all("repositories"),
    databases: all("databases"),
    granted: grantedTo(studio, ofTeam, false),
    closed: closedTo(ofTeam, buckets ?? [], granted),
  };
}
