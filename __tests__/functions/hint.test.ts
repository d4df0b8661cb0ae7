import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MalformedMessage } from "../../functions/membership/failures";
import { parseHint } from "../../functions/membership/hint";
import { matches } from "../../rehearsal/event-pattern";
import { EVENT_PATTERNS } from "../../stacks/constructs/event-patterns";

const STORE = "d-906716eb24";
const USER = "93f7a2c4-a091-70de-1234-aaaaaaaaaaaa";
const GROUP = "93f7a2c4-b091-70de-1234-bbbbbbbbbbbb";
const EVENTS = join(__dirname, "events");

/** As EventBridge has them: JSON. */
const RULES = Object.entries(EVENT_PATTERNS).map(
  ([name, pattern]) => [name, JSON.parse(JSON.stringify(pattern))] as const,
);

const throughGroup = { scopes: [{ kind: "user", userId: USER, groupId: GROUP }] };
const joined = { scopes: [{ kind: "user", userId: USER, groupId: GROUP, joined: true }] };
const left = { scopes: [{ kind: "user", userId: USER, groupId: GROUP, joined: false }] };
const user = { scopes: [{ kind: "user", userId: USER }] };
const group = { scopes: [{ kind: "group", groupId: GROUP }] };
const everyone = { scopes: [{ kind: "everyone" }] };

/** Recorded event → the rule that lets it through, and the hint that it is. */
const HINTS: Record<string, [rule: keyof typeof EVENT_PATTERNS | "none", hint: unknown]> = {
  "add-member-to-group": ["cloudtrail", joined],
  "add-member-to-group-top-level": ["cloudtrail", joined],
  "remove-member-from-group": ["cloudtrail", left],
  "create-group-membership": ["cloudtrail", joined],
  "delete-group-membership": ["cloudtrail", everyone],
  "update-user": ["cloudtrail", user],
  "delete-user": ["cloudtrail", user],
  "delete-group": ["cloudtrail", { scopes: [{ kind: "group", groupId: GROUP, replaced: true }] }],
  "directory-create-user": ["cloudtrail", user],
  "directory-disable-user": ["cloudtrail", user],
  "scim-create-group": ["cloudtrail", group],
  "scim-create-user": ["cloudtrail", user],
  "scim-delete-user": ["cloudtrail", user],
  "scim-patch-group": ["cloudtrail", group],
  "scim-patch-group-hidden": ["cloudtrail", everyone],
  "scim-patch-user": ["cloudtrail", user],
  "scim-put-user": ["cloudtrail", user],
  "failed-add-member": ["none", { ignored: "a failed AddMemberToGroup" }],
  "other-identity-store": ["cloudtrail", { ignored: "another identity store" }],
  "unrelated-call": ["none", { ignored: "a call of CreateGroupPolicy" }],
  "notification-group-updated": ["identitystore", group],
  "notification-membership": ["identitystore", throughGroup],
  "notification-user-arn": ["identitystore", user],
  "notification-user-updated": ["identitystore", user],
  "notification-without-ids": ["identitystore", everyone],
};

function read(name: string): string {
  return readFileSync(join(EVENTS, `${name}.json`), "utf8");
}

test("every recorded event has its row", () => {
  expect(Object.keys(HINTS).sort()).toEqual(
    readdirSync(EVENTS)
      .map((file) => file.replace(".json", ""))
      .sort(),
  );
});

describe.each(Object.entries(HINTS))("%s", (name, [rule, hint]) => {
  test("is read as what it hints at", () => {
    expect(parseHint(read(name), STORE)).toEqual(hint);
  });

  test(`passes ${rule === "none" ? "no rule" : `the rule ${rule} alone`}`, () => {
    const passed = RULES.filter(([, pattern]) => matches(pattern, JSON.parse(read(name))));
    expect(passed.map(([passing]) => passing)).toEqual(rule === "none" ? [] : [rule]);
  });
});

test("an event that somebody put on the bus passes no rule", () => {
  const forged = { ...JSON.parse(read("add-member-to-group")), source: "my.app" };
  for (const [, pattern] of RULES) expect(matches(pattern, forged)).toBe(false);
});

describe("a scope as such", () => {
  test.each([
    [{ scope: "user", userId: USER }, user],
    [{ scope: "group", groupId: GROUP }, group],
    [{ scope: "everyone" }, everyone],
  ])("%j", (message, hint) => {
    expect(parseHint(JSON.stringify(message), STORE)).toEqual(hint);
  });
});

test.each([
  "",
  "hello",
  "null",
  "[]",
  "{}",
  '{"scope":"user"}',
  '{"scope":"user","userId":"../admin"}',
  '{"scope":"everyone","userId":"x"}',
  '{"source":"aws.identitystore","detail-type":"User Created"}',
  '{"source":"aws.sso","detail-type":"AWS API Call via CloudTrail","detail":{}}',
])("%s can never be read", (body) => {
  expect(() => parseHint(body, STORE)).toThrow(MalformedMessage);
});

test("every event that a rule lets through is a hint", () => {
  const event = JSON.parse(read("update-user"));
  for (const eventName of EVENT_PATTERNS.cloudtrail.detail.eventName) {
    expect(parseHint(JSON.stringify({ ...event, detail: { ...event.detail, eventName } }), STORE)).toHaveProperty(
      "scopes",
    );
  }
});

test.each([
  [{ groupId: GROUP, member: { memberId: { userId: USER } } }, joined],
  [{ groupId: GROUP, members: [{ memberId: USER }] }, joined],
  [{ groupId: GROUP, member: [USER] }, joined],
  [{ groupId: GROUP, userId: USER }, joined],
  [{ groupId: GROUP, membershipId: USER }, group],
])("a member is found in %j", (requestParameters, hint) => {
  const event = JSON.parse(read("create-group-membership"));
  expect(parseHint(JSON.stringify({ ...event, detail: { ...event.detail, requestParameters } }), STORE)).toEqual(hint);
});

test.each([
  ["User Updated", { resourceId: USER }, user],
  ["Group Updated", { id: GROUP }, group],
  ["User Updated", { identityStoreUserId: USER }, user],
  ["Group Updated", { groupId: GROUP, modifiedBy: { userId: USER } }, group],
  ["Something Else", { id: USER }, everyone],
  ["User Updated", { resource: `arn:aws:identitystore:::user/d-906716eb24/${USER}` }, user],
])("the notification %s with %j is understood", (type, detail, hint) => {
  const event = { ...JSON.parse(read("notification-user-updated")), "detail-type": type, resources: null, detail };
  expect(parseHint(JSON.stringify(event), STORE)).toEqual(hint);
});

test("nesting without end is no way to break it", () => {
  const event = JSON.parse(read("notification-user-updated"));
  const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
  expect(parseHint(JSON.stringify(event).replace('"event-version"', `"deep":${deep},"event-version"`), STORE)).toEqual(
    user,
  );
});

test("parameters of any shape hint at somebody or everybody, and never fail", () => {
  const event = JSON.parse(read("add-member-to-group"));
  for (const requestParameters of [
    null,
    {},
    "HIDDEN_DUE_TO_SECURITY_REASONS",
    [],
    7,
    { member: null },
    { memberId: 7 },
  ]) {
    const body = JSON.stringify({ ...event, detail: { ...event.detail, requestParameters } });
    expect(parseHint(body, STORE)).toEqual(everyone);
  }
});

test("an answer that is hidden hides nothing of what was asked", () => {
  const event = JSON.parse(read("add-member-to-group"));
  const detail = { ...event.detail, responseElements: "HIDDEN_DUE_TO_SECURITY_REASONS" };
  expect(parseHint(JSON.stringify({ ...event, detail }), STORE)).toEqual(joined);
});

test("more people than one message can see to are a sweep's", () => {
  const event = JSON.parse(read("create-group-membership"));
  const members = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ userId: `${USER.slice(0, -2)}${10 + index}` }));
  const hintOf = (count: number) => {
    const requestParameters = { groupId: GROUP, members: members(count) };
    return parseHint(JSON.stringify({ ...event, detail: { ...event.detail, requestParameters } }), STORE);
  };
  expect(hintOf(10)).toMatchObject({ scopes: { length: 10 } });
  expect(hintOf(11)).toEqual(everyone);
});
