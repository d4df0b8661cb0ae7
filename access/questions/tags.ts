import { TAG } from "../../naming";
import type { Context } from "../../rehearsal/policy-simulator";
import { alike, type Question } from "../question";
import { type KnownAction, type KnownType, supports } from "../service-data";
import { exampleOf, type Subject } from "../subject";

/** The context of a thing that bears a team's tag. Some services know the tag under a key of their own too. */
export function tagged(service: string, team: string, keys: readonly string[]): Context {
  const all = { [`aws:ResourceTag/${TAG.team}`]: team, [`${service}:ResourceTag/${TAG.team}`]: team };
  return Object.fromEntries(Object.entries(all).filter(([key]) => supports(keys, key)));
}

/** The context of a request that gives what it makes a team's tag. */
export function tagging(team: string): Context {
  return { [`aws:RequestTag/${TAG.team}`]: team, "aws:TagKeys": [TAG.team] };
}

/** The own team's, another team's and untagged things, asked about in the same way. */
export function byTeam(
  subject: Subject,
  { service }: KnownAction,
  type: KnownType,
  context: Context,
): Question["asks"] {
  const resource = exampleOf(subject, type);
  const ask = (tags: Context) => ({ resource, context: { ...context, ...tags } });
  return {
    own: ask(tagged(service, subject.team, type.keys)),
    anothers: ask(tagged(service, subject.anotherTeam, type.keys)),
    nobodys: ask({}),
  };
}

/** The own team's thing, another team's and an untagged one. */
export function existing(subject: Subject, action: KnownAction, type: KnownType, context: Context): Question[] {
  // A request that makes something else, of this, tags that as it should.
  const given = { ...context, ...(supports(action.keys, `aws:RequestTag/${TAG.team}`) && tagging(subject.team)) };
  if (canBearTags(type)) return [{ on: type.name, asks: byTeam(subject, action, type, given) }];
  const ask = { resource: exampleOf(subject, type), context: given };
  if (!hasName(type)) return [{ on: type.name, asks: { own: ask, anothers: undefined, nobodys: undefined } }];
  return [{ on: `${type.name}, AWS compares no tags on it`, asks: alike(ask) }];
}

/** A new thing that the request gives the own team's tag, another team's, or none. */
export function made(subject: Subject, type: KnownType, context: Context): Question[] {
  const resource = exampleOf(subject, type);
  const asks = {
    own: { resource, context: { ...context, ...tagging(subject.team) } },
    anothers: { resource, context: { ...context, ...tagging(subject.anotherTeam) } },
    nobodys: { resource, context },
  };
  return [{ on: `new ${type.name}`, asks }];
}

/** An account has one root catalog: it is neither a team's nor anybody else's. */
function hasName({ arn }: KnownType): boolean {
  return /\$\{(?!(Partition|Region|Account)\})/.test(arn);
}

function canBearTags(type: KnownType): boolean {
  return supports(type.keys, `aws:ResourceTag/${TAG.team}`);
}
