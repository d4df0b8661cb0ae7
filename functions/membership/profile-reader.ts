import {
  DescribeUserProfileCommand,
  ListAppsCommand,
  ListSpacesCommand,
  ListTagsCommand,
  ListUserProfilesCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { profileArn } from "../../naming";
import { eachOf } from "./cache";
import type { ActualProfile, App, Belongings, Space } from "./decide";
import { isAwsError, TryLater } from "./failures";
import type { Studio } from "./settings";

const CALLS_AT_A_TIME = 4;

/** A profile as a list shows it, without its user, its role and its tags. */
export interface ListedProfile {
  readonly name: string;
  readonly status: string;
  /** Milliseconds since the epoch. A profile of the same name with another time is another profile. */
  readonly createdAt: number | undefined;
  /** Milliseconds since the epoch. Changes with the role and the settings, not with the tags. */
  readonly modifiedAt: number | undefined;
}

/** A profile with the time by which a list knows it. */
export type ReadProfile = ActualProfile & Pick<ListedProfile, "createdAt" | "modifiedAt">;

/** Looks at the user profiles of one domain, and changes nothing. */
export interface ProfileReader {
  /** Every profile of the domain, page by page, newest first. */
  pages(): AsyncIterable<readonly ListedProfile[]>;
  /**
   * Every profile of the domain, newest first.
   * @param goOn - asked before every further page; a list that ends early is no error
   */
  list(goOn?: () => boolean): Promise<ListedProfile[]>;
  /** @returns `undefined` if there is no such profile */
  describe(name: string): Promise<Omit<ReadProfile, "tags"> | undefined>;
  /** The profile with its tags. @returns `undefined` if there is no such profile */
  read(name: string): Promise<ReadProfile | undefined>;
  /** The apps and spaces of profiles, by lower-case name of the profile: read once for all of them. */
  belongings(names: readonly string[]): Promise<ReadonlyMap<string, Belongings>>;
}

/**
 * The profiles of a studio's domain.
 * @param hasTime - whether the invocation has time for one call more
 */
export function profileReader(client: SageMakerClient, studio: Studio, hasTime: () => boolean): ProfileReader {
  const { domainId } = studio;

  async function list(goOn: () => boolean = inTime("every profile")): Promise<ListedProfile[]> {
    const listed: ListedProfile[] = [];
    for await (const page of pages(goOn)) listed.push(...page);
    return listed;
  }

  async function* pages(goOn: () => boolean = inTime("every profile")): AsyncGenerator<readonly ListedProfile[]> {
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
      yield (page.UserProfiles ?? []).flatMap(({ UserProfileName, Status, CreationTime, LastModifiedTime }) => {
        if (!UserProfileName) return [];
        const [createdAt, modifiedAt] = [CreationTime?.getTime(), LastModifiedTime?.getTime()];
        return [{ name: UserProfileName, status: Status ?? "Pending", createdAt, modifiedAt }];
      });
      token = page.NextToken;
    } while (token && goOn());
  }

  async function describe(name: string): Promise<Omit<ReadProfile, "tags"> | undefined> {
    try {
      const profile = await client.send(new DescribeUserProfileCommand({ DomainId: domainId, UserProfileName: name }));
      return {
        name: profile.UserProfileName ?? name,
        arn: profile.UserProfileArn ?? profileArn(studio, name),
        status: profile.Status ?? "Pending",
        userName: profile.SingleSignOnUserValue,
        roleArn: profile.UserSettings?.ExecutionRole,
        isPortalDisabled: profile.UserSettings?.StudioWebPortal === "DISABLED",
        createdAt: profile.CreationTime?.getTime(),
        modifiedAt: profile.LastModifiedTime?.getTime(),
      };
    } catch (error) {
      if (isAwsError(error, "ResourceNotFound", "ResourceNotFoundException")) return undefined;
      throw error;
    }
  }

  async function read(name: string): Promise<ReadProfile | undefined> {
    const profile = await describe(name);
    if (!profile) return undefined;
    try {
      return { ...profile, tags: await tagsOf(profile.arn) };
    } catch (error) {
      // It was deleted between the two calls.
      if (isAwsError(error, "ResourceNotFound", "ResourceNotFoundException")) return undefined;
      throw error;
    }
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

  async function belongings(names: readonly string[]): Promise<ReadonlyMap<string, Belongings>> {
    const found = new Map<string, { apps: App[]; spaces: Space[] }>();
    for (const name of names) found.set(name.toLowerCase(), { apps: [], spaces: [] });
    if (found.size === 0) return found;
    // AWS has no filter by owner.
    for (const { owner, ...space } of await listSpaces()) found.get(owner.toLowerCase())?.spaces.push(space);
    const holders = names.flatMap((name) => [
      { name, filter: { UserProfileNameEquals: name } },
      // An app in a space need not be listed under the profile.
      ...(found.get(name.toLowerCase())?.spaces ?? []).map((space) => ({
        name,
        filter: { SpaceNameEquals: space.name },
      })),
    ]);
    const goOn = inTime("every app");
    await eachOf(holders, CALLS_AT_A_TIME, async ({ name, filter }) => {
      goOn();
      const belonging = found.get(name.toLowerCase());
      const listed = await listApps(filter);
      const known = new Set(belonging?.apps.map(appKey));
      belonging?.apps.push(...listed.filter((app) => !known.has(appKey(app))));
    });
    return found;
  }

  async function listSpaces(): Promise<(Space & { readonly owner: string })[]> {
    const goOn = inTime("every space");
    const spaces: (Space & { readonly owner: string })[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListSpacesCommand({ DomainIdEquals: domainId, MaxResults: 100, ...(token && { NextToken: token }) }),
      );
      for (const { SpaceName, Status, OwnershipSettingsSummary, SpaceSharingSettingsSummary } of page.Spaces ?? []) {
        const owner = OwnershipSettingsSummary?.OwnerUserProfileName;
        if (!SpaceName || !owner) continue;
        const sharing = SpaceSharingSettingsSummary?.SharingType;
        spaces.push({ owner, name: SpaceName, status: Status ?? "Pending", sharing });
      }
      token = page.NextToken;
    } while (token && goOn());
    return spaces;
  }

  async function listApps(filter: { UserProfileNameEquals: string } | { SpaceNameEquals: string }): Promise<App[]> {
    const goOn = inTime("every app");
    const apps: App[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListAppsCommand({
          DomainIdEquals: domainId,
          ...filter,
          MaxResults: 100,
          ...(token && { NextToken: token }),
        }),
      );
      for (const { AppType, AppName, Status, SpaceName } of page.Apps ?? []) {
        if (AppType && AppName) {
          apps.push({ type: AppType, name: AppName, status: Status ?? "Pending", space: SpaceName });
        }
      }
      token = page.NextToken;
    } while (token && goOn());
    return apps;
  }

  /** A reading that must be complete: it ends with an error when time runs out. */
  function inTime(what: string): () => boolean {
    return () => {
      if (!hasTime()) throw new TryLater(`no time left to look at ${what}`);
      return true;
    };
  }

  return { pages, list, describe, read, belongings };
}

/** Two lists may show the same app. */
function appKey({ space = "", type, name }: App): string {
  return [space.toLowerCase(), type, name].join("/");
}
