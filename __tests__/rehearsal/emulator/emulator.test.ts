import {
  DescribeUserCommand,
  GetGroupIdCommand,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  paginateListGroupMemberships,
  paginateListUsers,
} from "@aws-sdk/client-identitystore";
import {
  AddTagsCommand,
  CreateAppCommand,
  CreateSpaceCommand,
  CreateUserProfileCommand,
  type CreateUserProfileCommandInput,
  DeleteAppCommand,
  DeleteSpaceCommand,
  DeleteUserProfileCommand,
  DescribeUserProfileCommand,
  ListTagsCommand,
  ListUserProfilesCommand,
  paginateListUserProfiles,
  SageMakerClient,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Emulator, EmulatorOptions } from "../../../rehearsal/emulator/server";
import { unusedGrants } from "../../../rehearsal/emulator/usage";
import { ARN, closing, DOMAIN_ID, groupId, STORE_ID, setUp, world } from "./fixture";

const started: Emulator[] = [];
afterEach(closing(started));

async function start(options: EmulatorOptions = {}) {
  const all = await setUp(options);
  started.push(all.emulator);
  return all;
}

const profile = (name: string, changes: Partial<CreateUserProfileCommandInput> = {}) =>
  new CreateUserProfileCommand({
    DomainId: DOMAIN_ID,
    UserProfileName: name,
    SingleSignOnUserIdentifier: "UserName",
    SingleSignOnUserValue: "anna",
    Tags: [{ Key: "managed-by", Value: "us" }],
    UserSettings: { ExecutionRole: ARN.fraud },
    ...changes,
  });
const key = (name: string) => ({ DomainId: DOMAIN_ID, UserProfileName: name });

describe("identity store", () => {
  test("finds groups and members", async () => {
    const { identityStore, anna } = await start();
    const store = { IdentityStoreId: STORE_ID };
    const found = await identityStore.send(
      new GetGroupIdCommand({
        ...store,
        AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: "Fraud" } },
      }),
    );
    expect(found.GroupId).toBe(groupId);
    const member = await identityStore.send(
      new IsMemberInGroupsCommand({ ...store, MemberId: { UserId: anna.userId }, GroupIds: [groupId] }),
    );
    expect(member.Results?.map((each) => each.MembershipExists)).toEqual([true]);
    const user = await identityStore.send(new DescribeUserCommand({ ...store, UserId: anna.userId }));
    expect(user.UserName).toBe("anna");
  });

  test("names what is not there, and refuses what AWS refuses", async () => {
    const { identityStore, anna, emulator } = await start();
    const store = { IdentityStoreId: STORE_ID };
    emulator.identityStore.deleteUser(anna.userId);
    await expect(identityStore.send(new DescribeUserCommand({ ...store, UserId: anna.userId }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      ResourceType: "USER",
    });
    const many = Array.from({ length: 101 }, () => groupId);
    await expect(
      identityStore.send(new IsMemberInGroupsCommand({ ...store, MemberId: { UserId: anna.userId }, GroupIds: many })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("lists in pages of ten", async () => {
    const { identityStore, emulator } = await start();
    for (let count = 0; count < 24; count += 1) {
      emulator.identityStore.addMember(groupId, emulator.identityStore.createUser(`user${count}`).userId);
    }
    const pages: number[] = [];
    for await (const page of paginateListGroupMemberships(
      { client: identityStore },
      { IdentityStoreId: STORE_ID, GroupId: groupId },
    )) {
      pages.push(page.GroupMemberships?.length ?? 0);
    }
    expect(pages).toEqual([10, 10, 5]);
  });
});

describe("a large identity store", () => {
  test("is made in one go, with members in pages of a hundred", async () => {
    const { identityStore, emulator } = await start();
    const names = Array.from({ length: 249 }, (_, index) => `member${index}`);
    const made = emulator.identityStore.createMembers(groupId, names);
    const found: (string | undefined)[] = [];
    const pages: number[] = [];
    for await (const { GroupMemberships = [] } of paginateListGroupMemberships(
      { client: identityStore, pageSize: 100 },
      { IdentityStoreId: STORE_ID, GroupId: groupId },
    )) {
      pages.push(GroupMemberships.length);
      found.push(...GroupMemberships.map(({ MemberId }) => MemberId?.UserId));
    }
    expect(pages).toEqual([100, 100, 50]);
    expect(found.slice(1)).toEqual(made.map(({ userId }) => userId));
    const users: (string | undefined)[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: identityStore }, { IdentityStoreId: STORE_ID })) {
      users.push(...Users.map(({ UserName }) => UserName));
    }
    expect(users).toEqual(["anna", ...names]);
  });

  test("follows those who are renamed, leave and are deleted", async () => {
    const { emulator, anna } = await start();
    const { identityStore } = emulator;
    const [ben] = identityStore.createMembers(groupId, ["ben"]);
    identityStore.renameUser(anna.userId, "Annabel");
    expect(identityStore.findUserByName("anna")).toBeUndefined();
    expect(identityStore.findUserByName("ANNABEL")?.userId).toBe(anna.userId);
    identityStore.removeMember(groupId, anna.userId);
    expect(identityStore.groupsOf(anna.userId)).toEqual([]);
    expect(identityStore.memberships().map(({ userId }) => userId)).toEqual([ben?.userId]);
    identityStore.deleteUser(ben?.userId ?? "");
    expect(identityStore.memberships()).toEqual([]);
    expect(identityStore.findUserByName("ben")).toBeUndefined();
    identityStore.deleteGroup(groupId);
    expect(identityStore.findGroupByName("Fraud")).toBeUndefined();
    expect(identityStore.createGroup("Fraud").displayName).toBe("Fraud");
  });

  test("answers for groups that it does not know as it is told to", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    const isMember = ({ userId }: { userId: string }) =>
      new IsMemberInGroupsCommand({
        IdentityStoreId: STORE_ID,
        MemberId: { UserId: userId },
        GroupIds: [unknown, groupId],
      });
    const members = new ListGroupMembershipsCommand({ IdentityStoreId: STORE_ID, GroupId: unknown });
    const refusal = { name: "ResourceNotFoundException", ResourceType: "GROUP" };
    const strict = await start();
    await expect(strict.identityStore.send(isMember(strict.anna))).rejects.toMatchObject(refusal);
    const lenient = await start({ unknownGroups: "no member" });
    const { Results } = await lenient.identityStore.send(isMember(lenient.anna));
    expect(Results?.map(({ MembershipExists }) => MembershipExists)).toEqual([false, true]);
    await expect(lenient.identityStore.send(members)).rejects.toMatchObject(refusal);
  });
});

describe("STS", () => {
  test("lets only whom the role trusts take it on", async () => {
    const { sts, emulator, settings, as } = await start();
    const assume = new AssumeRoleCommand({ RoleArn: ARN.provisioner, RoleSessionName: "onboarding" });
    const { Credentials: credentials } = await sts.send(assume);
    const provisioner = new STSClient({
      ...settings(as(ARN.function)),
      credentials: {
        accessKeyId: credentials?.AccessKeyId ?? "",
        secretAccessKey: credentials?.SecretAccessKey ?? "",
        sessionToken: credentials?.SessionToken ?? "",
      },
    });
    const identity = await provisioner.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:sts::444455556666:assumed-role/provisioner/onboarding");
    await expect(provisioner.send(assume)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(emulator.usage.list().map((each) => `${each.sid} ${each.action}`)).toContain("Assume sts:AssumeRole");
  });

  test("does not know every key", async () => {
    const { settings, as, emulator } = await start();
    const client = new STSClient({
      ...settings(as(ARN.function)),
      credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" },
    });
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    expect(emulator.calls).toEqual([]);
  });
});

describe("user profiles", () => {
  test("are made in a while, with tags, and their ARN has the name in lower case", async () => {
    const { sagemaker, clock, emulator } = await start();
    const { UserProfileArn: arn } = await sagemaker.send(profile("Anna"));
    expect(arn).toBe(`${ARN.profiles}/anna`);
    const pending = await sagemaker.send(new DescribeUserProfileCommand(key("ANNA")));
    expect(pending).toMatchObject({ Status: "Pending", UserProfileName: "Anna", SingleSignOnUserValue: "anna" });
    await expect(sagemaker.send(new UpdateUserProfileCommand(key("anna")))).rejects.toMatchObject({
      name: "ResourceInUse",
    });
    clock.advance(5_000);
    const ready = await sagemaker.send(new DescribeUserProfileCommand(key("anna")));
    expect(ready.Status).toBe("InService");
    const tags = await sagemaker.send(new ListTagsCommand({ ResourceArn: arn }));
    expect(tags.Tags).toEqual([{ Key: "managed-by", Value: "us" }]);
    await sagemaker.send(new UpdateUserProfileCommand({ ...key("anna"), UserSettings: { ExecutionRole: ARN.risk } }));
    expect(emulator.sagemaker.profiles().map((each) => each.roles.map((role) => role.executionRole))).toEqual([
      [ARN.fraud, ARN.risk],
    ]);
    clock.advance(5_000);
    await sagemaker.send(new DeleteUserProfileCommand(key("anna")));
    clock.advance(5_000);
    await expect(sagemaker.send(new DescribeUserProfileCommand(key("anna")))).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
  });

  test.each<[string, string, Partial<CreateUserProfileCommandInput>]>([
    ["a name with a dot", "a.b", {}],
    ["a name that is too long", "a".repeat(64), {}],
    ["a user who is not in the directory", "anna", { SingleSignOnUserValue: "nobody" }],
    ["no user", "anna", { SingleSignOnUserValue: undefined, SingleSignOnUserIdentifier: undefined }],
    ["a tag that AWS does not take", "anna", { Tags: [{ Key: "a", Value: "b&c" }] }],
    [
      "a tag twice",
      "anna",
      {
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "a", Value: "2" },
        ],
      },
    ],
    [
      "a role that is not there",
      "anna",
      { UserSettings: { ExecutionRole: "arn:aws:iam::444455556666:role/studio/none" } },
    ],
    ["a role that does not trust SageMaker", "anna", { UserSettings: { ExecutionRole: ARN.untrusting } }],
  ])("are refused for %s", async (_name, name, changes) => {
    const { sagemaker } = await start();
    await expect(sagemaker.send(profile(name, changes))).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("exist once by name, in either of AWS's errors", async () => {
    for (const existingProfileError of ["ResourceInUse", "ValidationException"] as const) {
      const { sagemaker } = await start({ existingProfileError });
      await sagemaker.send(profile("anna"));
      await expect(sagemaker.send(profile("ANNA"))).rejects.toMatchObject({ name: existingProfileError });
    }
  });

  test("exist once by user, or not", async () => {
    const strict = await start();
    await strict.sagemaker.send(profile("anna"));
    await expect(strict.sagemaker.send(profile("other"))).rejects.toMatchObject({ name: "ValidationException" });
    const lenient = await start({ duplicateSsoUsers: "allowed" });
    await lenient.sagemaker.send(profile("anna"));
    await lenient.sagemaker.send(profile("other"));
    expect(lenient.emulator.sagemaker.profiles(DOMAIN_ID)).toHaveLength(2);
  });

  test("need an assignment of the user or its group, if AWS asks for one", async () => {
    const strict = await start();
    strict.emulator.identityStore.createUser("ben");
    const ben = profile("ben", { SingleSignOnUserValue: "ben" });
    await expect(strict.sagemaker.send(ben)).rejects.toMatchObject({ name: "ValidationException" });
    const lenient = await start({ requireAssignment: false });
    lenient.emulator.identityStore.createUser("ben");
    await lenient.sagemaker.send(ben);
  });

  test("keep a forced status", async () => {
    const { sagemaker, emulator, clock } = await start();
    await sagemaker.send(profile("anna"));
    emulator.sagemaker.forceProfileStatus(DOMAIN_ID, "anna", "Failed", "no more subnets");
    clock.advance(60_000);
    const failed = await sagemaker.send(new DescribeUserProfileCommand(key("anna")));
    expect(failed).toMatchObject({ Status: "Failed", FailureReason: "no more subnets" });
    await expect(sagemaker.send(new UpdateUserProfileCommand(key("anna")))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("are listed in pages, without the user", async () => {
    const { sagemaker, admin, emulator } = await start({ requireAssignment: false });
    for (let count = 0; count < 23; count += 1) {
      emulator.identityStore.createUser(`u${count}`);
      await admin.send(profile(`u${count}`, { SingleSignOnUserValue: `u${count}` }));
    }
    const pages: number[] = [];
    for await (const page of paginateListUserProfiles({ client: sagemaker }, { DomainIdEquals: DOMAIN_ID })) {
      pages.push(page.UserProfiles?.length ?? 0);
      for (const each of page.UserProfiles ?? []) expect(each).not.toHaveProperty("SingleSignOnUserValue");
    }
    expect(pages).toEqual([10, 10, 3]);
    const large = await sagemaker.send(new ListUserProfilesCommand({ MaxResults: 100 }));
    expect(large.UserProfiles).toHaveLength(23);
    await expect(sagemaker.send(new ListUserProfilesCommand({ NextToken: "nonsense" }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });
});

describe("permissions", () => {
  test("a role that may not be passed", async () => {
    const { sagemaker } = await start();
    const other = profile("anna", { UserSettings: { ExecutionRole: ARN.elsewhere } });
    await expect(sagemaker.send(other)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "User: arn:aws:sts::444455556666:assumed-role/provisioner/test is not authorized to perform: iam:PassRole on resource: arn:aws:iam::444455556666:role/elsewhere because no identity-based policy allows the iam:PassRole action",
    });
  });

  test("tags on what is not marked", async () => {
    const { sagemaker, admin } = await start();
    const { UserProfileArn: arn } = await admin.send(profile("anna", { Tags: [] }));
    const tag = new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: "team", Value: "fraud" }] });
    await expect(sagemaker.send(tag)).rejects.toMatchObject({ name: "AccessDeniedException" });
    await admin.send(new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: "managed-by", Value: "us" }] }));
    await sagemaker.send(tag);
  });

  test("what was granted and not used", async () => {
    const { sagemaker, emulator } = await start();
    await sagemaker.send(profile("anna"));
    const unused = unusedGrants(world, emulator.usage, [ARN.provisioner]);
    expect(unused.map((each) => `${each.sid} ${each.action}`)).toEqual([
      "Profiles sagemaker:DescribeUserProfile",
      "Profiles sagemaker:UpdateUserProfile",
      "Profiles sagemaker:DeleteUserProfile",
      "Profiles sagemaker:ListTags",
      "Retag sagemaker:AddTags",
      "Untag sagemaker:DeleteTags",
      "StopApps sagemaker:DeleteApp",
      "List sagemaker:ListUserProfiles",
    ]);
  });

  test("a thousand decisions, the remembered parts of which stay right", async () => {
    const { emulator } = await start();
    const session = { kind: "role", roleArn: ARN.provisioner, sessionName: "test" } as const;
    for (let count = 0; count < 1_000; count += 1) {
      const resource = `${ARN.profiles}/user${count}`;
      const context = { "sagemaker:TaggingAction": "CreateUserProfile", "aws:TagKeys": ["a"], "aws:RequestTag/a": "b" };
      const decision = await emulator.authorizer.decide(
        session,
        { action: "sagemaker:AddTags", resource, context },
        "eu-west-1",
      );
      expect(decision.allowed).toBe(true);
    }
  });
});

describe("Studio sessions", () => {
  test("a person may open a space of their own, and no other", async () => {
    const { admin, emulator, clock, settings } = await start({ duplicateSsoUsers: "allowed" });
    await admin.send(profile("anna"));
    await admin.send(profile("ben"));
    clock.advance(5_000);
    const anna = new SageMakerClient(settings(await emulator.sagemaker.studioSession(DOMAIN_ID, "anna")));
    const space = (owner: string) =>
      new CreateSpaceCommand({
        DomainId: DOMAIN_ID,
        SpaceName: `space-of-${owner}`,
        OwnershipSettings: { OwnerUserProfileName: owner },
        SpaceSharingSettings: { SharingType: "Private" },
      });
    await anna.send(space("anna"));
    await expect(anna.send(space("ben"))).rejects.toMatchObject({ name: "AccessDeniedException" });
    clock.advance(5_000);
    const app = { DomainId: DOMAIN_ID, SpaceName: "space-of-anna", AppType: "JupyterLab", AppName: "default" } as const;
    await anna.send(new CreateAppCommand(app));
    clock.advance(60_000);
    expect(emulator.sagemaker.apps().map((each) => each.status)).toEqual(["InService"]);
    // Apps before spaces before profiles.
    const removal = new DeleteUserProfileCommand(key("anna"));
    await expect(admin.send(removal)).rejects.toMatchObject({ name: "ResourceInUse" });
    const removeSpace = new DeleteSpaceCommand({ DomainId: DOMAIN_ID, SpaceName: "space-of-anna" });
    await expect(admin.send(removeSpace)).rejects.toMatchObject({ name: "ResourceInUse" });
    await admin.send(new DeleteAppCommand(app));
    clock.advance(60_000);
    expect(emulator.sagemaker.apps().map((each) => each.status)).toEqual(["Deleted"]);
    await admin.send(removeSpace);
    clock.advance(5_000);
    await admin.send(removal);
  });
});

describe("faults", () => {
  test("strike before the work, or after it", async () => {
    const { sagemaker, emulator } = await start();
    emulator.faults.once("CreateUserProfile", "throttle");
    await expect(sagemaker.send(profile("anna"))).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(emulator.sagemaker.profiles()).toEqual([]);
    emulator.faults.once("CreateUserProfile", "error-after");
    await expect(sagemaker.send(profile("anna"))).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(emulator.sagemaker.profiles()).toHaveLength(1);
    emulator.faults.once("DescribeUserProfile", "reset");
    await expect(sagemaker.send(new DescribeUserProfileCommand(key("anna")))).rejects.toThrow();
    expect(emulator.calls.map((each) => each.outcome)).toEqual([
      "fault: throttle",
      "fault: error-after",
      "fault: reset",
    ]);
  });

  test("strike one page of a list", async () => {
    const { sagemaker, emulator } = await start();
    for (let count = 0; count < 30; count += 1) emulator.sagemaker.addProfile(DOMAIN_ID, { name: `p${count}` });
    let pages = 0;
    emulator.faults.once("ListUserProfiles", "throttle", 1, ({ input }) => {
      pages += 1;
      return input.NextToken !== undefined && pages === 3;
    });
    const sizes: number[] = [];
    const read = async () => {
      for await (const { UserProfiles } of paginateListUserProfiles({ client: sagemaker }, {})) {
        sizes.push(UserProfiles?.length ?? 0);
      }
    };
    await expect(read()).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(sizes).toEqual([10, 10]);
    emulator.faults.random({ seed: 1, rate: 1, kinds: ["error"], only: ({ input }) => input.MaxResults === 7 });
    await sagemaker.send(new ListUserProfilesCommand({ MaxResults: 8 }));
    await expect(sagemaker.send(new ListUserProfilesCommand({ MaxResults: 7 }))).rejects.toThrow();
  });

  test("come at the given rate", async () => {
    const { emulator } = await start();
    emulator.faults.random({ seed: 1, rate: 0.3, kinds: ["throttle", "error"] });
    const drawn = Array.from({ length: 10_000 }, () =>
      emulator.faults.next({ service: "s", op: "o", caller: "c", input: {} }),
    );
    const struck = drawn.filter((each) => each !== undefined).length;
    expect(struck).toBeGreaterThan(2_800);
    expect(struck).toBeLessThan(3_200);
  });
});
