import type { Caller } from "../../../rehearsal/policy-simulator";
import { job } from "./callers";
import { type Library, type Side, session } from "./library";
import type { Allowed, Refused, Table } from "./table";

const READ_TABLES = [
  "glue:BatchGetPartition",
  "glue:GetDatabase",
  "glue:GetDatabases",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:GetTable",
  "glue:GetTableVersion",
  "glue:GetTableVersions",
  "glue:GetTables",
];
const WRITE_TABLES = [
  "glue:BatchCreatePartition",
  "glue:BatchDeletePartition",
  "glue:BatchUpdatePartition",
  "glue:CreatePartition",
  "glue:CreateTable",
  "glue:DeletePartition",
  "glue:DeleteTable",
  "glue:UpdatePartition",
  "glue:UpdateTable",
];

/** What is a team's by name: a group and the team's jobs read and write it, a viewer only reads it. */
export function teamData(library: Library): Table {
  return {
    allowed: library.sides.flatMap((side) => {
      const { team, person } = side;
      const callers = [
        { who: session(library, team.role("manage-jobs"), person), writes: true },
        { who: job(team.compute), writes: true },
        // Whoever has no activity that changes anything only reads.
        { who: session(library, team.role("viewer"), person), writes: false },
        { who: session(library, team.role("hub"), person), writes: false },
      ];
      return callers.flatMap(({ who, writes }) => [
        ...buckets(side, who, writes),
        ...keys(library, side, who, writes),
        ...repositories(library, side, who, writes),
        ...databases(library, side, who, writes),
      ]);
    }),
    refused: library.sides.flatMap((side) => viewing(library, side)),
  };
}

function buckets({ team, other }: Side, who: Caller, writes: boolean): Allowed[] {
  return [
    {
      name: "the team's own bucket",
      who,
      action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"],
      resource: team.bucketArn,
      by: "ListTeamBuckets",
      butNot: {
        "another team's": { resource: other.bucketArn },
        "one whose name begins alike": { resource: `${team.bucketArn}-2` },
        "to open it to others": { action: "s3:PutBucketPolicy" },
        "to delete it": { action: "s3:DeleteBucket" },
      },
    },
    {
      name: "objects of the team's own bucket",
      who,
      action: writes
        ? ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
        : "s3:GetObject",
      resource: `${team.bucketArn}/2026/scores.parquet`,
      by: "TeamObjects",
      butNot: {
        "of another team's": { resource: `${other.bucketArn}/2026/scores.parquet` },
        "of one whose name begins alike": { resource: `${team.bucketArn}-2/2026/scores.parquet` },
        "to open them to others": { action: "s3:PutObjectAcl" },
      },
    },
    ...(writes ? [ownedByBucket(team.bucketArn, other.bucketArn, who)] : []),
  ];
}

/** The feature store asks for it, for the bucket's owner and nobody else. */
function ownedByBucket(bucketArn: string, otherBucketArn: string, who: Caller): Allowed {
  const acl = "s3:x-amz-acl";
  return {
    name: "objects of the team's own bucket, for its owner",
    who,
    action: "s3:PutObjectAcl",
    resource: `${bucketArn}/2026/scores.parquet`,
    context: { [acl]: "bucket-owner-full-control" },
    by: "ObjectsForBucketOwner",
    butNot: {
      "for everybody": { context: { [acl]: "public-read" } },
      "for whoever is named": { context: { [acl]: undefined } },
      "of another team's": { resource: `${otherBucketArn}/2026/scores.parquet` },
      "of one whose name begins alike": { resource: `${bucketArn}-2/2026/scores.parquet` },
      "of an older version": { action: "s3:PutObjectVersionAcl" },
      "to lock them": { action: "s3:PutObjectRetention", ignored: ["s3:x-amz-acl"] },
    },
  };
}

function keys({ arn, region, accountId }: Library, { team, other }: Side, who: Caller, writes: boolean): Allowed[] {
  const actions = ["kms:Decrypt", "kms:DescribeKey", ...(writes ? ["kms:Encrypt", "kms:GenerateDataKey"] : [])];
  const forAws = "kms:GrantIsForAWSResource";
  return [
    {
      name: "the key of the team's own bucket",
      who,
      action: actions,
      resource: team.keyArn,
      by: ["TeamKeys", "Account"],
      butNot: {
        "another team's": { resource: other.keyArn },
        "one whose id begins alike": { resource: `${team.keyArn}0` },
        "another of the account": {
          resource: arn("kms", region, accountId, "key/00000000-0000-0000-0000-000000000000"),
        },
        "to give it away": { action: "kms:CreateGrant" },
        "to change who may use it": { action: "kms:PutKeyPolicy" },
        "to delete it": { action: "kms:ScheduleKeyDeletion" },
      },
    },
    ...(writes
      ? [
          {
            name: "the key of the team's own bucket, for AWS's own use",
            who,
            action: "kms:CreateGrant",
            resource: team.keyArn,
            context: { [forAws]: "true" },
            by: ["LendTeamKeys", "Account"],
            butNot: {
              "another team's": { resource: other.keyArn },
              "one whose id begins alike": { resource: `${team.keyArn}0` },
              "for somebody else's use": { context: { [forAws]: "false" } },
              "for a use that nobody states": { context: { [forAws]: undefined } },
            },
          },
        ]
      : []),
  ];
}

function repositories({ accountId }: Library, { team, other }: Side, who: Caller, writes: boolean): Allowed[] {
  const pull = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:ListImages",
  ];
  const push = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];
  return [
    {
      name: "images of the team's own repository",
      who,
      action: writes ? [...pull, ...push] : pull,
      resource: team.repositoryArn,
      // AWS says so of everything: what is not this account's, jobs may pull.
      context: { "aws:ResourceAccount": accountId },
      by: "TeamImages",
      butNot: {
        "of another team's": { resource: other.repositoryArn },
        "of one whose name begins alike": { resource: `${team.repositoryArn}-2` },
        "to open them to others": { action: "ecr:SetRepositoryPolicy" },
        "to delete them": { action: "ecr:BatchDeleteImage" },
        "to delete it": { action: "ecr:DeleteRepository" },
      },
    },
    {
      name: "the registry's sign-in",
      who,
      action: "ecr:GetAuthorizationToken",
      resource: "*",
      by: "LogIntoEcr",
      butNot: { "its settings": { action: "ecr:DescribeRegistry" } },
    },
  ];
}

function databases(library: Library, { team, other }: Side, who: Caller, writes: boolean): Allowed[] {
  const { arn, region, accountId } = library;
  const glue = (path: string) => arn("glue", region, accountId, path);
  const actions = [...READ_TABLES, ...(writes ? WRITE_TABLES : [])];
  return [
    {
      name: "tables of the team's own database",
      who,
      action: actions.filter((action) => !action.startsWith("glue:GetDatabase")),
      resource: glue(`table/${team.database}/scores`),
      by: "TeamTables",
      butNot: {
        "of another team's": { resource: glue(`table/${other.database}/scores`) },
        "of one whose name begins alike": { resource: glue(`table/${team.database}2/scores`) },
        // AWS takes it where a feature group names none: it would hold every team's tables.
        "of the one that all could share": { resource: glue("table/sagemaker_featurestore/scores") },
      },
    },
    {
      name: "the team's own database",
      who,
      action: actions,
      resource: glue(`database/${team.database}`),
      by: "TeamTables",
      butNot: {
        "another team's": { resource: glue(`database/${other.database}`) },
        "one whose name begins alike": { resource: glue(`database/${team.database}2`) },
        "to delete it": { action: "glue:DeleteDatabase" },
        "to open it to others": { action: "glue:UpdateDatabase" },
      },
    },
    {
      name: "the catalog that holds the team's own database",
      who,
      action: actions,
      resource: glue("catalog"),
      by: "TeamTables",
      butNot: {
        "to open it to others": { action: "glue:PutResourcePolicy" },
        "another catalog": { resource: glue("catalog/lakehouse") },
        "to make another database": { action: "glue:CreateDatabase" },
        "to see what is encrypted": { action: "glue:GetDataCatalogEncryptionSettings" },
      },
    },
  ];
}

/** A viewer changes nothing of it. */
function viewing(library: Library, { team, person }: Side): Refused[] {
  const { arn, region, accountId } = library;
  const who = session(library, team.role("viewer"), person);
  const name = "to view is not to change";
  return [
    { name, who, action: ["s3:DeleteObject", "s3:PutObject"], resource: `${team.bucketArn}/2026/scores.parquet` },
    { name, who, action: ["kms:Encrypt", "kms:GenerateDataKey"], resource: team.keyArn },
    {
      name,
      who,
      action: "kms:CreateGrant",
      resource: team.keyArn,
      context: { "kms:GrantIsForAWSResource": "true" },
    },
    {
      name,
      who,
      action: "s3:PutObjectAcl",
      resource: `${team.bucketArn}/2026/scores.parquet`,
      context: { "s3:x-amz-acl": "bucket-owner-full-control" },
    },
    { name, who, action: ["ecr:InitiateLayerUpload", "ecr:PutImage"], resource: team.repositoryArn },
    {
      name,
      who,
      action: WRITE_TABLES,
      resource: arn("glue", region, accountId, `table/${team.database}/scores`),
    },
  ];
}
