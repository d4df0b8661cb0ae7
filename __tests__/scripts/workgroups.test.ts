import { AthenaClient, InvalidRequestException, type WorkGroup } from "@aws-sdk/client-athena";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { workgroupName } from "../../naming";
import { createClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import { studioArguments } from "../../scripts/studio-command";
import { WORKGROUPS, workgroups } from "../../scripts/workgroups";
import type { StudioConfig } from "../../stacks/config/schema";
import { ACCOUNT, configOf, type GroupInWords, studio } from "../identity/studios";

/** Whoever queries is assigned to the application of the workgroup, which only Athena knows. */
const NOW = new Date("2026-11-22T12:00:00Z");
const GROUPS = ["ML Fraud Scientists", "ML Risk"];
const OTHERS: GroupInWords = { adGroup: "ML Others", team: "other" };

const querying = GROUPS.map((adGroup, index): GroupInWords => {
  const database = `db${index}`;
  return { adGroup, team: "fraud", dataLake: { database, workgroup: { results: `s3://acme-results/${database}` } } };
});
const config = configOf(studio("research", [...querying, OTHERS]));
const [research] = config.studios;
if (!research) throw new Error("no studio");

function applicationArn(index: number): string {
  return `arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-000000000000000${index}`;
}

function made(index: number, accountId = ACCOUNT): Partial<WorkGroup> {
  const ExecutionRole = `arn:aws:iam::${accountId}:role/studio/onboarding/studio-research-athena`;
  return { IdentityCenterApplicationArn: applicationArn(index), Configuration: { ExecutionRole } };
}

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    clock: createClock(NOW),
    options: { identityStoreId: "d-906716eb24", identityCenterAccountId: "111122223333" },
  });
  for (const [index, name] of GROUPS.entries()) {
    emulator.identityStore.createGroup(name, { groupId: groupId(index) });
    emulator.ssoAdmin.createApplication(applicationArn(index));
  }
});
afterEach(() => emulator.close());

function groupId(index: number): string {
  return `93f7a2c4-0000-4000-8000-00000000000${index}`;
}

/** Runs the command where Athena has these workgroups, by the groups' names. */
function run(
  wish: (typeof WORKGROUPS.wishes)[number],
  there: Readonly<Record<string, Partial<WorkGroup>>> = { [GROUPS[0] ?? ""]: made(0), [GROUPS[1] ?? ""]: made(1) },
  entry: StudioConfig | undefined = research,
): Promise<string> {
  if (!entry) throw new Error("no studio");
  const later = new Date(NOW.getTime() + 3_600_000);
  const { accessKeyId, secretAccessKey, sessionToken } = emulator.callers.issue(
    { kind: "admin", accountId: "111122223333" },
    later,
  );
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const settings = { endpoint: emulator.url, region: "eu-west-1", maxAttempts: 1, credentials };
  const athena = new AthenaClient({ region: "eu-west-1", credentials });
  athena.middlewareStack.add(
    () =>
      async ({ input }) => {
        const asked = "WorkGroup" in input ? input.WorkGroup : undefined;
        const found = Object.entries(there).find(([adGroup]) => workgroupName("research", adGroup) === asked)?.[1];
        if (found) return { output: { WorkGroup: { Name: asked, ...found }, $metadata: {} }, response: {} };
        throw new InvalidRequestException({ message: `WorkGroup ${asked} is not found.`, $metadata: {} });
      },
    { step: "initialize" },
  );
  const clients = {
    athena,
    ssoAdmin: new SSOAdminClient(settings),
    identityStore: new IdentitystoreClient(settings),
  };
  return workgroups(entry, "d-906716eb24", wish, clients, async () => {});
}

const isAssigned = (index: number) => emulator.ssoAdmin.isAssigned(applicationArn(index), [groupId(index)]);
const created = () => emulator.calls.filter(({ op }) => op === "CreateApplicationAssignment").length;

test("shows who cannot query yet, and assigns nobody", async () => {
  expect(await run("show")).toBe(
    "studio research\n" +
      `ML Fraud Scientists, workgroup ${workgroupName("research", "ML Fraud Scientists")}: not assigned: its people cannot query\n` +
      `ML Risk, workgroup ${workgroupName("research", "ML Risk")}: not assigned: its people cannot query\n`,
  );
  expect([isAssigned(0), isAssigned(1)]).toEqual([false, false]);
});

test("assigns each group to its own workgroup's application, and no other, once", async () => {
  emulator.ssoAdmin.assign({ applicationArn: applicationArn(0), principalId: groupId(0), principalType: "GROUP" });
  const text = await run("assign");
  expect(text).toMatch(/^ML Fraud Scientists, .*: assigned$/m);
  expect(text).toMatch(/^ML Risk, .*: now assigned$/m);
  expect([isAssigned(0), isAssigned(1)]).toEqual([true, true]);
  expect(emulator.ssoAdmin.isAssigned(applicationArn(0), [groupId(1)])).toBe(false);
  expect(await run("assign")).not.toContain("now");
  expect(created()).toBe(1);
});

test.each([
  ["a workgroup that is not deployed", made(0), undefined, /there is no workgroup .*; deploy studio-research first/],
  ["one of before", made(0), { Configuration: {} }, /has no application in Identity Center, and its kind cannot/],
  ["another account's", made(0), made(1, "999988887777"), /these credentials are of 999988887777/],
])("nobody is assigned, not even the first, with %s", async (_what, first, second, message) => {
  const there = { [GROUPS[0] ?? ""]: first, ...(second && { [GROUPS[1] ?? ""]: second }) };
  await expect(run("assign", there)).rejects.toThrow(message);
  expect(created()).toBe(0);
});

test("a group that the directory does not have is named", async () => {
  emulator.identityStore.deleteGroup(groupId(1));
  await expect(run("assign")).rejects.toThrow("identity store d-906716eb24 has no group ML Risk");
  expect(created()).toBe(0);
});

test("a studio in which nobody queries", async () => {
  const [nobody] = configOf(studio("research", [OTHERS])).studios;
  expect(await run("assign", {}, nobody)).toBe("studio research: no group has a dataLake, and so none a workgroup\n");
});

test("what it can be asked for", () => {
  expect(studioArguments(WORKGROUPS, ["research"], config).wish).toBe("show");
  expect(() => studioArguments(WORKGROUPS, ["research", "on"], config)).toThrow("on: expected show or assign");
});
