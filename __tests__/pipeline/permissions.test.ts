import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executionRoleArn, noAccessRoleArn, profileTags, studioStackName, TAG } from "../../naming";
import { findHolders } from "../../pipeline/holders";
import { peopleOf } from "../../pipeline/people";
import { deploymentPolicies } from "../../policies/deployment/deployment-policies";
import { people } from "../../policies/deployment/people";
import { readBlocks } from "../../policies/deployment/stack";
import { synthesizeWorld } from "../../rehearsal/deployment";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import type { Role, World } from "../../rehearsal/world";
import type { Config, StudioConfig } from "../../stacks/config/schema";
import { roleWith } from "../apply/judgement";
import { configWith, FRAUD, PLATFORM } from "./example";

/*
 * The pipeline looks at people as the roles with which Terraform works. Here these have the permissions that
 * `npm run deploy-policy` writes and no others, each in an account of its own, and the emulator decides every call.
 */

const HOME = "111122223333";
const PIPELINE = "222233334444";
const ACCOUNTS = { research: "444455556666", "taken-over": "777788889999" } as const;
const EXISTING = "d-abcdef012345";

const roleArn = (accountId: string, name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const rolesIn = (accountId: string) => ({
  accountId,
  deployRoleArn: roleArn(accountId, "studio-deploy"),
  planRoleArn: roleArn(accountId, "studio-plan"),
});

const plain = configWith([FRAUD, PLATFORM], rolesIn(ACCOUNTS.research), [
  { name: "taken-over", existingDomainId: EXISTING, takeOver: true, ...rolesIn(ACCOUNTS["taken-over"]) },
]);
const config: Config = { ...plain, identityCenter: { ...plain.identityCenter, ...rolesIn(HOME) } };
const stacks = [...config.studios.map(({ name }) => studioStackName(name)), "onboarding"];

const environment = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), "permissions-"));
let world: World;
let texts: ReadonlyMap<string, string>;
let emulator: Emulator;

/** A role with the documents of this name, which whoever runs the pipeline may assume. */
function role(accountId: string, name: string, documents: string): Role {
  const policies = deploymentPolicies(config, texts).filter((each) => each.name.replace(/-\d+$/, "") === documents);
  const trusted = { AWS: `arn:aws:iam::${PIPELINE}:root` };
  const Statement = [{ Effect: "Allow", Principal: trusted, Action: "sts:AssumeRole" } as const];
  return { ...roleWith(roleArn(accountId, name), policies), trust: { Version: "2012-10-17", Statement } };
}

beforeAll(() => {
  const synthesized = synthesizeWorld(config, folder);
  texts = new Map(stacks.map((name) => [name, readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8")]));
  const inAccounts = [HOME, ...Object.values(ACCOUNTS)].flatMap((accountId) => [
    role(accountId, "studio-deploy", `${accountId}-deploy`),
    role(accountId, "studio-plan", `${accountId}-plan`),
  ]);
  const ofPipelines = ["pipeline-deploy", "pipeline-plan"].map((name) => role(PIPELINE, name, name));
  const roles = [...inAccounts, ...ofPipelines].map((each) => [each.arn, each] as const);
  world = { ...synthesized, roles: new Map([...synthesized.roles, ...roles]) };
});

beforeEach(async () => {
  emulator = await startEmulator({ world, clock: realClock() });
});

afterEach(async () => {
  process.env = { ...environment };
  await emulator.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What is run as the pipeline that plans, or as the one that deploys. */
function runAs(pipeline: "pipeline-plan" | "pipeline-deploy"): void {
  const principal = { kind: "role", roleArn: roleArn(PIPELINE, pipeline), sessionName: "run" } as const;
  const keys = emulator.callers.issue(principal, new Date(Date.now() + 3_600_000));
  process.env.AWS_ENDPOINT_URL = emulator.url;
  process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey;
  process.env.AWS_SESSION_TOKEN = keys.sessionToken;
}

function domainOf({ name, existingDomainId }: StudioConfig): string {
  return existingDomainId ?? emulator.sagemaker.domains().find((domain) => domain.name === name)?.id ?? "";
}

/** Alice is in her group, bob has left it, and carol was cut off before: her space with its app is to go. */
function inhabit(studio: StudioConfig): void {
  const { identityStore, sagemaker } = emulator;
  const domainId = domainOf(studio);
  for (const userName of ["alice", "bob", "carol"]) {
    const { userId } = identityStore.findUserByName(userName) ?? identityStore.createUser(userName);
    const isCut = userName === "carol";
    const executionRole = isCut ? noAccessRoleArn(studio) : executionRoleArn(studio, FRAUD.adGroup);
    const removeAfter = isCut && { [TAG.removeAfter]: "2026-01-01T00:00:00.000Z" };
    const tags = { ...profileTags({ userName, userId, ...FRAUD }), ...removeAfter };
    const profile = sagemaker.addProfile(domainId, { name: userName, ssoUser: userName, executionRole, tags });
    if (isCut) profile.settings = { ...profile.settings, StudioWebPortal: "DISABLED" };
  }
  const [group, alice] = [identityStore.findGroupByName(FRAUD.adGroup), identityStore.findUserByName("alice")];
  identityStore.addMember(group?.groupId ?? "", alice?.userId ?? "");
  sagemaker.addSpace(domainId, { name: "carols", owner: "carol" });
  sagemaker.addApp(domainId, { spaceName: "carols" });
}

/** The actions that {@link people} allows. */
function granted(): readonly string[] {
  const [place, instanceArn] = [{ accountId: HOME, region: "eu-west-1" }, ""];
  const statements = [...texts].flatMap(([name, text]) => {
    return people({ name, place, instanceArn, propagatesIdentity: false, blocks: readBlocks(text) }).read;
  });
  return [...new Set(statements.flatMap(({ Action }) => Action))].toSorted();
}

describe.each([
  { pipeline: "pipeline-plan", planOnly: true },
  { pipeline: "pipeline-deploy", planOnly: false },
] as const)("the generated permissions of the roles of $pipeline", ({ pipeline, planOnly }) => {
  test.each(Object.keys(ACCOUNTS))("are enough to see who has which role in studio %s", async (name) => {
    const studio = config.studios.find((each) => each.name === name);
    if (!studio) throw new Error(`no studio ${name}`);
    inhabit(studio);
    runAs(pipeline);
    const profiles = peopleOf(config, planOnly).profiles(studio, domainOf(studio));
    const holders = await findHolders(profiles, [executionRoleArn(studio, FRAUD.adGroup)]);
    expect([...holders.values()]).toEqual([["alice", "bob"]]);
  });

  test("are enough to say what a sweep would do", async () => {
    for (const studio of config.studios) {
      inhabit(studio);
      runAs(pipeline);
      const swept = await peopleOf(config, planOnly).drySweep(studio, domainOf(studio));
      expect(swept).toMatchObject({ kind: "known", studio: studio.name, managed: 3 });
      const people = swept.kind === "known" ? swept.people : [];
      expect(people.map(({ userName, actions }) => [userName, actions.join()])).toEqual([
        ["bob", "mark,cutOff,wait"],
        ["carol", "deleteApp,wait"],
      ]);
    }
  });

  test("hold nothing that no look at people needs", async () => {
    const [studio] = config.studios;
    if (!studio) throw new Error("no studio");
    inhabit(studio);
    runAs(pipeline);
    const found = peopleOf(config, planOnly);
    await findHolders(found.profiles(studio, domainOf(studio)), []);
    // Where nobody can list everybody, it is asked who the people of the profiles are, one by one.
    emulator.faults.once("ListUsers", "denied", 1);
    expect(await found.drySweep(studio, domainOf(studio))).toMatchObject({ kind: "unknown" });
    await peopleOf(config, planOnly).drySweep(studio, domainOf(studio));
    const needed = emulator.calls.flatMap(({ requires }) => requires.map(({ action }) => action));
    expect(emulator.calls.filter(({ outcome }) => outcome !== "ok").map(({ op }) => op)).toEqual(["ListUsers"]);
    expect(granted().filter((action) => !needed.includes(action))).toEqual([]);
  });
});
