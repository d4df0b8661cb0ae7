/** Where a resource stands, and where it will stand in a while: AWS's changes take time. */
export interface Lifecycle<Status extends string> {
  status: Status;
  failureReason?: string;
  next?: {
    readonly at: number;
    readonly status: Status | "gone";
    readonly failureReason?: string;
    /** What is only seen when the change is done. */
    readonly apply?: () => void;
  };
}

/** Starts a change that ends after `duration`. */
export function begin<Status extends string>(
  lifecycle: Lifecycle<Status>,
  status: Status,
  next: {
    readonly after: number;
    readonly status: Status | "gone";
    readonly failureReason?: string;
    readonly apply?: () => void;
  },
  now: Date,
): void {
  lifecycle.status = status;
  delete lifecycle.failureReason;
  const { after, ...rest } = next;
  lifecycle.next = { at: now.getTime() + after, ...rest };
}

/** Brings a resource up to `now`; false if it is gone by then. */
export function settle<Status extends string>(lifecycle: Lifecycle<Status>, now: Date): boolean {
  const { next } = lifecycle;
  if (next === undefined || now.getTime() < next.at) return true;
  if (next.status === "gone") return false;
  lifecycle.status = next.status;
  delete lifecycle.next;
  if (next.failureReason !== undefined) lifecycle.failureReason = next.failureReason;
  // This may begin the next change, which may be over by now too.
  next.apply?.();
  return settle(lifecycle, now);
}
