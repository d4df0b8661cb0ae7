/** AWS refuses PutEvents with such a source, so nobody who may only put events can forge a hint. */
const FROM_AWS = [{ prefix: "aws." }];

const VIA_CLOUDTRAIL = "AWS API Call via CloudTrail";

/**
 * What counts as a hint, by rule. Only hints: each names somebody whose memberships are then read.
 *
 * `source` of SCIM's events is documented nowhere, so `eventSource` tells the services apart.
 * A failed call changed nothing: its event has an `errorCode`.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/eventbridge-event-message-structure.html
 */
export const EVENT_PATTERNS = {
  cloudtrail: {
    source: FROM_AWS,
    "detail-type": [VIA_CLOUDTRAIL],
    detail: {
      eventSource: ["sso-directory.amazonaws.com", "identitystore.amazonaws.com", "identitystore-scim.amazonaws.com"],
      eventName: [
        "AddMemberToGroup",
        "RemoveMemberFromGroup",
        "CreateGroupMembership",
        "DeleteGroupMembership",
        "CreateGroup",
        "UpdateGroup",
        "PatchGroup",
        "PutGroup",
        "DeleteGroup",
        "CreateUser",
        "UpdateUser",
        "PatchUser",
        "PutUser",
        "DeleteUser",
        "EnableUser",
        "DisableUser",
      ],
      errorCode: [{ exists: false }],
    },
  },
  // The Identity Store's own notifications come from the same source and are told apart by their detail-type.
  identitystore: {
    source: ["aws.identitystore"],
    "detail-type": [
      {
        "anything-but": [
          VIA_CLOUDTRAIL,
          "AWS Service Event via CloudTrail",
          "AWS Console Action via CloudTrail",
          "AWS Console Sign In via CloudTrail",
          "AWS Insight via CloudTrail",
        ],
      },
    ],
  },
} as const;
