import {
  DescribeUserCommand,
  GetGroupIdCommand,
  type IdentitystoreClient,
  IsMemberInGroupsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import { canonicalGroup } from "../../naming";
import { eachOf, remembered } from "./cache";

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

/** The managed groups that exist: canonical name → id. Those that were not found are named. */
export interface ManagedGroups {
  readonly idByName: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
  readonly missing: readonly string[];
}

/** What the functions read in the identity store. */
export interface IdentityStore {
  managedGroups(): Promise<ManagedGroups>;
  /** Which of the managed groups the user is a member of, now, by canonical name. */
  groupsOf(userId: string): Promise<ReadonlySet<string>>;
  /**
   * @param fresh - whether the name may have changed, so that what is remembered must not be used
   * @returns `undefined` if there is no such user
   */
  user(userId: string, fresh: boolean): Promise<User | undefined>;
}

/**
 * The identity store, with group ids and user names remembered for some minutes in one container.
 * @param groupNames - the display names of every managed group
 */
export function identityStore(
  client: IdentitystoreClient,
  identityStoreId: string,
  groupNames: readonly string[],
): IdentityStore {
  const displayNames = new Map(groupNames.map((name) => [canonicalGroup(name), name]));
  const lookedUp = new Map<string, { readonly id: string | undefined; readonly until: number }>();
  const users = new Map<string, { user: User; until: number }>();

  const groups = remembered(async (): Promise<ManagedGroups> => {
    // Each id on its own: what was found outlives a failure half way, and a missing group is looked for again soon.
    const stale = [...displayNames].filter(([name]) => (lookedUp.get(name)?.until ?? 0) <= Date.now());
    await eachOf(stale, LOOKUPS_AT_A_TIME, async ([name, displayName]) => {
      const id = await groupId(displayName);
      lookedUp.set(name, { id, until: Date.now() + (id === undefined ? MINUTE : 60 * MINUTE) });
    });
    const idByName = new Map(
      [...lookedUp].flatMap(([name, { id }]) => (id === undefined ? [] : [[name, id] as const])),
    );
    const missing = [...displayNames].flatMap(([name, displayName]) => (idByName.has(name) ? [] : [displayName]));
    return { idByName, ids: new Set(idByName.values()), missing };
  }, MINUTE);

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
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async function groupsOf(userId: string): Promise<ReadonlySet<string>> {
    const { idByName } = await groups.get();
    const nameById = new Map([...idByName].map(([name, id]) => [id, name]));
    const ids = [...nameById.keys()];
    const member = new Set<string>();
    for (let start = 0; start < ids.length; start += GROUPS_A_CALL) {
      const answer = await isMember(userId, ids.slice(start, start + GROUPS_A_CALL));
      for (const { GroupId, MembershipExists } of answer) {
        const name = GroupId === undefined ? undefined : nameById.get(GroupId);
        if (MembershipExists && name !== undefined) member.add(name);
      }
    }
    return member;
  }

  async function isMember(userId: string, groupIds: string[]) {
    try {
      const answer = await client.send(
        new IsMemberInGroupsCommand({
          IdentityStoreId: identityStoreId,
          MemberId: { UserId: userId },
          GroupIds: groupIds,
        }),
      );
      return answer.Results ?? [];
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      // Nobody of that id: a member of nothing. Anything else that is missing is a group whose id was remembered.
      if (error.ResourceType === "USER") return [];
      lookedUp.clear();
      groups.forget();
      throw error;
    }
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
      users.set(userId, { user: described, until: Date.now() + 5 * MINUTE });
      return described;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return { managedGroups: groups.get, groupsOf, user };
}
