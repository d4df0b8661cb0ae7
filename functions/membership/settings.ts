import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

const settings = z.object({
  studios: z.array(
    z.object({
      name: z.string(),
      accountId: z.string(),
      region: z.string(),
      existed: z.optional(z.boolean()),
      reportsOnly: z.optional(z.boolean()),
      groups: z.array(z.object({ adGroup: z.string(), team: z.string() })),
    }),
  ),
  deprovisioning: z.object({ retainDays: z.number(), sharedSpaces: z.enum(["keep", "delete"]) }),
  sweep: z.object({ everyMinutes: z.number(), maxRemovals: z.union([z.number(), z.string()]) }),
});

const text = z.string().check(z.minLength(1));

const environment = z.object({
  IDENTITY_STORE_ID: text,
  STUDIO_DOMAIN_IDS: z.string(),
  MEMBERSHIP_QUEUE_URL: text,
  SWEEP_QUEUE_URL: text,
});

const domainIds = z.record(z.string(), text);

/** A studio as the functions know it. Groups are in the order of the config: the first match wins. */
export interface Studio {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly domainId: string;
  /** Whether the domain was there before: others' profiles in it may be anybody's. */
  readonly existed?: boolean | undefined;
  /** Whether sweeps only report what they would do. */
  readonly reportsOnly?: boolean | undefined;
  readonly groups: readonly { readonly adGroup: string; readonly team: string }[];
}

/** How people who left are removed. */
export interface Deprovisioning {
  /** Days until spaces and profile go; 0: as soon as the apps are gone. */
  readonly retainDays: number;
  readonly sharedSpaces: "keep" | "delete";
}

/** What the stack gives a function. */
export interface Settings {
  readonly identityStoreId: string;
  readonly studios: readonly Studio[];
  readonly deprovisioning: Deprovisioning;
  readonly sweep: {
    readonly everyMinutes: number;
    /** A number of people, or a percentage of a studio's profiles such as `5%`. */
    readonly maxRemovals: number | string;
  };
  readonly membershipQueueUrl: string;
  readonly sweepQueueUrl: string;
}

/**
 * Reads what the stack gave the function: its environment, and the groups in `settings.json` beside its code.
 * @throws Error that names what is missing: the function then fails at its start, and alarms
 */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): Settings {
  const { IDENTITY_STORE_ID, STUDIO_DOMAIN_IDS, MEMBERSHIP_QUEUE_URL, SWEEP_QUEUE_URL } = environment.parse(env);
  const domains = domainIds.parse(JSON.parse(STUDIO_DOMAIN_IDS));
  const { studios, ...rest } = settings.parse(JSON.parse(readFileSync(join(folder, "settings.json"), "utf8")));
  return {
    ...rest,
    identityStoreId: IDENTITY_STORE_ID,
    membershipQueueUrl: MEMBERSHIP_QUEUE_URL,
    sweepQueueUrl: SWEEP_QUEUE_URL,
    studios: studios.map((studio) => {
      const domainId = domains[studio.name];
      if (domainId === undefined) throw new Error(`STUDIO_DOMAIN_IDS has no domain for studio ${studio.name}`);
      return { ...studio, domainId };
    }),
  };
}
