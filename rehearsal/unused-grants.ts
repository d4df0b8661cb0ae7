/** Granted actions that no scene uses, by policy, each with the reason why it is granted all the same. */
export const UNUSED_GRANTS: Readonly<Record<string, string>> = {
  "ReadMemberships identitystore:DescribeUser":
    "the sweep asks for single people only where everybody cannot be listed",
  "OpenOwnProfile sagemaker:CreatePresignedDomainUrl":
    "Studio's screens ask for it in SSO mode too, where the API itself refuses it",
  "WriteAppLogs logs:CreateLogGroup": "CloudWatch Logs is not part of the rehearsal",
  "WriteAppLogs logs:CreateLogStream": "CloudWatch Logs is not part of the rehearsal",
  "WriteAppLogs logs:PutLogEvents": "CloudWatch Logs is not part of the rehearsal",
  "ListTeamBuckets s3:GetBucketLocation": "S3 is not part of the rehearsal",
  "ListTeamBuckets s3:ListBucket": "S3 is not part of the rehearsal",
  "TeamObjects s3:AbortMultipartUpload": "S3 is not part of the rehearsal",
  "TeamObjects s3:DeleteObject": "S3 is not part of the rehearsal",
  "TeamObjects s3:GetObject": "S3 is not part of the rehearsal",
  "TeamObjects s3:ListMultipartUploadParts": "S3 is not part of the rehearsal",
  "TeamObjects s3:PutObject": "S3 is not part of the rehearsal",
  "DescribeDomainKey kms:DescribeKey": "KMS is not part of the rehearsal",
  "GrantDomainKeyToVolumes kms:CreateGrant": "KMS is not part of the rehearsal",
};
