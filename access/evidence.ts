import type { Answer } from "./answer";
import type { Source } from "./sources";
import type { Member } from "./subjects";
import { policyName, VERDICTS } from "./words";

/** A statement, for reading. */
interface ShownStatement {
  readonly policy: string;
  readonly statement: Source["statement"];
}

/** What the page shows of an answer. Who asked, and the statements that decided, are told by their place in their list. */
interface ShownAnswer {
  readonly verdict: string;
  readonly request: object;
  readonly caller: number;
  readonly by: readonly number[];
}

/** What decided the answers, each statement and each caller once. */
export interface Evidence {
  readonly statements: readonly ShownStatement[];
  readonly callers: readonly object[];
  readonly answers: readonly ShownAnswer[];
}

/** Condition keys that tell of the caller, and of nothing that is asked for. */
const OF_CALLER = /^(aws:(Principal|SecureTransport|RequestedRegion)|sagemaker:(DomainId|UserProfileName)$)/;

/** Collects what decided the answers. */
export function collectEvidence() {
  const statements = distinct<ShownStatement>();
  const callers = distinct<object>();
  const answers: ShownAnswer[] = [];

  /** Keeps an answer, and returns its place in the list. */
  function keep(member: Member, { verdict, by, evaluated }: Answer): number {
    const { action, resource, contextVariables } = evaluated.request;
    const context = Object.entries(contextVariables);
    const [ofCaller, ofRequest] = [true, false].map((is) =>
      Object.fromEntries(context.filter(([key]) => OF_CALLER.test(key) === is)),
    );
    const shown = {
      verdict: VERDICTS[verdict],
      request: { action, resource: resource.resource, context: ofRequest },
      caller: callers.placeOf(ofCaller ?? {}),
      by: by.map(({ policy, statement }) => statements.placeOf({ policy: policyName(member, policy), statement })),
    };
    return answers.push(shown) - 1;
  }

  return { keep, evidence: (): Evidence => ({ statements: statements.all, callers: callers.all, answers }) };
}

/** A list that holds nothing twice. */
function distinct<T>() {
  const all: T[] = [];
  const places = new Map<string, number>();
  const placeOf = (item: T): number => {
    const key = JSON.stringify(item);
    const place = places.get(key) ?? all.push(item) - 1;
    places.set(key, place);
    return place;
  };
  return { all, placeOf };
}
