/** How a person's profile in a studio came to be as it should. Each is counted as a metric of this name. */
export type Outcome =
  | "joined"
  | "moved"
  /** Came back within the grace period. */
  | "restored"
  | "adopted"
  | "retagged"
  | "unchanged"
  /** Left: the access is cut, the apps are deleted, the date of removal is written. */
  | "cutOff"
  /** The grace period is over: spaces are being deleted. */
  | "removing"
  /** The profile is being deleted. */
  | "removed"
  /** A shared space is in the way of the profile's removal. */
  | "kept"
  /** Not entitled, and nothing to do now. */
  | "notEntitled"
  /** Groups cannot be found: nobody is taken for gone. */
  | "unknown"
  /** AWS is changing something, others are at it, or time ran out. */
  | "waiting";

/** What became of a person in a studio. */
export interface Result {
  readonly outcome: Outcome;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  /** Why something is left to do: look again after a while. */
  readonly again?: string | undefined;
  /** Whether what is left to do is a removal: the next sweep takes it up if nobody else does. */
  readonly isRemoval?: boolean | undefined;
  /** Why a removal has not come to its end a day after it should have. */
  readonly stalled?: string | undefined;
  /** Why it ended where it did. */
  readonly reason?: string | undefined;
  /** Whether the person may have a profile that only a sweep can find. */
  readonly needsSweep?: boolean | undefined;
  /** Whether anything was changed. */
  readonly wrote: boolean;
  /** Whether AWS was given something to do that it had not failed at before. */
  readonly progressed: boolean;
}

/** A result, and whether what was read of the person's memberships before turned out to be out of date. */
export type Done = Result & { readonly isOutdated?: boolean };
