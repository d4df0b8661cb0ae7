import { z } from "zod";
import { type Context, decide } from "./policy-simulator";
import type { ResolvedBlock, Role, World } from "./world";

/** Somebody whom Identity Center vouches for, in a session of a role. */
export interface Person {
  readonly userId: string;
  readonly groupIds: readonly string[];
}

/** A session that may carry a person: a notebook's, or a job's. */
export interface PersonalSession {
  readonly role: Role;
  /** `undefined` where nobody vouches for anybody: the role alone. */
  readonly person: Person | undefined;
}

type Permission = "READ" | "WRITE";

/** A grant as S3 Access Grants has it. */
interface Grant {
  /** `s3://bucket/path/*`. */
  readonly scope: string;
  readonly permissions: readonly Permission[];
  readonly groupId: string;
  readonly locationRoleArn: string;
}

/** What S3 Access Grants hands out: a session of the location's role, for what the grant says and nothing else. */
export interface VendedSession {
  readonly role: Role;
  readonly scope: string;
  readonly permission: Permission;
  readonly context: Context;
}

const location = z.looseObject({ location_scope: z.string(), iam_role_arn: z.string() });
const grant = z.looseObject({
  access_grants_location_id: z.string(),
  permission: z.enum(["READ", "WRITE", "READWRITE"]),
  access_grants_location_configuration: z.array(z.looseObject({ s3_sub_prefix: z.string() })).length(1),
  grantee: z
    .array(z.looseObject({ grantee_type: z.literal("DIRECTORY_GROUP"), grantee_identifier: z.string() }))
    .length(1),
});

const WRITES = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];

/**
 * Asks S3 Access Grants for access to a place, as code in a notebook does, and SageMaker for a job.
 * @param target - such as `s3://acme-fraud-data/curated/2026.csv`
 * @returns the session that is handed out, or why none is
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-credentials.html
 */
export async function getDataAccess(
  world: World,
  { role, person }: PersonalSession,
  target: string,
  permission: Permission,
): Promise<VendedSession | string> {
  const instance = instanceOf(world, role);
  if (instance === undefined) return "there is no instance";
  const { instanceArn, grants } = instance;
  const who = { kind: "role", role } as const;
  const may = async (action: string, resource: string, context: Context = {}) =>
    (await decide(world, { who, action, resource, context })).verdict === "Allowed";
  if (!(await may("s3:GetDataAccess", instanceArn))) return "the role may not ask";
  const groups = new Set(person?.groupIds);
  const found = grants.find(
    (each) => groups.has(each.groupId) && each.permissions.includes(permission) && isWithin(target, each.scope),
  );
  if (!person || !found) return "nobody granted it";
  const { scope, locationRoleArn } = found;
  const locationRole = world.roles.get(locationRoleArn);
  if (!locationRole) return `there is no role ${locationRoleArn}`;
  // Part of the policy that STS looks at on either side.
  const allows = role.policies
    .flatMap(({ document }) => document.Statement)
    .some(
      ({ Effect, Action, Resource }) =>
        Effect === "Allow" && [Action].flat().includes("sts:SetContext") && [Resource].flat().includes(locationRoleArn),
    );
  if (!allows) return "the role may not show the person";
  const source = {
    "aws:SourceAccount": role.accountId,
    "aws:SourceArn": instanceArn,
    "sts:RequestContextProviders": `arn:${instanceArn.split(":")[1]}:iam::aws:contextProvider/IdentityCenter`,
  };
  const accessGrants = { kind: "service", service: "access-grants.s3.amazonaws.com" } as const;
  for (const action of ["sts:AssumeRole", "sts:SetContext"]) {
    const { verdict } = await decide(world, { who: accessGrants, action, resource: locationRoleArn, context: source });
    if (verdict !== "Allowed") return `S3 may not ${action}`;
  }
  return {
    role: locationRole,
    scope,
    permission,
    context: {
      "s3:AccessGrantsInstanceArn": instanceArn,
      "aws:ResourceAccount": role.accountId,
      "identitystore:UserId": person.userId,
    },
  };
}

/** Whether a session that was handed out may do something with an object: its role and its grant must both allow it. */
export async function mayUse(world: World, session: VendedSession, action: string, object: string): Promise<boolean> {
  const { role, scope, permission, context } = session;
  if (!isWithin(object, scope) || WRITES.includes(action) !== (permission === "WRITE")) return false;
  const resource = `arn:${role.arn.split(":")[1]}:s3:::${object.replace("s3://", "")}`;
  return (await decide(world, { who: { kind: "role", role }, action, resource, context })).verdict === "Allowed";
}

/** The instance that a role's account has, and its grants. */
function instanceOf(
  world: World,
  role: Role,
): { readonly instanceArn: string; readonly grants: readonly Grant[] } | undefined {
  const inAccount = (type: string) =>
    world.blocks.filter((block) => block.type === type && block.stack.accountId === role.accountId);
  const locations = new Map(
    inAccount("aws_s3control_access_grants_location").map((block) => [
      String(block.attribute("access_grants_location_id")),
      location.parse(block.config),
    ]),
  );
  const blocks = inAccount("aws_s3control_access_grant");
  const [first] = blocks;
  if (!first) return undefined;
  const { region, accountId } = first.stack;
  const partition = role.arn.split(":")[1];
  return {
    instanceArn: `arn:${partition}:s3:${region}:${accountId}:access-grants/default`,
    grants: blocks.map((block) => grantOf(block, locations)),
  };
}

function grantOf(block: ResolvedBlock, locations: ReadonlyMap<string, z.infer<typeof location>>): Grant {
  const { access_grants_location_id: id, permission, ...parsed } = grant.parse(block.config);
  const place = locations.get(id);
  if (!place) throw new Error(`${block.address}: there is no location ${id}`);
  const permissions: Permission[] = [];
  if (permission !== "WRITE") permissions.push("READ");
  if (permission !== "READ") permissions.push("WRITE");
  return {
    scope: `${place.location_scope}${parsed.access_grants_location_configuration[0]?.s3_sub_prefix}`,
    permissions,
    groupId: parsed.grantee[0]?.grantee_identifier ?? "",
    locationRoleArn: place.iam_role_arn,
  };
}

/** Whether a place is what a scope, with `*` at its end, stands for. */
function isWithin(place: string, scope: string): boolean {
  return scope.endsWith("*") ? place.startsWith(scope.slice(0, -1)) : place === scope;
}
