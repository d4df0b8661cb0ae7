/** Where a resource stands, and where it will stand in a while: AWS's changes take time. */
export interface Lifecycle<Status extends string> {
  status: Status;
  failureReason?: string;
  next?: { readonly at: number; readonly status: Status | "gone"; readonly failureReason?: string };
}

/** Starts a change that ends after `duration`. */
export function begin<Status extends string>(
  lifecycle: Lifecycle<Status>,
  status: Status,
  next: { readonly after: number; readonly status: Status | "gone"; readonly failureReason?: string },
  now: Date,
): void {
  lifecycle.status = status;
  delete lifecycle.failureReason;
  const at = now.getTime() + next.after;
  lifecycle.next =
    next.failureReason === undefined
      ? { at, status: next.status }
      : { at, status: next.status, failureReason: next.failureReason };
}

/** Brings a resource up to `now`; false if it is gone by then. */
export function settle<Status extends string>(lifecycle: Lifecycle<Status>, now: Date): boolean {
  const { next } = lifecycle;
  if (next === undefined || now.getTime() < next.at) return true;
  if (next.status === "gone") return false;
  lifecycle.status = next.status;
  if (next.failureReason !== undefined) lifecycle.failureReason = next.failureReason;
  delete lifecycle.next;
  return true;
}
