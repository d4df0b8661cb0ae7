import * as z from "zod/mini";
import { idsIn } from "./event-ids";
import { MalformedMessage } from "./failures";
import { isResourceId, type Scope } from "./scope";

/** What a message on the queue asks for, and why nothing, where it asks for nothing. */
export type Hint = { readonly scopes: readonly Scope[] } | { readonly ignored: string };

const record = z.record(z.string(), z.unknown());

const envelope = z.object({
  source: z.string(),
  "detail-type": z.string(),
  resources: z.optional(z.nullable(z.array(z.string()))),
  detail: record,
});

const call = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  errorCode: z.optional(z.unknown()),
  // CloudTrail may hide the whole of either behind a text.
  requestParameters: z.optional(z.unknown()),
  responseElements: z.optional(z.unknown()),
});

const scopeMessage = z.discriminatedUnion("scope", [
  z.strictObject({
    scope: z.literal("user"),
    userId: z.string().check(z.refine(isResourceId)),
    studio: z.optional(z.string()),
    profile: z.optional(z.string()),
    since: z.optional(z.iso.datetime()),
    bySweep: z.optional(z.boolean()),
    failingSince: z.optional(z.iso.datetime()),
  }),
  z.strictObject({ scope: z.literal("group"), groupId: z.string().check(z.refine(isResourceId)) }),
  z.strictObject({ scope: z.literal("everyone") }),
]);

/** People of whom one event may tell without a sweep. */
const PEOPLE_AT_ONCE = 10;

/** By event name, whatever service sent it: which ids its parameters can hold. */
const MEMBERSHIP_EVENTS = /^(AddMemberToGroup|RemoveMemberFromGroup|CreateGroupMembership|DeleteGroupMembership)$/;
const GROUP_EVENTS = /^(Create|Update|Patch|Put|Delete)Group$/;
const USER_EVENTS = /^(Create|Update|Patch|Put|Delete|Enable|Disable)User$/;

/**
 * Reads a message of the queue: an event of CloudTrail, a notification of the Identity Store, or a scope as such.
 * An event is only a hint: it names whose memberships to read, never what they are.
 * @param body - the SQS message's body
 * @param identityStoreId - events that name another identity store are ignored
 * @throws MalformedMessage if the message is none of these, now or ever
 */
export function parseHint(body: string, identityStoreId: string): Hint {
  const content = parseJson(body);
  const scope = scopeMessage.safeParse(content);
  if (scope.success) return { scopes: [toScope(scope.data)] };
  const event = envelope.safeParse(content);
  if (!event.success) throw new MalformedMessage("neither an EventBridge event nor a scope");
  const { detail, resources } = event.data;
  if (event.data["detail-type"] === "AWS API Call via CloudTrail") return fromCall(detail, identityStoreId);
  if (event.data.source !== "aws.identitystore") return { ignored: `an event of ${event.data.source}` };
  if (namesOther(detail, identityStoreId)) return { ignored: "another identity store" };
  return { scopes: fromIds(idsIn(detail, event.data["detail-type"], resources ?? [])) };
}

function fromCall(detail: Record<string, unknown>, identityStoreId: string): Hint {
  const parsed = call.safeParse(detail);
  if (!parsed.success) throw new MalformedMessage("a CloudTrail event without eventSource and eventName");
  const { eventName, errorCode, requestParameters, responseElements } = parsed.data;
  if (errorCode !== undefined && errorCode !== null) return { ignored: `a failed ${eventName}` };
  const parameters = recordOf(requestParameters);
  if (namesOther(parameters, identityStoreId)) return { ignored: "another identity store" };
  const answer = recordOf(responseElements);
  if (MEMBERSHIP_EVENTS.test(eventName)) {
    // `member.memberId` in the console's additions, `memberId` in its removals, `memberId.userId` in the public API.
    return { scopes: fromIds(idsIn(parameters, eventName), /^(Add|Create)/.test(eventName)) };
  }
  if (GROUP_EVENTS.test(eventName)) {
    const groupId = id(parameters.groupId) ?? id(parameters.id) ?? resultId(answer, "group");
    const replaced = /^(Update|Delete)/.test(eventName);
    return { scopes: [groupId ? { kind: "group", groupId, ...(replaced && { replaced }) } : { kind: "everyone" }] };
  }
  if (USER_EVENTS.test(eventName)) {
    const userId = id(parameters.userId) ?? id(parameters.id) ?? resultId(answer, "user");
    return { scopes: [userId ? { kind: "user", userId } : { kind: "everyone" }] };
  }
  return { ignored: `a call of ${eventName}` };
}

/** The id of what a call made: on top (SCIM, the public API) or in the user or group itself (the console). */
function resultId(answer: Record<string, unknown>, type: "user" | "group"): string | undefined {
  const key = `${type}Id`;
  return id(answer[key]) ?? id(answer.id) ?? id(field(answer[type], key)) ?? id(field(answer[type], "id"));
}

function fromIds(
  { userIds, groupIds }: { userIds: readonly string[]; groupIds: readonly string[] },
  joined?: boolean,
): Scope[] {
  // So many at once would wait for one another in one message: a sweep reads them in lists.
  if (userIds.length > PEOPLE_AT_ONCE) return [{ kind: "everyone" }];
  const [groupId, ...more] = groupIds;
  if (userIds.length > 0) {
    // With several groups the user's memberships in all of them are read: no single group can rule the hint out.
    return userIds.map((userId) => ({
      kind: "user",
      userId,
      ...(groupId && more.length === 0 && { groupId, joined }),
    }));
  }
  if (groupIds.length > 0) return groupIds.map((group) => ({ kind: "group", groupId: group }));
  return [{ kind: "everyone" }];
}

function toScope(message: z.infer<typeof scopeMessage>): Scope {
  if (message.scope === "user") {
    const { since, failingSince, scope: kind, ...rest } = message;
    return { kind, ...rest, since: date(since), failingSince: date(failingSince) };
  }
  if (message.scope === "group") return { kind: "group", groupId: message.groupId };
  return { kind: "everyone" };
}

function date(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function namesOther(holder: Record<string, unknown>, identityStoreId: string): boolean {
  const named = holder.identityStoreId;
  return typeof named === "string" && named !== identityStoreId && !named.startsWith("HIDDEN");
}

function id(value: unknown): string | undefined {
  return typeof value === "string" && isResourceId(value) ? value : undefined;
}

function field(holder: unknown, key: string): unknown {
  return recordOf(holder)[key];
}

function recordOf(value: unknown): Record<string, unknown> {
  const parsed = record.safeParse(value);
  return parsed.success ? parsed.data : {};
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessage("not JSON");
  }
}
