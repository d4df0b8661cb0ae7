import { type IdentityStore, identityStore } from "../functions/membership/identity-store";
import { type ProfileReader, profileReader } from "../functions/membership/profile-reader";
import type { Studio } from "../functions/membership/settings";
import type { Config, StudioConfig } from "../stacks/config/schema";
import { functionSettings } from "../stacks/constructs/function-settings";
import { identityStoreClient, sageMaker } from "./clients";
import { type DrySweep, drySweep } from "./dry-sweep";

/** For how long dry sweeps may take, in milliseconds. What a plan tells of people is not worth an hour. */
const SWEEP_TIME = 10 * 60_000;

/** What the pipeline sees of the people in the studios. */
export interface People {
  /** The profiles of a domain. */
  profiles(studio: StudioConfig, domainId: string): Pick<ProfileReader, "list" | "describe">;
  /** What the sweep after the deployment would do in a studio. */
  drySweep(studio: StudioConfig, domainId: string): Promise<DrySweep>;
}

/**
 * The people as AWS shows them, to the roles with which Terraform works.
 * @param planOnly - to the roles that may only read
 */
export function peopleOf(config: Config, planOnly: boolean): People {
  const settings = functionSettings(config);
  let started: number | undefined;
  let store: IdentityStore | undefined;

  /** All dry sweeps together; Terraform's time is not theirs. */
  function hasTime(): boolean {
    started ??= Date.now();
    return Date.now() - started < SWEEP_TIME;
  }

  function studioOf({ name, accountId, region }: StudioConfig, domainId: string): Studio {
    const known = settings.studios.find((studio) => studio.name === name);
    return { ...(known ?? { name, accountId, region, groups: [] }), domainId };
  }

  function storeOf(): IdentityStore {
    const { identityStoreId } = config.identityCenter;
    const groups = config.studios.flatMap((studio) => studio.groups.map(({ adGroup }) => adGroup));
    const client = identityStoreClient(config.identityCenter, planOnly);
    return identityStore(client, identityStoreId, groups, hasTime, SWEEP_TIME);
  }

  return {
    profiles: (studio, domainId) => {
      return profileReader(sageMaker(studio, planOnly), studioOf(studio, domainId), () => true);
    },
    drySweep: (studio, domainId) => {
      store ??= storeOf();
      const made = studioOf(studio, domainId);
      const profiles = profileReader(sageMaker(studio, planOnly), made, hasTime);
      return drySweep(made, { identityStore: store, profiles, settings, hasTime });
    },
  };
}
