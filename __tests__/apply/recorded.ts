import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { z } from "zod";

/** Whom and what the recorded events are about. */
const RECORDED_USER = "93f7a2c4-a091-70de-1234-aaaaaaaaaaaa";
const RECORDED_GROUP = "93f7a2c4-b091-70de-1234-bbbbbbbbbbbb";

const event = z.object({
  source: z.string(),
  "detail-type": z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

/** A recorded event of Identity Center, as if it were about the given person and group. */
export function recorded(file: string, userId: string, groupId: string): PutEventsRequestEntry & { Detail: string } {
  const text = readFileSync(join(__dirname, "../functions/events", `${file}.json`), "utf8");
  const parsed = event.parse(JSON.parse(text.replaceAll(RECORDED_USER, userId).replaceAll(RECORDED_GROUP, groupId)));
  return {
    Source: parsed.source,
    DetailType: parsed["detail-type"],
    Resources: parsed.resources,
    Detail: JSON.stringify(parsed.detail),
  };
}
