import {
  computeRolePath,
  executionRolePath,
  groupSlug,
  noAccessRoleName,
  provisionerRoleName,
  readerRoleName,
} from "../naming";
import type { GroupConfig, StudioConfig } from "../stacks/config/schema";

import { type Change, isCreated, isDeleted, type StackPlan } from "./plan-json";

/** A role that a plan deletes. */
export interface DoomedRole {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
  /** Whether it is deleted to be made anew. */
  readonly isReplaced: boolean;
}

/** What the plan of a studio's stack means for the people in it. */
export interface StudioPlan {
  readonly stack: string;
  readonly studio: StudioConfig;
  readonly plan: StackPlan;
  /** The domain in which the people have their profiles now; `undefined` if there is none (any more). */
  readonly domainId: string | undefined;
  /** The deletion of the domain, if it is planned. */
  readonly domainDeletion: Change | undefined;
  /** Whether the stack would go over to another domain and leave this one, with its people, to itself. */
  readonly leavesDomain: boolean;
  /** Group roles that are deleted, and those that are made anew. */
  readonly doomed: readonly DoomedRole[];
  /** Roles that nobody has as theirs, but without which the domain's profiles cannot be kept. */
  readonly doomedOwn: readonly DoomedRole[];
  /** Teams' compute roles that are deleted. */
  readonly doomedCompute: readonly DoomedRole[];
  /** Every group role that there is before. */
  readonly groupRoleArns: readonly string[];
  /** The groups whose role is made. */
  readonly added: readonly GroupConfig[];
}

const DOMAIN = "aws_sagemaker_domain";
const ROLE = "aws_iam_role";

/** Reads a plan of a studio's stack for what it means. Pure. */
export function studioPlan(stack: string, studio: StudioConfig, plan: StackPlan): StudioPlan {
  const { changes, prior, drift } = plan;
  const ownNames = [noAccessRoleName, provisionerRoleName, readerRoleName].map((nameOf) => nameOf(studio.name));
  const isOwn = (name: unknown) => typeof name === "string" && ownNames.includes(name);
  // By either: a role that was made elsewhere under another path is a group's all the same, and so is one of another id.
  const isGroupRole = (name: string, path: unknown) =>
    name.startsWith("role_") || path === executionRolePath(studio.name);
  const deletedRoles = changes.filter((change) => change.type === ROLE && isDeleted(change));
  const groupRoles = deletedRoles.filter(
    ({ name, change }) => isGroupRole(name, change.before?.path) && !isOwn(change.before?.name),
  );
  const made = new Set(changes.filter((change) => change.type === ROLE && isCreated(change)).map(({ name }) => name));
  const isGone = drift.some((change) => change.type === DOMAIN && isDeleted(change));
  const madeDomain = textOf(prior.resources.find(({ type }) => type === DOMAIN)?.values.id);
  const domainId = madeDomain ?? (isGone ? undefined : textOf(prior.outputs["domain-id"]));
  const domainDeletion = changes.find((change) => change.type === DOMAIN && isDeleted(change));
  return {
    stack,
    studio,
    plan,
    domainId,
    domainDeletion,
    leavesDomain:
      domainId !== undefined &&
      domainDeletion === undefined &&
      (studio.existingDomainId === undefined ? madeDomain === undefined : studio.existingDomainId !== domainId),
    doomed: groupRoles.map(doomedRole),
    doomedOwn: deletedRoles.filter(({ change }) => isOwn(change.before?.name)).map(doomedRole),
    doomedCompute: deletedRoles
      .filter(({ change }) => change.before?.path === computeRolePath(studio.name))
      .map(doomedRole),
    groupRoleArns: prior.resources
      .filter(({ type, address, values }) => {
        return type === ROLE && isGroupRole(address.slice(ROLE.length + 1), values.path) && !isOwn(values.name);
      })
      .flatMap(({ values }) => textOf(values.arn) ?? []),
    added: studio.groups.filter(({ adGroup }) => made.has(groupRoleId(adGroup))),
  };
}

/** The id of a group's role in Terraform. */
function groupRoleId(adGroup: string): string {
  return `role_${groupSlug(adGroup)}`;
}

/** Whether sweeps of a studio change nobody's profile. */
export function reportsOnly({ existingDomainId, takeOver }: StudioConfig): boolean {
  return existingDomainId !== undefined && !takeOver;
}

function doomedRole(change: Change): DoomedRole {
  const { before } = change.change;
  const name = textOf(before?.name) ?? change.name;
  return { address: change.address, name, arn: textOf(before?.arn) ?? name, isReplaced: isCreated(change) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
