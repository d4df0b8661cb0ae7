import { finished } from "../../audit/finished";
import { notCovered, readBy, type Source } from "../../audit/not-covered";
import { person } from "../../audit/person";
import { spanOf } from "../../audit/span";
import { ALICE, NOW } from "./config";

const WHOLE: Source = {
  title: "trail x",
  recorded: { management: "all", data: new Map([["AWS::S3::Object", "all"]]) },
};

const PLACES = {
  regions: ["eu-west-1"],
  accounts: ["444455556666"],
  identityCenter: { accountId: "111122223333", region: "eu-central-1" },
};

function about(
  source: Partial<Source>,
  { who = person(ALICE, "alice", { profiles: [] }), span = spanOf("30d", undefined, NOW), cutAt = "" } = {},
): string {
  const cut = cutAt && { cutAt: new Date(cutAt) };
  return notCovered({ source: { ...WHOLE, ...source }, person: who, span, now: NOW, places: PLACES, ...cut }).join(
    "\n",
  );
}

test("what is not known of the source is not said of it", () => {
  expect(about({})).not.toMatch(
    /takes no events|keeps events|exists since|Regions|Studios|Other accounts|Identity Center/,
  );
});

test("a store younger than the time that is asked for", () => {
  expect(about({ createdAt: new Date("2026-11-01T00:00:00Z") })).toContain("exists since 2026-11-01");
  expect(about({ createdAt: new Date("2026-01-01T00:00:00Z") })).not.toContain("exists since");
});

test("a store that keeps events for as long as is asked for, or not", () => {
  expect(about({ retentionDays: 29 })).toContain("keeps events for 29 days: what was before 2026-10-24 is gone");
  expect(about({ retentionDays: 30 })).not.toContain("keeps events");
  // It keeps them from now on, whenever the time that is asked for ends.
  const lastMonth = spanOf("10d", "2026-11-01", NOW);
  expect(about({ retentionDays: 29 }, { span: lastMonth })).toContain("what was before 2026-10-24 is gone");
});

test("events that are not delivered yet, if the time goes up to now", () => {
  expect(about({})).toContain("the last 15 minutes may be incomplete");
  const almost = spanOf("30d", "2026-11-22T11:50:00Z", NOW);
  expect(about({}, { span: almost })).toContain("the last 15 minutes may be incomplete");
  expect(about({}, { span: spanOf("30d", "2026-11-22", NOW) })).not.toContain("15 minutes");
});

test("how to go on where a query returned all that it can", () => {
  const span = spanOf("7d", "2026-11-20", NOW);
  expect(about({}, { span, cutAt: "2026-11-18T09:00:07Z" })).toContain(
    "these are the latest, and what was before 2026-11-18T09:00:07Z is missing. " +
      "It is found with --since 2026-11-13T00:00:00Z --until 2026-11-18T09:00:08Z.",
  );
  // One second with more than that is not asked for again and again.
  const second = spanOf("7d", "2026-11-18T09:00:08Z", NOW);
  expect(about({}, { span: second, cutAt: "2026-11-18T09:00:07Z" })).toContain("--until 2026-11-18T09:00:07Z.");
  expect(about({})).not.toContain("More events");
});

test("places that have all, some or none of the studios", () => {
  expect(about({ regions: ["eu-west-1", "us-east-1"], accounts: ["444455556666"] })).not.toContain("Studios");
  expect(about({ regions: ["eu-west-1"] })).toContain("Other Regions than eu-west-1");
  expect(about({ regions: ["us-east-1"] })).toContain("Studios in eu-west-1");
  expect(about({ accounts: ["444455556666"] })).toContain("Other accounts than 444455556666: not one of their events");
});

test("places that have the sign-ins, or not", () => {
  const missing = "Identity Center, in account 111122223333 and eu-central-1: not one sign-in is here.";
  expect(about({ accounts: ["444455556666"] })).toContain(missing);
  expect(about({ regions: ["eu-west-1"] })).toContain(missing);
  expect(about({ accounts: ["444455556666", "111122223333"], regions: ["eu-west-1", "eu-central-1"] })).not.toContain(
    "Identity Center",
  );
});

test("accounts without a studio, which names are not looked for in", () => {
  expect(about({})).toContain(
    "In other accounts than 444455556666, the studios': what a notebook did there with a role that it took on",
  );
});

test("a table shows what it has of what the trail has", () => {
  const table = { title: "table t", regions: ["eu-west-1", "us-east-1"], accounts: ["111122223333", "444455556666"] };
  const trail = { title: "trail x", isOn: true };
  expect(readBy(table, trail)).toEqual({ ...table, ...trail });
  expect(readBy({ title: "table t" }, { ...trail, regions: ["eu-west-1"] })).toEqual({
    ...trail,
    regions: ["eu-west-1"],
  });
  expect(readBy(table, { ...trail, regions: ["eu-west-1"], accounts: ["111122223333"] })).toEqual({
    ...trail,
    regions: ["eu-west-1"],
    accounts: ["111122223333"],
  });
});

test("records without management events, and of other types", () => {
  const data = new Map([["AWS::Lambda::Function", "all" as const]]);
  const text = about({ recorded: { management: "none", data } });
  expect(text).toContain("Management events, such as jobs, queries and grants: trail x records none.");
  expect(text).toContain("What was read and written in S3: trail x has no data events");
  expect(text).toContain("Data events of other types than AWS::Lambda::Function.");
});

test("people whose names say little, or who have none", () => {
  expect(about({}, { who: person(ALICE, "SageMaker", { profiles: [] }) })).toContain(
    "SageMaker is no name that says whose they are",
  );
  expect(about({}, { who: person(ALICE, undefined, { profiles: [] }) })).toContain("Give --user too");
});

test("looking again stops after half an hour, with pauses that grow to twenty seconds", async () => {
  const pauses: number[] = [];
  const wait = async (milliseconds: number) => {
    pauses.push(milliseconds);
  };
  expect(await finished(async () => undefined, wait)).toBeUndefined();
  expect(pauses.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, 16_000]);
  expect(Math.max(...pauses)).toBe(20_000);
  const waited = pauses.reduce((sum, each) => sum + each, 0);
  expect(waited).toBeGreaterThan(30 * 60_000);
  expect(waited).toBeLessThan(31 * 60_000);
  expect(await finished(async () => "done", wait)).toBe("done");
});
