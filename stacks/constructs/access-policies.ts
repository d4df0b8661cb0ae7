import { createHash } from "node:crypto";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { TerraformStack } from "cdktf";
import { executionRolePath, studioStackName } from "../../naming";
import { bundle } from "../../policies/bundle";
import { encryptionLimits } from "../../policies/encryption";
import { guardrails } from "../../policies/guardrails";
import { jobTimeLimit } from "../../policies/job-time";
import { networkLimits } from "../../policies/network";
import { ACTIVITY_NAMES, type ActivityName, COMPUTE, grants, PERSONA_NAMES, PERSONAS } from "../../policies/personas";
import { policyDocument, type Statement } from "../../policies/statement";
import type { StudioScope } from "../../policies/studio-scope";
import type { GroupConfig } from "../config/schema";
import { escapeIamVariables } from "./terraform-json";

/** A managed policy, and the name that tells it from the others of a role. */
export interface AttachedPolicy {
  readonly name: string;
  readonly arn: string;
}

/** The managed policies that the roles of a studio share. */
export interface AccessPolicies {
  /** On every group role and compute role. */
  readonly guardrails: readonly AttachedPolicy[];
  readonly compute: readonly AttachedPolicy[];
  /** What a group's persona, or its list of activities, grants. */
  of(group: GroupConfig): readonly AttachedPolicy[];
}

/**
 * The managed policies of a studio: one set for each persona, and for each list of activities that a group has, whatever
 * the number of groups, because policies compare tags.
 */
export function accessPolicies(stack: TerraformStack, scope: StudioScope): AccessPolicies {
  const managed = (name: string, parts: readonly (readonly Statement[])[]) =>
    bundle(parts).map((statements, index) => {
      const numbered = `${name}-${index + 1}`;
      return { name: numbered, arn: managedPolicy(stack, scope, numbered, statements).arn };
    });
  const granted = (name: string, activities: readonly ActivityName[]) =>
    managed(name, grants(scope, inOrder(activities)));

  const accesses = new Map<string, readonly AttachedPolicy[]>();
  const access = (name: string, activities: readonly ActivityName[]) => {
    const made = accesses.get(name) ?? granted(name, activities);
    accesses.set(name, made);
    return made;
  };
  // Every persona's, so that a group whose persona nobody had before adds nothing but its own.
  for (const persona of PERSONA_NAMES) access(persona, PERSONAS[persona]);
  return {
    guardrails: managed("guardrails", [
      ...guardrails(scope),
      ...(scope.network ? [networkLimits(scope.network)] : []),
      ...(scope.encryption ? [encryptionLimits(scope.encryption)] : []),
      ...(scope.longestJob ? [jobTimeLimit(scope.longestJob)] : []),
    ]),
    compute: granted("compute", COMPUTE),
    of: (group) => access(group.persona ?? listName(activitiesOf(group)), activitiesOf(group)),
  };
}

/** Makes a managed policy beside the roles that it is for. */
export function managedPolicy(
  stack: TerraformStack,
  scope: StudioScope,
  name: string,
  statements: readonly Statement[],
): IamPolicy {
  return new IamPolicy(stack, `policy_${name}`, {
    name: `${studioStackName(scope.name)}-${name}`,
    path: executionRolePath(scope.name),
    policy: escapeIamVariables(policyDocument(statements)),
  });
}

/** What a group may do: its persona's activities, or those that it lists. */
export function activitiesOf({ persona, activities = [] }: GroupConfig): readonly ActivityName[] {
  return persona ? PERSONAS[persona] : activities;
}

/** The only activity's name, or one for the whole list, whatever its order. */
function listName(activities: readonly ActivityName[]): string {
  const [only] = activities;
  if (only !== undefined && activities.length === 1) return only;
  return `custom-${createHash("sha256").update(inOrder(activities).join()).digest("hex").slice(0, 10)}`;
}

/** The same list in one order, so that what is made of it does not depend on how it was written. */
function inOrder(activities: readonly ActivityName[]): readonly ActivityName[] {
  return ACTIVITY_NAMES.filter((name) => activities.includes(name));
}
