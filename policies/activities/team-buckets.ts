import type { Statement } from "../statement";

const OBJECTS = "the objects of the team's own buckets, all of them the team's";

/**
 * Read a group's own buckets, and write them.
 * @param writes - whether objects may be written and deleted too
 */
export function teamBuckets(partition: string, buckets: readonly string[], writes: boolean): readonly Statement[] {
  const arns = buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);
  return [
    {
      Sid: "ListTeamBuckets",
      Effect: "Allow",
      Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"],
      Resource: arns,
    },
    {
      Sid: "TeamObjects",
      Effect: "Allow",
      Action: writes
        ? ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
        : ["s3:GetObject"],
      Resource: arns.map((arn) => `${arn}/*`),
      wildcard: OBJECTS,
    },
    ...(writes ? [ownedByBucket(arns)] : []),
  ];
}

/** What the feature store asks for when it writes; it opens nothing to anybody but the bucket's owner. */
function ownedByBucket(arns: readonly string[]): Statement {
  return {
    Sid: "ObjectsForBucketOwner",
    Effect: "Allow",
    Action: ["s3:PutObjectAcl"],
    Resource: arns.map((arn) => `${arn}/*`),
    Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
    wildcard: OBJECTS,
  };
}
