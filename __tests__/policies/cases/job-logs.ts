import { type Library, type Side, session } from "./library";
import type { Allowed, Table } from "./table";

/** The logs of jobs, which all teams share: what begins with a team's short name and two hyphens is the team's. */
export function jobLogs(library: Library): Table {
  return { allowed: library.sides.flatMap((side) => logs(library, side)), refused: [] };
}

function logs(library: Library, { team, other, person }: Side): Allowed[] {
  const { arn, region, accountId } = library;
  const who = session(library, team.role("manage-jobs"), person);
  const stream = (kind: string, name: string) =>
    arn("logs", region, accountId, `log-group:/aws/sagemaker/${kind}:log-stream:${name}`);
  return ["ProcessingJobs", "TrainingJobs", "TransformJobs"].flatMap((kind): Allowed[] => [
    {
      name: `which logs there are in ${kind}`,
      who,
      action: "logs:DescribeLogStreams",
      // AWS asks with an empty stream's name.
      resource: stream(kind, ""),
      by: "FindLogsOfJobs",
      butNot: {
        "another log": { resource: stream("Endpoints/theirs", "") },
        "a log whose name begins alike": { resource: stream(`${kind}-audit`, "") },
        "to read it all": { action: "logs:FilterLogEvents" },
        "to query it": { action: "logs:StartQuery" },
        "to delete it": { action: "logs:DeleteLogGroup" },
      },
    },
    {
      name: `the log of a job of their team's in ${kind}`,
      who,
      action: "logs:GetLogEvents",
      resource: stream(kind, `${team.name}--churn/algo-1`),
      by: "ReadLogsOfOwnJobs",
      butNot: {
        "of another team's": { resource: stream(kind, `${other.name}--churn/algo-1`) },
        "of a team whose name begins alike": { resource: stream(kind, `${team.name}-2--churn/algo-1`) },
        "of one whose name says nothing": { resource: stream(kind, "churn/algo-1") },
        "of one that holds the team's name": { resource: stream(kind, `x-${team.name}--churn/algo-1`) },
        "of an app in Studio": { resource: stream("studio", `${team.name}--churn/algo-1`) },
        "in a log whose name begins alike": { resource: stream(`${kind}-audit`, `${team.name}--churn/algo-1`) },
        "to write it": { action: "logs:PutLogEvents" },
        "to delete it": { action: "logs:DeleteLogStream" },
      },
    },
  ]);
}
