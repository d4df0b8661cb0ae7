import { deny } from "./deny";
import { bucketOf, byBucket, type InBuckets } from "./places";
import { numberedSid, type Statement } from "./statement";

/**
 * Places in S3 that people reach by grants cannot be reached with a role's own permissions, whoever gave them: a job whose
 * grant is missing would otherwise fall back to the role, and whoever is not granted something would have it all the same.
 * @param places - as `bucket/` or `bucket/path/`
 * @param ownBuckets - the buckets that the role reaches itself, apart from these places
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/s3-access-grants-setup.html
 */
export function closedPlaces(
  partition: string,
  places: readonly string[],
  ownBuckets: readonly string[],
): readonly Statement[] {
  if (places.length === 0) return [];
  const arn = (bucket: string) => `arn:${partition}:s3:::${bucket}`;
  const inOwn = places.filter((place) => ownBuckets.includes(bucketOf(place)));
  const shared = byBucket(inOwn).filter(({ prefixes }) => prefixes.length > 0);
  const every = [...new Set(places.map(bucketOf))].sort();
  const whole = every.filter((bucket) => !shared.some(({ buckets }) => buckets.includes(bucket)));
  return [
    deny("NoGrantedObjectsWithoutGrant", ["s3:*Object*", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], {
      Resource: places.map((place) => `${arn(place)}*`),
    }),
    ...(whole.length === 0
      ? []
      : [
          deny("NoListsOfGrantedBuckets", ["s3:ListBucket", "s3:ListBucketVersions"], {
            Resource: whole.map(arn),
          }),
        ]),
    ...shared.flatMap((each, index) => listsBeside(each, arn, index)),
    deny("NoUploadsOfGrantedBuckets", ["s3:ListBucketMultipartUploads"], { Resource: every.map(arn) }),
  ];
}

/**
 * Lists of a bucket of which the role reaches the rest: none of a closed place, and none that could hold its names but
 * folder by folder, which shows no more than that it is there.
 */
function listsBeside(
  { buckets, prefixes }: InBuckets,
  arn: (bucket: string) => string,
  index: number,
): readonly Statement[] {
  const lists = ["s3:ListBucket", "s3:ListBucketVersions"];
  const Resource = buckets.map(arn);
  // Whatever a closed place's name begins with, its first letter is enough to tell by.
  const above = [...new Set(prefixes.map((prefix) => `${prefix.slice(0, 1)}*`))];
  return [
    deny(numberedSid("NoListsInGrantedPlaces", index), lists, {
      Resource,
      Condition: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
    }),
    deny(numberedSid("NoListsAcrossGrantedPlaces", index), lists, {
      Resource,
      Condition: {
        StringLikeIfExists: { "s3:prefix": ["", ...above] },
        StringNotEquals: { "s3:delimiter": "/" },
      },
    }),
  ];
}
