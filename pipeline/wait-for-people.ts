import type { ProfileReader } from "../functions/membership/profile-reader";
import { allHolders, findHolders, type HoldersByRole } from "./holders";
import { count, list } from "./wording";

/** How to wait. */
export interface Waiting {
  /** Milliseconds between two looks. */
  readonly every: number;
  /** For how long at most, in milliseconds. */
  readonly atMost: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Waits until no profile of a domain has any of some roles. In between it looks at those only that had one, and at the
 * end at all once more: somebody else may have got it meanwhile.
 * @returns who has one when the time is over; nobody if nobody has
 * @throws whatever AWS answers when it does not let the caller look: then nobody knows
 */
export async function waitUntilNobodyHas(
  roleArns: readonly string[],
  profiles: Pick<ProfileReader, "list" | "describe">,
  { every, atMost, now, sleep, say }: Waiting,
): Promise<HoldersByRole> {
  const end = now() + atMost;
  let holders = await findHolders(profiles, roleArns);
  let told = "";
  for (;;) {
    const names = allHolders(holders);
    if (names.length === 0 || now() >= end) return holders;
    const line = `${count(names.length, "profile")} still with a role that is to be deleted: ${list(names)}`;
    if (line !== told) say(line);
    told = line;
    await sleep(every);
    holders = await findHolders(profiles, roleArns, names);
    if (allHolders(holders).length === 0) holders = await findHolders(profiles, roleArns);
  }
}
