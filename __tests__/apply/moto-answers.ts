import { z } from "zod";

/** A request to moto, as far as it decides what is mended. */
export interface MotoRequest {
  readonly accountId: string;
  /** Service and operation, where the protocol names them in a header. */
  readonly target: string;
  readonly body: string;
}

/** Documents of a queue that AWS gives back as they were sent. */
const DOCUMENTS = ["Policy", "RedrivePolicy"] as const;

const attributes = z.record(z.string(), z.string());
const queueRequest = z.object({
  QueueName: z.string().optional(),
  QueueUrl: z.string().optional(),
  Attributes: attributes.optional(),
  AttributeNames: z.array(z.string()).optional(),
});
const queueAnswer = z.object({ Attributes: attributes.optional() });

/**
 * Mends what moto 5.2 answers otherwise than AWS, from what was sent before: it writes a redrive policy with other white
 * space, and forgets a queue's policy when another attribute is set. Terraform's next plan would show changes that
 * nobody made.
 * @returns the mended answer, or `undefined` where there is nothing to mend
 */
export function createMender(): (request: MotoRequest, answer: string) => string | undefined {
  const documents = new Map<string, Record<string, string>>();

  return ({ accountId, target, body }, answer) => {
    const [service, operation = ""] = target.split(".");
    if (service !== "AmazonSQS") return undefined;
    const request = queueRequest.parse(JSON.parse(body));
    const name = `${accountId}/${request.QueueName ?? request.QueueUrl?.split("/").at(-1) ?? ""}`;
    const known = documents.get(name) ?? {};
    if (operation === "CreateQueue" || operation === "SetQueueAttributes") {
      const sent = DOCUMENTS.map((key) => [key, request.Attributes?.[key]] as const);
      for (const [key, value] of sent) if (value !== undefined) known[key] = value;
      documents.set(name, known);
    }
    if (operation === "DeleteQueue") documents.delete(name);
    if (operation !== "GetQueueAttributes") return undefined;
    const wanted = new Set(request.AttributeNames);
    const asked = Object.entries(known).filter(
      ([key, value]) => value !== "" && (wanted.has("All") || wanted.has(key)),
    );
    const answered = queueAnswer.parse(JSON.parse(answer));
    return JSON.stringify({ Attributes: { ...answered.Attributes, ...Object.fromEntries(asked) } });
  };
}
