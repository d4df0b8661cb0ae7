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
import { isSameUserName, isShortenedName, profileArn } from "../../naming";
import { eachOf, remembered } from "./cache";
import type { ActualProfile, DesiredProfile } from "./decide";
import { isAwsError, TryLater } from "./failures";
import type { Studio } from "./settings";

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
   * The person's profile, under its derived name or any other that is linked to the same user name; else the profile
   * that has the derived name, whosever it is.
   * @param thorough - look at every profile. Otherwise what costs much is left out, and a miss shows when the profile is
   *   created
   */
  locate(desired: DesiredProfile, thorough: boolean): Promise<ActualProfile | undefined>;
  /** @returns the refusal, if AWS says that the name or the person has a profile, or cannot have one */
  create(desired: DesiredProfile): Promise<Error | undefined>;
  tag(actual: ActualProfile, desired: DesiredProfile): Promise<void>;
  assignRole(actual: ActualProfile, desired: DesiredProfile): Promise<void>;
  remove(actual: ActualProfile): Promise<void>;
}

/** A profile as a list shows it, without its user. */
interface ListedProfile {
  readonly name: string;
  readonly createdAt: number | undefined;
}

/**
 * The profiles of a studio's domain, with its list of names remembered for some minutes in one container.
 * @param hasTime - whether the invocation has time for one call more
 */
export function profileStore(client: SageMakerClient, studio: Studio, hasTime: () => boolean): ProfileStore {
  const { domainId } = studio;
  /** By lower-case name, whose a profile was seen to be. That never changes; a new profile has a new time. */
  const links = new Map<string, ListedProfile & { readonly userName: string | undefined }>();

  const names = remembered(async () => {
    const listed = await list(hasTime);
    // Newest first: what a first sign-in made is most likely among them.
    const unseen = listed.filter(isUnseen).filter(({ name }) => !isShortenedName(name));
    await eachOf(unseen.slice(0, LOOKS), DESCRIBES_AT_A_TIME, async ({ name }) => {
      if (hasTime()) await describe(name);
    });
    return new Set(listed.map(({ name }) => name.toLowerCase()));
  }, 5 * MINUTE);

  /** Whether it is not known whose a listed profile is. One of our own making gets the time that AWS gave it. */
  function isUnseen({ name, createdAt }: ListedProfile): boolean {
    const link = links.get(name.toLowerCase());
    if (link && link.createdAt === undefined) links.set(name.toLowerCase(), { ...link, createdAt });
    return links.get(name.toLowerCase())?.createdAt !== createdAt;
  }

  /** @param goOn - asked before every further page */
  async function list(goOn: () => boolean): Promise<ListedProfile[]> {
    const listed: ListedProfile[] = [];
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
    } while (token && goOn());
    return listed;
  }

  async function describe(name: string) {
    try {
      const profile = await client.send(new DescribeUserProfileCommand({ DomainId: domainId, UserProfileName: name }));
      links.set(name.toLowerCase(), {
        name,
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
    if (!profile) return undefined;
    const arn = profile.UserProfileArn ?? profileArn(studio, name);
    return {
      name: profile.UserProfileName ?? name,
      arn,
      status: profile.Status ?? "Pending",
      userName: profile.SingleSignOnUserValue,
      roleArn: profile.UserSettings?.ExecutionRole,
      tags: await tagsOf(arn),
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
    for (const link of links.values()) {
      if (link.userName !== undefined && isSameUserName(link.userName, userName)) return link.name;
    }
    return undefined;
  }

  async function locate(desired: DesiredProfile, thorough: boolean): Promise<ActualProfile | undefined> {
    const known =
      thorough || links.has(desired.name.toLowerCase()) || (await names.get()).has(desired.name.toLowerCase());
    const named = known ? await read(desired.name) : undefined;
    if (named?.userName !== undefined && isSameUserName(named.userName, desired.userName)) return named;
    if (thorough) {
      const unseen = (await list(() => true)).filter(isUnseen);
      await eachOf(unseen, DESCRIBES_AT_A_TIME, async ({ name }) => {
        if (linkedTo(desired.userName)) return;
        if (!hasTime()) throw new TryLater("no time left to look at every profile; what was seen is remembered");
        await describe(name);
      });
    }
    const linked = linkedTo(desired.userName);
    return (linked === undefined ? undefined : await read(linked)) ?? named;
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
    links.set(desired.name.toLowerCase(), { name: desired.name, createdAt: undefined, userName: desired.userName });
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

  return { locate, create, tag, assignRole, remove };
}

function toTagList(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
