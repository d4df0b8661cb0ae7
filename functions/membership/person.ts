import type { IdentityStore } from "./identity-store";
import type { ProfileStore } from "./profile-store";
import type { Deprovisioning, Studio } from "./settings";

/** A person in one studio, and what the hint said of them. */
export interface Person {
  readonly studio: Studio;
  readonly userId: string;
  /** The canonical names of the managed groups that the person is in, as just read. */
  readonly groups: ReadonlySet<string>;
  /** Whether the person's name may have changed. */
  readonly isFresh: boolean;
  /** Whether the hint came through a managed group: the person had a profile, most likely. */
  readonly cameByGroup: boolean;
  /** Whether a sweep could find a profile of the person that is not found here. */
  readonly mayBeElsewhere: boolean;
  /** A profile that was seen to bear the person's id. */
  readonly profile: string | undefined;
}

/** What a reconciliation works with. */
export interface Tools {
  readonly identityStore: IdentityStore;
  readonly profiles: ProfileStore;
  readonly deprovisioning: Deprovisioning;
  readonly now: () => Date;
  /** Whether the invocation has time for one call more. */
  readonly hasTime: () => boolean;
}
