import { type Library, type Side, session } from "./library";
import type { Allowed, Table } from "./table";

/** What AWS publishes for everybody: JumpStart's hub, and the bucket with its models. */
export function publicHub(library: Library): Table {
  return { allowed: library.sides.flatMap((side) => jumpStart(library, side)), refused: [] };
}

function jumpStart(library: Library, { team, person }: Side): Allowed[] {
  const { arn, region } = library;
  const who = session(library, team.role("hub"), person);
  const published = (path: string) => arn("sagemaker", region, "aws", path);
  const bucket = arn("s3", "", "", `jumpstart-cache-prod-${region}`);
  const contents = [
    "sagemaker:CreateHubContentPresignedUrls",
    "sagemaker:DescribeHubContent",
    "sagemaker:ListHubContentVersions",
  ];
  return [
    {
      name: "the public hub",
      who,
      action: [...contents, "sagemaker:DescribeHub", "sagemaker:ListHubContents"],
      resource: published("hub/SageMakerPublicHub"),
      by: "ReadPublicHub",
      butNot: {
        "another of AWS's": { resource: published("hub/AnotherHub") },
        "one whose name begins alike": { resource: published("hub/SageMakerPublicHub2") },
        "to change it": { action: "sagemaker:UpdateHub", deniedBy: "WhatIsNobodysAlone" },
      },
    },
    {
      name: "what is in the public hub",
      who,
      action: contents,
      resource: published("hub-content/SageMakerPublicHub/Model/llama"),
      by: "ReadPublicHub",
      butNot: {
        "in another of AWS's": { resource: published("hub-content/AnotherHub/Model/llama") },
        "in one whose name begins alike": { resource: published("hub-content/SageMakerPublicHub2/Model/llama") },
        "to train it": { action: "sagemaker:TrainHubModel" },
      },
    },
    {
      name: "JumpStart's models",
      who,
      action: "s3:ListBucket",
      resource: bucket,
      by: "ReadJumpStart",
      butNot: {
        "another Region's": { resource: arn("s3", "", "", "jumpstart-cache-prod-us-west-9") },
        "a bucket whose name begins alike": { resource: `${bucket}-2` },
        "its policy": { action: "s3:GetBucketPolicy" },
      },
    },
    {
      name: "one of JumpStart's models",
      who,
      action: "s3:GetObject",
      resource: `${bucket}/llama/model.tar.gz`,
      by: "ReadJumpStart",
      butNot: {
        "in a bucket whose name begins alike": { resource: `${bucket}-2/llama/model.tar.gz` },
        "to change it": { action: "s3:PutObject" },
      },
    },
  ];
}
