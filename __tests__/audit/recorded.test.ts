import type { AdvancedEventSelector } from "@aws-sdk/client-cloudtrail";
import { recordedByAdvanced, recordedByBasic } from "../../audit/recorded";

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
