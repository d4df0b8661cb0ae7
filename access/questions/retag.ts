import { TAG } from "../../naming";
import type { Question } from "../question";
import { type KnownAction, type KnownType, makerOf } from "../service-data";
import { exampleOf, type Subject } from "../subject";
import { byTeam, tagged, tagging } from "./tags";

/** A tag that no policy looks at. */
const OTHER_TAG = "purpose";

/** Tags on what is being made, other tags on what exists, and the team's tag on what exists. */
export async function retag(subject: Subject, action: KnownAction, type: KnownType): Promise<Question[]> {
  const { service } = action;
  const { team, anotherTeam } = subject;
  const resource = exampleOf(subject, type);
  const maker = await makerOf(service, type);
  const adds = action.name === "AddTags";
  const making = { [`${service}:TaggingAction`]: maker?.name ?? "" };
  const whileMaking: Question = {
    on: `new ${type.name}, its tags`,
    asks: {
      own: { resource, context: { ...making, ...tagging(team) } },
      anothers: { resource, context: { ...making, ...tagging(anotherTeam) } },
      nobodys: { resource, context: { ...making, ...otherTag(adds) } },
    },
  };
  return [
    ...(adds && maker ? [whileMaking] : []),
    { on: `${type.name}, other tags`, asks: byTeam(subject, action, type, otherTag(adds)) },
    {
      // To give one's own to another team, to take another's, and to claim what is nobody's.
      on: `${type.name}, its team`,
      asks: {
        own: {
          resource,
          context: { ...tagged(service, team, type.keys), ...(adds ? tagging(anotherTeam) : teamKey()) },
        },
        anothers: {
          resource,
          context: { ...tagged(service, anotherTeam, type.keys), ...(adds ? tagging(team) : teamKey()) },
        },
        nobodys: { resource, context: adds ? tagging(team) : teamKey() },
      },
    },
  ];
}

function otherTag(adds: boolean) {
  return { "aws:TagKeys": [OTHER_TAG], ...(adds && { [`aws:RequestTag/${OTHER_TAG}`]: "trial" }) };
}

function teamKey() {
  return { "aws:TagKeys": [TAG.team] };
}
