import { z } from "zod";
import type { JsonObject } from "../json";
import { partitionOfRegion, syntheticGroupId, syntheticUserId, syntheticUuid } from "../synthetic";
import { AwsError, validationError } from "./errors";
import { type Call, type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";

const RESOURCE_ID = /^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/;
const STORE_ID = /^(d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const USER_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

const resourceId = z.string().min(1).max(47).regex(RESOURCE_ID);
const store = { IdentityStoreId: z.string().min(1).max(36).regex(STORE_ID) };
const member = z.object({ UserId: resourceId });
const uniqueAttribute = z.object({
  UniqueAttribute: z.object({ AttributePath: z.string(), AttributeValue: z.string().min(1) }),
});
const filters = z
  .array(z.object({ AttributePath: z.string(), AttributeValue: z.string() }))
  .max(1)
  .optional();

/** A user of the identity store. */
export interface User {
  readonly userId: string;
  userName: string;
  status: "ENABLED" | "DISABLED" | undefined;
  readonly sequence: number;
}

/** A group of the identity store. */
export interface Group {
  readonly groupId: string;
  displayName: string;
  readonly sequence: number;
}

/** A user in a group. */
export interface Membership {
  readonly membershipId: string;
  readonly groupId: string;
  readonly userId: string;
  readonly sequence: number;
}

/** Whether `IsMemberInGroups` refuses a group id that it does not know, or says that nobody is a member of it. */
export type UnknownGroups = "refused" | "no member";

/** The identity store: what callers see over HTTP, and what the directory does to it. */
export interface IdentityStore {
  readonly identityStoreId: string;
  readonly operations: Operations;
  createUser(userName: string, options?: { userId?: string; status?: "ENABLED" | "DISABLED" }): User;
  createGroup(displayName: string, options?: { groupId?: string }): Group;
  /** Adding a member twice changes nothing. */
  addMember(groupId: string, userId: string): Membership;
  /** Makes users who are members of a group from the start. */
  createMembers(groupId: string, userNames: readonly string[]): readonly User[];
  removeMember(groupId: string, userId: string): void;
  deleteUser(userId: string): void;
  deleteGroup(groupId: string): void;
  renameUser(userId: string, userName: string): void;
  renameGroup(groupId: string, displayName: string): void;
  setUserStatus(userId: string, status: "ENABLED" | "DISABLED" | undefined): void;
  users(): readonly User[];
  groups(): readonly Group[];
  memberships(): readonly Membership[];
  findUserByName(userName: string): User | undefined;
  findGroupByName(displayName: string): Group | undefined;
  /** The groups that a user is in. */
  groupsOf(userId: string): readonly Group[];
}

/** An identity store in an Identity Center account. */
export function createIdentityStore(settings: {
  readonly identityStoreId: string;
  readonly accountId: string;
  readonly unknownGroups?: UnknownGroups;
}): IdentityStore {
  const { identityStoreId, accountId, unknownGroups = "refused" } = settings;
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  /** Names are not case sensitive. */
  const usersByName = new Map<string, User>();
  const groupsByName = new Map<string, Group>();
  /** By group, then by user, and the other way round. */
  const membersOf = new Map<string, Map<string, Membership>>();
  const membershipsOf = new Map<string, Map<string, Membership>>();
  const userIdsSeen = new Set<string>();
  let sequence = 0;

  const findUserByName = (userName: string) => usersByName.get(userName.toLowerCase());
  const findGroupByName = (displayName: string) => groupsByName.get(displayName.toLowerCase());

  function userOf(userId: string): User {
    const user = users.get(userId);
    if (user === undefined) throw notFound("USER", userId);
    return user;
  }

  function groupOf(groupId: string): Group {
    const group = groups.get(groupId);
    if (group === undefined) throw notFound("GROUP", groupId);
    return group;
  }

  function checkStore(id: string): void {
    if (id !== identityStoreId) throw notFound("IDENTITY_STORE", id);
  }

  function requirements(call: Call, action: string, resources: readonly string[]): Requirement[] {
    const partition = partitionOfRegion(call.region);
    return [`${accountId}:identitystore/${identityStoreId}`, ...resources.map((each) => `:${each}`)].map(
      (resource) => ({
        action: `identitystore:${action}`,
        resource: `arn:${partition}:identitystore::${resource}`,
      }),
    );
  }

  function membershipOut(each: Membership): JsonObject {
    return {
      IdentityStoreId: identityStoreId,
      MembershipId: each.membershipId,
      GroupId: each.groupId,
      MemberId: { UserId: each.userId },
    };
  }

  function groupOut(each: Group): JsonObject {
    return { IdentityStoreId: identityStoreId, GroupId: each.groupId, DisplayName: each.displayName };
  }

  function userOut(each: User): JsonObject {
    return {
      IdentityStoreId: identityStoreId,
      UserId: each.userId,
      UserName: each.userName,
      DisplayName: each.userName,
      ...(each.status === undefined ? {} : { UserStatus: each.status }),
    };
  }

  const operations: Operations = {
    GetGroupId: operation(z.object({ ...store, AlternateIdentifier: uniqueAttribute }), (input, call) => {
      const { AttributePath, AttributeValue } = input.AlternateIdentifier.UniqueAttribute;
      const group = findGroupByName(AttributeValue);
      return {
        summary: AttributeValue,
        requires: requirements(call, "GetGroupId", [`group/${group?.groupId ?? "*"}`]),
        run: () => {
          checkStore(input.IdentityStoreId);
          if (AttributePath.toLowerCase() !== "displayname") throw validationError(`Invalid path: ${AttributePath}`);
          if (group === undefined) throw notFound("GROUP", undefined);
          return { IdentityStoreId: identityStoreId, GroupId: group.groupId };
        },
      };
    }),
    GetUserId: operation(z.object({ ...store, AlternateIdentifier: uniqueAttribute }), (input, call) => {
      const { AttributePath, AttributeValue } = input.AlternateIdentifier.UniqueAttribute;
      const user = findUserByName(AttributeValue);
      return {
        summary: AttributeValue,
        requires: requirements(call, "GetUserId", [`user/${user?.userId ?? "*"}`]),
        run: () => {
          checkStore(input.IdentityStoreId);
          if (AttributePath.toLowerCase() !== "username") throw validationError(`Invalid path: ${AttributePath}`);
          if (user === undefined) throw notFound("USER", undefined);
          return { IdentityStoreId: identityStoreId, UserId: user.userId };
        },
      };
    }),
    DescribeGroup: operation(z.object({ ...store, GroupId: resourceId }), (input, call) => ({
      summary: input.GroupId,
      requires: requirements(call, "DescribeGroup", [`group/${input.GroupId}`]),
      run: () => {
        checkStore(input.IdentityStoreId);
        return groupOut(groupOf(input.GroupId));
      },
    })),
    DescribeUser: operation(z.object({ ...store, UserId: resourceId }), (input, call) => ({
      summary: input.UserId,
      requires: requirements(call, "DescribeUser", [`user/${input.UserId}`]),
      run: () => {
        checkStore(input.IdentityStoreId);
        return userOut(userOf(input.UserId));
      },
    })),
    IsMemberInGroups: operation(
      z.object({ ...store, MemberId: member, GroupIds: z.array(resourceId).min(1).max(100) }),
      (input, call) => ({
        summary: `${input.MemberId.UserId} in ${input.GroupIds.length} groups`,
        requires: requirements(call, "IsMemberInGroups", [
          ...input.GroupIds.map((each) => `group/${each}`),
          `user/${input.MemberId.UserId}`,
          "membership/*",
        ]),
        run: () => {
          checkStore(input.IdentityStoreId);
          userOf(input.MemberId.UserId);
          if (unknownGroups === "refused") for (const groupId of input.GroupIds) groupOf(groupId);
          return {
            Results: input.GroupIds.map((groupId) => ({
              GroupId: groupId,
              MemberId: { UserId: input.MemberId.UserId },
              MembershipExists: membersOf.get(groupId)?.has(input.MemberId.UserId) ?? false,
            })),
          };
        },
      }),
    ),
    ListGroupMemberships: operation(z.object({ ...store, ...pagingShape, GroupId: resourceId }), (input, call) => ({
      summary: input.GroupId,
      requires: requirements(call, "ListGroupMemberships", [`group/${input.GroupId}`, "membership/*"]),
      run: () => {
        checkStore(input.IdentityStoreId);
        groupOf(input.GroupId);
        const all = [...(membersOf.get(input.GroupId)?.values() ?? [])];
        const { items, next } = page("ListGroupMemberships", all, input);
        return { GroupMemberships: items.map(membershipOut), ...next };
      },
    })),
    ListGroupMembershipsForMember: operation(
      z.object({ ...store, ...pagingShape, MemberId: member }),
      (input, call) => ({
        summary: input.MemberId.UserId,
        requires: requirements(call, "ListGroupMembershipsForMember", [
          `user/${input.MemberId.UserId}`,
          "membership/*",
        ]),
        run: () => {
          checkStore(input.IdentityStoreId);
          userOf(input.MemberId.UserId);
          const all = [...(membershipsOf.get(input.MemberId.UserId)?.values() ?? [])];
          const { items, next } = page("ListGroupMembershipsForMember", all, input);
          return { GroupMemberships: items.map(membershipOut), ...next };
        },
      }),
    ),
    ListGroups: operation(z.object({ ...store, ...pagingShape, Filters: filters }), (input, call) => ({
      summary: input.Filters?.[0]?.AttributeValue ?? "all",
      requires: requirements(call, "ListGroups", ["group/*"]),
      run: () => {
        checkStore(input.IdentityStoreId);
        const wanted = input.Filters?.[0]?.AttributeValue.toLowerCase();
        const all = [...groups.values()].filter(
          (each) => (wanted ?? each.displayName.toLowerCase()) === each.displayName.toLowerCase(),
        );
        const { items, next } = page("ListGroups", all, input);
        return { Groups: items.map(groupOut), ...next };
      },
    })),
    ListUsers: operation(z.object({ ...store, ...pagingShape, Filters: filters }), (input, call) => ({
      summary: input.Filters?.[0]?.AttributeValue ?? "all",
      requires: requirements(call, "ListUsers", ["user/*"]),
      run: () => {
        checkStore(input.IdentityStoreId);
        const wanted = input.Filters?.[0]?.AttributeValue.toLowerCase();
        const all = [...users.values()].filter(
          (each) => (wanted ?? each.userName.toLowerCase()) === each.userName.toLowerCase(),
        );
        const { items, next } = page("ListUsers", all, input);
        return { Users: items.map(userOut), ...next };
      },
    })),
  };

  function createUser(userName: string, options: Parameters<IdentityStore["createUser"]>[1] = {}): User {
    if (!USER_NAME.test(userName) || userName.length > 128) throw new Error(`"${userName}" is no user name`);
    if (findUserByName(userName) !== undefined) throw new Error(`there is a user ${userName}`);
    let userId = options.userId ?? syntheticUserId(identityStoreId, userName);
    // Whoever gets the name of somebody who was deleted or renamed is somebody else.
    if (options.userId === undefined && userIdsSeen.has(userId)) userId = syntheticUuid(userId, String(sequence));
    userIdsSeen.add(userId);
    sequence += 1;
    const user: User = { userId, userName, status: options.status, sequence };
    users.set(userId, user);
    usersByName.set(userName.toLowerCase(), user);
    return user;
  }

  function addMember(groupId: string, userId: string): Membership {
    groupOf(groupId);
    userOf(userId);
    const known = membersOf.get(groupId)?.get(userId);
    if (known !== undefined) return known;
    sequence += 1;
    const membershipId = syntheticUuid("membership", groupId, userId, String(sequence));
    const membership: Membership = { membershipId, groupId, userId, sequence };
    for (const [index, key, other] of [
      [membersOf, groupId, userId],
      [membershipsOf, userId, groupId],
    ] as const) {
      const known = index.get(key) ?? new Map<string, Membership>();
      index.set(key, known.set(other, membership));
    }
    return membership;
  }

  function removeMember(groupId: string, userId: string): void {
    membersOf.get(groupId)?.delete(userId);
    membershipsOf.get(userId)?.delete(groupId);
  }

  return {
    identityStoreId,
    operations,
    createUser,
    createGroup: (displayName, options = {}) => {
      if (findGroupByName(displayName) !== undefined) throw new Error(`there is a group ${displayName}`);
      sequence += 1;
      const groupId = options.groupId ?? syntheticGroupId(identityStoreId, displayName);
      const group: Group = { groupId, displayName, sequence };
      groups.set(groupId, group);
      groupsByName.set(displayName.toLowerCase(), group);
      return group;
    },
    addMember,
    createMembers: (groupId, userNames) =>
      userNames.map((userName) => {
        const user = createUser(userName);
        addMember(groupId, user.userId);
        return user;
      }),
    removeMember,
    deleteUser: (userId) => {
      usersByName.delete(userOf(userId).userName.toLowerCase());
      users.delete(userId);
      for (const groupId of [...(membershipsOf.get(userId)?.keys() ?? [])]) removeMember(groupId, userId);
    },
    deleteGroup: (groupId) => {
      groupsByName.delete(groupOf(groupId).displayName.toLowerCase());
      groups.delete(groupId);
      for (const userId of [...(membersOf.get(groupId)?.keys() ?? [])]) removeMember(groupId, userId);
    },
    renameUser: (userId, userName) => {
      const user = userOf(userId);
      if ((findUserByName(userName) ?? user) !== user) throw new Error(`there is a user ${userName}`);
      usersByName.delete(user.userName.toLowerCase());
      user.userName = userName;
      usersByName.set(userName.toLowerCase(), user);
    },
    renameGroup: (groupId, displayName) => {
      const group = groupOf(groupId);
      if ((findGroupByName(displayName) ?? group) !== group) throw new Error(`there is a group ${displayName}`);
      groupsByName.delete(group.displayName.toLowerCase());
      group.displayName = displayName;
      groupsByName.set(displayName.toLowerCase(), group);
    },
    setUserStatus: (userId, status) => {
      userOf(userId).status = status;
    },
    users: () => [...users.values()],
    groups: () => [...groups.values()],
    memberships: () =>
      [...membersOf.values()].flatMap((each) => [...each.values()]).sort((a, b) => a.sequence - b.sequence),
    findUserByName,
    findGroupByName,
    groupsOf: (userId) => [...(membershipsOf.get(userId)?.keys() ?? [])].map(groupOf),
  };
}

function notFound(type: "USER" | "GROUP" | "IDENTITY_STORE", id: string | undefined): AwsError {
  return new AwsError("ResourceNotFoundException", `${type} not found.`, 400, {
    ResourceType: type,
    ...(id === undefined ? {} : { ResourceId: id }),
  });
}
