import {
  AddTagsCommand,
  CreateUserProfileCommand,
  DeleteUserProfileCommand,
  DescribeUserProfileCommand,
  ListTagsCommand,
  ListUserProfilesCommand,
  type SageMakerClient,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { isSameUserName, isShortenedName } from "../../naming";
import { eachOf, remembered } from "./cache";
import type { ActualProfile, DesiredProfile } from "./decide";
import { isAwsError } from "./failures";

const MINUTE = 60_000;
const DESCRIBES_AT_A_TIME = 4;

/**
 * A new container looks at no more profiles than this for ones that somebody else made: whether AWS would refuse a
 * second profile for the same person is documented nowhere.
 */
const LOOKS = 10;

/** The user profiles of one domain. */
export interface ProfileStore {
  /**
   * The person's profile, as far as one knows where to look: under its derived name, or under any name that was seen to
   * be linked to the same user name. Usually costs nothing where there is no profile; a miss shows when one is created.
   */
  find(desired: DesiredProfile): Promise<ActualProfile | undefined>;
  /** The person's profile, wherever it is, after AWS refused to create it. Describes every profile if it must. */
  search(desired: DesiredProfile): Promise<ActualProfile | undefined>;
  /** @returns the refusal, if AWS says that the name or the person has a profile, or cannot have one */
  create(desired: DesiredProfile): Promise<Error | undefined>;
  tag(actual: ActualProfile, desired: DesiredProfile): Promise<void>;
  assignRole(actual: ActualProfile, desired: DesiredProfile): Promise<void>;
  remove(actual: ActualProfile): Promise<void>;
}

/** The profiles of a domain, with its list of names remembered for some minutes in one container. */
export function profileStore(client: SageMakerClient, domainId: string): ProfileStore {
  /** Lower-case name → user name, where it was seen. A profile's link never changes; a new profile has a new time. */
  const links = new Map<string, { readonly createdAt: number | undefined; readonly userName: string | undefined }>();

  const names = remembered(async () => {
    const listed = await list();
    const unseen = listed.filter(({ name, createdAt }) => {
      return !isShortenedName(name) && links.get(name.toLowerCase())?.createdAt !== createdAt;
    });
    // Newest first: what a first sign-in made is most likely among them.
    await eachOf(unseen.slice(0, LOOKS), DESCRIBES_AT_A_TIME, async ({ name }) => {
      await describe(name);
    });
    return new Set(listed.map(({ name }) => name.toLowerCase()));
  }, 5 * MINUTE);

  async function list() {
    const listed: { name: string; createdAt: number | undefined }[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListUserProfilesCommand({
          DomainIdEquals: domainId,
          SortBy: "CreationTime",
          SortOrder: "Descending",
          MaxResults: 100,
          ...(token && { NextToken: token }),
        }),
      );
      for (const { UserProfileName, CreationTime } of page.UserProfiles ?? []) {
        if (UserProfileName) listed.push({ name: UserProfileName, createdAt: CreationTime?.getTime() });
      }
      token = page.NextToken;
    } while (token);
    return listed;
  }

  async function describe(name: string) {
    try {
      const profile = await client.send(new DescribeUserProfileCommand({ DomainId: domainId, UserProfileName: name }));
      links.set(name.toLowerCase(), {
        createdAt: profile.CreationTime?.getTime(),
        userName: profile.SingleSignOnUserValue,
      });
      return profile;
    } catch (error) {
      if (!isAwsError(error, "ResourceNotFound", "ResourceNotFoundException")) throw error;
      links.delete(name.toLowerCase());
      return undefined;
    }
  }

  async function read(name: string): Promise<ActualProfile | undefined> {
    const profile = await describe(name);
    if (!profile?.UserProfileArn) return undefined;
    return {
      name: profile.UserProfileName ?? name,
      arn: profile.UserProfileArn,
      status: profile.Status ?? "Pending",
      userName: profile.SingleSignOnUserValue,
      roleArn: profile.UserSettings?.ExecutionRole,
      tags: await tagsOf(profile.UserProfileArn),
    };
  }

  async function tagsOf(arn: string): Promise<Record<string, string>> {
    const tags: Record<string, string> = {};
    let token: string | undefined;
    do {
      const page = await client.send(new ListTagsCommand({ ResourceArn: arn, ...(token && { NextToken: token }) }));
      for (const { Key, Value } of page.Tags ?? []) if (Key !== undefined && Value !== undefined) tags[Key] = Value;
      token = page.NextToken;
    } while (token);
    return tags;
  }

  function linkedTo(userName: string): string | undefined {
    return [...links].find(([, link]) => link.userName !== undefined && isSameUserName(link.userName, userName))?.[0];
  }

  async function find(desired: DesiredProfile): Promise<ActualProfile | undefined> {
    const listed = await names.get();
    const name = linkedTo(desired.userName) ?? desired.name;
    return listed.has(name.toLowerCase()) || links.has(name.toLowerCase()) ? read(name) : undefined;
  }

  async function search(desired: DesiredProfile): Promise<ActualProfile | undefined> {
    const named = await read(desired.name);
    if (named) return named;
    const unseen = (await list()).filter(({ name, createdAt }) => {
      return links.get(name.toLowerCase())?.createdAt !== createdAt;
    });
    await eachOf(unseen, DESCRIBES_AT_A_TIME, async ({ name }) => {
      if (!linkedTo(desired.userName)) await describe(name);
    });
    const other = linkedTo(desired.userName);
    return other === undefined ? undefined : read(other);
  }

  async function create(desired: DesiredProfile): Promise<Error | undefined> {
    try {
      await client.send(
        new CreateUserProfileCommand({
          DomainId: domainId,
          UserProfileName: desired.name,
          SingleSignOnUserIdentifier: "UserName",
          SingleSignOnUserValue: desired.userName,
          Tags: toTagList(desired.tags),
          UserSettings: { ExecutionRole: desired.roleArn },
        }),
      );
    } catch (error) {
      // Which of these AWS answers for an existing name or person is documented nowhere: look, whatever it says.
      const isRefusal = isAwsError(error, "ResourceInUse", "ValidationException", "ConflictException");
      if (isRefusal && error instanceof Error) return error;
      throw error;
    }
    links.set(desired.name.toLowerCase(), { createdAt: undefined, userName: desired.userName });
    return undefined;
  }

  async function tag(actual: ActualProfile, desired: DesiredProfile): Promise<void> {
    await client.send(new AddTagsCommand({ ResourceArn: actual.arn, Tags: toTagList(desired.tags) }));
  }

  async function assignRole(actual: ActualProfile, desired: DesiredProfile): Promise<void> {
    await client.send(
      new UpdateUserProfileCommand({
        DomainId: domainId,
        UserProfileName: actual.name,
        UserSettings: { ExecutionRole: desired.roleArn },
      }),
    );
  }

  async function remove(actual: ActualProfile): Promise<void> {
    await client.send(new DeleteUserProfileCommand({ DomainId: domainId, UserProfileName: actual.name }));
  }

  return { find, search, create, tag, assignRole, remove };
}

function toTagList(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
