import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { SageMakerClient, UpdateDomainCommand } from "@aws-sdk/client-sagemaker";
import { PutApplicationSessionConfigurationCommand, SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import { createClock } from "../../rehearsal/emulator/clock";
import { type Emulator, type EmulatorWorld, startEmulator } from "../../rehearsal/emulator/server";
import type { Domain } from "../../rehearsal/world";
import { BACKGROUND_SESSIONS, backgroundSessions, sessionClients } from "../../scripts/background-sessions";
import { studioArguments } from "../../scripts/studio-command";
import type { Config, StudioConfig } from "../../stacks/config/schema";
import { auditConfig } from "../audit/config";
import { role } from "../rehearsal/emulator/fixture";

const NOW = new Date("2026-11-22T12:00:00Z");
const APPLICATION = "arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-0123456789abcdef";
const READER = "arn:aws:iam::111122223333:role/session-reader";

const config = auditConfig();
const research = studioOf(config);

function studioOf({ studios: [studio] }: Config): StudioConfig {
  if (!studio) throw new Error("no studio");
  return studio;
}

const domain: Domain = {
  id: "d-abcdefabcdef",
  arn: "arn:aws:sagemaker:eu-west-1:444455556666:domain/d-abcdefabcdef",
  name: "research",
  accountId: "444455556666",
  region: "eu-west-1",
  authMode: "SSO",
  url: "https://example",
  applicationArn: APPLICATION,
  defaultExecutionRole: "arn:aws:iam::444455556666:role/studio/research/studio-research-no-access",
  sourceIdentity: "USER_PROFILE_NAME",
  tags: {},
};

const reader = role(
  READER,
  [
    {
      Effect: "Allow",
      Action: ["sso:GetApplicationSessionConfiguration"],
      Resource: "arn:aws:sso::111122223333:application/*",
    },
  ],
  { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
);

const started: Emulator[] = [];
afterEach(() => Promise.all(started.splice(0).map((each) => each.close())));

/** AWS with the studio's domain, and clients in both accounts. */
async function aws(domains: readonly Domain[] = [domain], accountId = "444455556666") {
  const groupId = "93f7a2c4-0000-4000-8000-00000000000a";
  const world: EmulatorWorld = {
    stacks: [],
    groups: [],
    roles: new Map([[READER, reader]]),
    domains,
    assignments: [{ applicationArn: APPLICATION, principalId: groupId, principalType: "GROUP" }],
  };
  const emulator = await startEmulator({ world, clock: createClock(NOW) });
  started.push(emulator);
  const later = new Date(NOW.getTime() + 3_600_000);
  const settings = (of: Parameters<typeof emulator.callers.issue>[0]) => {
    const { accessKeyId, secretAccessKey, sessionToken } = emulator.callers.issue(of, later);
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    return { endpoint: emulator.url, region: "eu-west-1", maxAttempts: 1, credentials };
  };
  const clients = {
    sageMaker: new SageMakerClient(settings({ kind: "admin", accountId })),
    ssoAdmin: new SSOAdminClient(settings({ kind: "admin", accountId: "111122223333" })),
  };
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  return {
    emulator,
    clients,
    settings,
    waits,
    run: (wish: (typeof BACKGROUND_SESSIONS.wishes)[number], studio: StudioConfig = research, as = clients) =>
      backgroundSessions(studio, wish, as, wait),
    state: () => emulator.ssoAdmin.backgroundSessions(APPLICATION),
    ops: () => emulator.calls.map(({ op, outcome }) => (outcome === "ok" ? op : `${op}: ${outcome}`)),
  };
}

test("shows that they are on, as AWS has it, and changes nothing", async () => {
  const { run, ops } = await aws();
  const text = await run("show");
  expect(text).toMatch(
    /^studio research: user background sessions are on\napplication arn:aws:sso::111122223333:application\//,
  );
  expect(text).toContain("set in the console alone");
  expect(ops()).toEqual(["ListDomains", "DescribeDomain", "GetApplicationSessionConfiguration"]);
});

test("switches them off and on again, and says what becomes of jobs that run", async () => {
  const { run, state } = await aws();
  const off = await run("off");
  expect(off).toMatch(/^studio research: user background sessions are now off$/m);
  expect(off).toContain("Jobs that run already keep their background session.");
  expect(state()).toBe("DISABLED");
  expect(await run("show")).toContain("user background sessions are off\n");
  const on = await run("on");
  expect(on).toContain("user background sessions are now on\n");
  expect(on).toContain("Jobs that run already keep the session that they have");
  expect(state()).toBe("ENABLED");
});

test.each([
  ["on", "on", []],
  ["off", "off", ["PutApplicationSessionConfiguration"]],
] as const)("%s twice is done once at the most", async (wish, state, puts) => {
  const { run, ops } = await aws();
  await run(wish);
  expect(await run(wish)).toContain(`user background sessions are ${state}, as they were; nothing was changed`);
  expect(ops().filter((op) => op.startsWith("Put"))).toEqual(puts);
});

test("says how long a job goes on at the most", async () => {
  const { run } = await aws();
  expect(await run("on")).toContain("How long a job runs is not limited");
  const limited = { ...research, trustedIdentityPropagation: { longestJob: "2 days" } };
  expect(await run("on", limited)).toContain("A job runs for 2 days at the most");
  expect(await run("off", limited)).not.toContain("2 days");
});

test("another application of the same instance is left alone", async () => {
  const { run, emulator } = await aws();
  const other = APPLICATION.replace("apl-0", "apl-1");
  emulator.ssoAdmin.createApplication(other);
  await run("off");
  expect(emulator.ssoAdmin.backgroundSessions(other)).toBe("ENABLED");
});

test("an application that is not there", async () => {
  const gone = APPLICATION.replace("apl-0", "apl-9");
  const { run, ops } = await aws([{ ...domain, applicationArn: gone }]);
  await expect(run("off")).rejects.toThrow(`Identity Center has no application ${gone}`);
  expect(ops().at(-1)).toBe("GetApplicationSessionConfiguration: ResourceNotFoundException");
});

test("a refusal says which permission is missing, and nothing is switched", async () => {
  const { run, clients, settings, state, ops } = await aws();
  const reading = new SSOAdminClient(settings({ kind: "role", roleArn: READER, sessionName: "test" }));
  const as = { ...clients, ssoAdmin: reading };
  expect(await run("show", undefined, as)).toContain("are on");
  await expect(run("off", undefined, as)).rejects.toMatchObject({
    name: "UsageError",
    message: expect.stringMatching(
      /^Identity Center refused: .*\n.*sso:PutApplicationSessionConfiguration on arn:aws:sso/,
    ),
  });
  expect(state()).toBe("ENABLED");
  expect(ops().at(-1)).toBe("PutApplicationSessionConfiguration: AccessDeniedException");
});

test("a write that meets another is tried again; one that always does is given up", async () => {
  const { run, clients, state, waits } = await aws();
  let conflicts = 2;
  clients.ssoAdmin.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === PutApplicationSessionConfigurationCommand.name && conflicts-- > 0) {
        throw Object.assign(new Error("a write before has not arrived"), { name: "ConflictException" });
      }
      return next(args);
    },
    { step: "initialize" },
  );
  await run("off");
  expect(state()).toBe("DISABLED");
  expect(waits).toHaveLength(2);
  conflicts = 3;
  await expect(run("on")).rejects.toThrow("a write before has not arrived");
  expect(state()).toBe("DISABLED");
});

test("a studio that is not deployed, and credentials of another account", async () => {
  const nowhere = await aws([]);
  await expect(nowhere.run("off")).rejects.toThrow("deploy studio-research first");
  const elsewhere = { ...domain, accountId: "999988887777", arn: domain.arn.replace("444455556666", "999988887777") };
  const wrong = await aws([elsewhere], "999988887777");
  await expect(wrong.run("off")).rejects.toThrow(
    "studio research is in account 444455556666, and these credentials are of 999988887777",
  );
  expect(wrong.state()).toBe("ENABLED");
});

test("a domain in IAM mode has none, and one of old must be switched in the console", async () => {
  const iam = await aws([{ ...domain, authMode: "IAM", applicationArn: undefined }]);
  await expect(iam.run("show")).rejects.toThrow("is not in SSO mode");
  const old = await aws([{ ...domain, applicationArn: undefined }]);
  await expect(old.run("show")).rejects.toThrow("has no SingleSignOnApplicationArn");
});

test("a domain that was there before goes by its id, whatever its name", async () => {
  const { run, ops } = await aws([{ ...domain, name: "older" }]);
  await expect(run("show")).rejects.toThrow("there is no domain research");
  const studio = { ...research, existingDomainId: domain.id };
  expect(await run("show", studio)).toContain("are on");
  expect(ops().filter((op) => op === "ListDomains")).toHaveLength(1);
});

test("says so while the domain propagates no identity", async () => {
  const { run, clients, emulator } = await aws();
  const warning = "The domain does not propagate identities";
  expect(await run("show")).toContain(warning);
  await clients.sageMaker.send(
    new UpdateDomainCommand({
      DomainId: domain.id,
      DomainSettingsForUpdate: { TrustedIdentityPropagationSettings: { Status: "ENABLED" } },
    }),
  );
  expect(await run("show")).not.toContain(warning);
  expect(emulator.calls.some(({ outcome }) => outcome !== "ok")).toBe(false);
});

describe("whose credentials it works with", () => {
  const deploy = "arn:aws:iam::444455556666:role/studio-deploy";
  const plan = "arn:aws:iam::444455556666:role/studio-plan";
  const home = "arn:aws:iam::111122223333:role/identity-deploy";
  const withRoles = {
    ...config,
    identityCenter: { ...config.identityCenter, deployRoleArn: home },
    studios: [{ ...research, deployRoleArn: deploy, planRoleArn: plan }],
  };
  const before = process.env.AWS_ENDPOINT_URL;
  afterEach(() => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = before;
  });

  test.each([
    [false, "studio-deploy"],
    [true, "studio-plan"],
  ])("the accounts' own roles; planning only: %p", async (planOnly, studioRole) => {
    const { emulator, settings, run } = await aws();
    process.env.AWS_ENDPOINT_URL = emulator.url;
    const sts = new STSClient(settings({ kind: "admin", accountId: "000011112222" }));
    const studio = studioOf(withRoles);
    await run("show", studio, sessionClients(withRoles, studio, planOnly, sts));
    const callers = emulator.calls.filter(({ op }) => op !== "AssumeRole").map(({ caller, op }) => `${op} ${caller}`);
    expect(callers).toEqual([
      `ListDomains arn:aws:sts::444455556666:assumed-role/${studioRole}/background-sessions`,
      `DescribeDomain arn:aws:sts::444455556666:assumed-role/${studioRole}/background-sessions`,
      // Identity Center's account has no role to plan with here.
      "GetApplicationSessionConfiguration arn:aws:sts::111122223333:assumed-role/identity-deploy/background-sessions",
    ]);
  });
});

test.each([
  [[], "npm run background-sessions"],
  [["research", "on", "x"], "npm run background-sessions"],
  [["trading"], "no studio trading; the config has research"],
  [["research", "maybe"], "maybe: expected show, on or off"],
  [["--on", "research"], "Unknown option '--on'"],
])("says what is wrong with: %p", (argv, message) => {
  expect(() => studioArguments(BACKGROUND_SESSIONS, argv, config)).toThrow(message);
});

test("shows unless something else is asked for", () => {
  expect(studioArguments(BACKGROUND_SESSIONS, ["research"], config)).toEqual({ studio: research, wish: "show" });
  expect(studioArguments(BACKGROUND_SESSIONS, ["research", "off"], config)).toEqual({ studio: research, wish: "off" });
});

test("the command prints what it found, or what is wrong, and ends so", async () => {
  const { emulator } = await aws();
  const command = promisify(execFile);
  const script = join(__dirname, "../../scripts/background-sessions.ts");
  const tsx = join(__dirname, "../../node_modules/tsx/dist/cli.mjs");
  emulator.callers.register("STUDIO", { kind: "admin", accountId: "123456789012" });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: "STUDIO",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "",
    STUDIO_CONFIG: "",
    STUDIO_PLAN_ONLY: "",
  };
  // The example's studio is not deployed here.
  const wrong = await command("node", [tsx, script, "research"], { env }).catch((error: unknown) => error);
  expect(wrong).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^there is no domain research/m) });
  expect(emulator.calls.map(({ op }) => op)).toEqual(["ListDomains"]);
});
