import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { ActualProfile, App, Departure } from "../../functions/membership/decide";
import { partWith } from "../../functions/membership/depart";
import { TryLater } from "../../functions/membership/failures";
import { profileReader } from "../../functions/membership/profile-reader";
import type { ProfileStore } from "../../functions/membership/profile-store";
import { MANAGED_BY, TAG } from "../../naming";

/** An invocation that has no time left ends on its own, with what it has done: Lambda would end it with nothing. */
const USER = "93f7a2c4-0000-4000-8000-000000000001";
const NOW = new Date("2026-11-22T12:00:00Z");
const STUDIO = { name: "research", accountId: "444455556666", region: "eu-west-1", domainId: "d-1", groups: [] };

/** True so many times. */
function times(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

/** A client whose answers are these, by the command's name, and what it was asked. */
function clientOf(answers: Readonly<Record<string, object | (() => object)>>): {
  client: SageMakerClient;
  asked: string[];
} {
  const client = new SageMakerClient({ region: "eu-west-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } });
  const asked: string[] = [];
  client.middlewareStack.add(
    (_next, { commandName = "" }) =>
      async () => {
        asked.push(commandName);
        const answer = answers[commandName];
        return { output: { ...(typeof answer === "function" ? answer() : answer), $metadata: {} }, response: {} };
      },
    { step: "initialize" },
  );
  return { client, asked };
}

test("what hangs on a profile is not read to the end at any price", async () => {
  const Spaces = Array.from({ length: 40 }, (_, index) => ({
    SpaceName: `space-${index}`,
    Status: "InService",
    OwnershipSettingsSummary: { OwnerUserProfileName: "alice" },
    SpaceSharingSettingsSummary: { SharingType: "Private" },
  }));
  const { client, asked } = clientOf({ ListSpacesCommand: { Spaces }, ListAppsCommand: { Apps: [] } });
  await expect(profileReader(client, STUDIO, times(10)).belongings(["alice"])).rejects.toThrow(TryLater);
  expect(asked.length).toBeLessThan(15);
  const all = await profileReader(client, STUDIO, () => true).belongings(["alice"]);
  expect(all.get("alice")?.spaces).toHaveLength(40);
});

test("an app that two lists show is one", async () => {
  const app = { AppType: "JupyterLab", AppName: "default", Status: "InService" };
  const Spaces = [{ SpaceName: "work", OwnershipSettingsSummary: { OwnerUserProfileName: "alice" } }];
  let lists = 0;
  const spelt = () => ({ Apps: [{ ...app, SpaceName: lists++ === 0 ? "Work" : "work" }] });
  const { client } = clientOf({ ListSpacesCommand: { Spaces }, ListAppsCommand: spelt });
  const found = await profileReader(client, STUDIO, () => true).belongings(["alice"]);
  expect(found.get("alice")?.apps).toHaveLength(1);
});

describe("a departure with many apps", () => {
  const tags = { [TAG.managedBy]: MANAGED_BY, [TAG.userId]: USER, [TAG.removeAfter]: "2026-11-29T12:00:00Z" };
  const profile: ActualProfile = {
    name: "alice",
    arn: "arn:aws:sagemaker:eu-west-1:444455556666:user-profile/d-1/alice",
    status: "InService",
    userName: "alice",
    roleArn: "no-access",
    isPortalDisabled: true,
    tags,
  };
  const departure: Departure = {
    kind: "departed",
    userId: USER,
    roleArn: "no-access",
    retain: 7 * 24 * 60 * 60 * 1000,
    deletesSharedSpaces: false,
  };

  /** The apps that are deleted while there is time, one visit after the other. */
  async function partIn(hasTime: () => boolean, apps: readonly App[]) {
    const deleted: string[] = [];
    const never = async () => {
      throw new Error("not expected here");
    };
    const profiles: ProfileStore = {
      belongings: async () => new Map([["alice", { apps, spaces: [] }]]),
      removeApp: async (_actual, { name }) => {
        deleted.push(name);
        return true;
      },
      locate: never,
      ownedBy: never,
      owned: never,
      create: never,
      tag: never,
      mark: never,
      unmark: never,
      assignRole: never,
      remove: never,
      removeSpace: never,
    };
    const tools = { profiles, now: () => NOW, hasTime };
    const done = await partWith([profile], departure, tools, async () => true);
    return { done, deleted };
  }

  const apps = Array.from(
    { length: 6 },
    (_, index): App => ({
      type: "JupyterLab",
      name: `app-${index}`,
      status: "InService",
      space: undefined,
    }),
  );

  test("deletes what it has time for, and comes back for the rest", async () => {
    const { done, deleted } = await partIn(times(4), apps);
    expect(deleted).toHaveLength(4);
    expect(done).toMatchObject({ wrote: true, progressed: true, again: expect.any(String) });
  });

  test("comes back when it has time for none", async () => {
    const { done, deleted } = await partIn(times(0), apps);
    expect(deleted).toEqual([]);
    expect(done).toMatchObject({ wrote: false, progressed: false, again: expect.any(String) });
  });
});
