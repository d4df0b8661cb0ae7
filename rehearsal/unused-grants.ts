const NO_WORK = "what people run is not part of the rehearsal; the access report decides it";

/** Statements that no scene uses, each with the reason why they are granted all the same. */
export const UNUSED_STATEMENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "AppsOfOwnProfile",
      "CreateOwn",
      "CreateOwnTrials",
      "ListAll",
      "PassOwnRoles",
      "PutJobMetrics",
      "ReadOwnHubs",
      "ReadPublicHub",
      "SearchOwn",
      "TagNew",
      "TagNewApps",
      "TagOwn",
      "UseOwn",
    ].map((sid) => [sid, NO_WORK]),
  ),
  FindLogsOfJobs: "CloudWatch Logs is not part of the rehearsal",
  LogIntoEcr: "ECR is not part of the rehearsal",
  PullImagesOfOtherAccounts: "ECR is not part of the rehearsal",
  PutMetrics: "CloudWatch is not part of the rehearsal",
  ReadLogsOfOwnJobs: "CloudWatch Logs is not part of the rehearsal",
  ReadJumpStart: "S3 is not part of the rehearsal",
  WriteAppLogs: "CloudWatch Logs is not part of the rehearsal",
  WriteJobLogs: "CloudWatch Logs is not part of the rehearsal",
  ListTeamBuckets: "S3 is not part of the rehearsal",
  ObjectsForBucketOwner: "S3 is not part of the rehearsal",
  TeamObjects: "S3 is not part of the rehearsal",
  DescribeDomainKey: "KMS is not part of the rehearsal",
  GrantDomainKeyToVolumes: "KMS is not part of the rehearsal",
};

/** Granted actions that no scene uses, by policy, each with the reason why it is granted all the same. */
export const UNUSED_GRANTS: Readonly<Record<string, string>> = {
  "ReadMemberships identitystore:DescribeUser":
    "the sweep asks for single people only where everybody cannot be listed",
  "OpenOwnProfile sagemaker:CreatePresignedDomainUrl":
    "Studio's screens ask for it in SSO mode too, where the API itself refuses it",
};
