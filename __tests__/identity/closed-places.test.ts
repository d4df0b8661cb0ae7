import { computeRoleName, executionRoleName } from "../../naming";
import { getDataAccess, mayUse } from "../../rehearsal/access-grants";
import { type Context, decide } from "../../rehearsal/policy-simulator";
import type { Role, World } from "../../rehearsal/world";
import { type GroupInWords, groupIdIn, roleIn, studio, worldOf } from "./studios";

/** A place that people reach by grants is closed to every role, and query results to everybody but their person. */
const ALICE = "93f7a2c4-0000-4000-8000-000000000001";
const BOB = "93f7a2c4-0000-4000-8000-000000000002";
const DATA = "arn:aws:s3:::acme-data";

const READ = { location: "s3://acme-data", prefix: "curated/", permission: "READ" };
const RESULTS = { database: "fraud", workgroup: { results: "s3://acme-data/results" } };
const FRAUD: GroupInWords = { adGroup: "Fraud", team: "fraud", buckets: ["acme-data"], accessGrants: [READ] };

const groupRole = (world: World, adGroup: string, name = "research") => roleIn(world, executionRoleName(name, adGroup));
const computeRole = (world: World, team: string, name = "research") => roleIn(world, computeRoleName(name, team));

async function verdict(world: World, role: Role, action: string, resource: string, context: Context = {}) {
  return (await decide(world, { who: { kind: "role", role }, action, resource, context })).verdict;
}

/** The same role with a policy of its own that allows everything. */
function withEverything(role: Role): Role {
  const Statement = [{ Effect: "Allow" as const, Action: "*", Resource: "*" }];
  const everything = { name: "everything", document: { Version: "2012-10-17" as const, Statement } };
  return { ...role, policies: [...role.policies, everything] };
}

describe("in a bucket that the team reaches itself", () => {
  const world = worldOf(
    studio("research", [
      FRAUD,
      { adGroup: "Fraud Engineers", team: "fraud", buckets: ["acme-data"] },
      { adGroup: "Audit", team: "audit", buckets: ["acme-data"], persona: "viewer" },
    ]),
    studio("lab", [{ adGroup: "Lab", team: "lab", buckets: ["acme-data"] }], {}),
  );
  const roles: readonly (readonly [string, Role])[] = [
    ["the group's role", groupRole(world, "Fraud")],
    ["its team's jobs", computeRole(world, "fraud")],
    ["another group of the team", groupRole(world, "Fraud Engineers")],
    ["another team", groupRole(world, "Audit")],
    ["another studio", groupRole(world, "Lab", "lab")],
    ["another studio's jobs", computeRole(world, "lab", "lab")],
  ];

  test.each(roles)("%s reads what is not granted, and nothing that is", async (_who, role) => {
    for (const each of [role, withEverything(role)]) {
      expect(await verdict(world, each, "s3:GetObject", `${DATA}/raw/x`)).toBe("Allowed");
      expect(await verdict(world, each, "s3:GetObject", `${DATA}/curated-not/x`)).toBe("Allowed");
      for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"])
        expect(await verdict(world, each, action, `${DATA}/curated/x`)).toBe("ExplicitlyDenied");
    }
  });

  test.each(roles)("%s lists what is not granted, and learns no granted name", async (_who, role) => {
    const list = (context: Context) => verdict(world, role, "s3:ListBucket", DATA, context);
    expect(await list({ "s3:prefix": "raw/" })).toBe("Allowed");
    expect(await list({ "s3:prefix": "", "s3:delimiter": "/" })).toBe("Allowed");
    expect(await list({ "s3:delimiter": "/" })).toBe("Allowed");
    for (const prefix of ["curated/", "curated/2026/"]) {
      expect(await list({ "s3:prefix": prefix })).toBe("ExplicitlyDenied");
      expect(await list({ "s3:prefix": prefix, "s3:delimiter": "/" })).toBe("ExplicitlyDenied");
    }
    for (const prefix of ["", "c", "cur", "curated"]) {
      expect(await list({ "s3:prefix": prefix })).toBe("ExplicitlyDenied");
      expect(await list({ "s3:prefix": prefix, "s3:delimiter": "2" })).toBe("ExplicitlyDenied");
    }
    expect(await list({})).toBe("ExplicitlyDenied");
  });
});

test("a bucket that is granted as a whole is closed as a whole", async () => {
  const whole = { location: "s3://acme-data", permission: "READ" };
  const world = worldOf(studio("research", [{ ...FRAUD, accessGrants: [whole] }]));
  for (const role of [groupRole(world, "Fraud"), computeRole(world, "fraud")]) {
    expect(await verdict(world, role, "s3:GetObject", `${DATA}/raw/x`)).toBe("ExplicitlyDenied");
    expect(await verdict(world, role, "s3:ListBucket", DATA, { "s3:prefix": "raw/", "s3:delimiter": "/" })).toBe(
      "ExplicitlyDenied",
    );
  }
});

describe("query results in a bucket that many reach", () => {
  const world = worldOf(
    studio("research", [
      { adGroup: "Fraud", team: "fraud", buckets: ["acme-data"], dataLake: RESULTS },
      { adGroup: "Engineers", team: "fraud", buckets: ["acme-data"] },
      { adGroup: "Audit", team: "audit", accessGrants: [READ] },
    ]),
    studio("lab", [{ adGroup: "Fraud", team: "fraud", buckets: ["acme-data"] }]),
  );

  test.each<readonly [string, Role]>([
    ["the group's role", groupRole(world, "Fraud")],
    ["its team's jobs", computeRole(world, "fraud")],
    ["another group", groupRole(world, "Engineers")],
    ["the same group in another studio", groupRole(world, "Fraud", "lab")],
    ["its jobs", computeRole(world, "fraud", "lab")],
  ])("are closed to %s", async (_who, role) => {
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
      expect(await verdict(world, role, action, `${DATA}/results/${BOB}/1.csv`)).toBe("ExplicitlyDenied");
  });

  const ask = async (role: string, object: string, permission: "READ" | "WRITE") => {
    const person = { userId: ALICE, groupIds: [groupIdIn(world, "Fraud")] };
    const vended = await getDataAccess(world, { role: roleIn(world, role), person }, `s3://${object}`, permission);
    if (typeof vended === "string") return vended;
    return mayUse(world, vended, permission === "READ" ? "s3:GetObject" : "s3:PutObject", `s3://${object}`);
  };

  test("are a person's own, and Athena writes them", async () => {
    const role = executionRoleName("research", "Fraud");
    expect(await ask(role, `acme-data/results/${ALICE}/1.csv`, "READ")).toBe(true);
    expect(await ask(role, `acme-data/results/${BOB}/1.csv`, "READ")).toBe(false);
    expect(await ask("studio-research-athena", `acme-data/results/${ALICE}/1.csv`, "WRITE")).toBe(true);
    expect(await ask("studio-research-athena", `acme-data/results/${BOB}/1.csv`, "WRITE")).toBe(false);
  });
});

describe("what a location's role may list", () => {
  const world = worldOf(
    studio("research", [
      { adGroup: "Whole", team: "whole", accessGrants: [{ location: "s3://acme-whole", permission: "READ" }] },
      { adGroup: "Part", team: "part", accessGrants: [READ] },
    ]),
  );
  const role = roleIn(world, "studio-research-access-grants");
  const list = (bucket: string, context: Context) =>
    verdict(world, role, "s3:ListBucket", `arn:aws:s3:::${bucket}`, {
      "s3:AccessGrantsInstanceArn": "arn:aws:s3:eu-west-1:444455556666:access-grants/default",
      "aws:ResourceAccount": "444455556666",
      ...context,
    });

  test("a whole bucket, with a prefix or without; of another one the granted part alone", async () => {
    expect(await list("acme-whole", {})).toBe("Allowed");
    expect(await list("acme-whole", { "s3:prefix": "x/" })).toBe("Allowed");
    expect(await list("acme-data", { "s3:prefix": "curated/x" })).toBe("Allowed");
    for (const context of [{}, { "s3:prefix": "" }, { "s3:prefix": "raw/" }, { "s3:prefix": "curated" }])
      expect(await list("acme-data", context)).not.toBe("Allowed");
  });
});
