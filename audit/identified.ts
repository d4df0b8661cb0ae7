import type { OwnRoles } from "./own-roles";
import type { Person } from "./person";

/** What in an event led to the person. */
export type Evidence = "propagated" | "source identity" | "session" | "token";

/**
 * How sure it is that the person did it.
 * - `certain`: AWS recorded for whom it was done, from a token that Identity Center signed.
 * - `likely`: the session's name or source identity, on a role that SageMaker alone can assume.
 * - `claimed`: a source identity on another role, where whoever may set one could have set this one; a session of the
 *   person's name in a profile of another; or a token of one person that a session of another asked for.
 */
export type Certainty = "certain" | "likely" | "claimed";

/** What an event says of who did it. What is absent, it does not say. */
export interface Caller {
  /** For whom AWS recorded that it was done: a user id. */
  readonly onBehalfOf?: string | undefined;
  /** Of an event that made a token: the user id that it was made for. */
  readonly tokenFor?: string | undefined;
  /** CloudTrail's `userIdentity.type`. */
  readonly type?: string | undefined;
  /** The ARN of the session that called. */
  readonly caller?: string | undefined;
  /** The ARN of the role whose session it was. */
  readonly role?: string | undefined;
  readonly sourceIdentity?: string | undefined;
}

/**
 * By what an event that a query found is the person's, and how sure that is. Pure.
 *
 * Whoever may call `CreateTokenWithIAM` can ask for a token of somebody else: the event then names that person, and not
 * who called. Only a service that calls on its own has nobody behind it who could. AWS shows the event of a background
 * session without its caller.
 * @param found - an event that the queries returned for this person
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function identifiedBy(
  found: Caller,
  person: Person,
  roles: OwnRoles,
): { readonly identified: Evidence; readonly certainty: Certainty } {
  const { onBehalfOf, tokenFor, type, caller, role, sourceIdentity } = found;
  if (onBehalfOf === person.userId) return { identified: "propagated", certainty: "certain" };
  if (tokenFor === person.userId && type === "AWSService") return { identified: "propagated", certainty: "certain" };
  if (tokenFor !== undefined && tokenFor !== person.userId) return { identified: "token", certainty: "claimed" };
  const isOwnRole = role !== undefined && new RegExp(roles.pattern).test(role);
  const [, account = "", session = ""] = /^arn:[^:]*:sts::(\d*):assumed-role\/.*\/([^/]*)$/.exec(caller ?? "") ?? [];
  if (person.profileNames.includes(sourceIdentity?.toLowerCase() ?? "") && roles.accounts.includes(account)) {
    return { identified: "source identity", certainty: isOwnRole ? "likely" : "claimed" };
  }
  if (isOwnRole && session.toLowerCase() === person.sessionName) {
    // In a profile of another name: one of theirs that was adopted, or somebody else's.
    return { identified: "session", certainty: sourceIdentity === undefined ? "likely" : "claimed" };
  }
  return { identified: "token", certainty: "claimed" };
}
