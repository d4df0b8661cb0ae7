import { resourceOf } from "../../audit/resource";

const ROLE = "arn:aws:iam::444455556666:role/studio/research/studio-research.ml-fraud";
const GRANTS = "arn:aws:s3:eu-west-1:1:access-grants/default";

/** As a trail's file has it, the other way round, and as CloudTrail Lake has it: sorted, what is nested as a text. */
function written(asked: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(asked);
  const flat = entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]).sort();
  return [entries, entries.toReversed(), flat].map((each) => JSON.stringify(Object.fromEntries(each)));
}

test.each([
  ["what was asked for, rather than where", "GetDataAccess", GRANTS, { target: "s3://b/p/*" }, "s3://b/p/*"],
  ["the ARN", "GetObject", "arn:aws:s3:::b/k", { bucketName: "b", key: "k" }, "arn:aws:s3:::b/k"],
  ["bucket and key", "GetObject", undefined, { bucketName: "b", key: "k" }, "s3://b/k"],
  ["a bucket", "ListObjects", undefined, { bucketName: "b" }, "s3://b"],
  ["database and table", "GetTable", undefined, { databaseName: "d", name: "t" }, "d.t"],
  ["a database", "GetTables", undefined, { databaseName: "d" }, "d"],
  ["a name before an id", "CreateSpace", undefined, { domainId: "d-1", spaceName: "s" }, "s"],
  ["an id before nothing", "DescribeDomain", undefined, { domainId: "d-1", count: 3 }, "d-1"],
  ["nothing", "ListBuckets", undefined, { Host: "x", nested: { name: "y" } }, ""],
  [
    "the job, not its role",
    "CreateTrainingJob",
    undefined,
    { trainingJobName: "fraud--x", roleArn: ROLE, algorithmSpecification: { algorithmName: "a" } },
    "fraud--x",
  ],
  ["the model, not its role", "CreateModel", undefined, { modelName: "m", executionRoleArn: ROLE }, "m"],
  ["the endpoint, not its config", "CreateEndpoint", undefined, { endpointName: "e", endpointConfigName: "c" }, "e"],
  ["the job, not its model", "CreateTransformJob", undefined, { transformJobName: "j", modelName: "m" }, "j"],
  ["the pipeline that runs", "StartPipelineExecution", undefined, { aName: "x", pipelineName: "p" }, "p"],
  ["what a second version calls it", "CreateAutoMLJobV2", undefined, { autoMLJobName: "j", aName: "x" }, "j"],
  ["the role that is looked at", "GetRole", undefined, { roleName: "r", aName: "x" }, "r"],
  ["the first of other names, by the alphabet", "DoThis", undefined, { bName: "b", aName: "a", roleArn: ROLE }, "a"],
  ["nothing but a role", "DoThis", undefined, { roleArn: ROLE }, ""],
  ["a database in Lake Formation", "GrantPermissions", undefined, { resource: { database: { name: "x" } } }, "x"],
  [
    "a table in Lake Formation",
    "GrantPermissions",
    undefined,
    { catalogId: "444455556666", resource: { table: { catalogId: "4", databaseName: "d", name: "t" } } },
    "d.t",
  ],
  [
    "a place in Lake Formation",
    "GrantPermissions",
    undefined,
    { resource: { dataLocation: { resourceArn: "arn:aws:s3:::b" } } },
    "arn:aws:s3:::b",
  ],
])("a resource is called by %s", (_, action, arn, asked, expected) => {
  expect(written(asked).map((request) => resourceOf(action, arn, request))).toEqual([expected, expected, expected]);
});

test("a request that CloudTrail has cut, or left out, names nothing", () => {
  for (const request of [undefined, "null", '{"bucketName":"b', "[]", '"x"', '{"resource":"{database={name=x}}"}'])
    expect(resourceOf("DoThis", undefined, request)).toBe("");
});
