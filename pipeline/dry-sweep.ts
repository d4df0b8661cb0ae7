import { guard } from "../functions/membership/guard";
import type { IdentityStore } from "../functions/membership/identity-store";
import type { ProfileReader } from "../functions/membership/profile-reader";
import type { Settings, Studio } from "../functions/membership/settings";
import { type Difference, sweep } from "../functions/membership/sweep";
import { createSweepMemory } from "../functions/membership/sweep-memory";
import { reasonOf } from "./reason";

/** A person whose profile would change, and what a sweep would do about it. */
export interface SweptPerson {
  readonly userId: string;
  /** `undefined` for somebody who is no longer in the identity store. */
  readonly userName: string | undefined;
  /** `undefined` for somebody who has none yet. */
  readonly profile: string | undefined;
  readonly actions: Difference["actions"];
}

/** What the sweep after a deployment would do in a studio; or why nobody can tell. */
export type DrySweep =
  | {
      readonly kind: "known";
      readonly studio: string;
      /** How many profiles are managed now. */
      readonly managed: number;
      readonly people: readonly SweptPerson[];
      /** Who would be removed, and is not, because of {@link stopped}. */
      readonly withheld: readonly SweptPerson[];
      readonly stopped: string | undefined;
      /** Whether sweeps of the studio only say what they would do. */
      readonly reportsOnly: boolean;
    }
  | { readonly kind: "unknown"; readonly studio: string; readonly reason: string };

/** What a dry sweep reads with. */
export interface DrySweeper {
  readonly identityStore: IdentityStore;
  readonly profiles: ProfileReader;
  /** Of the config that is planned. */
  readonly settings: Pick<Settings, "deprovisioning" | "sweep">;
  readonly hasTime: () => boolean;
}

/**
 * Does what the sweep function does after a deployment, with the config that is planned, and hands nothing on.
 * @returns why it is not known where any read failed: half of a sweep would look like people who left
 */
export async function drySweep(studio: Studio, sweeper: DrySweeper): Promise<DrySweep> {
  const { identityStore, settings } = sweeper;
  const memory = createSweepMemory();
  try {
    const findings = await sweep(studio, { ...sweeper, memory, now: () => new Date() }, false);
    const unknown = (reason: string) => ({ kind: "unknown", studio: studio.name, reason }) as const;
    if (findings.failures.length > 0) return unknown([...new Set(findings.failures.map(reasonOf))].join("; "));
    if (!findings.isFinished) return unknown("there was no time to look at every profile");
    const { handedOn, withheld, stopped } = guard(findings, settings.sweep.maxRemovals);
    const everyone = await identityStore.everyone();
    const named = ({ userId, profile, actions }: Difference) => {
      return { userId, userName: everyone.get(userId)?.userName, profile, actions };
    };
    return {
      kind: "known",
      studio: studio.name,
      managed: findings.managed,
      people: handedOn.map(named),
      withheld: withheld.map(named),
      stopped,
      reportsOnly: studio.reportsOnly ?? false,
    };
  } catch (error) {
    return { kind: "unknown", studio: studio.name, reason: reasonOf(error) };
  }
}
