import type { ActivityName } from "../../../policies/personas";
import { type Library, type Side, session } from "./library";
import type { Allowed, Change, Refused, Table } from "./table";
import { TO_SAGEMAKER, tagged, tagging, UNTAGGED, WITHOUT_TAGS } from "./tags";

/** SageMaker's actions, by the type of what they are asked about. */
type ByType = Readonly<Record<string, readonly string[]>>;

/** What an activity must let every team do with things of its own, written apart from the policies. */
export interface OwnThings {
  readonly activity: ActivityName;
  /** What makes one thing and asks for nothing else, by the statement that allows it. */
  readonly creates?: Readonly<Record<string, ByType>>;
  /** What is done with a thing that is there, by the statement that allows it. */
  readonly uses?: Readonly<Record<string, ByType>>;
  /** What tells names of every team. */
  readonly lists?: readonly string[];
  /** What is done with such things as well, and not with this activity: not even with the team's own. */
  readonly lacks?: ByType;
  /** The same of what is denied besides, by the statement that denies it. */
  readonly closed?: Readonly<Record<string, ByType>>;
  /** Whether jobs and the like run with the team's own roles. */
  readonly runs?: boolean;
}

/** What the ARN of one thing of a type ends with, where it is not the type and a name. */
const PATHS: Readonly<Record<string, string>> = {
  "model-package": "model-package/mine/1",
  "pipeline-execution": "pipeline/mine/execution/abcdefghijkl",
  "hub-content": "hub-content/mine/Model/llama",
};

/** The ARN of one thing of a type. */
export function oneOf({ sageMaker }: Library, type: string): string {
  return sageMaker(PATHS[type] ?? `${type}/mine`);
}

/** The table of such an activity: for each team, tried with a group that has the activity alone. */
export function ownThings(library: Library, things: OwnThings): Table {
  const { activity, creates = {}, uses = {}, lists = [], lacks = {}, closed = {}, runs = false } = things;
  const made = Object.values(creates).flatMap((types) =>
    Object.entries(types).map(([type, [creation = ""]], place) => ({ type, creation, isFirst: place === 0 })),
  );
  return {
    allowed: library.sides.flatMap((side, index) => [
      ...Object.entries(creates).flatMap(([sid, types]) => creations(library, side, activity, sid, types)),
      ...Object.entries(uses).flatMap(([sid, types]) => usesOf(library, side, activity, sid, types)),
      ...(uses.UseOwn && index === 0 ? listTags(library, side, activity, Object.keys(uses.UseOwn).slice(0, 1)) : []),
      // Tags are alike on all types: one of a statement is tried in every way, the others for being named at all.
      ...made.slice(0, index === 0 ? made.length : 1).flatMap(({ type, creation, isFirst }) => {
        return tags(library, side, activity, type, creation, isFirst);
      }),
      ...lists.map(
        (action): Allowed => ({
          name: "what there is, by name",
          who: member(library, side, activity),
          action: `sagemaker:${action}`,
          resource: "*",
          by: "ListAll",
        }),
      ),
      ...(runs ? runsWith(library, side, activity) : []),
    ]),
    refused: library.sides.flatMap((side) => [
      ...lacking(library, side, activity, lacks),
      ...Object.entries(closed).flatMap(([deniedBy, types]) =>
        lacking(library, side, activity, types).map((each) => ({ ...each, deniedBy })),
      ),
    ]),
  };
}

function member(library: Library, { team, person }: Side, activity: ActivityName) {
  return session(library, team.role(activity), person);
}

function creations(library: Library, side: Side, activity: ActivityName, by: string, types: ByType): Allowed[] {
  const { team, other } = side;
  return Object.entries(types).map(([type, actions]) => ({
    name: `a new ${type} with their team's tag`,
    who: member(library, side, activity),
    action: inSageMaker(actions),
    resource: oneOf(library, type),
    context: tagging(team.name),
    by,
    butNot: {
      "with another team's": { context: tagging(other.name), deniedBy: "OtherTeamsTag" },
      "with one that begins alike": { context: tagging(`${team.name}-2`), deniedBy: "OtherTeamsTag" },
      "with an empty one": { context: tagging(""), deniedBy: "OtherTeamsTag" },
      "without one": { context: WITHOUT_TAGS },
    },
  }));
}

function usesOf(library: Library, side: Side, activity: ActivityName, by: string, types: ByType): Allowed[] {
  const { team, other } = side;
  return Object.entries(types).flatMap(([type, actions]) =>
    actions.map((action) => {
      const invokes = action.startsWith("InvokeEndpoint");
      return {
        name: `their team's own ${type}`,
        who: member(library, side, activity),
        action: `sagemaker:${action}`,
        resource: oneOf(library, type),
        context: tagged(team.name),
        by,
        butNot: {
          "another team's": {
            context: tagged(other.name),
            deniedBy: ["OtherTeamsThings", ...(invokes ? ["OtherEndpoints"] : [])],
          },
          "one without a team": { context: UNTAGGED, ...(invokes && { deniedBy: "OtherEndpoints" }) },
        },
      };
    }),
  );
}

function listTags(library: Library, side: Side, activity: ActivityName, types: readonly string[]): Allowed[] {
  return types.map((type) => ({
    name: `the tags of their team's own ${type}`,
    who: member(library, side, activity),
    action: "sagemaker:ListTags",
    resource: oneOf(library, type),
    context: tagged(side.team.name),
    by: "UseOwn",
    butNot: {
      "of another team's": { context: tagged(side.other.name), deniedBy: "OtherTeamsThings" },
      "of one without a team": { context: UNTAGGED },
    },
  }));
}

function tags(
  library: Library,
  side: Side,
  activity: ActivityName,
  type: string,
  creation: string,
  inEveryWay: boolean,
): Allowed[] {
  const { team, other } = side;
  const who = member(library, side, activity);
  return [
    {
      name: `their team's tag and one of their own, on a ${type} that they create`,
      who,
      action: "sagemaker:AddTags",
      resource: oneOf(library, type),
      context: {
        "aws:RequestTag/team": team.name,
        "aws:RequestTag/experiment": "7",
        "aws:TagKeys": ["team", "experiment"],
        "sagemaker:TaggingAction": creation,
      },
      by: "TagNew",
      ...(inEveryWay && { butNot: notTagsOfNew(other.name) }),
    },
    {
      name: `a tag of their own, on their team's own ${type}`,
      who,
      action: inEveryWay ? ["sagemaker:AddTags", "sagemaker:DeleteTags"] : "sagemaker:AddTags",
      resource: oneOf(library, type),
      context: { ...tagged(team.name), "aws:TagKeys": ["experiment"] },
      by: "TagOwn",
      ...(inEveryWay && { butNot: notTagsOfExisting(other.name) }),
    },
  ];
}

function notTagsOfNew(otherTeam: string): Record<string, Change> {
  return {
    "with another team's": {
      context: { "aws:RequestTag/team": otherTeam },
      deniedBy: ["NewWithoutTeam", "OtherTeamsTag"],
    },
    "without the team's": {
      context: { "aws:RequestTag/team": undefined, "aws:TagKeys": ["experiment"] },
      deniedBy: "NewWithoutTeam",
    },
    "on what exists": {
      context: { "sagemaker:TaggingAction": undefined },
      deniedBy: ["TagsOfOthersThings", "TeamOfWhatExists"],
    },
  };
}

function notTagsOfExisting(otherTeam: string): Record<string, Change> {
  return {
    "another team's": { context: tagged(otherTeam), deniedBy: ["OtherTeamsThings", "TagsOfOthersThings"] },
    "one without a team": { context: UNTAGGED, deniedBy: "TagsOfOthersThings" },
    "the team itself": { context: { "aws:TagKeys": ["team"] }, deniedBy: "TeamOfWhatExists" },
    "the team along with another": { context: { "aws:TagKeys": ["experiment", "team"] }, deniedBy: "TeamOfWhatExists" },
    "the team in other letters": {
      context: { "aws:TagKeys": ["TEAM"] },
      deniedBy: ["TeamInAnotherCase", "TeamOfWhatExists"],
    },
    "the team of a thing without one": {
      context: { ...UNTAGGED, "aws:TagKeys": ["team"] },
      deniedBy: ["TagsOfOthersThings", "TeamOfWhatExists"],
    },
  };
}

/** Jobs run with the person's own role or their team's, and with nobody else's. */
function runsWith(library: Library, side: Side, activity: ActivityName): Allowed[] {
  const { team, other } = side;
  const role = team.role(activity);
  const { arn, accountId } = library;
  const others: Record<string, string> = {
    "an admin's": library.adminArn,
    "one whose name begins alike": `${role.arn}-2`,
    "a compute role whose name begins alike": `${team.compute.arn}-2`,
    "the compute role of another team": other.compute.arn,
    "the role of the same group of another team": other.role(activity).arn,
    "the role of another group of their team": team.role("hub").arn,
    "the role without access": library.noAccess.arn,
    "the provisioner's": library.provisioner.arn,
    "one of the same name under another path": arn("iam", "", accountId, `role/${role.name}`),
  };
  return [role, team.compute].map((own) => ({
    name: own === role ? "their own role, for SageMaker to run with" : "their team's compute role, for SageMaker",
    who: member(library, side, activity),
    action: "iam:PassRole",
    resource: own.arn,
    context: TO_SAGEMAKER,
    by: "PassOwnRoles",
    deniedElsewhere: "OthersRoles",
    butNot: {
      ...Object.fromEntries(
        Object.entries(others).map(([what, resource]): [string, Change] => [
          what,
          { resource, deniedBy: "OthersRoles" },
        ]),
      ),
      "to another service": {
        context: { "iam:PassedToService": "lambda.amazonaws.com" },
        deniedBy: "RolesForOtherServices",
      },
      "to a service that nobody states": {
        context: { "iam:PassedToService": undefined },
        deniedBy: "RolesForOtherServices",
      },
    },
  }));
}

function lacking(library: Library, side: Side, activity: ActivityName, types: ByType): Refused[] {
  return Object.entries(types).map(([type, actions]) => ({
    name: `not even their team's own ${type}`,
    who: member(library, side, activity),
    action: inSageMaker(actions),
    resource: oneOf(library, type),
    context: tagged(side.team.name),
  }));
}

function inSageMaker(actions: readonly string[]): string[] {
  return actions.map((action) => `sagemaker:${action}`);
}
