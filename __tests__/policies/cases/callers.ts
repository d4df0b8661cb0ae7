import type { PolicyDocument } from "../../../rehearsal/policy-document";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Scene } from "./scene";

/** An AWS service. */
export function service(name: string): Caller {
  return { kind: "service", service: name };
}

/** A role of no stack that may do everything as far as its own policies go. */
export function outsider(scene: Scene, accountId: string, name: string): Caller {
  return { kind: "outsider", arn: scene.arn("iam", "", accountId, `role/${name}`) };
}

/** The trust of a role that lets in a whole account, for everything. */
export function trustOfAccount(scene: Scene, accountId: string): PolicyDocument {
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
