import { athenaQuery, quotedName } from "../../audit/athena";
import { eventDataStoreOf, lakeQuery } from "../../audit/cloudtrail-lake";
import { type AuditEvent, eventOf } from "../../audit/event";
import { athenaValues, lakeValues } from "../../audit/evidence";
import { ownRoles } from "../../audit/own-roles";
import { type Named, type Person, person } from "../../audit/person";
import { inlined, queryFile } from "../../audit/query-text";
import { ROW_LIMIT } from "../../audit/rows";
import { spanOf } from "../../audit/span";
import { describeStoreAnswer } from "./answers";
import { ALICE, auditConfig, NOW } from "./config";
import { type Engine, engine, STORE_ID, type TextRow } from "./engine";
import { recordedEvents, SCENARIOS } from "./recorded-events";

const STORE = eventDataStoreOf(`arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/${STORE_ID}`);
const TABLE = { database: "audit", table: "trail" };
const { identityCenter, studios } = auditConfig();
const ROLES = ownRoles(studios);

let engines: Engine;
beforeAll(async () => {
  engines = await engine([...SCENARIOS, "others"].flatMap(recordedEvents));
});
afterAll(() => engines.close());

/** Both engines, each with the very file of the repository, as the command runs it. */
const ENGINES = {
  "cloudtrail-lake.sql": (who: Person, since: string, until?: string) => {
    const values = lakeValues(who, identityCenter, ROLES, spanOf(since, until, NOW));
    return engines.lake(lakeQuery(STORE, describeStoreAnswer(), values));
  },
  "athena.sql": (who: Person, since: string, until?: string) => {
    const values = athenaValues(who, identityCenter, ROLES, spanOf(since, until, NOW));
    const { text, parameters } = athenaQuery(TABLE, values);
    return engines.athena(text, parameters);
  },
};

const BOB = "93f7a2c4-0000-4000-8000-000000000002";
const TOKEN_OF_JOB =
  "sso-oauth | CreateTokenWithIAM | arn:aws:sagemaker:eu-west-1:444455556666:training-job/fraud--claims-2026-11-20";

const alice = (named: Partial<Named> = {}) => person(ALICE, "alice", { profiles: [], ...named });

function told(rows: readonly TextRow[], who = alice()): AuditEvent[] {
  const filled = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  return filled.map((row) => eventOf(row, who, ROLES)).reverse();
}

/** What was found of a scenario, a line an event. */
function lines(found: readonly AuditEvent[], scenario: string): string[] {
  const ids = new Set(recordedEvents(scenario).map(({ eventID }) => eventID));
  return found
    .filter(({ eventId }) => ids.has(eventId))
    .map(({ time, identified, certainty, service, action, resource, error }) =>
      [
        time.slice(8, 16),
        certainty === "claimed" ? `${identified}?` : identified,
        service,
        action,
        resource,
        error ?? "",
      ]
        .join(" | ")
        .replace(/[ |]+$/, ""),
    );
}

describe.each(Object.entries(ENGINES))("%s", (_, run) => {
  test("finds what was read in S3 through Access Grants from a notebook", async () => {
    const found = told(await run(alice(), "7d"));
    expect(lines(found, "notebook-s3-access-grants")).toEqual([
      "20T09:00 | propagated | s3 | GetDataAccess | s3://acme-fraud-data/curated/*",
      "20T09:00 | propagated | s3 | GetObject | arn:aws:s3:::acme-fraud-data/curated/2026-11-20.parquet",
      // The location's role is not one that SageMaker alone assumes.
      "20T09:00 | source identity? | s3 | GetObject | arn:aws:s3:::acme-fraud-data/curated/2026-11-19.parquet",
      "20T09:00 | propagated | s3 | GetDataAccess | s3://acme-pricing-data/* | AccessDenied",
    ]);
  });

  test("finds a query of Athena with Lake Formation, and what Athena did for it", async () => {
    const found = told(await run(alice(), "7d"));
    expect(lines(found, "athena-lake-formation")).toEqual([
      "20T10:00 | propagated | athena | StartQueryExecution | studio-research-ml-fraud",
      "20T10:00 | propagated | glue | GetTable | fraud_features.claims",
      "20T10:00 | propagated | lakeformation | GetDataAccess | arn:aws:glue:eu-west-1:444455556666:table/fraud_features/claims",
      "20T10:00 | propagated | athena | GetQueryResults | 0e2f4d8a-0000-4000-8000-000000000001",
    ]);
  });

  test("finds a job, its background session, and what it did after the person signed out", async () => {
    const found = told(await run(alice(), "7d"));
    const job = "arn:aws:sagemaker:eu-west-1:444455556666:training-job/fraud--claims-2026-11-20";
    expect(lines(found, "training-background-session")).toEqual([
      "20T17:00 | propagated | sso | ListAccounts",
      "20T17:30 | propagated | sagemaker | CreateTrainingJob | fraud--claims-2026-11-20",
      `20T17:30 | propagated | sso-oauth | CreateTokenWithIAM | ${job}`,
      "21T03:00 | propagated | s3 | GetDataAccess | s3://acme-fraud-data/curated/*",
      "21T03:00 | propagated | s3 | GetObject | arn:aws:s3:::acme-fraud-data/curated/2026-11-17.parquet",
    ]);
  });

  test("finds plain use of the role, and marks a name that others could have set", async () => {
    const found = told(await run(alice(), "7d"));
    expect(lines(found, "role-only")).toEqual([
      "21T09:00 | source identity | s3 | PutObject | arn:aws:s3:::acme-fraud-data/notes/a b.csv",
      "21T09:01 | source identity | sagemaker | CreateSpace | claims",
      "21T09:02 | source identity | sagemaker | DescribeTrainingJob | fraud--claims-2026-11-20",
      "21T09:03 | session | athena | ListWorkGroups",
      "21T09:04 | source identity? | s3 | ListBuckets",
      "21T09:05 | source identity | sagemaker | UpdateDomain | d-abcdef012345 | AccessDenied",
      // Their session, in a profile that has a name of its own.
      "21T09:06 | session? | s3 | ListBuckets",
    ]);
  });

  test("lays a token to the session that asked for it, and to its person with a mark", async () => {
    const tokens = (found: readonly AuditEvent[]) =>
      lines(found, "tokens").map((line) => line.replaceAll(TOKEN_OF_JOB, "…"));
    expect(tokens(told(await run(alice(), "7d")))).toEqual([
      "20T12:00 | token? | …",
      "20T12:01 | source identity | … | AccessDenied",
      "20T12:02 | source identity | …",
      "20T12:03 | token? | …",
      "20T12:04 | propagated | …",
    ]);
    const bob = person(BOB, "bob", { profiles: [] });
    const ofBob = told(await run(bob, "7d"), bob);
    expect(tokens(ofBob)).toEqual(["20T12:00 | token? | …", "20T12:03 | token? | …"]);
    expect(ofBob.filter(({ service }) => service === "sso-oauth").map(({ sourceIdentity }) => sourceIdentity)).toEqual([
      "alice",
      "bob",
    ]);
  });

  test("marks the person's own token too if the session's name says nothing of them", async () => {
    const nameless = person(ALICE, undefined, { profiles: [] });
    const found = told(await run(nameless, "7d"), nameless);
    expect(lines(found, "tokens").map((line) => line.slice(0, 20))).toEqual([
      "20T12:02 | token? | ",
      "20T12:03 | token? | ",
      "20T12:04 | propagate",
    ]);
  });

  test.each(recordedEvents("others").map((event) => [event.note ?? "", event.eventID] as const))(
    "leaves out: %s",
    async (_note, eventId) => {
      const found = told(await run(alice(), "7d"));
      expect(found.map((event) => event.eventId)).not.toContain(eventId);
    },
  );

  test("asks for as long as it is told to", async () => {
    const notes = (found: readonly AuditEvent[]) =>
      recordedEvents("others").filter(({ eventID }) => found.some(({ eventId }) => eventId === eventID));
    expect(notes(told(await run(alice(), "30d"))).map(({ note }) => note)).toEqual(["too early"]);
    const lately = told(await run(alice(), "27h"));
    expect(lately.map(({ time }) => time)).toEqual([
      "2026-11-21T09:00:00Z",
      "2026-11-21T09:01:00Z",
      "2026-11-21T09:02:00Z",
      "2026-11-21T09:03:00Z",
      "2026-11-21T09:04:00Z",
      "2026-11-21T09:05:00Z",
      "2026-11-21T09:06:00Z",
    ]);
  });

  test("asks up to when it is told to", async () => {
    const found = told(await run(alice(), "2026-11-20T10:00:00Z", "2026-11-20T10:00:09Z"));
    expect(found.map(({ time }) => time.slice(11, 19))).toEqual(["10:00:00", "10:00:01", "10:00:02"]);
  });

  test("takes another profile of the person", async () => {
    const withBoth = alice({ profiles: ["Alice-2"] });
    const found = told(await run(withBoth, "7d"), withBoth);
    const added = recordedEvents("others").filter(({ eventID }) => found.some(({ eventId }) => eventId === eventID));
    expect(added.map(({ note }) => note)).toEqual(["a profile whose name only begins the same"]);
  });

  test("goes by the id alone for somebody who is gone and has no name", async () => {
    const nameless = person(ALICE, undefined, { profiles: [] });
    const found = told(await run(nameless, "7d"), nameless);
    expect(new Set(found.map(({ identified }) => identified))).toEqual(new Set(["propagated", "token"]));
    expect(found).toHaveLength(15);
  });

  test("says of each event what the table needs", async () => {
    const found = told(await run(alice(), "7d"));
    expect(found.find(({ action }) => action === "CreateTrainingJob")).toEqual({
      time: "2026-11-20T17:30:00Z",
      identified: "propagated",
      certainty: "certain",
      account: "444455556666",
      region: "eu-west-1",
      service: "sagemaker",
      action: "CreateTrainingJob",
      resource: "fraud--claims-2026-11-20",
      readOnly: false,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      caller: "arn:aws:sts::444455556666:assumed-role/studio-research.ml-fraud/SageMaker",
      role: "arn:aws:iam::444455556666:role/studio/research/studio-research.ml-fraud",
      sourceIdentity: "alice",
    });
    expect(found.find(({ action }) => action === "GetTable")?.readOnly).toBe(true);
    expect(found.find(({ action }) => action === "ListAccounts")).not.toHaveProperty("caller");
    expect(found.find(({ invokedBy }) => invokedBy === "athena.amazonaws.com")?.action).toBe("GetTable");
  });
});

test("a store that is partitioned by day is asked by day", async () => {
  const values = lakeValues(alice(), identityCenter, ROLES, spanOf("7d", undefined, NOW));
  const query = lakeQuery(
    STORE,
    describeStoreAnswer({ PartitionKeys: [{ Name: "calendarday", Type: "bigint" }] }),
    values,
  );
  expect(query).toContain("AND calendarday >= 20261115 AND calendarday <= 20261122");
  expect(lakeQuery(STORE, describeStoreAnswer(), values)).not.toContain("calendarday");
  const plainly = await ENGINES["cloudtrail-lake.sql"](alice(), "7d");
  expect(await engines.lake(query)).toEqual(plainly);
});

test("an event that CloudTrail wrote after midnight is found under the day after", () => {
  const values = athenaValues(alice(), identityCenter, ROLES, spanOf("12h", undefined, NOW));
  expect(values).toMatchObject({ first_day: "2026/11/22", last_day: "2026/11/23" });
});

test("an identity store of another partition is looked for in it", () => {
  const values = lakeValues(alice(), { ...identityCenter, region: "cn-north-1" }, ROLES, spanOf("7d", undefined, NOW));
  expect(values.identity_store).toBe("arn:aws-cn:identitystore::%:identitystore/d-906716eb24");
});

test("the query that is printed for a console says the same as the one that is run", async () => {
  const values = athenaValues(alice(), identityCenter, ROLES, spanOf("7d", undefined, NOW));
  const printed = inlined(queryFile("athena.sql"), quotedName(TABLE), values);
  expect(await engines.athena(printed)).toEqual(await ENGINES["athena.sql"](alice(), "7d"));
});

test("Athena's query has its parameters in WHERE, where alone Athena takes them", () => {
  const { text, parameters } = athenaQuery(
    TABLE,
    athenaValues(alice(), identityCenter, ROLES, spanOf("7d", undefined, NOW)),
  );
  expect(text.slice(0, text.indexOf("\nWHERE "))).not.toContain("?");
  expect(text.match(/\?/g)).toHaveLength(parameters.length);
});

test("the queries return as many events as the report takes for all", () => {
  for (const file of ["athena.sql", "cloudtrail-lake.sql"] as const) {
    expect(queryFile(file)).toMatch(new RegExp(`LIMIT ${ROW_LIMIT}\\n$`));
  }
});

test("both queries ask the same", () => {
  // Apart from what the engines call their time, their partitions and the fields of a text.
  const core = (file: "athena.sql" | "cloudtrail-lake.sql") =>
    inlined(queryFile(file), STORE_ID, { ...lakeValues(alice(), identityCenter, ROLES, spanOf("7d", undefined, NOW)) })
      .toLowerCase()
      .replace(/element_at\(additionaleventdata, '(.*?)'\)/g, "additional($1)")
      .replace(/json_extract_scalar\(additionaleventdata, '\$\["(.*?)"\]'\)/g, "additional($1)");
  const where = (text: string) => text.slice(text.indexOf("  and (\n"));
  expect(where(core("athena.sql"))).toBe(where(core("cloudtrail-lake.sql")));
});
