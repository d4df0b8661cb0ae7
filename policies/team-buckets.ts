import type { Statement } from "./statement";

/** Read and write a group's own buckets: the only text of a group's policies that is the group's alone. */
export function teamBuckets(partition: string, buckets: readonly string[]): readonly Statement[] {
  const arns = buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);
  return [
    { Sid: "ListTeamBuckets", Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: arns },
    {
      Sid: "TeamObjects",
      Effect: "Allow",
      Action: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      Resource: arns.map((arn) => `${arn}/*`),
      wildcard: "the objects of the team's own buckets, all of them the team's",
    },
  ];
}
