import { createHash } from "node:crypto";

/**
 * The convention that replaces a lookup table: every name that two parts of the system must agree on is computed here,
 * from the config alone. The stacks and the functions both import it. Changing what a function here returns orphans
 * roles and profiles that exist: `__tests__/naming.test.ts` holds a table of results that may never change.
 */

/** IAM: "The role name must be 1 to 64 characters of [\w+=,.@-]", not case sensitive. */
const ROLE_NAME_LIMIT = 64;

/** SageMaker: user profile names match `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}` and are not case sensitive. */
const PROFILE_NAME_LIMIT = 63;
const PROFILE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** SageMaker: names of jobs and models have at most 63 characters, and somebody must tell them apart. */
const TEAM_SLUG_LIMIT = 30;

/** What AWS takes as a tag's value, SageMaker's and IAM's narrower form. */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** The mark of a name that was changed or cut: ten hex digits of a hash of the original. */
const MARK = /-[0-9a-f]{10}$/;

/** Tag keys on profiles and roles. `team` is what ABAC compares; the others say whose the resource is. */
export const TAG = {
  team: "team",
  /** The Identity Center user name, for policies that compare it with the caller's own name. */
  userName: "studiouserid",
  /** The identity store's id of the user: survives a rename. */
  userId: "studio:user-id",
  /** The AD group that the role and the team come from. */
  group: "studio:group",
  /** The mark of what this project made. Whatever lacks it is left alone. */
  managedBy: "studio:managed-by",
  /** On the profile of somebody who left: when their spaces and the profile may be removed, as an ISO time. */
  removeAfter: "studio:remove-after",
} as const;

/**
 * Tag keys that only roles have: policies put their values into ARNs, so that one policy serves every team. Without a
 * colon, as policy variables are written.
 */
export const ROLE_TAG = {
  /** The name of the role itself, which a person may pass to a job. */
  executionRole: "studioexecutionrole",
  /** The name of the team's compute role. */
  computeRole: "studiocomputerole",
  /** What names of the team's jobs and models may begin with: see {@link teamPrefix}. */
  prefix: "studioprefix",
} as const;

/** The value of {@link TAG.managedBy}. */
export const MANAGED_BY = "studio-onboarding";

/** Where a studio's resources live. */
export interface StudioPlace {
  /** The studio's name in the config. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
}

/** Whom a profile belongs to, and through which group. */
export interface ProfileOwner {
  readonly userName: string;
  readonly userId: string;
  readonly adGroup: string;
  readonly team: string;
}

/**
 * AWS's partition of a Region: part of every ARN.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function partitionOf(region: string): "aws" | "aws-cn" | "aws-us-gov" {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** Two spellings of an AD group are the same group when this is equal: AD compares names without regard to case. */
export function canonicalGroup(adGroup: string): string {
  return adGroup.toLowerCase();
}

/** The name of a studio's stack, and the beginning of every role name in it. */
export function studioStackName(studio: string): string {
  return `studio-${studio}`;
}

/** The IAM path of the roles that a studio's profiles can have; no other role lives under it, so PassRole is limited to it. */
export function executionRolePath(studio: string): string {
  return `/studio/${studio}/`;
}

/**
 * The name of the execution role of an AD group in a studio: `studio-<studio>.<group>`.
 * Lower case; a group name with other characters than `[\w+=,.@-]`, or too long, is shortened and gets a hash.
 * Different groups have different names, and no studio's names collide with another's (studio names have no dot).
 */
export function executionRoleName(studio: string, adGroup: string): string {
  const prefix = `${studioStackName(studio)}.`;
  return prefix + marked(canonicalGroup(adGroup), /^[\w+=,.@-]+$/, /[^\w+=,.@-]+/g, ROLE_NAME_LIMIT - prefix.length);
}

/** The ARN of {@link executionRoleName}. */
export function executionRoleArn(studio: StudioPlace, adGroup: string): string {
  return roleArn(studio, executionRolePath(studio.name), executionRoleName(studio.name, adGroup));
}

/** The IAM path of the roles that jobs and endpoints run with: not one that a profile can have. */
export function computeRolePath(studio: string): string {
  return `/studio-compute/${studio}/`;
}

/**
 * The name of a team's compute role in a studio: `studio-<studio>@<team>`.
 */
export function computeRoleName(studio: string, team: string): string {
  const prefix = `${studioStackName(studio)}@`;
  return prefix + teamSlug(team, ROLE_NAME_LIMIT - prefix.length);
}

/**
 * What the name of a job or a model begins with, to be recognized as the team's where AWS compares no tags: its logs can
 * then be read, and no other team can deploy it. No team's prefix begins with another's: a slug holds no double hyphen.
 */
export function teamPrefix(team: string): string {
  return `${teamSlug(team, TEAM_SLUG_LIMIT)}--`;
}

/** The ARN of {@link computeRoleName}. */
export function computeRoleArn(studio: StudioPlace, team: string): string {
  return roleArn(studio, computeRolePath(studio.name), computeRoleName(studio.name, team));
}

/** The role of the domain's default settings, which may do nothing: whoever signs in without a group has it. */
export function noAccessRoleName(studio: string): string {
  return `${studioStackName(studio)}-no-access`;
}

/** The ARN of {@link noAccessRoleName}. */
export function noAccessRoleArn(studio: StudioPlace): string {
  return roleArn(studio, executionRolePath(studio.name), noAccessRoleName(studio.name));
}

/** The IAM path of what the onboarding needs for itself, apart from the roles that people get. */
export const ONBOARDING_PATH = "/studio-onboarding/";

/** The role in a studio's account through which the onboarding function acts there. */
export function provisionerRoleName(studio: string): string {
  return `${studioStackName(studio)}-provisioner`;
}

/** The ARN of {@link provisionerRoleName}. */
export function provisionerRoleArn(studio: StudioPlace): string {
  return roleArn(studio, ONBOARDING_PATH, provisionerRoleName(studio.name));
}

/** The role in a studio's account through which the sweep looks, and can change nothing. */
export function readerRoleName(studio: string): string {
  return `${studioStackName(studio)}-reader`;
}

/** The ARN of {@link readerRoleName}. */
export function readerRoleArn(studio: StudioPlace): string {
  return roleArn(studio, ONBOARDING_PATH, readerRoleName(studio.name));
}

/** The role whose credentials S3 Access Grants hands out for a studio's granted places. */
export function locationRoleName(studio: string): string {
  return `${studioStackName(studio)}-access-grants`;
}

/** The ARN of {@link locationRoleName}. */
export function locationRoleArn(studio: StudioPlace): string {
  return roleArn(studio, ONBOARDING_PATH, locationRoleName(studio.name));
}

/** The role whose credentials S3 Access Grants hands out for results of Athena: each person's own. */
export function resultsRoleName(studio: string): string {
  return `${studioStackName(studio)}-query-results`;
}

/** The ARN of {@link resultsRoleName}. */
export function resultsRoleArn(studio: StudioPlace): string {
  return roleArn(studio, ONBOARDING_PATH, resultsRoleName(studio.name));
}

/** The role that a studio's Athena workgroups run queries with. */
export function athenaRoleName(studio: string): string {
  return `${studioStackName(studio)}-athena`;
}

/** How the names of a studio's Athena workgroups begin; a studio's own name has no dot. */
export function workgroupPrefix(studio: string): string {
  return `${studioStackName(studio)}.`;
}

/** The Athena workgroup of an AD group. Athena: 1 to 128 characters of `[a-zA-Z0-9._-]`. */
export function workgroupName(studio: string, adGroup: string): string {
  return `${workgroupPrefix(studio)}${groupSlug(adGroup)}`;
}

/** The function that answers membership hints, and its role. */
export const ONBOARDING_FUNCTION = "studio-onboarding";

/** The ARN of the role that the onboarding function runs with, in Identity Center's account. */
export function onboardingRoleArn(identityCenter: { readonly accountId: string; readonly region: string }): string {
  return roleArn(identityCenter, ONBOARDING_PATH, ONBOARDING_FUNCTION);
}

/** The function that finds what events missed, and its role. */
export const SWEEP_FUNCTION = "studio-sweep";

/** The ARN of the role that the sweep function runs with, in Identity Center's account. */
export function sweepRoleArn(identityCenter: { readonly accountId: string; readonly region: string }): string {
  return roleArn(identityCenter, ONBOARDING_PATH, SWEEP_FUNCTION);
}

/**
 * The Studio profile name of an Identity Center user.
 * A name that SageMaker takes is kept as it is; any other (an e-mail address, a dot, a non-Latin name, more than 63
 * characters) is shortened and gets a hash, and so is a name that could be mistaken for a shortened one.
 */
export function profileName(userName: string): string {
  if (PROFILE_NAME.test(userName) && !MARK.test(userName.toLowerCase())) return userName;
  return marked(userName.toLowerCase(), /^$/, /[^a-z0-9]+/g, PROFILE_NAME_LIMIT);
}

/** True for a profile name that {@link profileName} must have made: nobody types such a mark by hand. */
export function isShortenedName(name: string): boolean {
  return MARK.test(name);
}

/** The ARN of a user profile, where AWS does not return it. */
export function profileArn(studio: StudioPlace & { readonly domainId: string }, name: string): string {
  const { region, accountId, domainId } = studio;
  return `arn:${partitionOf(region)}:sagemaker:${region}:${accountId}:user-profile/${domainId}/${name}`;
}

/**
 * True if Identity Center would not tell two user names apart. Only A to Z are folded: a name with a look-alike letter,
 * such as the Kelvin sign, stays another person's.
 */
export function isSameUserName(one: string, other: string): boolean {
  const fold = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return fold(one) === fold(other);
}

/** The tags that every managed profile has. */
export function profileTags(owner: ProfileOwner): Record<string, string> {
  return {
    [TAG.team]: owner.team,
    [TAG.userName]: isTagValue(owner.userName) ? owner.userName : profileName(owner.userName),
    [TAG.userId]: owner.userId,
    [TAG.group]: groupTag(owner.adGroup),
    [TAG.managedBy]: MANAGED_BY,
  };
}

/** The tags of a group's execution role; `team` is what its policies compare with. */
export function executionRoleTags(
  studio: string,
  group: { readonly adGroup: string; readonly team: string },
): Record<string, string> {
  const role = executionRoleName(studio, group.adGroup);
  return {
    ...computeRoleTags(studio, group.team),
    [TAG.group]: groupTag(group.adGroup),
    // A role name may hold a comma, a tag's value may not: such a group's jobs run with the compute role alone.
    ...(isTagValue(role) && { [ROLE_TAG.executionRole]: role }),
  };
}

/** The tags of a team's compute role. */
export function computeRoleTags(studio: string, team: string): Record<string, string> {
  return {
    [TAG.team]: team,
    [TAG.managedBy]: MANAGED_BY,
    [ROLE_TAG.computeRole]: computeRoleName(studio, team),
    [ROLE_TAG.prefix]: teamPrefix(team),
  };
}

/** True for what AWS takes as the value of a tag. */
export function isTagValue(text: string): boolean {
  return TAG_VALUE.test(text) && !/^aws:/i.test(text);
}

/** The short form of a team's name. Teams are told apart by case, as tag values are; the names made of them are not. */
function teamSlug(team: string, limit: number): string {
  return marked(team, /^[a-z0-9]+(-[a-z0-9]+)*$/, /[^A-Za-z0-9]+/g, limit).toLowerCase();
}

/** The short form of a group's name, readable and unique, for Terraform's ids: without `_`, which separates their parts. */
export function groupSlug(adGroup: string): string {
  return marked(canonicalGroup(adGroup), /^[a-z0-9-]+$/, /[^a-z0-9-]+/g, ROLE_NAME_LIMIT);
}

function groupTag(adGroup: string): string {
  return isTagValue(adGroup) ? adGroup : groupSlug(adGroup);
}

function roleArn(place: { readonly accountId: string; readonly region: string }, path: string, name: string): string {
  return `arn:${partitionOf(place.region)}:iam::${place.accountId}:role${path}${name}`;
}

/** `text` as it is if it is `valid` and fits, else its readable rest and a hash of the whole. */
function marked(text: string, valid: RegExp, invalid: RegExp, limit: number): string {
  if (valid.test(text) && text.length <= limit && !MARK.test(text)) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const readable = text
    .replace(invalid, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, limit - hash.length - 1)
    .replace(/-+$/, "");
  return readable === "" ? `x-${hash}` : `${readable}-${hash}`;
}
