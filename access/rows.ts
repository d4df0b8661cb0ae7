import type { World } from "../rehearsal/world";
import { type Answer, type Answered, answersOf, decided, resourceOf } from "./answer";
import { type Asking, asking } from "./asking";
import { isAtWork, reaching, resourcesOf } from "./at-work";
import { ACCOUNTS, whatItNames } from "./fallback";
import { alike, type Columns, present, type Question } from "./question";
import { questionsAbout } from "./questions/about";
import { type KnownAction, knownAction } from "./service-data";
import { concerns, type Source } from "./sources";
import type { Subject } from "./subject";

/** One line of the report: an action on something, and whether it is allowed on one's own, another's, nobody's. */
export interface Row {
  readonly action: string;
  readonly on: string;
  readonly answers: Columns<Answer>;
  /** The statements that allow it; if none does, those that allow the action on such things under other conditions. */
  readonly grants: readonly Grant[];
  /** Whether a statement allows the action and no request that was tried met its conditions. */
  readonly isUnmet: boolean;
}

/** A statement, and which of the resources that it names are meant. */
export interface Grant {
  readonly source: Source;
  readonly resources: readonly string[];
}

/**
 * Everything there is to say about an action: on things of each of its types, and on whatever a statement names that
 * none of these requests was allowed by.
 */
export async function rowsAbout(world: World, subject: Subject, name: string): Promise<readonly Row[]> {
  const action = await knownAction(name);
  if (action === undefined) return [];
  const allowing = subject.sources.filter((source) => source.statement.Effect === "Allow" && concerns(source, name));
  const ask = asking(world, subject, action.action);
  const all: Found[] = [];
  for (const questions of await questionsByType(subject, action)) {
    const answered: Found[] = [];
    for (const question of questions) {
      if (isReached(subject, allowing, question)) answered.push({ ...(await ask(question)), isUnmet: false });
    }
    if (answered.flatMap(answersOf).some(({ verdict }) => verdict !== "ImplicitlyDenied")) all.push(...answered);
  }
  for (const source of allowing) {
    for (const resource of resourcesOf(source)) {
      if (await isAtWork(subject, source, resource, all.flatMap(answersOf))) continue;
      const found = await shownAtWork(subject, source, resource, action, ask);
      if (found) all.push(found);
    }
  }
  return merged(all).map(({ on, answers, isUnmet }) => {
    const deciding = present(answers).flatMap(({ verdict, by }) => (verdict === "Allowed" ? by : []));
    const grants = grantsOn(subject, allowing, present(answers).map(resourceOf));
    const atWork = grants.filter(({ source }) => deciding.includes(source));
    return { action: action.action, on, answers, grants: atWork.length > 0 ? atWork : grants, isUnmet };
  });
}

interface Found extends Answered {
  readonly isUnmet: boolean;
}

async function questionsByType(subject: Subject, action: KnownAction): Promise<readonly (readonly Question[])[]> {
  if (action.isWildcardOnly) return [[{ on: "*", asks: alike({ resource: "*", context: {} }) }]];
  return Promise.all(
    action.types.map(async (type) => {
      const questions = await questionsAbout(subject, action, type);
      return questions.map((question) => ({ ...question, type: type.name }));
    }),
  );
}

function isReached(subject: Subject, allowing: readonly Source[], { asks }: Question): boolean {
  return (
    grantsOn(
      subject,
      allowing,
      present(asks).map(({ resource }) => resource),
    ).length > 0
  );
}

function grantsOn(subject: Subject, allowing: readonly Source[], arns: readonly string[]): readonly Grant[] {
  return allowing
    .map((source) => ({ source, resources: reaching(subject, source, arns) }))
    .filter(({ resources }) => resources.length > 0);
}

/** Asks for what a statement names, until a request is one that it allows. */
async function shownAtWork(
  subject: Subject,
  source: Source,
  resource: string,
  action: KnownAction,
  ask: Asking,
): Promise<Found | undefined> {
  const tried: Answered[] = [];
  for (const account of ACCOUNTS) {
    const question = whatItNames(subject, action, source, resource, account);
    if (question === undefined || !isReached(subject, [source], question)) continue;
    const answered = await ask(question);
    if (await isAtWork(subject, source, resource, answersOf(answered))) return { ...answered, isUnmet: false };
    tried.push(answered);
  }
  const [first] = tried;
  return first && { ...first, isUnmet: true };
}

/** One line for all the buckets that are answered alike. */
function merged(all: readonly Found[]): readonly Found[] {
  const text = (found: Found) => `${found.isUnmet} ${decided(found)}`;
  return all.flatMap((each) => {
    const alikes = all.filter(({ on }) => on === each.on);
    if (alikes.every((other) => text(other) === text(each))) return alikes[0] === each ? [each] : [];
    return [{ ...each, on: each.name === undefined ? each.on : `${each.on} ${each.name}` }];
  });
}
