import { TAG } from "../../naming";
import type { Question } from "../question";
import { type KnownAction, type KnownType, madeType, supports } from "../service-data";
import type { Subject } from "../subject";
import { teamData } from "./data";
import { withModels } from "./models";
import { PEOPLES_TYPES, peoples } from "./people";
import { prescribedContext, withoutPrescribed } from "./prescribed";
import { retag } from "./retag";
import { passedRoles } from "./roles";
import { existing, made } from "./tags";

/** What there is to ask about an action on things of one type: whose they are, in every way that AWS can tell. */
export async function questionsAbout(subject: Subject, action: KnownAction, type: KnownType): Promise<Question[]> {
  const { service, name } = action;
  if (action.action === "iam:PassRole") return passedRoles(subject);
  if (service === "sagemaker" && /^(Add|Delete)Tags$/.test(name)) return retag(subject, action, type);
  if (service === "sagemaker" && PEOPLES_TYPES.includes(type.name) && name !== "ListTags") {
    return peoples(subject, action, type);
  }
  const data = teamData(subject, action, type);
  if (data) return data;
  const context = prescribedContext(subject.studio, action);
  const isMade = madeType(action)?.name === type.name;
  const questions = isMade ? made(subject, type, context) : existing(subject, action, type, context);
  const [first] = questions;
  if (first === undefined) return questions;
  // Once for each request: on what it makes, or on what it changes.
  const isFirst = isMade || !supports(action.keys, `aws:RequestTag/${TAG.team}`) || name.startsWith("Update");
  const further = [...withoutPrescribed(subject.studio, action, first), ...withModels(subject, action, first)];
  return isFirst ? [...questions, ...further] : questions;
}
