import type { AdvancedEventSelector } from "@aws-sdk/client-cloudtrail";
import { recordedByAdvanced, recordedByBasic } from "../../audit/recorded";
import { resourceOf } from "../../audit/resource";

const selector = (...fields: readonly (readonly [string, string])[]): AdvancedEventSelector => ({
  FieldSelectors: fields.map(([Field, value]) => ({ Field, Equals: [value] })),
});
const management = selector(["eventCategory", "Management"]);
const objects = selector(["eventCategory", "Data"], ["resources.type", "AWS::S3::Object"]);

describe("advanced selectors", () => {
  test("record all of a category, or what they pick", () => {
    expect(recordedByAdvanced([management, objects])).toEqual({
      management: "all",
      data: new Map([["AWS::S3::Object", "all"]]),
    });
    const picked = {
      FieldSelectors: [...(objects.FieldSelectors ?? []), { Field: "resources.ARN", StartsWith: ["x"] }],
    };
    const writes = selector(["eventCategory", "Management"], ["readOnly", "false"]);
    expect(recordedByAdvanced([writes, picked])).toEqual({
      management: "some",
      data: new Map([["AWS::S3::Object", "some"]]),
    });
    // One that picks takes nothing from one that does not.
    expect(recordedByAdvanced([picked, objects, writes, management])).toEqual({
      management: "all",
      data: new Map([["AWS::S3::Object", "all"]]),
    });
  });

  test("that name no management events record none", () => {
    expect(recordedByAdvanced([objects]).management).toBe("none");
  });
});

describe("basic selectors", () => {
  test("a trail without any records all management events and no data events", () => {
    expect(recordedByBasic([])).toEqual({ management: "all", data: new Map() });
  });

  test.each([
    [{}, "all"],
    [{ ReadWriteType: "WriteOnly" as const }, "some"],
    [{ ExcludeManagementEventSources: ["kms.amazonaws.com"] }, "some"],
    [{ IncludeManagementEvents: false }, "none"],
  ])("%p: management events, %s", (basic, expected) => {
    expect(recordedByBasic([basic]).management).toBe(expected);
  });

  test.each([
    [["arn:aws:s3"], "all"],
    [["arn:aws:s3:::"], "all"],
    [["arn:aws:s3:::acme-fraud-data/"], "some"],
  ])("objects of %p: %s", (Values, expected) => {
    const { data } = recordedByBasic([{ DataResources: [{ Type: "AWS::S3::Object", Values }] }]);
    expect(data.get("AWS::S3::Object")).toBe(expected);
  });
});

test.each([
  [
    "what was asked for, rather than where",
    "arn:aws:s3:eu-west-1:1:access-grants/default",
    { target: "s3://b/p/*" },
    "s3://b/p/*",
  ],
  ["the ARN", "arn:aws:s3:::b/k", { bucketName: "b", key: "k" }, "arn:aws:s3:::b/k"],
  ["bucket and key", undefined, { bucketName: "b", key: "k" }, "s3://b/k"],
  ["a bucket", undefined, { bucketName: "b" }, "s3://b"],
  ["database and table", undefined, { databaseName: "d", name: "t" }, "d.t"],
  ["a database", undefined, { databaseName: "d" }, "d"],
  ["a name before an id", undefined, { domainId: "d-1", spaceName: "s" }, "s"],
  ["an id before nothing", undefined, { domainId: "d-1", count: 3 }, "d-1"],
  ["nothing", undefined, { Host: "x", nested: { name: "y" } }, ""],
])("a resource is called by %s", (_, arn, asked, expected) => {
  expect(resourceOf(arn, JSON.stringify(asked))).toBe(expected);
});

test("a request that CloudTrail has cut, or left out, names nothing", () => {
  for (const request of [undefined, "null", '{"bucketName":"b', "[]", '"x"'])
    expect(resourceOf(undefined, request)).toBe("");
});
