import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const event = z.looseObject({
  eventID: z.uuid(),
  eventTime: z.iso.datetime(),
  eventName: z.string(),
  awsRegion: z.string(),
  recipientAccountId: z.string(),
  userIdentity: z.looseObject({ type: z.string() }),
  /** Not CloudTrail's: why the event must not be found. */
  note: z.string().optional(),
});

/** An event as a trail's files have it. */
export type RecordedEvent = z.infer<typeof event>;

/** The events of a scenario. They are made after AWS's documentation, not captured: see docs/identity/audit.md. */
export function recordedEvents(scenario: string): RecordedEvent[] {
  const text = readFileSync(join(__dirname, "events", `${scenario}.json`), "utf8");
  return z.object({ Records: z.array(event) }).parse(JSON.parse(text)).Records;
}

export const SCENARIOS = [
  "notebook-s3-access-grants",
  "athena-lake-formation",
  "training-background-session",
  "role-only",
  "tokens",
] as const;
