import type { ListedProfile } from "./profile-reader";

const MINUTES_A_DAY = 24 * 60;
const MINUTE = 60_000;

/** What was found right at a profile. */
export interface Known {
  /** `undefined` for a profile without the mark: nobody's business. */
  readonly userId: string | undefined;
  /** The canonical name of the group that gives the role. */
  readonly group: string | undefined;
}

interface Entry extends Known {
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
}

/** What the sweeps of one container know of a studio's profiles, so that they need not look at each again. */
export interface SweepMemory {
  /** What was found right at a profile, if the list shows no change since, and nothing under way. */
  recall(profile: ListedProfile): Known | undefined;
  learn(profile: ListedProfile, known: Known, now: Date): void;
  forget(profile: ListedProfile): void;
  /**
   * The profiles whose turn it is to be looked at although lists show no change: as many that all have their turn once
   * a day, none if the last turn was just now.
   */
  takeDue(listed: readonly ListedProfile[], everyMinutes: number, now: Date): ListedProfile[];
}

/** An empty memory. */
export function createSweepMemory(): SweepMemory {
  const entries = new Map<string, Entry>();
  let lastTurn = 0;
  const keyOf = ({ name }: ListedProfile) => name.toLowerCase();

  function recall(profile: ListedProfile): Entry | undefined {
    const entry = entries.get(keyOf(profile));
    if (!entry || profile.status !== "InService" || profile.modifiedAt === undefined) return undefined;
    return entry.createdAt === profile.createdAt && entry.modifiedAt === profile.modifiedAt ? entry : undefined;
  }

  return {
    recall,
    learn(profile, known, now) {
      const { createdAt, modifiedAt } = profile;
      entries.set(keyOf(profile), { ...known, createdAt, modifiedAt, checkedAt: now.getTime() });
    },
    forget(profile) {
      entries.delete(keyOf(profile));
    },
    takeDue(listed, everyMinutes, now) {
      // Hints ask for sweeps of their own: those do not count. The schedule may be early by a little.
      if (now.getTime() - lastTurn < 0.9 * everyMinutes * MINUTE) return [];
      lastTurn = now.getTime();
      const share = Math.ceil((listed.length * Math.min(everyMinutes, MINUTES_A_DAY)) / MINUTES_A_DAY);
      return listed
        .flatMap((profile) => {
          const entry = recall(profile);
          return entry ? [{ profile, checkedAt: entry.checkedAt }] : [];
        })
        .sort((one, other) => one.checkedAt - other.checkedAt)
        .slice(0, share)
        .map(({ profile }) => profile);
    },
  };
}
