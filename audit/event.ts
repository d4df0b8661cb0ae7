import { z } from "zod";
import type { OwnRoles } from "./own-roles";
import { resourceOf } from "./resource";

/** What a query returns for an event. Both engines write every value as a text, and leave out what is null. */
const row = z.object({
  event_time: z.string(),
  identified: z.enum(["propagated", "source identity", "session"]),
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
});

/**
 * How sure it is that the person did it.
 * - `certain`: AWS recorded for whom it was done, from a token that Identity Center signed.
 * - `likely`: the session's name or source identity, on a role that SageMaker alone can assume.
 * - `claimed`: a source identity on another role, where whoever may set one could have set this one.
 */
export type Certainty = "certain" | "likely" | "claimed";

/** Something that was done. */
export interface AuditEvent {
  /** ISO, UTC. */
  readonly time: string;
  readonly identified: "propagated" | "source identity" | "session";
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
  /** The ARN of the role whose session did it. */
  readonly role?: string;
  readonly sourceIdentity?: string;
}

/**
 * An event from what a query returned for it.
 * @throws ZodError if the query returned something else
 */
export function eventOf(returned: unknown, { pattern }: OwnRoles): AuditEvent {
  const { event_time, identified, role, source_identity, read_only, error, ...rest } = row.parse(returned);
  return {
    time: isoTime(event_time),
    identified,
    certainty: certaintyOf(identified, role !== undefined && new RegExp(pattern).test(role)),
    account: rest.account ?? "",
    region: rest.region ?? "",
    service: rest.service.replace(/\.amazonaws\.com(\.cn)?$/, ""),
    action: rest.action,
    resource: resourceOf(rest.resource, rest.request),
    ...(read_only !== undefined && { readOnly: read_only === "true" }),
    ...(error !== undefined && { error }),
    requestId: rest.request_id ?? "",
    eventId: rest.event_id,
    ...(role !== undefined && { role }),
    ...(source_identity !== undefined && { sourceIdentity: source_identity }),
  };
}

function certaintyOf(identified: AuditEvent["identified"], isOwnRole: boolean): Certainty {
  if (identified === "propagated") return "certain";
  return isOwnRole ? "likely" : "claimed";
}

/** CloudTrail Lake writes `2026-11-20 09:12:13.000`, Athena what is in the record, `2026-11-20T09:12:13Z`. */
function isoTime(text: string): string {
  return `${text.slice(0, 19).replace(" ", "T")}Z`;
}
