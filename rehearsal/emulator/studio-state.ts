import type { JsonObject } from "../json";
import type { Clock } from "./clock";
import { resourceNotFound } from "./errors";
import { type Lifecycle, settle } from "./lifecycle";
import type { Call } from "./operation";

/** The statuses of domains, profiles and spaces. */
export type Status = "Pending" | "InService" | "Updating" | "Deleting" | "Failed" | "Update_Failed" | "Delete_Failed";

/** The statuses of apps. */
export type AppStatus = "Pending" | "InService" | "Deleting" | "Deleted" | "Failed";

/** What every resource of Studio has. */
interface Resource<S extends string> extends Lifecycle<S> {
  readonly sequence: number;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly createdAt: Date;
  modifiedAt: Date;
}

/** A domain. Its settings are kept as they were sent. */
export interface DomainState extends Resource<Status> {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly authMode: "SSO" | "IAM";
  readonly url: string;
  readonly applicationArn: string | undefined;
  readonly homeEfsFileSystemId: string;
  settings: JsonObject;
}

/** A user profile. */
export interface ProfileState extends Resource<Status> {
  readonly domain: DomainState;
  readonly name: string;
  readonly ssoUser: string | undefined;
  readonly efsUid: string;
  settings: JsonObject;
  /** The role that apps of this profile run with, and the ones before it. */
  readonly roles: { readonly at: Date; readonly executionRole: string; readonly by: string }[];
}

/** A space. */
export interface SpaceState extends Resource<Status> {
  readonly domain: DomainState;
  readonly name: string;
  readonly owner: string | undefined;
  readonly sharingType: "Private" | "Shared" | undefined;
  displayName: string | undefined;
  settings: JsonObject;
}

/** An app, of a profile or of a space. */
export interface AppState extends Resource<AppStatus> {
  readonly domain: DomainState;
  readonly name: string;
  readonly type: string;
  readonly profileName: string | undefined;
  readonly spaceName: string | undefined;
  /** The role that it runs with: the one that its owner had when it was started. */
  readonly executionRole: string;
  readonly resourceSpec: JsonObject | undefined;
}

/** Whether an app keeps its space or profile from being deleted. */
export function isInTheWay(app: AppState): boolean {
  return app.status !== "Deleted" && app.status !== "Failed";
}

/** Whatever has an ARN. */
export type AnyResource = DomainState | ProfileState | SpaceState | AppState;

/** Everything SageMaker holds. Names are not case sensitive; what has come to its end is not there any more. */
export interface StudioState {
  nextSequence(): number;
  domains(): DomainState[];
  profiles(): ProfileState[];
  spaces(): SpaceState[];
  apps(): AppState[];
  /** The domains of the caller's account and Region, or the one of them that has the id. */
  domainsOf(call: Call, id: string | undefined): ReadonlySet<DomainState>;
  /** A domain of the caller's account and Region; throws AWS's error if there is none. */
  domain(call: Call, id: string): DomainState;
  findProfile(domain: DomainKey, name: string): ProfileState | undefined;
  findSpace(domain: DomainKey, name: string): SpaceState | undefined;
  findApp(domain: DomainKey, key: AppKey): AppState | undefined;
  findByArn(arn: string): AnyResource | undefined;
  addDomain(domain: DomainState): void;
  addProfile(profile: ProfileState): void;
  addSpace(space: SpaceState): void;
  addApp(app: AppState): void;
}

/** What names a domain, which need not exist. */
type DomainKey = Pick<DomainState, "id">;

/** What names an app inside a domain. */
export interface AppKey {
  readonly type: string;
  readonly name: string;
  readonly profileName?: string | undefined;
  readonly spaceName?: string | undefined;
}

/** An empty state that reads its time from `clock`. */
export function createStudioState(clock: Clock): StudioState {
  const domains = new Map<string, DomainState>();
  const profiles = new Map<string, ProfileState>();
  const spaces = new Map<string, SpaceState>();
  const apps = new Map<string, AppState>();
  const byArn = new Map<string, AnyResource>();
  let sequence = 0;

  const inDomain = (domain: DomainKey, name: string) => `${domain.id}/${name.toLowerCase()}`;
  const appKey = (domain: DomainKey, key: AppKey) =>
    [domain.id, key.profileName ?? "", key.spaceName ?? "", key.type, key.name].join("/").toLowerCase();

  function live<T extends Lifecycle<string>>(store: Map<string, T>, key: string): T | undefined {
    const found = store.get(key);
    if (found === undefined || settle<string>(found, clock.now())) return found;
    store.delete(key);
    return undefined;
  }

  function all<T extends Lifecycle<string>>(store: Map<string, T>): T[] {
    const now = clock.now();
    const found: T[] = [];
    for (const [key, each] of store) {
      if (settle<string>(each, now)) found.push(each);
      else store.delete(key);
    }
    return found;
  }

  const isOf = (domain: DomainState, call: Call) =>
    domain.accountId === call.accountId && domain.region === call.region;

  return {
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
    domains: () => all(domains),
    profiles: () => all(profiles),
    spaces: () => all(spaces),
    apps: () => all(apps),
    domainsOf: (call, id) => new Set(all(domains).filter((each) => isOf(each, call) && each.id === (id ?? each.id))),
    domain: (call, id) => {
      const found = live(domains, id);
      if (found === undefined || !isOf(found, call)) {
        throw resourceNotFound(`Domain with id ${id} does not exist`);
      }
      return found;
    },
    findProfile: (domain, name) => live(profiles, inDomain(domain, name)),
    findSpace: (domain, name) => live(spaces, inDomain(domain, name)),
    findApp: (domain, key) => live(apps, appKey(domain, key)),
    findByArn: (arn) => live(byArn, arn),
    addDomain: (domain) => {
      domains.set(domain.id, domain);
      byArn.set(domain.arn, domain);
    },
    addProfile: (profile) => {
      profiles.set(inDomain(profile.domain, profile.name), profile);
      byArn.set(profile.arn, profile);
    },
    addSpace: (space) => {
      spaces.set(inDomain(space.domain, space.name), space);
      byArn.set(space.arn, space);
    },
    addApp: (app) => {
      apps.set(appKey(app.domain, app), app);
      byArn.set(app.arn, app);
    },
  };
}

/** A time as the JSON protocol writes it: seconds. */
export function timestamp(date: Date): number {
  return date.getTime() / 1000;
}
