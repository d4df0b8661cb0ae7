import type { GetEventDataStoreCommandOutput } from "@aws-sdk/client-cloudtrail";

/** What AWS says of an event data store of the whole organization that records everything. */
export function describeStoreAnswer(
  changes: Partial<GetEventDataStoreCommandOutput> = {},
): GetEventDataStoreCommandOutput {
  return {
    $metadata: {},
    Name: "organization",
    Status: "ENABLED",
    RetentionPeriod: 366,
    MultiRegionEnabled: true,
    OrganizationEnabled: true,
    CreatedTimestamp: new Date("2025-01-01T00:00:00Z"),
    AdvancedEventSelectors: [
      { FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
      {
        FieldSelectors: [
          { Field: "eventCategory", Equals: ["Data"] },
          { Field: "resources.type", Equals: ["AWS::S3::Object"] },
        ],
      },
    ],
    ...changes,
  };
}
