import { auditArguments } from "../../audit/arguments";
import { spanOf } from "../../audit/span";
import { NOW } from "./config";

const STORE = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/1c0bd22e-0000-4000-8000-000000000001";

test.each([
  ["7d", "2026-11-15T12:00:00.000Z"],
  ["12h", "2026-11-22T00:00:00.000Z"],
  ["30d", "2026-10-23T12:00:00.000Z"],
  ["2026-11-15", "2026-11-15T00:00:00.000Z"],
  ["2026-11-15T08:30:00Z", "2026-11-15T08:30:00.000Z"],
])("--since %s", (since, begins) => {
  expect(spanOf(since, undefined, NOW)).toEqual({ since: new Date(begins), until: NOW });
});

test.each([
  ["7d", "2026-11-15", "2026-11-08T00:00:00.000Z", "2026-11-15T00:00:00.000Z"],
  ["12h", "2026-11-15T08:30:00Z", "2026-11-14T20:30:00.000Z", "2026-11-15T08:30:00.000Z"],
  ["2026-11-01", "2026-11-15", "2026-11-01T00:00:00.000Z", "2026-11-15T00:00:00.000Z"],
])("--since %s --until %s", (since, until, begins, ends) => {
  expect(spanOf(since, until, NOW)).toEqual({ since: new Date(begins), until: new Date(ends) });
});

test.each([
  ["7d", "7d", "--until 7d: expected a date or a time in UTC, like 2026-11-15 or 2026-11-15T08:30:00Z"],
  ["7d", "2026-02-30", "--until 2026-02-30: expected"],
  ["7d", "2026-11-15T08:30:00", "--until 2026-11-15T08:30:00: expected"],
  ["7d", "2026-11-22T12:00:01Z", "--until 2026-11-22T12:00:01Z: is in the future"],
  ["2026-11-15", "2026-11-15", "--since 2026-11-15: is not before the end, 2026-11-15T00:00:00Z"],
  ["2026-11-23", undefined, "--since 2026-11-23: is not before the end, 2026-11-22T12:00:00Z"],
  ["2026-11-31", undefined, "--since 2026-11-31: expected hours or days, like 12h or 7d, 3650d at the most, or a date"],
])("--since %s --until %s is refused", (since, until, message) => {
  expect(() => spanOf(since, until, NOW)).toThrow(message);
});

test.each(["7", "d", "0d", "-1d", "1w", "99999d", "99999h", "7d'", "", "1e3d"])("--since %j is refused", (since) => {
  expect(() => spanOf(since, undefined, NOW)).toThrow("expected hours or days, like 12h or 7d");
});

test("a store, with a week unless something else is said", () => {
  expect(auditArguments(["--user", "alice", "--event-data-store", STORE])).toEqual({
    named: { userName: "alice", userId: undefined, profiles: [] },
    since: "7d",
    studios: [],
    from: {
      kind: "lake",
      store: {
        arn: STORE,
        id: "1c0bd22e-0000-4000-8000-000000000001",
        accountId: "111122223333",
        region: "eu-west-1",
      },
    },
    format: "table",
  });
});

test("an id in capitals is the same id", () => {
  const argv = ["--user-id", "93F7A2C4-0000-4000-8000-00000000000A", "--event-data-store", STORE];
  expect(auditArguments(argv).named.userId).toBe("93f7a2c4-0000-4000-8000-00000000000a");
});

test("Athena, with everything", () => {
  const argv =
    "--user alice --user-id 93f7a2c4-0000-4000-8000-000000000001 --studio-profile a --studio-profile b --studio research " +
    "--since 12h --until 2026-11-15 --json --athena audit.trail --workgroup audit --output s3://acme-results/x " +
    "--trail arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/org";
  expect(auditArguments(argv.split(" "))).toEqual({
    named: { userName: "alice", userId: "93f7a2c4-0000-4000-8000-000000000001", profiles: ["a", "b"] },
    since: "12h",
    until: "2026-11-15",
    studios: ["research"],
    from: {
      kind: "athena",
      table: { database: "audit", table: "trail" },
      workGroup: { name: "audit", output: "s3://acme-results/x" },
      trail: {
        arn: "arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/org",
        accountId: "111122223333",
        region: "cn-north-1",
      },
    },
    format: "json",
  });
});

test.each([
  ["", "npm run audit"],
  [`--event-data-store ${STORE}`, "npm run audit"],
  ["--user alice", "--event-data-store or --athena, one of them"],
  [`--user alice --event-data-store ${STORE} --athena a.b`, "one of them"],
  [`--user alice --event-data-store ${STORE} --trail x`, "--trail goes with --athena"],
  ["--user alice --athena a.b", "--athena needs --workgroup"],
  ["--user alice --athena a --workgroup w", "expected <database>.<table>"],
  ["--user alice --athena a.b --workgroup w --trail organization", "expected an ARN like"],
  ["--user alice --athena a.b --workgroup w --output results", '--output: "results" is not a place like s3://'],
  ["--user alice --athena a.b --workgroup w;", "--workgroup:"],
  ["--user alice --event-data-store store", "expected an ARN like"],
  ["--user-id alice --event-data-store x", '--user-id: "alice" is not a user id like'],
  ["--user alice --usr bob", "Unknown option '--usr'"],
  ["--user alice bob", "Unexpected argument 'bob'"],
])("says what is wrong with: %s", (argv, message) => {
  expect(() => auditArguments(argv === "" ? [] : argv.split(" "))).toThrow(message);
});
