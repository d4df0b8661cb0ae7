import { LOG_INTO_ECR } from "../log-into-ecr";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Pull images from a group's own repositories, and push them.
 * @param writes - whether images may be pushed too
 */
export function teamRepositories(
  { partition, region, accountId }: StudioScope,
  repositories: readonly string[],
  writes: boolean,
): readonly Statement[] {
  return [
    {
      Sid: "TeamImages",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:ListImages",
        ...(writes
          ? ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
          : []),
      ],
      Resource: repositories.map(
        (repository) => `arn:${partition}:ecr:${region}:${accountId}:repository/${repository}`,
      ),
    },
    LOG_INTO_ECR,
  ];
}
