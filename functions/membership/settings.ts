import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

const settings = z.object({
  studios: z.array(
    z.object({
      name: z.string(),
      accountId: z.string(),
      region: z.string(),
      groups: z.array(z.object({ adGroup: z.string(), team: z.string() })),
    }),
  ),
});

const environment = z.object({
  IDENTITY_STORE_ID: z.string().check(z.minLength(1)),
  STUDIO_DOMAIN_IDS: z.string(),
});

const domainIds = z.record(z.string(), z.string().check(z.minLength(1)));

/** A studio as the functions know it. Groups are in the order of the config: the first match wins. */
export interface Studio {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly domainId: string;
  readonly groups: readonly { readonly adGroup: string; readonly team: string }[];
}

/** What the stack gives a function. */
export interface Settings {
  readonly identityStoreId: string;
  readonly studios: readonly Studio[];
}

/**
 * Reads what the stack gave the function: its environment, and the groups in `settings.json` beside its code.
 * @throws Error that names what is missing: the function then fails at its start, and alarms
 */
export function readSettings(env: NodeJS.ProcessEnv, folder: string): Settings {
  const { IDENTITY_STORE_ID, STUDIO_DOMAIN_IDS } = environment.parse(env);
  const domains = domainIds.parse(JSON.parse(STUDIO_DOMAIN_IDS));
  const { studios } = settings.parse(JSON.parse(readFileSync(join(folder, "settings.json"), "utf8")));
  return {
    identityStoreId: IDENTITY_STORE_ID,
    studios: studios.map((studio) => {
      const domainId = domains[studio.name];
      if (domainId === undefined) throw new Error(`STUDIO_DOMAIN_IDS has no domain for studio ${studio.name}`);
      return { ...studio, domainId };
    }),
  };
}
