import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { computeRoleArn, executionRoleArn } from "../naming";
import type { Config } from "../stacks/config/schema";
import { getDataAccess, mayUse, type Person, type PersonalSession } from "./access-grants";
import { personOf } from "./background-session";
import { synthesizeWorld } from "./deployment";
import { decide } from "./policy-simulator";
import { syntheticUserId } from "./synthetic";
import type { Role, World } from "./world";

const HOUR = 60 * 60 * 1000;

/**
 * Plays who reaches what S3 Access Grants gives to a group's people, and tells it.
 * @param config - with a group that has `accessGrants`, and one of another team
 * @param print - takes the lines, as they come
 * @returns what was not as expected
 */
export async function rehearseIdentity(config: Config, print: (line: string) => void): Promise<readonly string[]> {
  const outdir = mkdtempSync(join(tmpdir(), "rehearsal-"));
  try {
    return await play(config, synthesizeWorld(config, outdir), print);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

async function play(config: Config, world: World, print: (line: string) => void): Promise<readonly string[]> {
  const [studio] = config.studios.filter(({ groups }) => groups.some(({ accessGrants }) => accessGrants));
  const own = studio?.groups.find(({ accessGrants }) => accessGrants);
  const other = studio?.groups.find(({ team }) => team !== own?.team);
  const [grant] = own?.accessGrants ?? [];
  if (!studio || !own || !other || !grant)
    throw new Error("identities need a group with accessGrants, and another team");
  const object = `${grant.location.replace(/\/$/, "")}/${grant.prefix ?? ""}table.csv`;
  const alice = personIn(world, "alice", own.adGroup);
  const paul = personIn(world, "paul", other.adGroup);
  const [role, otherRole] = [own, other].map(({ adGroup }) => roleOf(world, executionRoleArn(studio, adGroup)));
  if (!role || !otherRole) throw new Error("the groups have no roles");
  const start = new Date("2026-11-20T08:00:00Z");
  const signedOutAt = new Date(start.getTime() + HOUR);
  const job = (inBackground: boolean): PersonalSession | "failed" => {
    const later = new Date(start.getTime() + 3 * HOUR);
    const person = personOf({ person: alice, startedAt: start, inBackground }, { signedOutAt }, later);
    return person === "failed" ? person : { role: roleOf(world, computeRoleArn(studio, own.team)), person };
  };
  const byGrant = async (session: PersonalSession | "failed") => {
    if (session === "failed") return false;
    const vended = await getDataAccess(world, session, object, "READ");
    return typeof vended !== "string" && (await mayUse(world, vended, "s3:GetObject", object));
  };
  const directly = async (who: Role) => {
    const resource = object.replace("s3://", `arn:${who.arn.split(":")[1]}:s3:::`);
    const asked = { who: { kind: "role", role: who }, action: "s3:GetObject", resource, context: {} } as const;
    return (await decide(world, asked)).verdict === "Allowed";
  };
  const scenes: readonly [what: string, reads: boolean, expected: boolean][] = [
    ["alice of the group, through a grant", await byGrant({ role, person: alice }), true],
    ["alice, with the role alone", await directly(role), false],
    ["the group's role, in which nobody is vouched for", await byGrant({ role, person: undefined }), false],
    ["paul of another team, through a grant", await byGrant({ role: otherRole, person: paul }), false],
    ["paul, with his group's role alone", await directly(otherRole), false],
    ["paul, in the group's role", await byGrant({ role, person: paul }), false],
    ["alice's job after she signed out, in a background session", await byGrant(job(true)), true],
    ["alice's job after she signed out, without one", await byGrant(job(false)), false],
  ];
  print("");
  print(`Who reads ${object}, granted to "${own.adGroup}"?`);
  const surprises: string[] = [];
  for (const [what, reads, expected] of scenes) {
    print(`       ${reads ? "yes" : "no "}  ${what}${reads === expected ? "" : "  SURPRISE"}`);
    if (reads !== expected) surprises.push(`${what}: ${reads ? "reads" : "does not read"} ${object}`);
  }
  return surprises;
}

function personIn(world: World, userName: string, adGroup: string): Person {
  const group = world.groups.find(({ displayName }) => displayName === adGroup);
  if (!group) throw new Error(`nobody looks the group ${adGroup} up`);
  return { userId: syntheticUserId(group.identityStoreId, userName), groupIds: [group.groupId] };
}

function roleOf(world: World, arn: string): Role {
  const role = world.roles.get(arn);
  if (!role) throw new Error(`there is no role ${arn}`);
  return role;
}
