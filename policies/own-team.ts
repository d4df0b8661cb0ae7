import { TAG } from "../naming";
import type { Conditions, Statement } from "./statement";
import { type StudioScope, sageMakerArn } from "./studio-scope";

/** The caller's team: the tag of their role. AWS fills it in. */
export const OWN_TEAM = `\${aws:PrincipalTag/${TAG.team}}`;

/** True for what bears the caller's team. */
export const TAGGED_OWN = { StringEquals: { [`aws:ResourceTag/${TAG.team}`]: OWN_TEAM } } satisfies Conditions;

/** True for requests that give what they make the caller's team. */
export const TAGS_OWN = { StringEquals: { [`aws:RequestTag/${TAG.team}`]: OWN_TEAM } } satisfies Conditions;

/** The team that a search asks for. */
export const VISIBLE_TEAM = `sagemaker:SearchVisibilityCondition/Tags.${TAG.team}/EqualsIfExists`;

/** What a team may do with things of its own. Actions are SageMaker's. */
export interface OwnThings {
  /** Resource types that the team makes, as ARNs name them. */
  readonly types: readonly string[];
  /** Further types that `uses` look at. */
  readonly alsoUses?: readonly string[];
  /** Actions that make one thing of `types` and need nothing else that has a team. */
  readonly creates?: readonly string[];
  /** Actions on things that bear the team's tag already. */
  readonly uses?: readonly string[];
  /** Actions that AWS knows no resource type for: they tell what there is, of every team. */
  readonly lists?: readonly string[];
}

const ANY_NAME = "names are the people's choice; the condition limits it to their own team's";

/**
 * The statements that let any team work with its own things and no other's: one policy serves every team.
 *
 * Statements with the same Sid differ in actions and resources alone, so that those of several activities can become one.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
 */
export function ownThings(studio: StudioScope, things: OwnThings): readonly Statement[] {
  const { types, alsoUses = [], creates = [], uses = [], lists = [] } = things;
  const resources = types.map((type) => sageMakerArn(studio, `${type}/*`));
  const statements: Statement[] = [];
  if (creates.length > 0) {
    statements.push({
      Sid: "CreateOwn",
      Effect: "Allow",
      Action: sageMaker(creates),
      Resource: resources,
      Condition: TAGS_OWN,
      wildcard: ANY_NAME,
    });
  }
  if (types.length > 0) {
    statements.push(
      {
        // AWS asks for it whenever something is made with tags.
        Sid: "TagNew",
        Effect: "Allow",
        Action: ["sagemaker:AddTags"],
        Resource: resources,
        Condition: { ...TAGS_OWN, Null: { "sagemaker:TaggingAction": "false" } },
        wildcard: ANY_NAME,
      },
      {
        Sid: "TagOwn",
        Effect: "Allow",
        Action: ["sagemaker:AddTags", "sagemaker:DeleteTags"],
        Resource: resources,
        // Whoever may change the team of a thing takes it from one team, or gives it to another.
        Condition: { ...TAGGED_OWN, "ForAllValues:StringNotEqualsIgnoreCase": { "aws:TagKeys": [TAG.team] } },
        wildcard: ANY_NAME,
      },
    );
  }
  if (uses.length > 0) {
    statements.push({
      Sid: "UseOwn",
      Effect: "Allow",
      Action: sageMaker([...uses, "ListTags"]),
      Resource: [...resources, ...alsoUses.map((type) => sageMakerArn(studio, `${type}/*`))],
      Condition: TAGGED_OWN,
      wildcard: ANY_NAME,
    });
  }
  if (lists.length > 0) statements.push(listings(lists));
  return statements;
}

/** Actions without a resource type, which only tell names. */
export function listings(actions: readonly string[]): Statement {
  return {
    Sid: "ListAll",
    Effect: "Allow",
    Action: sageMaker(actions),
    Resource: ["*"],
    wildcard: "AWS knows no resource type for these actions; they tell what every team has, by name, not what is in it",
  };
}

/** Make one thing of a type whose creation asks for other things as well, each in a statement of its own. */
export function createOwn(studio: StudioScope, sid: string, action: string, type: string): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: sageMaker([action]),
    Resource: [sageMakerArn(studio, `${type}/*`)],
    Condition: TAGS_OWN,
    wildcard: ANY_NAME,
  };
}

function sageMaker(actions: readonly string[]): string[] {
  return actions.map((action) => `sagemaker:${action}`);
}
