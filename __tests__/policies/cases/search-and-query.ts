import { MANAGED_BY, TAG } from "../../../naming";
import type { Context } from "../../../rehearsal/policy-simulator";
import { type Library, type Side, session } from "./library";
import type { Allowed, Refused, Table } from "./table";

/** What looks for something: SageMaker's search, which the request itself must limit, and Athena's workgroups. */
export function searchAndQuery(library: Library): Table {
  return {
    allowed: library.sides.flatMap((side) => [search(library, side), ...queries(library, side)]),
    refused: library.sides.flatMap((side) => notEvenOwnWorkgroups(library, side)),
  };
}

function search(library: Library, { team, other, person }: Side): Allowed {
  const deniedBy = "SearchOfEverything";
  const filter = (key: string, value: string | undefined) => ({
    [`sagemaker:SearchVisibilityCondition/${key}`]: value,
  });
  const own = "Tags.team/EqualsIfExists";
  return {
    name: "what their team may see",
    who: session(library, team.role("search-and-visualize"), person),
    action: "sagemaker:Search",
    resource: "*",
    context: { [`sagemaker:SearchVisibilityCondition/${own}`]: team.name },
    by: "SearchOwn",
    butNot: {
      "what another team may see": { context: filter(own, other.name), deniedBy },
      everything: { context: filter(own, undefined), deniedBy },
      "what another tag says": {
        context: { ...filter(own, undefined), ...filter("Tags.owner/EqualsIfExists", team.name) },
        deniedBy,
      },
      "what is not their team's": {
        context: { ...filter(own, undefined), ...filter("Tags.team/NotEquals", team.name) },
        deniedBy,
      },
      "as a member of another team": { who: session(library, other.role("search-and-visualize"), "zoe"), deniedBy },
    },
  };
}

/** Athena knows one tag key only. */
const teamOf = (team: string): Context => ({ "aws:ResourceTag/team": team });

function queries(library: Library, { team, other, person }: Side): Allowed[] {
  const { arn, region, accountId } = library;
  const who = session(library, team.role("query-athena"), person);
  const catalog = arn("athena", region, accountId, "datacatalog/AwsDataCatalog");
  return [
    {
      name: "their team's own workgroup",
      who,
      action: [
        "athena:BatchGetQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetQueryResultsStream",
        "athena:GetQueryRuntimeStatistics",
        "athena:GetWorkGroup",
        "athena:ListQueryExecutions",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ],
      resource: arn("athena", region, accountId, "workgroup/mine"),
      context: teamOf(team.name),
      by: "QueryInOwnWorkgroups",
      butNot: {
        "another team's": { context: teamOf(other.name), deniedBy: "OtherTeamsThings" },
        "one without a team": { context: { "aws:ResourceTag/team": undefined } },
        "that of a group's people": { context: { [`aws:ResourceTag/${TAG.managedBy}`]: MANAGED_BY } },
      },
    },
    {
      name: "what there is, by name",
      who,
      action: ["athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups"],
      resource: "*",
      by: "ListAthena",
    },
    {
      name: "Glue's catalog, as far as Glue shows it",
      who,
      action: [
        "athena:GetDataCatalog",
        "athena:GetDatabase",
        "athena:GetTableMetadata",
        "athena:ListDatabases",
        "athena:ListTableMetadata",
      ],
      resource: catalog,
      by: "ReadCatalog",
      butNot: {
        "another catalog": { resource: arn("athena", region, accountId, "datacatalog/lambda-orders") },
        "one whose name begins alike": { resource: `${catalog}2` },
        "to change it": { action: "athena:UpdateDataCatalog" },
      },
    },
  ];
}

function notEvenOwnWorkgroups(library: Library, { team, person }: Side): Refused[] {
  const each = {
    who: session(library, team.role("query-athena"), person),
    resource: library.arn("athena", library.region, library.accountId, "workgroup/mine"),
    context: teamOf(team.name),
  };
  return [
    {
      ...each,
      name: "not even their team's own workgroup",
      action: ["athena:CreateWorkGroup", "athena:DeleteWorkGroup", "athena:UpdateWorkGroup"],
    },
    {
      ...each,
      name: "the tags of their team's own workgroup",
      action: ["athena:TagResource", "athena:UntagResource"],
      deniedBy: "TagsOfWorkgroups",
    },
    {
      ...each,
      name: "another's executors",
      action: "athena:GetSession",
      context: {},
      resource: library.arn("athena", library.region, library.accountId, "workgroup/mine/session/1"),
    },
  ];
}
