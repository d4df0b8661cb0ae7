import { byBucket } from "./places";
import { numberedSid, type ResourceStatement, type Statement } from "./statement";
import { accessGrantsInstanceArn, type StudioScope } from "./studio-scope";
import { contextProvider } from "./trust";

/** What a location role may be lent for: the most that any grant of it can give. */
export interface LocationScope {
  /** Places in S3, as `bucket/prefix`. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** ARNs of the KMS keys that these are encrypted with. */
  readonly keys: readonly string[];
  /** Whether each person reaches only what stands under their own id. */
  readonly perPerson: boolean;
}

const ANY_OBJECT = "the objects of a granted place; what of them a person gets is the grant's";

/**
 * Who takes on a role whose credentials Access Grants hands out: S3, for this account's instance, with a person's context
 * from Identity Center.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/tip-tutorial-s3.html
 */
export function locationTrust(studio: StudioScope): readonly ResourceStatement[] {
  const forThisInstance = {
    StringEquals: { "aws:SourceAccount": studio.accountId },
    ArnEquals: { "aws:SourceArn": accessGrantsInstanceArn(studio) },
  };
  const accessGrants = { Effect: "Allow", Principal: { Service: "access-grants.s3.amazonaws.com" } } as const;
  return [
    {
      Sid: "AccessGrants",
      ...accessGrants,
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      Condition: forThisInstance,
    },
    {
      Sid: "AccessGrantsForAPerson",
      ...accessGrants,
      Action: ["sts:SetContext"],
      Condition: { ...forThisInstance, "ForAllValues:ArnEquals": contextProvider(studio.partition) },
    },
  ];
}

/** Read and write places in S3, through the instance and in the studio's account only. */
export function locationPermissions(studio: StudioScope, scope: LocationScope): readonly Statement[] {
  const { partition, region, accountId } = studio;
  const throughGrants = {
    ArnEquals: { "s3:AccessGrantsInstanceArn": accessGrantsInstanceArn(studio) },
    StringEquals: { "aws:ResourceAccount": accountId },
  };
  const own = scope.perPerson ? "${identitystore:UserId}/" : "";
  const objects = (places: readonly string[]) => places.map((place) => `arn:${partition}:s3:::${place}${own}*`);
  // A person's id ends where it ends: asked for without the slash, it is nobody else's.
  const asked = (prefix: string) => [...(scope.perPerson ? [prefix.replace(/\/$/, "")] : []), `${prefix}*`];
  const listed = byBucket([...new Set([...scope.reads, ...scope.writes])].map((place) => `${place}${own}`));
  return [
    ...(scope.reads.length === 0
      ? []
      : [
          {
            Sid: "ReadGranted",
            Effect: "Allow" as const,
            Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListMultipartUploadParts"],
            Resource: objects(scope.reads),
            Condition: throughGrants,
            wildcard: ANY_OBJECT,
          },
        ]),
    ...(scope.writes.length === 0
      ? []
      : [
          {
            Sid: "WriteGranted",
            Effect: "Allow" as const,
            Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
            Resource: objects(scope.writes),
            Condition: throughGrants,
            wildcard: ANY_OBJECT,
          },
        ]),
    ...listed.map(({ buckets, prefixes }, index) => ({
      Sid: numberedSid("ListGranted", index),
      Effect: "Allow" as const,
      Action: ["s3:ListBucket"],
      Resource: buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`),
      Condition: {
        ...throughGrants,
        // Of a whole bucket, a list may name no prefix at all.
        ...(prefixes.length > 0 && { StringLike: { "s3:prefix": prefixes.flatMap(asked) } }),
      },
    })),
    ...(scope.keys.length === 0
      ? []
      : [
          {
            Sid: "UseKeysOfGranted",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: scope.keys,
            Condition: {
              StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}` },
            },
          },
        ]),
  ];
}
