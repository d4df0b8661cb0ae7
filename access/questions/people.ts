import { profileTags } from "../../naming";
import type { Context } from "../../rehearsal/policy-simulator";
import type { Ask, Question } from "../question";
import { type KnownAction, type KnownType, supports } from "../service-data";
import { ANOTHER_PERSON, EXAMPLE_DOMAIN, exampleOf, profileArnOf, type Subject } from "../subject";
import { tagged, tagging } from "./tags";

const OWNER = "sagemaker:OwnerUserProfileArn";
const SHARING = "sagemaker:SpaceSharingType";
const MADE_BY = "sagemaker:ResourceTag/sagemaker:user-profile-arn";

/** SageMaker's types of which each thing is one person's, or the whole studio's. */
export const PEOPLES_TYPES: readonly string[] = ["app", "domain", "space", "user-profile"];

/** One's own, another person's, and nobody's. Whoever else it is belongs to the same team. */
export function peoples(subject: Subject, action: KnownAction, type: KnownType): Question[] {
  if (type.name === "domain") return [domain(subject, type)];
  if (type.name === "user-profile") return [profile(subject, type)];
  const isApp = type.name === "app";
  const inSpace = (sharing: string) => {
    const name = sharing === "" ? "space" : `${sharing.toLowerCase()} space`;
    return { on: isApp ? `app in a ${name}` : name, asks: ofSpaces(subject, action, type, sharing) };
  };
  // Without these keys no statement can tell whose it is, nor whether others work in it.
  const spaces = supports(action.keys, OWNER) ? [inSpace("Private"), inSpace("Shared")] : [inSpace("")];
  return isApp ? [...spaces, ofProfile(subject, action, type)] : spaces;
}

function domain(subject: Subject, type: KnownType): Question {
  const of = (DomainId: string): Ask => ({ resource: exampleOf(subject, type, { DomainId }), context: {} });
  return { on: type.name, asks: { own: of(subject.domainId), anothers: of(EXAMPLE_DOMAIN), nobodys: undefined } };
}

function profile(subject: Subject, type: KnownType): Question {
  const of = (person: string): Ask => {
    const owner = { userName: person, userId: person, adGroup: subject.role.name, team: subject.team };
    const tags = Object.entries(profileTags(owner)).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`sagemaker:ResourceTag/${key}`, value],
    ]);
    return { resource: exampleOf(subject, type, { UserProfileName: person }), context: Object.fromEntries(tags) };
  };
  return { on: type.name, asks: { own: of(me(subject)), anothers: of(ANOTHER_PERSON), nobodys: undefined } };
}

function ofSpaces(subject: Subject, action: KnownAction, type: KnownType, sharing: string): Question["asks"] {
  // An app's ARN has the space in the profile's place.
  const resource = exampleOf(subject, type, { UserProfileName: "notebooks", SpaceName: "notebooks" });
  const common: Context = { ...tagsOf(subject, action, type), ...(sharing && { [SHARING]: sharing }) };
  const of = (person: string): Ask => {
    const owner = profileArnOf(subject, person);
    return { resource, context: { ...common, [OWNER]: owner, [MADE_BY]: owner } };
  };
  return { own: of(me(subject)), anothers: of(ANOTHER_PERSON), nobodys: { resource, context: common } };
}

/** Of an app without a space AWS tells neither owner nor sharing: its ARN names the profile. */
function ofProfile(subject: Subject, action: KnownAction, type: KnownType): Question {
  const of = (UserProfileName: string): Ask => ({
    resource: exampleOf(subject, type, { UserProfileName }),
    context: tagsOf(subject, action, type),
  });
  return { on: "app of the profile", asks: { own: of(me(subject)), anothers: of(ANOTHER_PERSON), nobodys: undefined } };
}

/** The domain passes the profile's tags on to what is made in it. */
function tagsOf({ team }: Subject, { keys, service }: KnownAction, type: KnownType): Context {
  return supports(keys, "aws:RequestTag/team") ? tagging(team) : tagged(service, team, type.keys);
}

function me({ person }: Subject): string {
  return person ?? "nobody";
}
