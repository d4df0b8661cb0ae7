import type { AuditEvent } from "./event";
import type { Certainty, Evidence } from "./identified";
import type { Person } from "./person";
import type { Span } from "./span";

/** The whole answer: what `--json` prints. */
export interface Report {
  readonly person: Person;
  readonly since: string;
  readonly until: string;
  /** The earliest first. */
  readonly events: readonly AuditEvent[];
  readonly counts: Counts;
  /** What the answer leaves out, a sentence each. */
  readonly notCovered: readonly string[];
  readonly scannedBytes: number;
}

/** How many events there are of each kind. */
export interface Counts {
  readonly events: number;
  readonly identified: Readonly<Record<Evidence, number>>;
  readonly certainty: Readonly<Record<Certainty, number>>;
  readonly failed: number;
  /** Done, and not only read. */
  readonly changes: number;
  /** By service, the busiest first. */
  readonly services: Readonly<Record<string, number>>;
}

/** The surest first. */
const BY_CERTAINTY: readonly Certainty[] = ["certain", "likely", "claimed"];

/**
 * The answer from what was found. Pure. A trail may hold an event twice, and has an event of each account for what one
 * account did in another: it counts once, as the surest of them says.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (sharedEventID)
 */
export function reportOf(
  person: Person,
  span: Span,
  found: readonly AuditEvent[],
  rest: Pick<Report, "notCovered" | "scannedBytes">,
): Report {
  const rank = ({ certainty }: AuditEvent) => BY_CERTAINTY.indexOf(certainty);
  const unsure = [...found].sort((one, other) => rank(other) - rank(one) || compare(other.eventId, one.eventId));
  // Of the same id the last stays: the surest, and of those the first by its id, whatever the engine's order.
  const byId = new Map(unsure.map((event) => [event.sharedEventId ?? event.eventId, event]));
  const events = [...byId.values()].sort(
    (one, other) => compare(one.time, other.time) || compare(one.eventId, other.eventId),
  );
  return {
    person,
    since: span.since.toISOString(),
    until: span.until.toISOString(),
    events,
    counts: countsOf(events),
    ...rest,
  };
}

function countsOf(events: readonly AuditEvent[]): Counts {
  const count = (is: (event: AuditEvent) => boolean) => events.filter(is).length;
  const services = new Map<string, number>();
  for (const { service } of events) services.set(service, (services.get(service) ?? 0) + 1);
  return {
    events: events.length,
    identified: {
      propagated: count(({ identified }) => identified === "propagated"),
      "source identity": count(({ identified }) => identified === "source identity"),
      session: count(({ identified }) => identified === "session"),
      token: count(({ identified }) => identified === "token"),
    },
    certainty: {
      certain: count(({ certainty }) => certainty === "certain"),
      likely: count(({ certainty }) => certainty === "likely"),
      claimed: count(({ certainty }) => certainty === "claimed"),
    },
    failed: count(({ error }) => error !== undefined),
    changes: count(({ readOnly, error }) => readOnly === false && error === undefined),
    services: Object.fromEntries([...services].sort(([a, x], [b, y]) => y - x || compare(a, b))),
  };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
