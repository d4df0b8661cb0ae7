import { asList } from "../rehearsal/json";
import { actionsOf } from "./service-data";
import { concerns, type Source } from "./sources";

/** The actions that some statement allows. */
export interface Granted {
  readonly actions: readonly string[];
  /** Policies that allow actions of every service: only those of services that are named somewhere are looked at. */
  readonly boundless: readonly string[];
}

/** Every action that a role's statements allow, with wildcards written out. */
export async function grantedActions(sources: readonly Source[]): Promise<Granted> {
  const allowing = sources.filter(({ statement }) => statement.Effect === "Allow");
  const services = new Set(
    sources
      .flatMap(patternsOf)
      .map(serviceOf)
      .filter((service) => !isWild(service)),
  );
  const actions: string[] = [];
  for (const service of [...services].sort()) {
    for (const action of await actionsOf(service)) {
      if (allowing.some((source) => concerns(source, action))) actions.push(action);
    }
  }
  const boundless = allowing.filter(
    (source) => source.statement.NotAction !== undefined || patternsOf(source).map(serviceOf).some(isWild),
  );
  return { actions: actions.sort(), boundless: [...new Set(boundless.map(({ policy }) => policy))].sort() };
}

function patternsOf({ statement }: Source): string[] {
  return [...asList(statement.Action), ...asList(statement.NotAction)];
}

function serviceOf(pattern: string): string {
  return (pattern.split(":")[0] ?? "").toLowerCase();
}

function isWild(text: string): boolean {
  return /[*?]/.test(text);
}
