import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executionRoleArn, noAccessRoleArn, profileTags } from "../../naming";
import { findHolders, holdersOf } from "../../pipeline/holders";
import { peopleOf } from "../../pipeline/people";
import { waitUntilNobodyHas } from "../../pipeline/wait-for-people";
import { synthesizeWorld } from "../../rehearsal/deployment";
import { realClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import type { World } from "../../rehearsal/world";
import type { Config } from "../../stacks/config/schema";
import { role } from "../rehearsal/emulator/fixture";
import { configWith, FRAUD, PLATFORM, PRICING, studioWith } from "./example";
import { ticking } from "./fakes";

/** The people as AWS shows them to the pipeline: its own clients, against the emulator. */
const DEPLOYED = [FRAUD, PRICING, PLATFORM];
const studio = studioWith(DEPLOYED);

/** The roles of the pipeline in the studio's account. */
const PIPELINE_ROLES = {
  deployRoleArn: `arn:aws:iam::${studio.accountId}:role/studio-deploy`,
  planRoleArn: `arn:aws:iam::${studio.accountId}:role/studio-plan`,
};

const environment = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), "people-"));
let world: World;
let emulator: Emulator;
let domainId: string;

beforeAll(() => {
  const stacks = synthesizeWorld(configWith(DEPLOYED), folder);
  const everything = { Effect: "Allow" as const, Action: "*", Resource: "*" };
  const anybody = { Effect: "Allow" as const, Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const made = Object.values(PIPELINE_ROLES).map((arn) => [arn, role(arn, [everything], anybody)] as const);
  world = { ...stacks, roles: new Map([...stacks.roles, ...made]) };
});

beforeEach(async () => {
  emulator = await startEmulator({ world, clock: realClock() });
  domainId = emulator.sagemaker.domains()[0]?.id ?? "";
  for (const { adGroup } of DEPLOYED) groupId(adGroup);
  callAs();
});

afterEach(async () => {
  process.env = { ...environment };
  await emulator.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** As an administrator, unless a role is named. */
function callAs(roleArn?: string): void {
  const principal = roleArn
    ? ({ kind: "role", roleArn, sessionName: "pipeline" } as const)
    : ({ kind: "admin", accountId: studio.accountId } as const);
  const keys = emulator.callers.issue(principal, new Date(Date.now() + 3_600_000));
  process.env.AWS_ENDPOINT_URL = emulator.url;
  process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey;
  process.env.AWS_SESSION_TOKEN = keys.sessionToken;
}

function groupId(adGroup: string): string {
  const { identityStore } = emulator;
  return (identityStore.findGroupByName(adGroup) ?? identityStore.createGroup(adGroup)).groupId;
}

interface Group {
  readonly adGroup: string;
  readonly team: string;
}

/** Puts somebody into groups, with the profile that the first of them gives. */
function onboarded(name: string, group: Group, ...others: readonly Group[]): void {
  const userId = member(name, group, ...others);
  const { adGroup, team } = group;
  const tags = profileTags({ userName: name, userId, adGroup, team });
  const executionRole = executionRoleArn(studio, adGroup);
  emulator.sagemaker.addProfile(domainId, { name, ssoUser: name, executionRole, tags });
}

function member(name: string, ...groups: readonly Group[]): string {
  const { userId } = emulator.identityStore.createUser(name);
  for (const { adGroup } of groups) emulator.identityStore.addMember(groupId(adGroup), userId);
  return userId;
}

const swept = (planned: Config) => {
  const [entry = studio] = planned.studios;
  return peopleOf(planned, false).drySweep(entry, domainId);
};

describe("who has a role", () => {
  test("is found in every profile of the domain, and waited for", async () => {
    for (const name of ["alice", "bob"]) onboarded(name, FRAUD);
    onboarded("carol", PRICING);
    const role = executionRoleArn(studio, FRAUD.adGroup);
    emulator.sagemaker.addProfile(domainId, { name: "by-hand", executionRole: role });
    emulator.sagemaker.addProfile(domainId, { name: "without" });
    const profiles = peopleOf(configWith(DEPLOYED), false).profiles(studio, domainId);
    const looked = await findHolders(profiles, [role, executionRoleArn(studio, PLATFORM.adGroup)]);
    expect([...looked.values()]).toEqual([["alice", "bob", "by-hand"], []]);

    const clock = ticking(() => {
      for (const name of ["alice", "bob", "by-hand"]) {
        const profile = emulator.sagemaker.findProfile(domainId, name);
        if (profile) profile.settings = { ...profile.settings, ExecutionRole: noAccessRoleArn(studio) };
      }
    });
    expect(holdersOf(await waitUntilNobodyHas([role], profiles, clock.waiting), role)).toEqual([]);
    expect(clock.said).toEqual(["3 profiles still with a role that is to be deleted: alice, bob, by-hand"]);
  });

  test("is looked up as whom Terraform is there: the role that may only read, or the one that deploys", async () => {
    const { deployRoleArn, planRoleArn } = PIPELINE_ROLES;
    const callerOf = async (roles: object, planOnly: boolean) => {
      const planned = studioWith(DEPLOYED, roles);
      await peopleOf(configWith(DEPLOYED, roles), planOnly).profiles(planned, domainId).list();
      return emulator.calls.at(-1)?.caller.replace(/^.*:/, "");
    };
    const roles = { deployRoleArn, planRoleArn };
    expect(await callerOf(roles, false)).toMatch(/studio-deploy\/studio-pipeline$/);
    expect(await callerOf(roles, true)).toMatch(/studio-plan\/studio-pipeline$/);
    expect(await callerOf({ deployRoleArn }, true)).toMatch(/studio-deploy\/studio-pipeline$/);
    expect(await callerOf({}, true)).toBe("root");
  });
});

describe("a dry sweep", () => {
  test("says what the sweep after the deployment would do, and does nothing", async () => {
    onboarded("alice", FRAUD);
    onboarded("bob", PRICING);
    onboarded("carol", PRICING, PLATFORM);
    onboarded("dave", PLATFORM);
    member("erin", PLATFORM);
    const found = await swept(configWith([PLATFORM, FRAUD]));
    expect(found).toMatchObject({ kind: "known", studio: "research", managed: 4, withheld: [], stopped: undefined });
    const people = found.kind === "known" ? found.people : [];
    expect(people.map(({ userName, profile, actions }) => [userName, profile, actions.join()]).toSorted()).toEqual([
      ["bob", "bob", "mark,cutOff,wait"],
      ["carol", "carol", "tag,assignRole"],
      ["erin", undefined, "create"],
    ]);
    expect(emulator.calls.map(({ op }) => op).filter((op) => !/^(List|Describe|Get)/.test(op))).toEqual([]);
  });

  test("says what the removals' limit withholds", async () => {
    for (const name of ["alice", "bob"]) onboarded(name, FRAUD);
    onboarded("carol", PRICING);
    const planned = { ...configWith([PRICING]), sweep: { every: "1 hour", maxRemovals: 1 } };
    const found = await swept(planned);
    expect(found).toMatchObject({ people: [], stopped: expect.stringContaining("more than maxRemovals (1)") });
    expect(found.kind === "known" && found.withheld.map(({ userName }) => userName)).toEqual(["alice", "bob"]);
  });

  test("is not known where the caller may not look, or sees half of it", async () => {
    onboarded("alice", FRAUD);
    callAs(noAccessRoleArn(studio));
    const denied = expect.stringMatching(/^AccessDeniedException: .*not authorized to perform: /);
    expect(await swept(configWith([FRAUD]))).toEqual({ kind: "unknown", studio: "research", reason: denied });
    callAs();
    emulator.faults.once("DescribeUserProfile", "denied", 20);
    const half = { kind: "unknown", reason: expect.stringMatching(/^AccessDenied: /) };
    expect(await swept(configWith([FRAUD]))).toMatchObject(half);
  });

  test("says of a studio whose sweeps only report that they do", async () => {
    onboarded("alice", FRAUD);
    const planned = configWith([FRAUD], { existingDomainId: "d-abcdef012345" });
    expect(await swept(planned)).toMatchObject({ kind: "known", reportsOnly: true });
  });
});
