import { z } from "zod";
import { type Certainty, type Evidence, identifiedBy } from "./identified";
import type { OwnRoles } from "./own-roles";
import type { Person } from "./person";
import { resourceOf } from "./resource";

/** What a query returns for an event. Both engines write every value as a text, and leave out what is null. */
const row = z.object({
  event_time: z.string(),
  on_behalf_of: z.string().optional(),
  token_for: z.string().optional(),
  caller_type: z.string().optional(),
  caller: z.string().optional(),
  invoked_by: z.string().optional(),
  role: z.string().optional(),
  source_identity: z.string().optional(),
  account: z.string().optional(),
  region: z.string().optional(),
  service: z.string(),
  action: z.string(),
  resource: z.string().optional(),
  request: z.string().optional(),
  read_only: z.string().optional(),
  error: z.string().optional(),
  request_id: z.string().optional(),
  event_id: z.string(),
  shared_event_id: z.string().optional(),
});

/** Something that was done. */
export interface AuditEvent {
  /** ISO, UTC. */
  readonly time: string;
  readonly identified: Evidence;
  readonly certainty: Certainty;
  /** The account that the event was recorded in. */
  readonly account: string;
  readonly region: string;
  /** Such as `s3`. */
  readonly service: string;
  readonly action: string;
  /** An ARN where AWS gives one, else what the request names; empty where it names nothing. */
  readonly resource: string;
  /** Absent where AWS does not say. */
  readonly readOnly?: boolean;
  /** AWS's error code, if it was refused or failed. */
  readonly error?: string;
  readonly requestId: string;
  readonly eventId: string;
  /** The same in the event of each account that was told of it. */
  readonly sharedEventId?: string;
  /** The ARN of the session that did it; absent where a service did it on its own. */
  readonly caller?: string;
  /** The service that called, with the session or on its own. */
  readonly invokedBy?: string;
  /** The ARN of the role whose session did it. */
  readonly role?: string;
  readonly sourceIdentity?: string;
  /** The id of the user that a token was made for. */
  readonly tokenFor?: string;
}

/**
 * An event from what a query for a person returned for it.
 * @throws ZodError if the query returned something else
 */
export function eventOf(returned: unknown, person: Person, roles: OwnRoles): AuditEvent {
  const { event_time, role, caller, read_only, error, ...rest } = row.parse(returned);
  const { on_behalf_of: onBehalfOf, token_for: tokenFor, caller_type: type, source_identity: sourceIdentity } = rest;
  return {
    time: isoTime(event_time),
    ...identifiedBy({ onBehalfOf, tokenFor, type, caller, role, sourceIdentity }, person, roles),
    account: rest.account ?? "",
    region: rest.region ?? "",
    service: rest.service.replace(/\.amazonaws\.com(\.cn)?$/, ""),
    action: rest.action,
    resource: resourceOf(rest.action, rest.resource, rest.request),
    ...(read_only !== undefined && { readOnly: read_only === "true" }),
    ...(error !== undefined && { error }),
    requestId: rest.request_id ?? "",
    eventId: rest.event_id,
    ...(rest.shared_event_id !== undefined && { sharedEventId: rest.shared_event_id }),
    ...(caller !== undefined && { caller }),
    ...(rest.invoked_by !== undefined && { invokedBy: rest.invoked_by }),
    ...(role !== undefined && { role }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(tokenFor !== undefined && { tokenFor }),
  };
}

/** CloudTrail Lake writes `2026-11-20 09:12:13.000`, Athena what is in the record, `2026-11-20T09:12:13Z`. */
function isoTime(text: string): string {
  return `${text.slice(0, 19).replace(" ", "T")}Z`;
}
