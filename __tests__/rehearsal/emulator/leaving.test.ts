import {
  DeleteAppCommand,
  DeleteSpaceCommand,
  DeleteTagsCommand,
  DeleteUserProfileCommand,
  DescribeAppCommand,
  DescribeUserProfileCommand,
  ListAppsCommand,
  ListSpacesCommand,
  ListTagsCommand,
  paginateListApps,
  paginateListSpaces,
  SageMakerClient,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import type { Emulator, EmulatorOptions } from "../../../rehearsal/emulator/server";
import { ARN, closing, DOMAIN_ID, setUp } from "./fixture";

const started: Emulator[] = [];
afterEach(closing(started));

const TAGS = { "managed-by": "us", team: "fraud" };
const anna = { DomainId: DOMAIN_ID, UserProfileName: "anna" };
const space = { DomainId: DOMAIN_ID, SpaceName: "notes" };
const ofSpace = { ...space, AppType: "JupyterLab", AppName: "default" } as const;
const ofProfile = { ...anna, AppType: "JupyterServer", AppName: "default" } as const;
const inSpace = { type: "JupyterLab", name: "default", spaceName: "notes" };

/** Anna, in service, with a private space. */
async function start(options: EmulatorOptions = {}) {
  const all = await setUp(options);
  started.push(all.emulator);
  const { sagemaker } = all.emulator;
  sagemaker.addProfile(DOMAIN_ID, { name: "anna", ssoUser: "anna", executionRole: ARN.fraud, tags: TAGS });
  sagemaker.addSpace(DOMAIN_ID, { name: "notes", owner: "anna" });
  return { ...all, aws: sagemaker };
}

describe("what is there from the start", () => {
  test("is in service, as if it had been made by calls", async () => {
    const { admin, aws } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    const profile = await admin.send(new DescribeUserProfileCommand(anna));
    expect(profile).toMatchObject({
      Status: "InService",
      UserProfileArn: `${ARN.profiles}/anna`,
      SingleSignOnUserValue: "anna",
      UserSettings: { ExecutionRole: ARN.fraud },
    });
    const { Tags } = await admin.send(new ListTagsCommand({ ResourceArn: `${ARN.profiles}/anna` }));
    expect(Tags).toEqual(Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value })));
    const { Spaces } = await admin.send(new ListSpacesCommand({ DomainIdEquals: DOMAIN_ID }));
    expect(Spaces).toMatchObject([
      {
        SpaceName: "notes",
        Status: "InService",
        OwnershipSettingsSummary: { OwnerUserProfileName: "anna" },
        SpaceSharingSettingsSummary: { SharingType: "Private" },
      },
    ]);
    const app = await admin.send(new DescribeAppCommand(ofSpace));
    expect(app).toMatchObject({ Status: "InService", SpaceName: "notes" });
    expect(app.UserProfileName).toBeUndefined();
    for (const [each] of [aws.apps(DOMAIN_ID), aws.spaces(DOMAIN_ID)]) {
      expect(Object.fromEntries(each?.tags ?? [])).toEqual(TAGS);
    }
  });

  test("may be in any status", async () => {
    const { aws, clock } = await start();
    aws.addApp(DOMAIN_ID, { profileName: "anna", type: "JupyterServer", status: "Failed" });
    aws.forceSpaceStatus(DOMAIN_ID, "notes", "Delete_Failed", "busy");
    clock.advance(600_000);
    expect(aws.apps().map(({ status }) => status)).toEqual(["Failed"]);
    expect(aws.spaces()).toMatchObject([{ status: "Delete_Failed", failureReason: "busy" }]);
  });

  test("may be a shared space, or one without an owner", async () => {
    const { aws } = await start();
    aws.addSpace(DOMAIN_ID, { name: "team", owner: "anna", sharingType: "Shared", tags: {} });
    aws.addSpace(DOMAIN_ID, { name: "old" });
    expect(aws.spaces().map(({ name, sharingType }) => [name, sharingType])).toEqual([
      ["notes", "Private"],
      ["team", "Shared"],
      ["old", undefined],
    ]);
  });
});

describe("locking out", () => {
  const lock = new UpdateUserProfileCommand({ ...anna, UserSettings: { StudioWebPortal: "DISABLED" } });

  test("keeps the settings that are not sent", async () => {
    const { sagemaker, aws } = await start();
    await sagemaker.send(lock);
    const { UserSettings } = await sagemaker.send(new DescribeUserProfileCommand(anna));
    expect(UserSettings).toEqual({ ExecutionRole: ARN.fraud, StudioWebPortal: "DISABLED" });
    expect(aws.profiles().map(aws.executionRole)).toEqual([ARN.fraud]);
  });

  test("or replaces them, if AWS does so", async () => {
    const { sagemaker } = await start({ updateReplacesSettings: true });
    await sagemaker.send(lock);
    const { UserSettings } = await sagemaker.send(new DescribeUserProfileCommand(anna));
    expect(UserSettings).toEqual({ StudioWebPortal: "DISABLED" });
  });

  test("is seen in the time of the last change, and a tag is not", async () => {
    const { sagemaker, admin, clock } = await start();
    const modified = async () => (await sagemaker.send(new DescribeUserProfileCommand(anna))).LastModifiedTime;
    const before = await modified();
    clock.advance(60_000);
    await admin.send(new DeleteTagsCommand({ ResourceArn: `${ARN.profiles}/anna`, TagKeys: ["team"] }));
    expect(await modified()).toEqual(before);
    await sagemaker.send(lock);
    const changed = clock.now();
    clock.advance(60_000);
    expect(await modified()).toEqual(changed);
  });
});

describe("tags", () => {
  test("are deleted by those who may", async () => {
    const { sagemaker, admin, aws } = await start();
    const untag = (...TagKeys: string[]) => new DeleteTagsCommand({ ResourceArn: `${ARN.profiles}/anna`, TagKeys });
    await expect(sagemaker.send(untag("managed-by"))).rejects.toMatchObject({ name: "AccessDeniedException" });
    await sagemaker.send(untag("team", "unknown"));
    expect(Object.fromEntries(aws.profiles()[0]?.tags ?? [])).toEqual({ "managed-by": "us" });
    await admin.send(untag("managed-by"));
    await expect(sagemaker.send(untag("team"))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("lists", () => {
  test("of apps and spaces come in pages and by name", async () => {
    const { admin, aws } = await start();
    for (let count = 0; count < 12; count += 1) {
      aws.addSpace(DOMAIN_ID, { name: `space${count}`, owner: "anna" });
      aws.addApp(DOMAIN_ID, { spaceName: `space${count}` });
    }
    aws.addApp(DOMAIN_ID, { profileName: "anna", type: "JupyterServer" });
    const sizes: Record<"apps" | "spaces", number[]> = { apps: [], spaces: [] };
    for await (const { Apps } of paginateListApps({ client: admin, pageSize: 5 }, { DomainIdEquals: DOMAIN_ID })) {
      sizes.apps.push(Apps?.length ?? 0);
    }
    for await (const { Spaces } of paginateListSpaces(
      { client: admin, pageSize: 5 },
      { DomainIdEquals: DOMAIN_ID, SpaceNameContains: "SPACE" },
    )) {
      sizes.spaces.push(Spaces?.length ?? 0);
    }
    expect(sizes).toEqual({ apps: [5, 5, 3], spaces: [5, 5, 2] });

    const ofAnna = await admin.send(new ListAppsCommand({ UserProfileNameEquals: "Anna" }));
    expect(ofAnna.Apps).toMatchObject([{ UserProfileName: "anna", AppType: "JupyterServer" }]);
    const ofOne = await admin.send(new ListAppsCommand({ SpaceNameEquals: "space3" }));
    expect(ofOne.Apps).toMatchObject([{ SpaceName: "space3", Status: "InService" }]);
  });

  test.each([
    ["more than a hundred", new ListAppsCommand({ MaxResults: 101 })],
    ["a space and a profile", new ListAppsCommand({ SpaceNameEquals: "notes", UserProfileNameEquals: "anna" })],
  ])("of apps refuse %s", async (_what, command) => {
    const { admin } = await start();
    await expect(admin.send(command)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("show a deleted app for a day", async () => {
    const { admin, aws, clock } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    await admin.send(new DeleteAppCommand(ofSpace));
    const statuses = async () =>
      (await admin.send(new ListAppsCommand({ DomainIdEquals: DOMAIN_ID }))).Apps?.map(({ Status }) => Status);
    expect(await statuses()).toEqual(["Deleting"]);
    clock.advance(60_000);
    expect(await statuses()).toEqual(["Deleted"]);
    clock.advance(24 * 3_600_000 - 1);
    expect(await statuses()).toEqual(["Deleted"]);
    clock.advance(1);
    expect(await statuses()).toEqual([]);
    // Nobody need look at it meanwhile.
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    await admin.send(new DeleteAppCommand(ofSpace));
    clock.advance(48 * 3_600_000);
    expect(await statuses()).toEqual([]);
  });
});

describe("deleting", () => {
  test.each([
    ["Pending", "ResourceInUse"],
    ["Deleting", "ResourceInUse"],
    ["Deleted", "ResourceNotFound"],
  ] as const)("an app that is %s is refused", async (status, name) => {
    const { admin, aws } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes", status });
    await expect(admin.send(new DeleteAppCommand(ofSpace))).rejects.toMatchObject({ name });
  });

  test("an app needs its owner", async () => {
    const { admin, aws } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    const { SpaceName: _, ...nobodys } = ofSpace;
    await expect(admin.send(new DeleteAppCommand(nobodys))).rejects.toMatchObject({ name: "ValidationException" });
    const both = new DeleteAppCommand({ ...ofSpace, UserProfileName: "anna" });
    await expect(admin.send(both)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test.each([
    ["InService", false],
    ["Pending", false],
    ["Deleting", false],
    ["Failed", true],
    ["Deleted", true],
  ] as const)("a space with an app that is %s: %s", async (status, deletes) => {
    const { admin, aws, clock } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    aws.forceAppStatus(DOMAIN_ID, inSpace, status);
    const sent = admin.send(new DeleteSpaceCommand(space));
    if (!deletes) return await expect(sent).rejects.toMatchObject({ name: "ResourceInUse" });
    await sent;
    expect(aws.spaces()).toMatchObject([{ status: "Deleting" }]);
    clock.advance(5_000);
    expect(aws.spaces()).toEqual([]);
  });

  test("a profile goes only without spaces and apps that live", async () => {
    const { admin, aws, clock } = await start();
    const remove = () => admin.send(new DeleteUserProfileCommand(anna));
    await expect(remove()).rejects.toMatchObject({ name: "ResourceInUse", message: expect.stringContaining("Space") });
    await admin.send(new DeleteSpaceCommand(space));
    await expect(remove()).rejects.toMatchObject({ name: "ResourceInUse" });
    clock.advance(5_000);
    aws.addApp(DOMAIN_ID, { profileName: "anna", type: "JupyterServer" });
    await expect(remove()).rejects.toMatchObject({ name: "ResourceInUse", message: expect.stringContaining("App") });
    aws.forceAppStatus(DOMAIN_ID, { type: "JupyterServer", name: "default", profileName: "anna" }, "Failed");
    await remove();
    clock.advance(5_000);
    expect(aws.profiles()).toEqual([]);
  });

  test("asks whose space an app is in; an app of a profile is in none", async () => {
    const { aws, emulator, settings } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    aws.addApp(DOMAIN_ID, { profileName: "anna", type: "JupyterServer" });
    const session = new SageMakerClient(settings(await emulator.sagemaker.studioSession(DOMAIN_ID, "anna")));
    // The role may delete apps where the owner is the session's own profile.
    await expect(session.send(new DeleteAppCommand(ofProfile))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await session.send(new DeleteAppCommand(ofSpace));
    // And spaces where they are private too.
    aws.addSpace(DOMAIN_ID, { name: "team", owner: "anna", sharingType: "Shared" });
    const shared = new DeleteSpaceCommand({ ...space, SpaceName: "team" });
    await expect(session.send(shared)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("asks for the tags of what is deleted", async () => {
    const { sagemaker, aws } = await start();
    aws.addApp(DOMAIN_ID, { spaceName: "notes" });
    aws.addSpace(DOMAIN_ID, { name: "unmarked", tags: {} });
    aws.addApp(DOMAIN_ID, { spaceName: "unmarked" });
    const unmarked = new DeleteAppCommand({ ...ofSpace, SpaceName: "unmarked" });
    await expect(sagemaker.send(unmarked)).rejects.toMatchObject({ name: "AccessDeniedException" });
    await sagemaker.send(new DeleteAppCommand(ofSpace));
  });
});
