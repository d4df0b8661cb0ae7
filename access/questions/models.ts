import { teamPrefix } from "../../naming";
import type { Question } from "../question";
import { type KnownAction, supports } from "../service-data";
import type { Subject } from "../subject";

/** Of a model that a request names AWS tells the ARN and no tags. */
const MODEL = "sagemaker:ModelArn";

/** The same request for a model whose name says that it is one's own team's, another's, or nothing. */
export function withModels(subject: Subject, action: KnownAction, { on, asks: { own } }: Question): Question[] {
  if (own === undefined || !supports(action.keys, MODEL)) return [];
  const { partition, studio, team, anotherTeam } = subject;
  const of = (name: string) => {
    const model = `arn:${partition}:sagemaker:${studio.region}:${studio.accountId}:model/${name}`;
    return { ...own, context: { ...own.context, [MODEL]: model } };
  };
  const asks = {
    own: of(`${teamPrefix(team)}scores`),
    anothers: of(`${teamPrefix(anotherTeam)}scores`),
    nobodys: of("scores"),
  };
  return [{ on: `${on}, by ${MODEL}`, asks }];
}
