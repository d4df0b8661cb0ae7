import type { PolicyDocument } from "../../../rehearsal/policy-document";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { NamedPolicy, Role } from "../../../rehearsal/world";
import type { Scene } from "./scene";
import { EVERYTHING } from "./table";

/** An AWS service. */
export function service(name: string): Caller {
  return { kind: "service", service: name };
}

/**
 * A job that SageMaker runs with a role: such a session has no profile. AWS says that a policy variable without a value
 * equals nothing and that negated comparisons with it hold; the simulator decides so when the value is there and empty,
 * and skips the whole statement when it is absent.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
export function job(role: Role): Caller {
  return { kind: "role", role, studio: { domainId: "", profile: "" } };
}

/** True for the policies of a role that only deny. */
export function isGuardrails({ name }: NamedPolicy): boolean {
  return /-guardrails-\d+$/.test(name);
}

/** A role that may do everything but what its guardrails deny: they alone decide. */
export function guarded(role: Role): Role {
  const policies = role.policies.filter(isGuardrails);
  if (policies.length === 0) throw new Error(`${role.name} has no guardrails`);
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: EVERYTHING, Effect: "Allow", Action: "*", Resource: "*" }],
  };
  return { ...role, policies: [...policies, { name: "everything", document }] };
}

/** A role of no stack that may do everything as far as its own policies go. */
export function outsider(scene: Pick<Scene, "arn">, accountId: string, name: string): Caller {
  return { kind: "outsider", arn: scene.arn("iam", "", accountId, `role/${name}`) };
}

/** The trust of a role that lets in a whole account, for everything. */
export function trustOfAccount(scene: Pick<Scene, "arn">, accountId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "WholeAccount",
        Effect: "Allow",
        Principal: { AWS: scene.arn("iam", "", accountId, "root") },
        Action: "sts:*",
      },
    ],
  };
}
