import type { Context } from "../../../rehearsal/policy-simulator";
import type { Change } from "./table";

/** What AWS says of a thing that bears a team's tag. */
export function tagged(team: string): Context {
  return { "aws:ResourceTag/team": team, "sagemaker:ResourceTag/team": team };
}

/** What makes a tagged thing one without a team. */
export const UNTAGGED: NonNullable<Change["context"]> = {
  "aws:ResourceTag/team": undefined,
  "sagemaker:ResourceTag/team": undefined,
};

/** What AWS says of a request that gives something a team's tag. */
export function tagging(team: string): Context {
  return { "aws:RequestTag/team": team, "aws:TagKeys": ["team"] };
}

/** What takes the tag out of such a request. */
export const WITHOUT_TAGS: NonNullable<Change["context"]> = {
  "aws:RequestTag/team": undefined,
  "aws:TagKeys": undefined,
};

/** A role is given to SageMaker. */
export const TO_SAGEMAKER: Context = { "iam:PassedToService": "sagemaker.amazonaws.com" };

/** What a search must say that it is limited to. */
export function visibleTo(team: string): Context {
  return { "sagemaker:SearchVisibilityCondition/Tags.team/EqualsIfExists": team };
}
