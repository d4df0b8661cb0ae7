import { getDataAccess, mayUse, type Person, type PersonalSession } from "../../rehearsal/access-grants";
import { type PersonalJob, personOf } from "../../rehearsal/background-session";
import { type Context, decide } from "../../rehearsal/policy-simulator";
import type { Role } from "../../rehearsal/world";
import { FRAUD, identityScene, PLATFORM } from "./scene";

/** Who reaches what in S3, through a grant and past it. */
const scene = identityScene();
const { world } = scene;
const ALICE: Person = { userId: "93f7a2c4-0000-4000-8000-000000000001", groupIds: [scene.groupId(FRAUD)] };
const PAUL: Person = { userId: "93f7a2c4-0000-4000-8000-000000000002", groupIds: [scene.groupId(PLATFORM)] };
const CURATED = "s3://acme-fraud-data/curated/2026.csv";
const FEATURES = "s3://acme-fraud-data/features/2026.parquet";
const SECRET = "s3://acme-fraud-data/raw/2026.csv";

const notebook = (adGroup: string, person: Person | undefined): PersonalSession => ({
  role: scene.roleOf(adGroup),
  person,
});

/** What a person does with an object by a grant: the answer, or why none was given. */
async function byGrant(session: PersonalSession, action: string, object: string): Promise<boolean | string> {
  const permission = action === "s3:GetObject" ? "READ" : "WRITE";
  const vended = await getDataAccess(world, session, object, permission);
  return typeof vended === "string" ? vended : mayUse(world, vended, action, object);
}

/** What a role does with an object itself. */
async function directly(role: Role, action: string, object: string, context: Context = {}): Promise<string> {
  const resource = `arn:aws:s3:::${object.replace("s3://", "")}`;
  return (await decide(world, { who: { kind: "role", role }, action, resource, context })).verdict;
}

describe("a member of the group", () => {
  test.each([
    ["reads what may be read", "s3:GetObject", CURATED, true],
    ["does not write it", "s3:PutObject", CURATED, "nobody granted it"],
    ["writes what may be written", "s3:PutObject", FEATURES, true],
    ["deletes there", "s3:DeleteObject", FEATURES, true],
    ["reads nothing beside it", "s3:GetObject", SECRET, "nobody granted it"],
    ["nor what only begins alike", "s3:GetObject", "s3://acme-fraud-data/curated-not/x", "nobody granted it"],
  ])("%s", async (_what, action, object, expected) => {
    expect(await byGrant(notebook(FRAUD, ALICE), action, object)).toBe(expected);
  });

  test("reaches none of it with the role's own permissions", async () => {
    for (const object of [CURATED, FEATURES]) {
      expect(await directly(scene.roleOf(FRAUD), "s3:GetObject", object)).toBe("ExplicitlyDenied");
      expect(await directly(scene.roleOf(FRAUD), "s3:PutObject", object)).toBe("ExplicitlyDenied");
    }
    // What the role has besides stays the role's.
    expect(await directly(scene.roleOf(FRAUD), "s3:GetObject", "s3://acme-fraud-models/x")).toBe("Allowed");
  });

  test.each([
    ["a granted prefix", { "s3:prefix": "curated/2026/" }, "ExplicitlyDenied"],
    ["everything", {}, "ExplicitlyDenied"],
    ["what only begins alike", { "s3:prefix": "cur" }, "ExplicitlyDenied"],
    ["another prefix", { "s3:prefix": "raw/" }, "ExplicitlyDenied"],
  ])("does not list %s of the bucket directly", async (_what, context, verdict) => {
    expect(await directly(scene.roleOf(FRAUD), "s3:ListBucket", "s3://acme-fraud-data", context)).toBe(verdict);
  });

  test("reaches none of it directly even with a policy that allows everything", async () => {
    const role = scene.roleOf(FRAUD);
    const everything = {
      name: "everything",
      document: {
        Version: "2012-10-17" as const,
        Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }],
      },
    };
    const strong = { ...role, policies: [...role.policies, everything] };
    expect(await directly(strong, "s3:GetObject", CURATED)).toBe("ExplicitlyDenied");
    expect(await directly(strong, "s3:ListBucket", "s3://acme-fraud-data", { "s3:prefix": "curated/" })).toBe(
      "ExplicitlyDenied",
    );
    expect(await directly(strong, "s3:GetObject", SECRET)).toBe("Allowed");
  });
});

describe("nobody else", () => {
  test("of another team has it by a grant, or directly", async () => {
    expect(await byGrant(notebook(PLATFORM, PAUL), "s3:GetObject", CURATED)).toBe("the role may not ask");
    expect(await directly(scene.roleOf(PLATFORM), "s3:GetObject", CURATED)).toBe("ImplicitlyDenied");
  });

  test("of another team has it by being in the group's role", async () => {
    expect(await byGrant(notebook(FRAUD, PAUL), "s3:GetObject", CURATED)).toBe("nobody granted it");
  });

  test("has it as the role alone, whom nobody vouches for", async () => {
    expect(await byGrant(notebook(FRAUD, undefined), "s3:GetObject", CURATED)).toBe("nobody granted it");
  });

  test("has another person's query results", async () => {
    const mine = `s3://acme-query-results/fraud/${ALICE.userId}/1.csv`;
    const others = `s3://acme-query-results/fraud/${PAUL.userId}/1.csv`;
    expect(await byGrant(notebook(FRAUD, ALICE), "s3:GetObject", mine)).toBe(true);
    expect(await byGrant(notebook(FRAUD, ALICE), "s3:GetObject", others)).toBe(false);
    expect(await directly(scene.roleOf(FRAUD), "s3:GetObject", mine)).toBe("ExplicitlyDenied");
  });

  test("takes the location's role on: a person, a job, or S3 for another account", async () => {
    const { arn, trust } = scene.role("studio-research-access-grants");
    const ask = (who: Parameters<typeof decide>[1]["who"], context: Context) =>
      decide(world, { who, action: "sts:AssumeRole", resource: arn, context, resourcePolicy: trust });
    const s3 = { kind: "service", service: "access-grants.s3.amazonaws.com" } as const;
    const own = { "aws:SourceAccount": "444455556666", "aws:SourceArn": scene.instanceArn };
    expect((await ask(s3, own)).verdict).toBe("Allowed");
    expect((await ask(s3, { ...own, "aws:SourceAccount": "999988887777" })).verdict).not.toBe("Allowed");
    expect((await ask({ kind: "service", service: "sagemaker.amazonaws.com" }, own)).verdict).not.toBe("Allowed");
    expect((await ask({ kind: "role", role: scene.roleOf(FRAUD) }, {})).verdict).not.toBe("Allowed");
  });

  test("uses the location's role past Access Grants", async () => {
    const role = scene.role("studio-research-access-grants");
    expect(await directly(role, "s3:GetObject", CURATED, { "aws:ResourceAccount": "444455556666" })).toBe(
      "ImplicitlyDenied",
    );
  });
});

describe("a job", () => {
  const start = new Date("2026-11-20T08:00:00Z");
  const later = (hours: number) => new Date(start.getTime() + hours * 60 * 60 * 1000);
  const job = (inBackground: boolean): PersonalJob => ({ person: ALICE, startedAt: start, inBackground });
  const signedOutAt = later(1);

  /** What the job reads at a time, as the compute role that it runs with. */
  async function reads(running: PersonalJob, hours: number, revokedAt?: Date): Promise<boolean | string> {
    const person = personOf(running, { signedOutAt, ...(revokedAt && { revokedAt }) }, later(hours));
    if (person === "failed") return person;
    return byGrant({ role: scene.computeRole("fraud"), person }, "s3:GetObject", CURATED);
  }

  test("goes on for the person after they signed out, with a background session", async () => {
    expect(await reads(job(true), 48)).toBe(true);
  });

  test("ends with the person's session without one, and never goes on as the role", async () => {
    expect(await reads(job(false), 0.5)).toBe(true);
    expect(await reads(job(false), 2)).toBe("failed");
    expect(await directly(scene.computeRole("fraud"), "s3:GetObject", CURATED)).toBe("ExplicitlyDenied");
  });

  test("ends when the background session ends, or an administrator ends it", async () => {
    expect(await reads(job(true), 8 * 24)).toBe("failed");
    expect(await reads(job(true), 48, later(24))).toBe("failed");
  });

  test("of a schedule, which nobody started, reads nothing that only people were granted", async () => {
    expect(await byGrant({ role: scene.computeRole("fraud"), person: undefined }, "s3:GetObject", CURATED)).toBe(
      "nobody granted it",
    );
  });
});
