import { asList } from "../rehearsal/json";
import { evaluate } from "../rehearsal/policy-simulator";
import { type Answer, resourceOf } from "./answer";
import { standsFor } from "./arn";
import type { Source } from "./sources";
import { type Subject, variablesOf } from "./subject";

/** What a statement names. One that names exceptions is about everything else. */
export function resourcesOf({ statement }: Source): readonly string[] {
  return statement.Resource === undefined ? ["*"] : asList(statement.Resource);
}

/** Which of the resources that a statement names stand for one of these ARNs, conditions aside. */
export function reaching(subject: Subject, source: Source, arns: readonly string[]): readonly string[] {
  const variables = variablesOf(subject);
  const excepted = asList(source.statement.NotResource);
  const meant = arns.filter((arn) => !excepted.some((each) => standsFor(each, arn, variables)));
  return resourcesOf(source).filter((resource) => meant.some((arn) => standsFor(resource, arn, variables)));
}

/**
 * Whether one of the answers shows a statement at work on one of the resources that it names: it allowed the request, or
 * would have, if no denial had stopped it.
 */
export async function isAtWork(
  subject: Subject,
  source: Source,
  resource: string,
  answers: readonly Answer[],
): Promise<boolean> {
  for (const each of answers) {
    const { verdict, by, evaluated } = each;
    if (verdict === "ImplicitlyDenied" || !standsFor(resource, resourceOf(each), variablesOf(subject))) continue;
    if (verdict === "Allowed" ? by.includes(source) : await allowsAlone(source, evaluated)) return true;
  }
  return false;
}

async function allowsAlone({ id }: Source, evaluated: Answer["evaluated"]): Promise<boolean> {
  const identityPolicies = evaluated.identityPolicies.filter(({ name }) => name === id);
  return (await evaluate({ ...evaluated, identityPolicies })) === "Allowed";
}
