import * as z from "zod/mini";
import { MalformedMessage } from "./failures";

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** A message of the sweep's queue. */
const message = z.strictObject({
  scope: z.literal("everyone"),
  /** The schedule may rely on what is remembered; whoever else asks has a reason to look again. */
  trigger: z.optional(z.enum(["schedule"])),
  studio: z.optional(z.string()),
  /** How often the sweep was tried before. */
  attempt: z.optional(z.int()),
});

/** What a caller of the function itself can ask for. */
const call = z.strictObject({
  studio: z.optional(z.string()),
  /** Says what would be done, and changes nothing. `false` acts where sweeps only report, this once. */
  dryRun: z.optional(z.boolean()),
  /** Instead of the config's, this once. */
  maxRemovals: z.optional(z.union([z.int().check(z.nonnegative()), z.string().check(z.regex(/^(100|[1-9]?\d)%$/))])),
  /** Returns at once and sweeps a little later. */
  later: z.optional(z.boolean()),
});

/** A message that asks for a sweep. */
export type SweepMessage = z.infer<typeof message>;

/** What the sweep function was invoked with. */
export type SweepRequest =
  | { readonly kind: "messages"; readonly bodies: readonly string[] }
  | ({ readonly kind: "call" } & z.infer<typeof call>);

/**
 * Reads what the function was invoked with.
 * @throws MalformedMessage if it is neither a batch of the queue nor a call by hand
 */
export function parseSweepRequest(event: unknown): SweepRequest {
  const messages = batch.safeParse(event);
  if (messages.success) return { kind: "messages", bodies: messages.data.Records.map(({ body }) => body) };
  const asked = call.safeParse(event);
  if (asked.success) return { kind: "call", ...asked.data };
  throw new MalformedMessage('neither messages nor a call such as {"dryRun": true}');
}

/**
 * Reads a message of the sweep's queue.
 * @throws MalformedMessage if it is none
 */
export function parseSweepMessage(body: string): SweepMessage {
  const parsed = message.safeParse(parseJson(body));
  if (!parsed.success) throw new MalformedMessage("no request for a sweep");
  return parsed.data;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessage("not JSON");
  }
}
