import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizeWorld } from "../../rehearsal/deployment";
import type { Role, World } from "../../rehearsal/world";
import { parseConfig } from "../../stacks/config/load";

/** Configs in a few words, for what a whole file would hide. */
export interface GroupInWords {
  readonly adGroup: string;
  readonly team: string;
  readonly persona?: string;
  readonly buckets?: readonly string[];
  readonly accessGrants?: readonly { location: string; prefix?: string; permission: string }[];
  readonly dataLake?: {
    readonly database: string;
    readonly tables?: readonly string[];
    readonly columns?: readonly string[];
    readonly also?: readonly { readonly database: string; readonly tables?: readonly string[] }[];
    readonly workgroup: { readonly results: string };
  };
}

export const ACCOUNT = "444455556666";
export const INSTANCE_ARN = `arn:aws:s3:eu-west-1:${ACCOUNT}:access-grants/default`;
export const LAKE_ARN = "arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef";

/** A studio of the one account, with what its `trustedIdentityPropagation` names. */
export function studio(name: string, groups: readonly GroupInWords[], propagation: object = {}) {
  return {
    name,
    accountId: ACCOUNT,
    region: "eu-west-1",
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    trustedIdentityPropagation: propagation,
    groups: groups.map((group) => ({ persona: "data-scientist", ...group })),
  };
}

/** The config of these studios. */
export function configOf(...studios: readonly ReturnType<typeof studio>[]) {
  const identityCenter = {
    accountId: "111122223333",
    region: "eu-west-1",
    identityStoreId: "d-906716eb24",
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
  };
  const terraform = { awsProviderVersion: "~> 6.34" };
  return parseConfig(JSON.stringify({ identityCenter, studios, terraform }), "studio.yaml");
}

/** The stacks of these studios as AWS would hold them. */
export function worldOf(...studios: readonly ReturnType<typeof studio>[]): World {
  const outdir = mkdtempSync(join(tmpdir(), "identity-"));
  try {
    return synthesizeWorld(configOf(...studios), outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The role whose ARN ends so. */
export function roleIn(world: World, ending: string): Role {
  const found = [...world.roles.values()].find(({ arn }) => arn.endsWith(`/${ending}`));
  if (!found) throw new Error(`there is no role ${ending}`);
  return found;
}

/** The id of an AD group. */
export function groupIdIn(world: World, adGroup: string): string {
  return world.groups.find(({ displayName }) => displayName === adGroup)?.groupId ?? "";
}
