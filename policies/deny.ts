import type { Conditions, Statement } from "./statement";

/** A denial: of everything that the actions can be asked for on, if nothing else is said. */
export function deny(Sid: string, Action: readonly string[], rest: Partial<Statement> = {}): Statement {
  const where = rest.NotResource ? {} : { Resource: ["*"] };
  return { Sid, Effect: "Deny", Action, ...where, ...rest, wildcard: "a denial, for whatever it names" };
}

/** A denial of these actions of SageMaker, on everything. */
export function denySageMaker(sid: string, actions: readonly string[], condition?: Conditions): Statement {
  const names = actions.map((action) => `sagemaker:${action}`);
  return deny(sid, names, condition && { Condition: condition });
}
