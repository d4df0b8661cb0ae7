import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { computeRoleArn, executionRoleArn } from "../../naming";
import { synthesizeWorld } from "../../rehearsal/deployment";
import type { Role, World } from "../../rehearsal/world";
import { loadConfig } from "../../stacks/config/load";

/** The config that the pages about identities show. */
export const EXAMPLE = "docs/identity/example.yaml";

export const FRAUD = "ML Fraud Scientists";
export const PLATFORM = "ML Platform MLOps";

/** The example's stacks as AWS would hold them, and the roles in them. */
export interface Scene {
  readonly world: World;
  readonly instanceArn: string;
  roleOf(adGroup: string): Role;
  computeRole(team: string): Role;
  groupId(adGroup: string): string;
  role(name: string): Role;
}

/** @param file - the config to synthesize */
export function identityScene(file = EXAMPLE): Scene {
  const outdir = mkdtempSync(join(tmpdir(), "identity-"));
  try {
    const config = loadConfig(file);
    const [studio] = config.studios;
    if (!studio) throw new Error("the example has no studio");
    const world = synthesizeWorld(config, outdir);
    const found = (arn: string) => {
      const role = world.roles.get(arn);
      if (!role) throw new Error(`there is no role ${arn}`);
      return role;
    };
    return {
      world,
      instanceArn: `arn:aws:s3:${studio.region}:${studio.accountId}:access-grants/default`,
      roleOf: (adGroup) => found(executionRoleArn(studio, adGroup)),
      computeRole: (team) => found(computeRoleArn(studio, team)),
      groupId: (adGroup) => world.groups.find(({ displayName }) => displayName === adGroup)?.groupId ?? "",
      role: (name) => found([...world.roles.keys()].find((arn) => arn.endsWith(`/${name}`)) ?? name),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
