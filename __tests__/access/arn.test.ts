import { exampleArn, exampleWithin, standsFor, withVariables } from "../../access/arn";

const JOB = "arn:${Partition}:sagemaker:${Region}:${Account}:training-job/${TrainingJobName}";
const STREAM = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}";
const CONTENT =
  "arn:${Partition}:sagemaker:${Region}:${Account}:hub-content/${HubName}/${HubContentType}/${HubContentName}";
const BUCKET = "arn:${Partition}:s3:::${BucketName}";
const OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
const PLACE = { Partition: "aws", Region: "eu-west-1", Account: "111122223333" };

test.each([
  ["*", JOB, "arn:aws:sagemaker:eu-west-1:111122223333:training-job/example"],
  ["arn:aws:sagemaker:*:*:training-job/*", JOB, "arn:aws:sagemaker:eu-west-1:111122223333:training-job/example"],
  ["arn:aws:sagemaker:*:*:*", JOB, "arn:aws:sagemaker:eu-west-1:111122223333:training-job/example"],
  ["arn:aws:sagemaker:*:*:model/*", JOB, undefined],
  ["arn:aws:sagemaker:eu-west-1:aws:hub/x", JOB, undefined],
  [
    "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/*",
    STREAM,
    "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/example:log-stream:example",
  ],
  [
    "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/studio:*",
    STREAM,
    "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/studio:log-stream:example",
  ],
  [
    "arn:aws:sagemaker:eu-west-1:aws:hub-content/Public/*",
    CONTENT,
    "arn:aws:sagemaker:eu-west-1:aws:hub-content/Public/example/example",
  ],
  ["arn:aws:s3:::acme", BUCKET, "arn:aws:s3:::acme"],
  ["arn:aws:s3:::acme/*", BUCKET, undefined],
  ["arn:aws:s3:::acme/*", OBJECT, "arn:aws:s3:::acme/example"],
  ["arn:aws:s3:::*", OBJECT, "arn:aws:s3:::example/example"],
])("of what %s stands for, one of type %s is %s", (resource, template, arn) => {
  const found = exampleWithin(resource, template, exampleArn(template, PLACE));
  expect(found).toBe(arn);
  if (found !== undefined) expect(standsFor(resource, found, {})).toBe(true);
});

test("a resource stands for what its wildcards and the request's variables make of it, to the letter", () => {
  const resource = "arn:aws:sagemaker:eu-west-1:111122223333:app/d-1/${sagemaker:UserProfileName}/*";
  const arn = (profile: string) => `arn:aws:sagemaker:eu-west-1:111122223333:app/d-1/${profile}/Canvas/default`;
  const variables = { "sagemaker:UserProfileName": "a.na" };
  expect(standsFor(resource, arn("a.na"), variables)).toBe(true);
  expect(standsFor(resource, arn("axna"), variables)).toBe(false);
  expect(standsFor(resource, arn("a.na"), {})).toBe(false);
  expect(withVariables("${a:b}-${c:d}", { "a:b": "1", "c:d": "2" })).toBe("1-2");
  expect(withVariables("${a:b}-${c:d}", { "a:b": "1" })).toBeUndefined();
});
