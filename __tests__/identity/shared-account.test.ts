import { workgroupName } from "../../naming";
import { decide } from "../../rehearsal/policy-simulator";
import { studioApp } from "../../stacks/app";
import { StudioStack } from "../../stacks/studio-stack";
import { ACCOUNT, configOf, type GroupInWords, INSTANCE_ARN, LAKE_ARN, roleIn, studio, worldOf } from "./studios";

/** What several groups, and several studios of one account, are granted beside one another. */
const grants = (adGroup: string, location: string, prefix?: string): GroupInWords => ({
  adGroup,
  team: adGroup.toLowerCase(),
  accessGrants: [{ location, permission: "READ", ...(prefix && { prefix }) }],
});

const queries = (adGroup: string, database = "fraud", results = `s3://acme-results/${database}`): GroupInWords => ({
  adGroup,
  team: adGroup.toLowerCase(),
  dataLake: { database, workgroup: { results } },
});

/** Names what the account has already. */
const NAMED = { accessGrantsInstanceArn: INSTANCE_ARN, lakeFormationApplicationArn: LAKE_ARN };

describe("of two studios in one account and Region, the second is refused", () => {
  test.each([
    ["that makes a second instance for queries", queries("B", "b"), { lakeFormationApplicationArn: LAKE_ARN }],
    ["that makes a second instance for grants", grants("B", "s3://acme-b"), {}],
  ])("%s", (_what, second, propagation) => {
    const config = () => configOf(studio("one", [queries("A", "a")]), studio("two", [second], propagation));
    expect(config).toThrow(/studios\[0\] makes it .*: name it here in accessGrantsInstanceArn/);
  });

  test.each([
    [
      "a location",
      grants("A", "s3://acme-a", "x/"),
      grants("B", "s3://acme-a/", "y/"),
      "s3://acme-a/ is a location of",
    ],
    [
      "a place of results",
      queries("A"),
      queries("B", "other", "s3://acme-results/fraud"),
      "is a location of studios[0]",
    ],
    ["a group's tables", queries("A"), queries("a", "fraud", "s3://acme-b"), 'studios[0] grants "a" tables of fraud'],
  ])("with %s of the first", (_what, first, second, message) => {
    expect(() => configOf(studio("one", [first]), studio("two", [second], NAMED))).toThrow(message);
  });

  test("unless it names what there is, and has places of its own", () => {
    const second = [grants("A", "s3://acme-a/part"), queries("B", "b")];
    const config = configOf(studio("one", [grants("A", "s3://acme-a"), queries("Q")]), studio("two", second, NAMED));
    expect(config.studios).toHaveLength(2);
  });
});

test("the studio that makes the instance is deployed before one that names it", () => {
  const config = configOf(
    studio("user", [grants("B", "s3://acme-b")], NAMED),
    studio("maker", [grants("A", "s3://acme-a")]),
  );
  const stacks = studioApp(config).node.children.filter((each) => each instanceof StudioStack);
  expect(stacks.map(({ studio: { name }, dependencies }) => [name, dependencies.map(String)])).toEqual([
    ["user", ["studio-maker"]],
    ["maker", []],
  ]);
});

test("two groups of a studio may share a location, and results that each person has alone", () => {
  const world = worldOf(
    studio("research", [
      grants("A", "s3://acme-a", "x/"),
      grants("B", "s3://acme-a/*", "y"),
      queries("C", "c", "s3://acme-results"),
      queries("D", "d", "s3://acme-results/"),
    ]),
  );
  const of = (type: string) => world.blocks.filter((block) => block.type === type).map(({ config }) => config);
  expect(of("aws_s3control_access_grants_location").map((each) => each.location_scope)).toEqual([
    "s3://acme-a/",
    "s3://acme-results/",
  ]);
  expect(of("aws_s3control_access_grant").map((each) => each.access_grants_location_configuration)).toEqual(
    ["x/*", "y/*", "*", "*"].map((s3_sub_prefix) => [{ s3_sub_prefix }]),
  );
});

const ANY = { location: "s3://acme-a", permission: "READ" };

test("places that differ in case are two", () => {
  const group = { adGroup: "A", team: "a", accessGrants: ["X/", "x/"].map((prefix) => ({ ...ANY, prefix })) };
  const world = worldOf(studio("research", [group]));
  expect(world.blocks.filter(({ type }) => type === "aws_s3control_access_grant")).toHaveLength(2);
});
test("a partition of a table can be granted", () => {
  const group = grants("A", "s3://acme-a", "table/year=2026/");
  expect(configOf(studio("research", [group])).studios).toHaveLength(1);
});

describe("a data lake", () => {
  const many = Array.from({ length: 40 }, (_, index) => queries(`ML Scientists of Division ${index}`, `db${index}`));
  const world = worldOf(studio("research", [...many, queries("Fraud")]));
  const athena = roleIn(world, "studio-research-athena");

  test("of many groups has a trust policy that AWS takes", () => {
    expect(JSON.stringify(athena.trust).length).toBeLessThanOrEqual(2048);
  });

  test.each([
    ["database/fraud", "Allowed"],
    ["table/fraud/transactions", "Allowed"],
    ["database/default", "Allowed"],
    ["table/platform_secret/t", "ImplicitlyDenied"],
    ["database/fraud2", "ImplicitlyDenied"],
  ])("lets queries look at %s: %s", async (what, verdict) => {
    const resource = `arn:aws:glue:eu-west-1:${ACCOUNT}:${what}`;
    const who = { kind: "role", role: athena } as const;
    expect((await decide(world, { who, action: "glue:GetTable", resource, context: {} })).verdict).toBe(verdict);
  });

  test("reads columns, and lets nothing else be done with them, if nothing is said", () => {
    const lake = { database: "fraud", tables: ["t"], columns: ["id"], workgroup: { results: "s3://acme-results" } };
    const { blocks } = worldOf(studio("research", [{ adGroup: "A", team: "a", dataLake: lake }]));
    const columns = blocks.find(({ type, config }) => type.includes("permissions") && config.table_with_columns);
    expect(columns?.config.permissions).toEqual(["SELECT"]);
  });

  test("may be of several databases, and of one table in part", () => {
    const dataLake = {
      database: "fraud",
      tables: ["t"],
      columns: ["id"],
      also: [{ database: "fraud", tables: ["u"] }, { database: "reference" }],
      workgroup: { results: "s3://acme-results" },
    };
    const { blocks } = worldOf(studio("research", [{ adGroup: "A", team: "a", dataLake }]));
    const granted = blocks.filter(({ type }) => type === "aws_lakeformation_permissions").map(({ config }) => config);
    expect(
      granted.map(({ permissions, principal: _, provider: __, depends_on: ___, ...what }) => [permissions, what]),
    ).toEqual(
      expect.arrayContaining([
        [["DESCRIBE"], { database: { name: "fraud" } }],
        [["DESCRIBE"], { database: { name: "reference" } }],
        [["SELECT"], { table_with_columns: { database_name: "fraud", name: "t", column_names: ["id"] } }],
        [["SELECT", "DESCRIBE"], { table: { database_name: "fraud", name: "u" } }],
        [["SELECT", "DESCRIBE"], { table: { database_name: "reference", wildcard: true } }],
      ]),
    );
    expect(granted).toHaveLength(5);
  });

  test("can be taken away when people have queried", () => {
    const workgroups = world.blocks.filter(({ type }) => type === "aws_athena_workgroup");
    expect(workgroups.map(({ config }) => config.force_destroy)).toEqual(workgroups.map(() => true));
  });

  test("has workgroups of a name that no other studio's have", () => {
    expect(workgroupName("a", "b-c")).not.toBe(workgroupName("a-b", "c"));
  });
});

test("more grants than a policy takes are refused with what would be right", () => {
  const each = (index: number) => grants(`G${index}`, `s3://acme-data-bucket-${index}`, `curated/part-${index}/`);
  const groups = Array.from({ length: 90 }, (_, index) => each(index));
  expect(() => worldOf(studio("research", groups))).toThrow(
    /^role studio-research-access-grants: the accessGrants .* and AWS takes 10240; grant fewer places, or wider ones/,
  );
});
