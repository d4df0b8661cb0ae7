import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { createClock } from "../../../rehearsal/emulator/clock";
import {
  type Emulator,
  type EmulatorOptions,
  type EmulatorWorld,
  startEmulator,
} from "../../../rehearsal/emulator/server";
import { type PolicyStatement, parseIdentityPolicy, parsePolicy } from "../../../rehearsal/policy-document";
import { createQueue } from "../../../rehearsal/queue";
import { syntheticApplicationArn, syntheticGroupId } from "../../../rehearsal/synthetic";
import type { Role } from "../../../rehearsal/world";

export const STORE_ID = "d-906716eb24";
export const DOMAIN_ID = "d-abcdefabcdef";
const APPLICATION = syntheticApplicationArn("aws", "444455556666", DOMAIN_ID);

export const ARN = {
  function: "arn:aws:iam::111122223333:role/onboarding/function",
  provisioner: "arn:aws:iam::444455556666:role/onboarding/provisioner",
  fraud: "arn:aws:iam::444455556666:role/studio/fraud",
  risk: "arn:aws:iam::444455556666:role/studio/risk",
  untrusting: "arn:aws:iam::444455556666:role/studio/untrusting",
  elsewhere: "arn:aws:iam::444455556666:role/elsewhere",
  domain: `arn:aws:sagemaker:eu-west-1:444455556666:domain/${DOMAIN_ID}`,
  profiles: `arn:aws:sagemaker:eu-west-1:444455556666:user-profile/${DOMAIN_ID}`,
};

/** A queue that the function may send to, and one that it may not. */
export const QUEUES = {
  hints: {
    url: "https://sqs.eu-west-1.amazonaws.com/111122223333/hints",
    arn: "arn:aws:sqs:eu-west-1:111122223333:hints",
  },
  other: {
    url: "https://sqs.eu-west-1.amazonaws.com/111122223333/other",
    arn: "arn:aws:sqs:eu-west-1:111122223333:other",
  },
};

const studioTrust: PolicyStatement = {
  Effect: "Allow",
  Principal: { Service: "sagemaker.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
  Condition: {
    StringEquals: { "aws:SourceAccount": "444455556666" },
    ArnLike: { "aws:SourceArn": "arn:aws:sagemaker:eu-west-1:444455556666:*" },
  },
};

export function role(
  arn: string,
  statements: PolicyStatement[],
  trust: PolicyStatement,
  tags: Record<string, string> = {},
): Role {
  const version = "2012-10-17";
  return {
    arn,
    name: arn.split("/").at(-1) ?? "",
    accountId: arn.split(":")[4] ?? "",
    trust: parsePolicy({ Version: version, Statement: [trust] }, arn),
    policies:
      statements.length === 0
        ? []
        : [{ name: "policy", document: parseIdentityPolicy({ Version: version, Statement: statements }, arn) }],
    boundary: undefined,
    tags,
  };
}

const allow = (
  Sid: string,
  Action: string[],
  Resource: string | string[],
  Condition?: PolicyStatement["Condition"],
) => ({
  Sid,
  Effect: "Allow" as const,
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const roles: Role[] = [
  role(
    ARN.function,
    [
      allow("Assume", ["sts:AssumeRole"], ARN.provisioner),
      allow("Send", ["sqs:SendMessage"], QUEUES.hints.arn),
      allow(
        "Read",
        [
          "identitystore:GetGroupId",
          "identitystore:IsMemberInGroups",
          "identitystore:DescribeUser",
          "identitystore:ListGroupMemberships",
          "identitystore:ListUsers",
        ],
        [
          `arn:aws:identitystore::111122223333:identitystore/${STORE_ID}`,
          "arn:aws:identitystore:::group/*",
          "arn:aws:identitystore:::user/*",
          "arn:aws:identitystore:::membership/*",
        ],
      ),
    ],
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ),
  role(
    ARN.provisioner,
    [
      allow("Create", ["sagemaker:CreateUserProfile"], `${ARN.profiles}/*`),
      allow(
        "Profiles",
        [
          "sagemaker:DescribeUserProfile",
          "sagemaker:UpdateUserProfile",
          "sagemaker:DeleteUserProfile",
          "sagemaker:ListTags",
        ],
        `${ARN.profiles}/*`,
      ),
      allow("TagOnCreate", ["sagemaker:AddTags"], `${ARN.profiles}/*`, {
        StringEquals: { "sagemaker:TaggingAction": "CreateUserProfile" },
      }),
      allow("Retag", ["sagemaker:AddTags"], `${ARN.profiles}/*`, {
        StringEquals: { "aws:ResourceTag/managed-by": "us" },
      }),
      allow("Untag", ["sagemaker:DeleteTags"], `${ARN.profiles}/*`, {
        StringEquals: { "aws:ResourceTag/managed-by": "us" },
        "ForAllValues:StringNotEquals": { "aws:TagKeys": "managed-by" },
      }),
      allow("StopApps", ["sagemaker:DeleteApp"], `arn:aws:sagemaker:eu-west-1:444455556666:app/${DOMAIN_ID}/*`, {
        StringEquals: { "aws:ResourceTag/managed-by": "us" },
      }),
      allow("List", ["sagemaker:ListUserProfiles"], "*"),
      allow("Pass", ["iam:PassRole"], "arn:aws:iam::444455556666:role/studio/*", {
        StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" },
      }),
    ],
    { Effect: "Allow", Principal: { AWS: ARN.function }, Action: "sts:AssumeRole" },
  ),
  ...(
    [
      ["fraud", ARN.fraud],
      ["risk", ARN.risk],
    ] as const
  ).map(([team, arn]) =>
    role(
      arn,
      [
        allow(
          "OwnSpaces",
          ["sagemaker:CreateSpace", "sagemaker:DeleteSpace"],
          `arn:aws:sagemaker:eu-west-1:444455556666:space/${DOMAIN_ID}/*`,
          {
            ArnLike: {
              "sagemaker:OwnerUserProfileArn":
                "arn:aws:sagemaker:eu-west-1:444455556666:user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}",
            },
            StringEquals: { "sagemaker:SpaceSharingType": "Private" },
          },
        ),
        allow(
          "OwnApps",
          ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
          `arn:aws:sagemaker:eu-west-1:444455556666:app/${DOMAIN_ID}/*`,
          {
            ArnLike: {
              "sagemaker:OwnerUserProfileArn":
                "arn:aws:sagemaker:eu-west-1:444455556666:user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}",
            },
          },
        ),
        // The domain passes the tags of a person's profile on to their space.
        allow("TagSpaces", ["sagemaker:AddTags"], `arn:aws:sagemaker:eu-west-1:444455556666:space/${DOMAIN_ID}/*`, {
          StringEquals: { "sagemaker:TaggingAction": "CreateSpace" },
        }),
        allow("Look", ["sagemaker:ListApps"], "*"),
      ],
      studioTrust,
      { team },
    ),
  ),
  role(ARN.elsewhere, [], studioTrust),
  role(ARN.untrusting, [], {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  }),
];

export const groupId = syntheticGroupId(STORE_ID, "Fraud");

export const world: EmulatorWorld = {
  stacks: [],
  roles: new Map(roles.map((each) => [each.arn, each])),
  domains: [
    {
      id: DOMAIN_ID,
      arn: ARN.domain,
      name: "research",
      accountId: "444455556666",
      region: "eu-west-1",
      authMode: "SSO",
      url: "https://example",
      applicationArn: APPLICATION,
      defaultExecutionRole: ARN.fraud,
      sourceIdentity: "USER_PROFILE_NAME",
      tags: {},
    },
  ],
  assignments: [{ applicationArn: APPLICATION, principalId: groupId, principalType: "GROUP" }],
  groups: [{ displayName: "Fraud", groupId, identityStoreId: STORE_ID, accountId: "111122223333" }],
};

/** An emulator, SDK clients of its callers, and a user `anna` who is in the assigned group. */
export async function setUp(options: EmulatorOptions = {}) {
  const clock = createClock(new Date("2026-03-02T08:00:00Z"));
  const hints = createQueue(clock, { name: "hints", visibilityTimeoutSeconds: 30 });
  const other = createQueue(clock, { name: "other", visibilityTimeoutSeconds: 30 });
  const queues = [
    { ...QUEUES.hints, send: hints.send },
    { ...QUEUES.other, send: other.send },
  ];
  const emulator = await startEmulator({ world, clock, queues, options });
  const anna = emulator.identityStore.createUser("anna");
  emulator.identityStore.addMember(groupId, anna.userId);
  const later = new Date(clock.now().getTime() + 3_600_000_000);
  const as = (roleArn: string) => emulator.callers.issue({ kind: "role", roleArn, sessionName: "test" }, later);
  const settings = (credentials: ReturnType<typeof as>) => ({
    endpoint: emulator.url,
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    },
  });
  return {
    emulator,
    clock,
    anna,
    hints,
    settings,
    as,
    identityStore: new IdentitystoreClient(settings(as(ARN.function))),
    sts: new STSClient(settings(as(ARN.function))),
    sqs: new SQSClient({ ...settings(as(ARN.function)), useQueueUrlAsEndpoint: false }),
    sagemaker: new SageMakerClient(settings(as(ARN.provisioner))),
    admin: new SageMakerClient(settings(emulator.callers.issue({ kind: "admin", accountId: "444455556666" }, later))),
  };
}

/** Closes what a test started, whatever becomes of the test. */
export function closing(started: Emulator[]): () => Promise<void> {
  return async () => {
    await Promise.all(started.splice(0).map((each) => each.close()));
  };
}
