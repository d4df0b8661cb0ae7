import { matches } from "../../rehearsal/event-pattern";
import type { Json } from "../../rehearsal/json";

const event = {
  source: "aws.sso-directory",
  "detail-type": "AWS API Call via CloudTrail",
  account: "111122223333",
  resources: ["arn:a", "arn:b"],
  detail: {
    eventSource: "sso-directory.amazonaws.com",
    eventName: "AddMemberToGroup",
    errorCode: null,
    count: 3,
    readOnly: false,
    requestParameters: { groupId: "g-1", operations: [{ op: "add", path: "members" }, { op: "remove" }], none: [] },
  },
};

const cases: [name: string, pattern: Json, expected: boolean][] = [
  ["exact", { source: ["aws.sso-directory"] }, true],
  ["one of several", { source: ["x", "aws.sso-directory"] }, true],
  ["other value", { source: ["x"] }, false],
  ["every field must match", { source: ["aws.sso-directory"], account: ["x"] }, false],
  ["nested", { detail: { eventName: ["AddMemberToGroup"] } }, true],
  ["number and boolean", { detail: { count: [3], readOnly: [false] } }, true],
  ["a number is no text", { detail: { count: ["3"] } }, false],
  ["null", { detail: { errorCode: [null] } }, true],
  ["missing is not null", { detail: { nothing: [null] } }, false],
  ["list in the event", { resources: ["arn:b"] }, true],
  ["list of objects in the event", { detail: { requestParameters: { operations: { op: ["remove"] } } } }, true],
  ["list of objects, no match", { detail: { requestParameters: { operations: { op: ["replace"] } } } }, false],
  ["prefix", { detail: { eventSource: [{ prefix: "sso-" }] } }, true],
  ["prefix without case", { source: [{ prefix: { "equals-ignore-case": "AWS." } }] }, true],
  ["suffix", { detail: { eventSource: [{ suffix: ".amazonaws.com" }] } }, true],
  ["suffix of a number", { detail: { count: [{ suffix: "3" }] } }, false],
  ["equals-ignore-case", { detail: { eventName: [{ "equals-ignore-case": "addmembertogroup" }] } }, true],
  ["wildcard", { detail: { eventName: [{ wildcard: "*Member*Group" }] } }, true],
  ["wildcard is anchored", { detail: { eventName: [{ wildcard: "Member*" }] } }, false],
  ["wildcard takes the rest literally", { detail: { eventSource: [{ wildcard: "sso-directoryXamazonaws*" }] } }, false],
  ["exists", { detail: { eventName: [{ exists: true }] } }, true],
  ["exists, of an object", { detail: { requestParameters: [{ exists: true }] } }, false],
  ["does not exist", { detail: { error: [{ exists: false }] } }, true],
  ["does not exist, but does", { detail: { eventName: [{ exists: false }] } }, false],
  ["does not exist, with its parent", { other: { thing: [{ exists: false }] } }, true],
  ["an empty list does not exist", { detail: { requestParameters: { none: [{ exists: false }] } } }, true],
  ["anything-but", { detail: { eventName: [{ "anything-but": "X" }] } }, true],
  ["anything-but a list", { detail: { eventName: [{ "anything-but": ["X", "AddMemberToGroup"] }] } }, false],
  ["anything-but needs a value", { detail: { nothing: [{ "anything-but": "X" }] } }, false],
  ["anything-but prefix", { detail: { eventName: [{ "anything-but": { prefix: "Add" } }] } }, false],
  ["anything-but prefixes", { detail: { eventName: [{ "anything-but": { prefix: ["X", "Y"] } }] } }, true],
  ["anything-but suffix", { detail: { eventName: [{ "anything-but": { suffix: "Group" } }] } }, false],
  ["anything-but wildcard", { detail: { eventName: [{ "anything-but": { wildcard: "*Member*" } }] } }, false],
  ["anything-but without case", { detail: { eventName: [{ "anything-but": { "equals-ignore-case": "x" } }] } }, true],
  ["numeric", { detail: { count: [{ numeric: [">", 0, "<=", 3] }] } }, true],
  ["numeric, outside", { detail: { count: [{ numeric: [">", 3] }] } }, false],
  ["$or", { $or: [{ source: ["x"] }, { account: ["111122223333"] }] }, true],
  ["$or, none", { $or: [{ source: ["x"] }, { account: ["y"] }] }, false],
  ["$or inside", { source: ["aws.sso-directory"], detail: { $or: [{ eventName: ["X"] }, { count: [3] }] } }, true],
];

test.each(cases)("%s", (_name, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
  expect(matches(JSON.stringify(pattern), event)).toBe(expected);
});

test.each<[string, Json]>([
  ["an unknown operator", { source: [{ like: "x" }] }],
  ["two operators in one", { source: [{ prefix: "x", suffix: "y" }] }],
  ["an empty list", { source: [] }],
  ["a bare value", { source: "x" }],
  ["an unknown comparison", { detail: { count: [{ numeric: ["~", 3] }] } }],
  ["a mistake in a field that does not decide", { source: ["x"], detail: { eventName: [{ like: "x" }] } }],
])("refuses %s", (_name, pattern) => {
  expect(() => matches(pattern, event)).toThrow();
});
