import { listings, TAGGED_OWN } from "../own-team";
import type { Statement } from "../statement";
import { type StudioScope, sageMakerArn } from "../studio-scope";

const READ = ["DescribeHub", "DescribeHubContent", "ListHubContents", "ListHubContentVersions"];
const ACTIONS = [...READ, "CreateHubContentPresignedUrls"].map((action) => `sagemaker:${action}`);

/** Read JumpStart's public hub, and the team's own hubs. */
export function hub(studio: StudioScope): readonly Statement[] {
  const { partition, region } = studio;
  const ofAws = `arn:${partition}:sagemaker:${region}:aws`;
  const bucket = `arn:${partition}:s3:::jumpstart-cache-prod-${region}`;
  return [
    listings(["ListHubs"]),
    {
      Sid: "ReadPublicHub",
      Effect: "Allow",
      Action: ACTIONS,
      Resource: [`${ofAws}:hub/SageMakerPublicHub`, `${ofAws}:hub-content/SageMakerPublicHub/*`],
      wildcard: "what AWS publishes for everybody",
    },
    {
      Sid: "ReadOwnHubs",
      Effect: "Allow",
      Action: ACTIONS,
      Resource: [sageMakerArn(studio, "hub/*"), sageMakerArn(studio, "hub-content/*")],
      Condition: TAGGED_OWN,
      wildcard: "hubs are an administrator's, with any name; the condition limits it to those of the team",
    },
    {
      Sid: "ReadJumpStart",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [bucket, `${bucket}/*`],
      wildcard: "the bucket from which AWS publishes JumpStart's models for everybody",
    },
  ];
}
