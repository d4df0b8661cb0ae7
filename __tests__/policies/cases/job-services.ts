import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import { job } from "./callers";
import type { Library } from "./library";
import type { Allowed, Table } from "./table";
import { TO_SAGEMAKER, tagging } from "./tags";

/** AWS's own account of images for a framework, as an example. */
const AWS_IMAGES = "763104351884";

/** What a running job needs besides its team's data, whether it runs with a person's role or with the compute role. */
export function jobServices(library: Library): Table {
  // What a team's data lets its roles do besides is left out.
  const callers = library.sides
    .flatMap(({ team }) => [team.compute, team.role("access-aws-services")])
    .map((role) => ({ ...role, policies: role.policies.filter(({ name }) => name !== "team-data") }));
  return {
    allowed: callers.flatMap((role) => [...images(library, job(role)), ...logs(library, job(role)), ...metrics(role)]),
    refused: library.sides.flatMap(({ team }) => [
      {
        name: "another job",
        who: job(team.compute),
        action: "sagemaker:CreateTrainingJob",
        resource: library.sageMaker("training-job/next"),
        context: tagging(team.name),
      },
      {
        name: "its own role, for another job",
        who: job(team.compute),
        action: "iam:PassRole",
        resource: team.compute.arn,
        context: TO_SAGEMAKER,
      },
    ]),
  };
}

function images({ arn, region, accountId }: Library, who: Caller): Allowed[] {
  const repository = (account: string) => arn("ecr", region, account, "repository/pytorch-training");
  return [
    {
      name: "the registry's sign-in",
      who,
      action: "ecr:GetAuthorizationToken",
      resource: "*",
      by: "LogIntoEcr",
      butNot: { "its settings": { action: "ecr:DescribeRegistry" } },
    },
    {
      name: "AWS's images",
      who,
      action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resource: repository(AWS_IMAGES),
      context: { "aws:ResourceAccount": AWS_IMAGES },
      by: "PullImagesOfOtherAccounts",
      // The other account says itself who may pull.
      alsoIn: ["another account"],
      butNot: {
        "those of this account, which are another team's": {
          resource: repository(accountId),
          context: { "aws:ResourceAccount": accountId },
        },
        "those of an account that nobody states": { context: { "aws:ResourceAccount": undefined } },
        "to replace them": { action: "ecr:PutImage" },
        "to delete them": { action: "ecr:BatchDeleteImage" },
      },
    },
  ];
}

function logs({ arn, region, accountId }: Library, who: Caller): Allowed[] {
  const group = (name: string) => arn("logs", region, accountId, `log-group:${name}`);
  const stream = (name: string, rest: string) => `${group(name)}:log-stream:${rest}`;
  const jobs = "/aws/sagemaker/TrainingJobs";
  return [
    {
      name: "the log of jobs",
      who,
      action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resource: stream(jobs, "mine/algo-1"),
      by: "WriteJobLogs",
      butNot: {
        "another log": { resource: stream("/aws/lambda/studio-onboarding", "x") },
        "a log whose name begins alike": { resource: stream("/aws/sagemaker-audit", "x") },
        "to read it": { action: "logs:GetLogEvents" },
        "to delete it": { action: "logs:DeleteLogStream" },
      },
    },
    {
      name: "the log of jobs",
      who,
      action: ["logs:CreateLogGroup", "logs:DescribeLogStreams"],
      resource: group(jobs),
      by: "WriteJobLogs",
      butNot: {
        "another log": { resource: group("/aws/lambda/studio-onboarding") },
        "a log whose name begins alike": { resource: group("/aws/sagemaker-audit") },
      },
    },
  ];
}

function metrics(role: Role): Allowed[] {
  // The simulator says of a refusal here nothing about keys, those of a session included.
  const who: Caller = { kind: "role", role };
  return ["/aws/sagemaker/TrainingJobs", "aws/sagemaker/Endpoints"].map((namespace) => ({
    name: `metrics in ${namespace}`,
    who,
    action: "cloudwatch:PutMetricData",
    resource: "*",
    context: { "cloudwatch:namespace": namespace },
    by: "PutMetrics",
    butNot: {
      "in another namespace": { context: { "cloudwatch:namespace": "AWS/EC2" } },
      "in one that begins alike": { context: { "cloudwatch:namespace": "/aws/sagemaker-audit" } },
      "in one that ends alike": { context: { "cloudwatch:namespace": "x/aws/sagemaker/TrainingJobs" } },
      "in one that nobody states": { context: { "cloudwatch:namespace": undefined } },
    },
  }));
}
