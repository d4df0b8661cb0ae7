import type { ListedProfile } from "./profile-reader";

const MINUTES_A_DAY = 24 * 60;
const MINUTE = 60_000;

/** What was found right at a profile. */
export type Known =
  /** It has no mark, and is nobody's business. */
  | { readonly kind: "unmanaged"; readonly userName: string | undefined }
  /** It gives its person what their group gives. */
  | {
      readonly kind: "entitled";
      readonly userId: string;
      readonly userName: string;
      /** The canonical name of the group that gives the role. */
      readonly group: string;
    }
  /** It is that of a former user name, cut off and kept. */
  | { readonly kind: "superseded"; readonly userId: string; readonly userName: string }
  /** It is cut off, nothing runs, and nothing is due before that time. */
  | { readonly kind: "departed"; readonly userId: string; readonly until: Date };

interface Entry {
  readonly known: Known;
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
}

/** What the sweeps of one container know of a studio's profiles, so that they need not look at each again. */
export interface SweepMemory {
  /** What was found right at a profile, if the list shows no change since, and nothing under way. */
  recall(profile: ListedProfile): Known | undefined;
  /** The user ids of everybody who was found to have what they should have. */
  entitled(): ReadonlySet<string>;
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

  function entryOf(profile: ListedProfile): Entry | undefined {
    const entry = entries.get(keyOf(profile));
    if (!entry || profile.status !== "InService" || profile.modifiedAt === undefined) return undefined;
    return entry.createdAt === profile.createdAt && entry.modifiedAt === profile.modifiedAt ? entry : undefined;
  }

  return {
    recall: (profile) => entryOf(profile)?.known,
    entitled: () =>
      new Set([...entries.values()].flatMap(({ known }) => (known.kind === "entitled" ? [known.userId] : []))),
    learn(profile, known, now) {
      const { createdAt, modifiedAt } = profile;
      entries.set(keyOf(profile), { known, createdAt, modifiedAt, checkedAt: now.getTime() });
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
          const entry = entryOf(profile);
          return entry ? [{ profile, checkedAt: entry.checkedAt }] : [];
        })
        .sort((one, other) => one.checkedAt - other.checkedAt)
        .slice(0, share)
        .map(({ profile }) => profile);
    },
  };
}
