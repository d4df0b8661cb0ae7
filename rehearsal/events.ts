import type { JsonObject } from "./json";
import { syntheticUuid } from "./synthetic";

/** Where Identity Center's events come from. */
export interface EventSourcePlace {
  readonly accountId: string;
  readonly region: string;
  readonly identityStoreId: string;
  readonly now: () => Date;
}

const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Identity Center's events in the forms that AWS sends them, by what an admin or a directory did. */
export function identityCenterEvents(place: EventSourcePlace) {
  let count = 0;
  const envelope = (source: string, type: string, detail: JsonObject): JsonObject => {
    count += 1;
    return {
      version: "0",
      id: syntheticUuid("event", String(count)),
      "detail-type": type,
      source,
      account: place.accountId,
      time: place.now().toISOString(),
      region: place.region,
      resources: [],
      detail,
    };
  };
  const call = (service: string, eventName: string, parameters: JsonObject, more: JsonObject = {}) =>
    envelope(`aws.${service}`, "AWS API Call via CloudTrail", {
      eventVersion: "1.10",
      eventTime: place.now().toISOString(),
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: place.region,
      requestParameters: parameters,
      responseElements: null,
      eventType: "AwsApiCall",
      recipientAccountId: place.accountId,
      ...more,
    });
  const { identityStoreId } = place;
  return {
    /** Somebody was added in the console of Identity Center. */
    addedInConsole: (userId: string, groupId: string) =>
      call("sso-directory", "AddMemberToGroup", { identityStoreId, groupId, member: { memberId: userId } }),
    /** Somebody was removed in the console. */
    removedInConsole: (userId: string, groupId: string) =>
      call("sso-directory", "RemoveMemberFromGroup", { identityStoreId, groupId, memberId: userId }),
    /** Somebody was added by the API, the CLI or Terraform. */
    addedByApi: (userId: string, groupId: string) =>
      call("identitystore", "CreateGroupMembership", { identityStoreId, groupId, memberId: { userId } }),
    /** Somebody was removed by the API: the event does not say who. */
    removedByApi: (membershipId: string) =>
      call("identitystore", "DeleteGroupMembership", { identityStoreId, membershipId }),
    /** A group was deleted by the API. */
    deletedByApi: (groupId: string) => call("identitystore", "DeleteGroup", { identityStoreId, groupId }),
    /** The identity provider changed a group's members: the event does not say whose. */
    patchedByScim: (groupId: string) =>
      call("identitystore-scim", "PatchGroup", {
        id: groupId,
        tenantId: "tenant",
        httpBody: { operations: [{ op: "add", path: "members", value: HIDDEN }] },
      }),
    /** A call that AWS refused. */
    refused: (userId: string, groupId: string) =>
      call(
        "sso-directory",
        "AddMemberToGroup",
        { identityStoreId, groupId, member: { memberId: userId } },
        { errorCode: "AccessDenied" },
      ),
    /** The Identity Store's own notification. AWS documents its fields only in part. */
    notified: (type: string, ids: JsonObject) =>
      envelope("aws.identitystore", type, { "event-version": "1.0", identityStoreId, ...ids }),
    /** What anybody who may put events on the bus can send. */
    forged: (userId: string, groupId: string): JsonObject => ({
      ...call("sso-directory", "AddMemberToGroup", { identityStoreId, groupId, member: { memberId: userId } }),
      source: "com.example.hr",
    }),
  };
}
