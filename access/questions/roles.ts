import type { Ask, Question } from "../question";
import type { Subject } from "../subject";

/** The roles that can be passed: one's own, another group's or team's, and any other of the account. */
export function passedRoles(subject: Subject): Question[] {
  const { role, computeRole, anothersRole, anothersComputeRole, partition, studio } = subject;
  const other = `arn:${partition}:iam::${studio.accountId}:role/Admin`;
  const to = (service: string): Question[] => {
    const ask = (resource: string): Ask => ({ resource, context: { "iam:PassedToService": service } });
    const words = service.startsWith("sagemaker.") ? "" : ", to another service";
    const execution = { own: ask(role.arn), anothers: ask(anothersRole), nobodys: ask(other) };
    const compute = { own: ask(computeRole), anothers: ask(anothersComputeRole), nobodys: undefined };
    return [
      // A compute role is its own execution role.
      ...(role.arn === computeRole ? [] : [{ on: `execution role${words}`, asks: execution }]),
      { on: `compute role${words}`, asks: compute },
    ];
  };
  return [...to("sagemaker.amazonaws.com"), ...to("lambda.amazonaws.com")];
}
