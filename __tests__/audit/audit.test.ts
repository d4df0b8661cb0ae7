import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { auditArguments } from "../../audit/arguments";
import { audit } from "../../audit/audit";
import type { Report } from "../../audit/report";
import { ROW_LIMIT } from "../../audit/rows";
import { createClock } from "../../rehearsal/emulator/clock";
import { type Emulator, startEmulator } from "../../rehearsal/emulator/server";
import { describeStoreAnswer } from "./answers";
import { ALICE, auditConfig, NOW } from "./config";
import { type Engine, engine, STORE_ID, trailColumns, trailProperties } from "./engine";
import { type FakeServices, fakeServices } from "./fake-services";
import { hiveText } from "./hive-type";
import { recordedEvents, SCENARIOS } from "./recorded-events";

const STORE = `arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/${STORE_ID}`;
const LAKE = ["--event-data-store", STORE];
const ATHENA = ["--athena", "audit.trail", "--workgroup", "audit"];
const TRAIL = ["--trail", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/organization"];

let engines: Engine;
let services: FakeServices;
let emulator: Emulator;
beforeAll(async () => {
  engines = await engine([...SCENARIOS, "others"].flatMap(recordedEvents));
});
beforeEach(async () => {
  services = await fakeServices(engines);
  emulator = await startEmulator({
    clock: createClock(NOW),
    options: { identityStoreId: "d-906716eb24", identityCenterAccountId: "111122223333" },
  });
  emulator.identityStore.createUser("alice", { userId: ALICE });
  const { AdvancedEventSelectors, CreatedTimestamp: _, $metadata: __, ...store } = describeStoreAnswer();
  services.answer("GetEventDataStore", { ...store, AdvancedEventSelectors });
  services.answer("GetTableMetadata", { TableMetadata: tableMetadata() });
  services.answer("GetTrail", { Trail: { Name: "organization", IsMultiRegionTrail: true, IsOrganizationTrail: true } });
  services.answer("GetTrailStatus", { IsLogging: true });
  services.answer("GetEventSelectors", { AdvancedEventSelectors });
});
afterEach(async () => {
  services.close();
  await emulator.close();
});
afterAll(() => engines.close());

/** What Athena says of the table that `athena-table.sql` makes. */
function tableMetadata(parameters: Readonly<Record<string, string>> = {}) {
  const columns = [...trailColumns()].map(([Name, type]) => ({ Name, Type: hiveText(type) }));
  const isPartition = ({ Name }: { Name: string }) => ["account", "region", "day"].includes(Name);
  return {
    Name: "trail",
    Columns: columns.filter((each) => !isPartition(each)),
    PartitionKeys: columns.filter(isPartition),
    Parameters: {
      ...trailProperties(),
      "projection.day.range": "2026/01/01,NOW",
      "projection.region.values": "eu-west-1,us-east-1",
      "projection.account.values": "111122223333,444455556666",
      ...parameters,
    },
  };
}

async function run(argv: readonly string[], config = auditConfig()): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = emulator.callers.issue(
    { kind: "admin", accountId: "111122223333" },
    new Date(NOW.getTime() + 3_600_000),
  );
  const settings = { region: "eu-west-1", maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken } };
  const clients = {
    identityStore: new IdentitystoreClient({ ...settings, endpoint: emulator.url }),
    cloudTrail: new CloudTrailClient({ ...settings, endpoint: services.url }),
    athena: new AthenaClient({ ...settings, endpoint: services.url }),
  };
  try {
    return await audit(auditArguments(argv), config, clients, { now: NOW, wait: async () => undefined });
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

const ofAlice = (...more: readonly string[]) => ["--user", "alice", "--since", "7d", ...more];
const inputOf = (op: string) => services.calls.find((call) => call.op === op)?.input;
async function reportOf(argv: readonly string[]): Promise<Report> {
  return JSON.parse(await run([...argv, "--json"]));
}
/** What the answer says is missing, and what follows. */
const notCoveredIn = (text: string) => text.slice(text.indexOf("Not covered:"));

test("a person's week, as a table, with counts, marks and what is missing", async () => {
  const text = await run(ofAlice(...LAKE));
  const lines = text.split("\n");
  expect(lines[0]).toBe(`alice (${ALICE}), 2026-11-15T12:00:00.000Z to 2026-11-22T12:00:00.000Z`);
  expect(lines[2]).toMatch(
    /^time +identified by +account +Region +service +action +resource +reads +error +request +called by$/,
  );
  expect(lines[3]).toMatch(
    /^2026-11-20T09:00:00Z {2}propagated +444455556666 {2}eu-west-1 +s3 +GetDataAccess +s3:\/\/acme-fraud-data\/curated\/\* +yes +[0-9a-f-]{36}$/,
  );
  expect(text).toContain("25 events: 13 propagated, 8 source identity, 2 session, 2 token (5 of them doubtful)");
  expect(text).toContain("9 changed something, 3 were refused or failed");
  expect(text).toContain("by service: s3 9, sso-oauth 6, sagemaker 4, athena 3");
  expect(text).toContain("the query read 12.3 MB");
  expect(text).toMatch(/^2026-11-21T09:04:00Z {2}source identity\? /m);
  expect(text).toMatch(/^source identity\? the same name on another role/m);
  expect(text).toMatch(
    /token\? .* arn:aws:sts::444455556666:assumed-role\/studio-research\.ml-fraud\/SageMaker, through sagemaker\.amazonaws\.com, source identity bob, token for 93f7a2c4-0000-4000-8000-000000000001$/m,
  );
  expect(text).toMatch(/^token\? +a session asked for a token/m);
  expect(notCoveredIn(text)).toContain("- Data events of other types than AWS::S3::Object.");
  expect(text).toContain("Look at each event marked with ?");
});

test("Athena finds the same as CloudTrail Lake", async () => {
  const [lake, athena] = [await reportOf(ofAlice(...LAKE)), await reportOf(ofAlice(...ATHENA, ...TRAIL))];
  expect(athena.events).toEqual(lake.events);
  expect(athena.events).toHaveLength(25);
  expect(athena.scannedBytes).toBe(9_876_543);
});

test("the answer for machines has the earliest event first, and each once", async () => {
  const { events, counts, person } = await reportOf(ofAlice(...LAKE));
  expect(person).toEqual({ userId: ALICE, userName: "alice", profileNames: ["alice"], sessionName: "alice" });
  const times = events.map(({ time }) => time);
  expect(times).toEqual([...times].sort());
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  expect(counts.certainty).toEqual({ certain: 13, likely: 7, claimed: 5 });
});

test("Athena gets the values apart from the query, each in quotes", async () => {
  await run(ofAlice(...ATHENA, "--output", "s3://acme-results/audit/"));
  const { QueryString, ExecutionParameters, WorkGroup, ResultConfiguration } = inputOf("StartQueryExecution") ?? {};
  expect(QueryString).not.toMatch(/alice|93f7a2c4|444455556666|2026/);
  expect(ExecutionParameters).toContain("'alice'");
  expect(WorkGroup).toBe("audit");
  expect(ResultConfiguration).toEqual({ OutputLocation: "s3://acme-results/audit/" });
});

describe("a name made to break out of a query", () => {
  const EVIL = "x'OR'1'='1";

  test.each([
    ["CloudTrail Lake", LAKE, "StartQuery"],
    ["Athena", ATHENA, "StartQueryExecution"],
  ])("finds nobody else's events in %s, and is in no query", async (_, from, op) => {
    emulator.identityStore.createUser(EVIL, { userId: "93f7a2c4-0000-4000-8000-00000000000f" });
    const { events, person, notCovered } = await reportOf(["--user", EVIL, ...from]);
    expect(person).toMatchObject({ userName: EVIL, userId: "93f7a2c4-0000-4000-8000-00000000000f" });
    expect(events).toEqual([]);
    expect(JSON.stringify(inputOf(op))).not.toContain("OR'1");
    expect(notCovered.join()).toContain("no name that says whose they are");
  });

  test.each([
    [["--user", "alice", "--user-id", "' OR true --"]],
    [["--user", "alice", "--studio-profile", "alice') OR (true"]],
    [["--user", "alice b"]],
  ])("is refused before anything is asked: %p", async (argv) => {
    await expect(run([...argv, ...LAKE])).rejects.toThrow(/is not/);
    expect(services.calls).toEqual([]);
  });

  test.each([
    [["--athena", "audit.trail; DROP TABLE x", "--workgroup", "audit"]],
    [["--athena", 'audit"."trail', "--workgroup", "audit"]],
    [["--event-data-store", `${STORE} UNION SELECT`]],
  ])("is refused as a table: %p", async (from) => {
    await expect(run(ofAlice(...from))).rejects.toThrow("expected");
    expect(services.calls).toEqual([]);
  });
});

test("names of objects cannot write on the reader's screen", async () => {
  const [sample] = recordedEvents("role-only");
  if (!sample) throw new Error("no event");
  const one = await engine([{ ...sample, resources: [{ ARN: "arn:aws:s3:::b/\u001b[2Jx\ny" }] }]);
  services.close();
  services = await fakeServices(one);
  services.answer("GetEventDataStore", { Name: "x", AdvancedEventSelectors: [] });
  const text = await run(ofAlice(...LAKE));
  expect(text).toContain("arn:aws:s3:::b/\uFFFD[2Jx\uFFFDy");
  one.close();
});

test("what was done in another account is told to both accounts, and counts once", async () => {
  const [sample] = recordedEvents("role-only");
  if (!sample) throw new Error("no event");
  const sharedEventID = "c1a5e0de-0000-4000-8000-000000000001";
  const both = await engine([
    { ...sample, sharedEventID },
    { ...sample, sharedEventID, eventID: "ffffffff-0000-4000-8000-000000000001", recipientAccountId: "777788889999" },
  ]);
  services.close();
  services = await fakeServices(both);
  services.answer("GetEventDataStore", { Name: "x", AdvancedEventSelectors: [] });
  services.answer("GetTableMetadata", { TableMetadata: tableMetadata() });
  const found = [await reportOf(ofAlice(...LAKE)), await reportOf(ofAlice(...ATHENA))];
  expect(found.map(({ events }) => events.map(({ account }) => account))).toEqual([["444455556666"], ["444455556666"]]);
  both.close();
});

describe("somebody who is not in the directory any more", () => {
  test("is looked for by what the directory still says, and the message says how else", async () => {
    emulator.identityStore.deleteUser(ALICE);
    await expect(run(ofAlice(...LAKE))).rejects.toThrow(/nobody in identity store d-906716eb24 .* alice.*--user-id/);
  });

  test("is found by id, and by name if that is given too", async () => {
    emulator.identityStore.deleteUser(ALICE);
    const byId = await reportOf(["--user-id", ALICE, ...LAKE]);
    expect(byId.events).toHaveLength(15);
    expect(byId.notCovered.join()).toContain("Give --user too");
    const before = emulator.calls.length;
    const byBoth = await reportOf(["--user-id", ALICE, "--user", "alice", ...LAKE]);
    expect(byBoth.events).toHaveLength(25);
    // Nothing to ask the identity store, which may be out of reach of who audits.
    expect(emulator.calls.length).toBe(before);
  });

  test("a directory that is not found is no answer", async () => {
    const config = auditConfig();
    const elsewhere = { ...config, identityCenter: { ...config.identityCenter, identityStoreId: "d-0000000000" } };
    await expect(run(ofAlice(...LAKE), elsewhere)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("what is not covered", () => {
  test("more events than a query returns; one that comes again counts once", async () => {
    const rowAt = (event_time: string) => [
      { event_time },
      { on_behalf_of: ALICE },
      { service: "s3.amazonaws.com" },
      { action: "GetObject" },
      { event_id: "4f89ab90-8280-4288-84da-fe3d3536b4bf" },
      { error: "" },
    ];
    const row = rowAt("2026-11-20 09:00:00.000");
    const many = [rowAt("2026-11-20 10:00:00.000"), ...Array.from({ length: ROW_LIMIT - 1 }, () => row)];
    services.answer("GetQueryResults", { QueryResultRows: many });
    const { notCovered, events } = await reportOf(ofAlice(...LAKE));
    expect(notCovered[0]).toMatch(/^More events than a query returns/);
    expect(events).toHaveLength(1);
    const [, further = ""] = /(--since \S+ --until \S+)\.$/.exec(notCovered[0] ?? "") ?? [];
    const before = await reportOf(["--user", "alice", ...further.split(" "), ...LAKE]);
    expect(before).toMatchObject({ since: "2026-11-15T12:00:00.000Z", until: "2026-11-20T09:00:01.000Z" });
    expect(services.calls.findLast(({ op }) => op === "StartQuery")?.input.QueryStatement).toContain(
      "eventTime >= '2026-11-15 12:00:00'\n  AND eventTime < '2026-11-20 09:00:01'",
    );
    services.answer("GetQueryResults", { QueryResultRows: [row] });
    expect((await reportOf(ofAlice(...LAKE))).notCovered.join()).not.toContain("More events");
  });

  test("a store that keeps too little, records too little, or is of one place", async () => {
    services.answer("GetEventDataStore", {
      Name: "small",
      Status: "STOPPED_INGESTION",
      RetentionPeriod: 7,
      MultiRegionEnabled: false,
      OrganizationEnabled: false,
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: "eventCategory", Equals: ["Management"] },
            { Field: "readOnly", Equals: ["false"] },
          ],
        },
      ],
    });
    const { notCovered } = await reportOf(["--user", "alice", "--since", "30d", ...LAKE]);
    expect(notCovered).toEqual(
      expect.arrayContaining([
        "event data store small takes no events now: what was done lately is missing.",
        "event data store small keeps events for 7 days: what was before 2026-11-15 is gone.",
        "Other Regions than eu-west-1: not one of their events is here.",
        "Studios in account 444455556666: not one of their events is here.",
        "Management events that the selectors of event data store small leave out.",
        "What was read and written in S3: event data store small has no data events of AWS::S3::Object.",
        "Data events of any type.",
      ]),
    );
  });

  test("a store that has all says only what no store has", async () => {
    const { notCovered } = await reportOf(ofAlice(...LAKE));
    expect(notCovered).toHaveLength(5);
  });

  test("a table without a trail says that the trail is not known; its partitions say what they have", async () => {
    services.answer("GetTableMetadata", {
      TableMetadata: tableMetadata({
        "projection.region.values": "us-east-1",
        "projection.account.values": "111122223333",
      }),
    });
    const { notCovered } = await reportOf(ofAlice(...ATHENA));
    expect(notCovered).toEqual(
      expect.arrayContaining([
        "What the trail does not record: give --trail to see it. S3 objects, for one, are not recorded by default.",
        "Other Regions than us-east-1: not one of their events is here.",
        "Other accounts than 111122223333: not one of their events is here.",
        "Studios in eu-west-1: not one of their events is here.",
        "Studios in account 444455556666: not one of their events is here.",
        "Identity Center, in account 111122223333 and eu-west-1: not one sign-in is here.",
      ]),
    );
  });

  test("a trail of one account, whatever accounts the table lists", async () => {
    services.answer("GetTrail", { Trail: { Name: "single", IsMultiRegionTrail: true, IsOrganizationTrail: false } });
    const { notCovered } = await reportOf(ofAlice(...ATHENA, ...TRAIL));
    expect(notCovered).toEqual(
      expect.arrayContaining([
        "Other accounts than 111122223333: not one of their events is here.",
        "Studios in account 444455556666: not one of their events is here.",
      ]),
    );
  });

  test("a trail of old with basic selectors", async () => {
    services.answer("GetTrailStatus", { IsLogging: false });
    services.answer("GetEventSelectors", {
      EventSelectors: [
        {
          ReadWriteType: "All",
          IncludeManagementEvents: true,
          DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3:::acme-fraud-data/"] }],
        },
      ],
    });
    const { notCovered } = await reportOf(ofAlice(...ATHENA, ...TRAIL));
    expect(notCovered).toEqual(
      expect.arrayContaining([
        "trail organization takes no events now: what was done lately is missing.",
        "Objects in S3 that the selectors of trail organization leave out.",
        "Other accounts than 111122223333, 444455556666: not one of their events is here.",
      ]),
    );
    expect(notCovered.join()).not.toContain("Management events");
  });
});

test("the table that AWS's console makes is refused: it lacks the source identity", async () => {
  const made = tableMetadata();
  const without = made.Columns.map(({ Name, Type }) => ({ Name, Type: Type.replace("sourceidentity:string,", "") }));
  services.answer("GetTableMetadata", { TableMetadata: { ...made, Columns: without } });
  await expect(run(ofAlice(...ATHENA))).rejects.toThrow(
    "table audit.trail has no sourceidentity; make one with audit/queries/athena-table.sql",
  );
  services.answer("GetTableMetadata", { TableMetadata: { ...made, PartitionKeys: [] } });
  await expect(run(ofAlice(...ATHENA))).rejects.toThrow("has no day;");
  expect(inputOf("StartQueryExecution")).toBeUndefined();
});

describe("a table whose day is not what the query asks for", () => {
  const refused = (parameters: Readonly<Record<string, string>>) => {
    services.answer("GetTableMetadata", { TableMetadata: tableMetadata(parameters) });
    return expect(run(ofAlice(...ATHENA))).rejects;
  };

  test("is refused: AWS's own for an organization's trail has the day of the month, and matches nothing", async () => {
    services.answer("GetTableMetadata", { TableMetadata: { ...tableMetadata(), Parameters: { EXTERNAL: "TRUE" } } });
    await expect(run(ofAlice(...ATHENA))).rejects.toThrow(
      "table audit.trail: expected the partition day as yyyy/MM/dd, with projection.enabled true and " +
        "projection.day.format yyyy/MM/dd; they are not set and not set. Make one with audit/queries/athena-table.sql",
    );
    await refused({ "projection.day.format": "yyyy-MM-dd" }).toThrow("they are true and yyyy-MM-dd");
    await refused({ "projection.enabled": "false" }).toThrow("they are false and yyyy/MM/dd");
    expect(inputOf("StartQueryExecution")).toBeUndefined();
  });

  test("is said where it begins too late", async () => {
    services.answer("GetTableMetadata", {
      TableMetadata: tableMetadata({ "projection.day.range": "2026/11/20,NOW" }),
    });
    const begins = "The table begins with 2026-11-20: what was before is not in it";
    expect((await reportOf(ofAlice(...ATHENA))).notCovered.join()).toContain(begins);
    const { notCovered } = await reportOf(["--user", "alice", "--since", "2026-11-20", ...ATHENA]);
    expect(notCovered.join()).not.toContain(begins);
    services.answer("GetTableMetadata", {
      TableMetadata: tableMetadata({ "projection.day.range": "NOW-3YEARS,NOW" }),
    });
    expect((await reportOf(ofAlice(...ATHENA))).notCovered.join()).not.toContain("begins with");
  });
});

test("a query that fails says why", async () => {
  services.answer("DescribeQuery", { QueryStatus: "FAILED", ErrorMessage: "no such store" });
  await expect(run(ofAlice(...LAKE))).rejects.toThrow("CloudTrail Lake: the query FAILED: no such store");
  services.answer("GetQueryExecution", {
    QueryExecution: { Status: { State: "FAILED", StateChangeReason: "Access denied on the trail's bucket" } },
  });
  await expect(run(ofAlice(...ATHENA))).rejects.toThrow(
    "Athena: the query FAILED: Access denied on the trail's bucket",
  );
});

test("a query without an end is cancelled", async () => {
  services.answer("DescribeQuery", { QueryStatus: "RUNNING" });
  services.answer("CancelQuery", { QueryId: "lake-query", QueryStatus: "CANCELLED" });
  await expect(run(ofAlice(...LAKE))).rejects.toThrow("cancelled after half an hour");
  expect(inputOf("CancelQuery")).toEqual({ QueryId: "lake-query" });
  services.answer("GetQueryExecution", { QueryExecution: { Status: { State: "RUNNING" } } });
  services.answer("StopQueryExecution", {});
  await expect(run(ofAlice(...ATHENA))).rejects.toThrow("stopped after half an hour");
  expect(inputOf("StopQueryExecution")).toEqual({ QueryExecutionId: "athena-query" });
});

test("what AWS refuses is told as AWS says it", async () => {
  services.answer("GetEventDataStore", { refused: "AccessDeniedException", message: "not authorized to perform" });
  await expect(run(ofAlice(...LAKE))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: "not authorized to perform",
  });
});

test.each([
  ["CloudTrail Lake", LAKE],
  ["Athena", ATHENA],
])("the query for the console of %s is printed, and AWS is asked for nothing", async (name, from) => {
  const printed = await run(ofAlice("--user-id", ALICE, ...from, "--print-query"));
  expect(printed).toMatch(/^SELECT\n/);
  expect(printed).not.toContain("{{");
  // Not even the store or the table is looked at: who prints a query may have no access to it.
  expect([...services.calls, ...emulator.calls]).toEqual([]);
  const rows = name === "Athena" ? await engines.athena(printed) : await engines.lake(printed);
  expect(rows).toHaveLength(25);
});

test("a query for a store that was not asked has the condition on its partition in a comment", async () => {
  expect(await run(ofAlice(...LAKE, "--print-query"))).toContain(
    "\n  /* only a store with this partition key: AND calendarday >= 20261115 AND calendarday <= 20261122 */\n",
  );
});

test("one studio of several can be named; there must be one of that name", async () => {
  const config = auditConfig(["research", "trading"]);
  const printed = await run(ofAlice(...LAKE, "--print-query", "--studio", "trading"), config);
  expect(printed).toContain("(/studio/|/studio-compute/)(trading)/");
  await expect(run(ofAlice(...LAKE, "--studio", "x"), config)).rejects.toThrow(
    "--studio x: the config has research, trading",
  );
});

test("more studios than a parameter of Athena's holds are refused, with the way out", async () => {
  const many = auditConfig(Array.from({ length: 50 }, (_, index) => `a-studio-of-this-name-${index}`));
  await expect(run(ofAlice(...ATHENA), many)).rejects.toThrow("name some of them with --studio");
  expect(await run(ofAlice(...ATHENA, "--studio", "a-studio-of-this-name-7", "--print-query"), many)).toContain(
    "SELECT",
  );
});

test("more profiles than a parameter of Athena's holds are another matter", async () => {
  const profiles = Array.from({ length: 60 }, (_, index) => ["--studio-profile", `another-name-of-alice-${index}`]);
  await expect(run(ofAlice(...ATHENA, ...profiles.flat()))).rejects.toThrow(
    "more Studio profiles than fit into one query; name fewer at a time with --studio-profile",
  );
  expect(services.calls).toEqual([]);
});

test("the command prints the answer, or what is wrong, and ends so", async () => {
  const command = promisify(execFile);
  const script = join(__dirname, "../../scripts/audit.ts");
  const tsx = join(__dirname, "../../node_modules/tsx/dist/cli.mjs");
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: services.url,
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    STUDIO_CONFIG: "",
  };
  const [told, wrong] = await Promise.all([
    command("node", [tsx, script, "--user", "alice", "--user-id", ALICE, ...LAKE], { env }),
    command("node", [tsx, script, "--user", "alice"], { env }).catch((error: unknown) => error),
  ]);
  expect(told.stdout).toMatch(new RegExp(`^alice \\(${ALICE}\\), `));
  expect(wrong).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^say where the events are/) });
  expect(wrong).not.toMatchObject({ stderr: expect.stringContaining("    at ") });
});
