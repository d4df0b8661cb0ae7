import type { Statement } from "./statement";

/** What pulling and pushing begin with. */
export const LOG_INTO_ECR: Statement = {
  Sid: "LogIntoEcr",
  Effect: "Allow",
  Action: ["ecr:GetAuthorizationToken"],
  Resource: ["*"],
  wildcard: "AWS knows no resource type for it; the token opens what the role may pull",
};
