import {
  AddTagsCommand,
  CreateUserProfileCommand,
  DeleteAppCommand,
  DeleteSpaceCommand,
  DeleteTagsCommand,
  DeleteUserProfileCommand,
  type SageMakerClient,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { isSameUserName, isShortenedName, MANAGED_BY, TAG } from "../../naming";
import { eachOf, remembered } from "./cache";
import type { ActualProfile, App, DesiredProfile, Space } from "./decide";
import { isAwsError, TryLater } from "./failures";
import { type ListedProfile, type ProfileReader, profileReader } from "./profile-reader";
import type { Studio } from "./settings";

const MINUTE = 60_000;
const DESCRIBES_AT_A_TIME = 4;

/**
 * A new container looks at no more profiles than this for ones that somebody else made: whether AWS would refuse a
 * second profile for the same person is documented nowhere.
 */
const LOOKS = 10;

/** The user profiles of one domain. */
export interface ProfileStore extends Pick<ProfileReader, "belongings"> {
  /**
   * The person's profile, under its derived name or any other that is linked to the same user name; else the profile
   * that has the derived name, whosever it is.
   * @param thorough - look at every profile. Otherwise what costs much is left out, and a miss shows when the profile is
   *   created
   * @param seen - a profile that was seen to bear the person's id
   */
  locate(desired: DesiredProfile, thorough: boolean, seen?: string): Promise<ActualProfile | undefined>;
  /**
   * The profiles that bear a person's user id, of those that have one of the names or that this container has met.
   * Needs no lookup of the person.
   */
  ownedBy(userId: string, names: readonly string[]): Promise<ActualProfile[]>;
  /** The profile of this name, if it bears the person's id. */
  owned(userId: string, name: string): Promise<ActualProfile | undefined>;
  /** @returns the refusal, if AWS says that the name or the person has a profile, or cannot have one */
  create(desired: DesiredProfile): Promise<Error | undefined>;
  tag(actual: ActualProfile, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Writes the date of removal. */
  mark(actual: ActualProfile, removeAfter: Date): Promise<void>;
  /** Takes the date of removal away. */
  unmark(actual: ActualProfile): Promise<void>;
  /** Gives a role, and access to the portal or none. */
  assignRole(actual: ActualProfile, roleArn: string, portal: "ENABLED" | "DISABLED" | undefined): Promise<void>;
  /** @returns whether AWS begins to delete it */
  remove(actual: ActualProfile): Promise<boolean>;
  /** @returns whether AWS begins to delete it: "not found" and "in use" are normal on the way */
  removeApp(actual: ActualProfile, app: App): Promise<boolean>;
  /** @returns whether AWS begins to delete it */
  removeSpace(space: Space): Promise<boolean>;
}

/**
 * The profiles of a studio's domain, with its list of names remembered for some minutes in one container.
 * @param hasTime - whether the invocation has time for one call more
 */
export function profileStore(client: SageMakerClient, studio: Studio, hasTime: () => boolean): ProfileStore {
  const { domainId } = studio;
  const reader = profileReader(client, studio, hasTime);
  /** By lower-case name, whose a profile was seen to be. That never changes; a new profile has a new time. */
  const links = new Map<string, Link>();

  const names = remembered(async () => {
    const listed = await reader.list(hasTime);
    // Newest first: what a first sign-in made is most likely among them.
    const unseen = listed.filter(isUnseen).filter(({ name }) => !isShortenedName(name));
    await eachOf(unseen.slice(0, LOOKS), DESCRIBES_AT_A_TIME, async ({ name }) => {
      // What cannot be looked at is left out: were it the person's, AWS would say so when theirs is created.
      if (hasTime()) await describe(name).catch(() => undefined);
    });
    return new Set(listed.map(({ name }) => name.toLowerCase()));
  }, 5 * MINUTE);

  /** Whether it is not known whose a listed profile is. One of our own making gets the time that AWS gave it. */
  function isUnseen({ name, createdAt }: ListedProfile): boolean {
    const link = links.get(name.toLowerCase());
    if (link && link.createdAt === undefined) links.set(name.toLowerCase(), { ...link, createdAt });
    return links.get(name.toLowerCase())?.createdAt !== createdAt;
  }

  async function describe(name: string): Promise<void> {
    const profile = await reader.describe(name);
    if (profile) links.set(name.toLowerCase(), { ...profile, userId: undefined });
    else links.delete(name.toLowerCase());
  }

  async function read(name: string): Promise<ActualProfile | undefined> {
    const profile = await reader.read(name);
    if (profile) links.set(name.toLowerCase(), { ...profile, userId: profile.tags[TAG.userId] });
    else links.delete(name.toLowerCase());
    return profile;
  }

  function linkedTo(userName: string): string | undefined {
    for (const link of links.values()) {
      if (link.userName !== undefined && isSameUserName(link.userName, userName)) return link.name;
    }
    return undefined;
  }

  async function locate(desired: DesiredProfile, thorough: boolean, seen?: string): Promise<ActualProfile | undefined> {
    const own = seen === undefined ? undefined : await owned(desired.userId, seen);
    if (own?.userName !== undefined && isSameUserName(own.userName, desired.userName)) return own;
    // Where others made profiles before, any of them may be the person's.
    const looksAtAll = thorough || (studio.existed ?? false);
    const known =
      looksAtAll || links.has(desired.name.toLowerCase()) || (await names.get()).has(desired.name.toLowerCase());
    const named = known ? await read(desired.name) : undefined;
    if (named?.userName !== undefined && isSameUserName(named.userName, desired.userName)) return named;
    if (looksAtAll) {
      const unseen = (await reader.list()).filter(isUnseen);
      await eachOf(unseen, DESCRIBES_AT_A_TIME, async ({ name }) => {
        if (linkedTo(desired.userName)) return;
        if (!hasTime()) throw new TryLater("no time left to look at every profile; what was seen is remembered");
        await describe(name);
      });
    }
    const linked = linkedTo(desired.userName);
    return (linked === undefined ? undefined : await read(linked)) ?? named;
  }

  async function owned(userId: string, name: string): Promise<ActualProfile | undefined> {
    const profile = await read(name);
    return profile?.tags[TAG.userId] === userId ? profile : undefined;
  }

  async function ownedBy(userId: string, candidates: readonly string[]): Promise<ActualProfile[]> {
    const met = [...links.values()].filter((link) => link.userId === userId).map(({ name }) => name);
    const names = new Map([...candidates, ...met].map((name) => [name.toLowerCase(), name]));
    const found: ActualProfile[] = [];
    for (const name of names.values()) {
      const profile = await owned(userId, name);
      if (profile) found.push(profile);
    }
    return found;
  }

  async function create(desired: DesiredProfile): Promise<Error | undefined> {
    const { name, userName, userId } = desired;
    try {
      await client.send(
        new CreateUserProfileCommand({
          DomainId: domainId,
          UserProfileName: name,
          SingleSignOnUserIdentifier: "UserName",
          SingleSignOnUserValue: userName,
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
    links.set(name.toLowerCase(), { name, createdAt: undefined, userName, userId });
    return undefined;
  }

  async function tag(actual: ActualProfile, tags: Readonly<Record<string, string>>): Promise<void> {
    await client.send(new AddTagsCommand({ ResourceArn: actual.arn, Tags: toTagList(tags) }));
  }

  function mark(actual: ActualProfile, removeAfter: Date): Promise<void> {
    // The provisioner may write tags only together with the mark.
    return tag(actual, { [TAG.removeAfter]: removeAfter.toISOString(), [TAG.managedBy]: MANAGED_BY });
  }

  async function unmark(actual: ActualProfile): Promise<void> {
    await client.send(new DeleteTagsCommand({ ResourceArn: actual.arn, TagKeys: [TAG.removeAfter] }));
  }

  async function assignRole(
    actual: ActualProfile,
    roleArn: string,
    portal: "ENABLED" | "DISABLED" | undefined,
  ): Promise<void> {
    await client.send(
      new UpdateUserProfileCommand({
        DomainId: domainId,
        UserProfileName: actual.name,
        UserSettings: { ExecutionRole: roleArn, ...(portal && { StudioWebPortal: portal }) },
      }),
    );
  }

  function remove(actual: ActualProfile): Promise<boolean> {
    return begins(client.send(new DeleteUserProfileCommand({ DomainId: domainId, UserProfileName: actual.name })));
  }

  function removeApp(actual: ActualProfile, { type, name, space }: App): Promise<boolean> {
    const holder = space === undefined ? { UserProfileName: actual.name } : { SpaceName: space };
    return begins(client.send(new DeleteAppCommand({ DomainId: domainId, AppType: type, AppName: name, ...holder })));
  }

  function removeSpace({ name }: Space): Promise<boolean> {
    return begins(client.send(new DeleteSpaceCommand({ DomainId: domainId, SpaceName: name })));
  }

  const { belongings } = reader;
  return { belongings, locate, owned, ownedBy, create, tag, mark, unmark, assignRole, remove, removeApp, removeSpace };
}

/** Whose a profile was seen to be; `userId` as far as its tags were read. */
interface Link extends Pick<ListedProfile, "name" | "createdAt"> {
  readonly userName: string | undefined;
  readonly userId: string | undefined;
}

/** Whether AWS begins a deletion. What is gone, or has something on it that is not gone yet, is looked at again. */
async function begins(deletion: Promise<unknown>): Promise<boolean> {
  try {
    await deletion;
    return true;
  } catch (error) {
    if (isAwsError(error, "ResourceNotFound", "ResourceNotFoundException", "ResourceInUse", "ConflictException")) {
      return false;
    }
    throw error;
  }
}

function toTagList(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
