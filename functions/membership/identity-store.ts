import {
  DescribeUserCommand,
  GetGroupIdCommand,
  type IdentitystoreClient,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  ListUsersCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import { canonicalGroup } from "../../naming";
import { eachOf, remembered } from "./cache";
import { TryLater } from "./failures";

/** IsMemberInGroups takes "1-100" group ids. */
const GROUPS_A_CALL = 100;
const LOOKUPS_AT_A_TIME = 8;
const MINUTE = 60_000;

/** A person of the identity store. */
export interface User {
  readonly userId: string;
  readonly userName: string;
  readonly isDisabled: boolean;
}

/** The managed groups that exist: canonical name → id. One that is not in it cannot be found: renamed, or deleted. */
export interface ManagedGroups {
  readonly idByName: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
}

/** What the functions read in the identity store. */
export interface IdentityStore {
  /** @throws what the first lookup failed with; the others are done all the same */
  managedGroups(): Promise<ManagedGroups>;
  /** What {@link managedGroups} has found so far: all that there is to go by when a lookup fails. */
  foundGroups(): ManagedGroups;
  /** Look every group up again, after a hint that one was deleted or renamed. */
  forgetGroups(): void;
  /**
   * Looks groups up again that were not just looked up: nobody is taken for gone because of an id that is out of date.
   * @param age - how old what is remembered may be, in milliseconds
   */
  confirmGroups(adGroups: readonly string[], age: number): Promise<void>;
  /**
   * The user ids of a group's members, read page by page.
   * @throws ResourceNotFoundException if there is no group of that id (any more)
   */
  membersOf(groupId: string): Promise<string[]>;
  /** Which of the managed groups the user is a member of, now, by canonical name. */
  groupsOf(userId: string): Promise<ReadonlySet<string>>;
  /**
   * @param fresh - whether the name may have changed, so that what is remembered must not be used
   * @returns `undefined` if there is no such user
   */
  user(userId: string, fresh: boolean): Promise<User | undefined>;
  /** Everybody in the identity store, by id: who is not in it is gone. Remembered until it is forgotten. */
  everyone(): Promise<ReadonlyMap<string, User>>;
  forgetEveryone(): void;
}

/**
 * The identity store, with group ids and user names remembered for some minutes in one container.
 * @param groupNames - the display names of every managed group
 * @param hasTime - whether the invocation has time for one call more
 * @param memory - for how long group ids are remembered, in milliseconds
 */
export function identityStore(
  client: IdentitystoreClient,
  identityStoreId: string,
  groupNames: readonly string[],
  hasTime: () => boolean,
  memory: number,
): IdentityStore {
  const displayNames = new Map(groupNames.map((name) => [canonicalGroup(name), name]));
  const lookedUp = new Map<string, { readonly id: string | undefined; readonly at: number; readonly until: number }>();
  const users = new Map<string, { user: User; until: number }>();

  const groups = remembered(async (): Promise<ManagedGroups> => {
    // Each id on its own: what was found outlives a failure half way, and a missing group is looked for again soon.
    const stale = [...displayNames].filter(([name]) => (lookedUp.get(name)?.until ?? 0) <= Date.now());
    // A copy: what others forget meanwhile must not be missing here.
    const ids = new Map([...lookedUp].map(([name, { id }]) => [name, id]));
    const failures: unknown[] = [];
    await eachOf(stale, LOOKUPS_AT_A_TIME, async ([name, displayName]) => {
      if (!hasTime()) throw new TryLater("no time left to look up every group; what was found is remembered");
      const at = Date.now();
      try {
        const id = await groupId(displayName);
        lookedUp.set(name, { id, at, until: Date.now() + (id === undefined ? MINUTE : memory) });
        ids.set(name, id);
      } catch (error) {
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
    return existing(ids);
  }, MINUTE);

  function foundGroups(): ManagedGroups {
    return existing(new Map([...lookedUp].map(([name, { id }]) => [name, id])));
  }

  async function groupId(displayName: string): Promise<string | undefined> {
    try {
      const answer = await client.send(
        new GetGroupIdCommand({
          IdentityStoreId: identityStoreId,
          AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: displayName } },
        }),
      );
      return answer.GroupId;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function confirmGroups(adGroups: readonly string[], age: number): Promise<void> {
    for (const name of adGroups.map(canonicalGroup)) {
      if ((lookedUp.get(name)?.at ?? 0) < Date.now() - age) lookedUp.delete(name);
    }
    groups.forget();
    await groups.get();
  }

  async function membersOf(id: string): Promise<string[]> {
    const members: string[] = [];
    let token: string | undefined;
    do {
      if (!hasTime()) throw new TryLater("no time left to read the members of every group");
      const page = await client.send(
        new ListGroupMembershipsCommand({
          IdentityStoreId: identityStoreId,
          GroupId: id,
          MaxResults: 100,
          ...(token && { NextToken: token }),
        }),
      );
      for (const { MemberId } of page.GroupMemberships ?? []) if (MemberId?.UserId) members.push(MemberId.UserId);
      token = page.NextToken;
    } while (token);
    return members;
  }

  async function groupsOf(userId: string): Promise<ReadonlySet<string>> {
    try {
      return await readGroupsOf(userId);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Nobody of that id is a member of nothing. AWS need not say what was not found.
      if (error.ResourceType === "USER" || !(await user(userId, true))) return new Set();
      // Else a group was made anew since its id was remembered.
      forgetGroups();
      return await readGroupsOf(userId);
    }
  }

  async function readGroupsOf(userId: string): Promise<ReadonlySet<string>> {
    const { idByName } = await groups.get();
    const nameById = new Map([...idByName].map(([name, id]) => [id, name]));
    const ids = [...nameById.keys()];
    const member = new Set<string>();
    const starts = Array.from({ length: Math.ceil(ids.length / GROUPS_A_CALL) }, (_, call) => call * GROUPS_A_CALL);
    await eachOf(starts, LOOKUPS_AT_A_TIME, async (start) => {
      const asked = ids.slice(start, start + GROUPS_A_CALL);
      const { Results = [] } = await client.send(
        new IsMemberInGroupsCommand({
          IdentityStoreId: identityStoreId,
          MemberId: { UserId: userId },
          GroupIds: asked,
        }),
      );
      // No answer is not the answer "no".
      const answered = new Set(Results.map(({ GroupId }) => GroupId));
      if (asked.some((id) => !answered.has(id))) throw new Error("IsMemberInGroups left groups out of its answer");
      for (const { GroupId, MembershipExists } of Results) {
        const name = GroupId === undefined ? undefined : nameById.get(GroupId);
        if (MembershipExists && name !== undefined) member.add(name);
      }
    });
    return member;
  }

  function forgetGroups(): void {
    lookedUp.clear();
    groups.forget();
  }

  async function user(userId: string, fresh: boolean): Promise<User | undefined> {
    const known = users.get(userId);
    if (!fresh && known && Date.now() < known.until) return known.user;
    users.delete(userId);
    try {
      const { UserName, UserStatus } = await client.send(
        new DescribeUserCommand({ IdentityStoreId: identityStoreId, UserId: userId }),
      );
      // Deleted users can linger without a name; a profile needs one.
      if (!UserName) return undefined;
      const described: User = { userId, userName: UserName, isDisabled: UserStatus === "DISABLED" };
      // Nobody is cut off because of what was so some minutes ago.
      if (!described.isDisabled) users.set(userId, { user: described, until: Date.now() + 5 * MINUTE });
      return described;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  const everyone = remembered(async (): Promise<ReadonlyMap<string, User>> => {
    const found = new Map<string, User>();
    let token: string | undefined;
    do {
      if (!hasTime()) throw new TryLater("no time left to read everybody");
      const page = await client.send(
        new ListUsersCommand({ IdentityStoreId: identityStoreId, MaxResults: 100, ...(token && { NextToken: token }) }),
      );
      for (const { UserId: userId, UserName, UserStatus } of page.Users ?? []) {
        if (!userId || !UserName) continue;
        found.set(userId, { userId, userName: UserName, isDisabled: UserStatus === "DISABLED" });
      }
      token = page.NextToken;
    } while (token);
    return found;
  }, Number.POSITIVE_INFINITY);

  return {
    everyone: everyone.get,
    forgetEveryone: everyone.forget,
    managedGroups: groups.get,
    foundGroups,
    forgetGroups,
    confirmGroups,
    membersOf,
    groupsOf,
    user,
  };
}

function existing(ids: ReadonlyMap<string, string | undefined>): ManagedGroups {
  const idByName = new Map([...ids].flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])));
  return { idByName, ids: new Set(idByName.values()) };
}

/** Whether a user or a group was not found; a store that is not found says nothing about either. */
function isMissing(error: unknown): error is ResourceNotFoundException {
  return error instanceof ResourceNotFoundException && error.ResourceType !== "IDENTITY_STORE";
}
