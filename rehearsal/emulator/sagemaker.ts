import type { Domain, Role } from "../world";
import type { Authorizer } from "./authorize";
import { type Callers, type Credentials, principalArn } from "./callers";
import type { Clock } from "./clock";
import { begin, type Lifecycle } from "./lifecycle";
import type { Operations } from "./operation";
import { createPassedRoles } from "./passed-roles";
import { appOperations, deleteApp, newApp } from "./sagemaker-apps";
import { defaultExecutionRole, domainOfWorld, domainOperations } from "./sagemaker-domains";
import { executionRoleOf, newProfile, profileOperations } from "./sagemaker-profiles";
import type { SagemakerOptions, SagemakerSettings, Timings } from "./sagemaker-settings";
import { newSpace, spaceOperations } from "./sagemaker-spaces";
import { tagOperations } from "./sagemaker-tags";
import {
  type AppKey,
  type AppState,
  type AppStatus,
  createStudioState,
  type DomainState,
  type ProfileState,
  type SpaceState,
  type Status,
} from "./studio-state";

/** SageMaker Studio: what callers see over HTTP, and what a story looks at or does to it. */
export interface Sagemaker {
  readonly operations: Operations;
  domains(): readonly DomainState[];
  /** All profiles, with their tags, settings and the roles that they had. */
  profiles(domainId?: string): readonly ProfileState[];
  spaces(domainId?: string): readonly SpaceState[];
  apps(domainId?: string): readonly AppState[];
  findProfile(domainId: string, name: string): ProfileState | undefined;
  /** The role that a profile's apps run with now. */
  executionRole(profile: ProfileState): string;
  /** Puts a profile into a status, where it stays until something is done to it; what is on its way gets there. */
  forceProfileStatus(domainId: string, name: string, status: Status, failureReason?: string): void;
  forceSpaceStatus(domainId: string, name: string, status: Status, failureReason?: string): void;
  forceAppStatus(domainId: string, key: AppKey, status: AppStatus, failureReason?: string): void;
  /** Puts a profile in service, as if it had been made before. Nothing is checked. */
  addProfile(domainId: string, profile: NewProfile): ProfileState;
  /** Puts a space in service; a private one, if it has an owner and nothing else is said. */
  addSpace(domainId: string, space: NewSpace): SpaceState;
  /** Puts an app of a profile or a space in service, or in another status. */
  addApp(domainId: string, app: NewApp): AppState;
  /**
   * Makes a profile as SageMaker does by itself when somebody signs in who has none: no tags, the domain's default role.
   */
  signIn(domainId: string, name: string, ssoUser: string): ProfileState;
  /** The credentials that an app of a profile runs with; throws if SageMaker could not start it. */
  studioSession(domainId: string, name: string): Promise<Credentials>;
}

/** A profile to begin with. */
export interface NewProfile {
  readonly name: string;
  readonly ssoUser?: string;
  /** Default: the domain's role. */
  readonly executionRole?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A space to begin with. */
export interface NewSpace {
  readonly name: string;
  readonly owner?: string;
  readonly sharingType?: "Private" | "Shared";
  /** Default: those of its owner. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An app to begin with, of either a profile or a space. */
export interface NewApp {
  /** Default: `JupyterLab`. */
  readonly type?: string;
  /** Default: `default`. */
  readonly name?: string;
  readonly profileName?: string;
  readonly spaceName?: string;
  readonly status?: AppStatus;
  /** Default: those of its profile, or of the owner of its space. */
  readonly tags?: Readonly<Record<string, string>>;
}

const STATUS_ENDS: Partial<Record<Status, Status | "gone">> = {
  Pending: "InService",
  Updating: "InService",
  Deleting: "gone",
};

const TIMINGS: Timings = { domain: 5_000, profile: 5_000, space: 5_000, app: 60_000 };

/** SageMaker Studio over the given roles and domains. */
export function createSagemaker(parts: {
  readonly clock: Clock;
  readonly roles: ReadonlyMap<string, Role>;
  readonly domains: readonly Domain[];
  readonly authorizer: Authorizer;
  readonly callers: Callers;
  readonly identity: Pick<SagemakerSettings, "findUser" | "isAssigned">;
  readonly options: SagemakerOptions;
}): Sagemaker {
  const { clock, authorizer, callers, options } = parts;
  const state = createStudioState(clock);
  const settings: SagemakerSettings = {
    duplicateSsoUsers: options.duplicateSsoUsers ?? "refused",
    existingProfileError: options.existingProfileError ?? "ResourceInUse",
    requireAssignment: options.requireAssignment ?? true,
    updatesShow: options.updatesShow ?? "at once",
    sourceKeys: options.sourceKeys ?? "both",
    updateReplacesSettings: options.updateReplacesSettings ?? false,
    maximumProfiles: options.maximumProfiles ?? 60_000,
    timings: { ...TIMINGS, ...options.timings },
    findUser: parts.identity.findUser,
    isAssigned: parts.identity.isAssigned,
  };
  const passedRoles = createPassedRoles(parts.roles, authorizer, settings.sourceKeys);
  for (const domain of parts.domains) state.addDomain(domainOfWorld(state, clock, domain));
  const operations: Operations = {
    ...domainOperations(state, clock, settings),
    ...profileOperations(state, clock, passedRoles, settings),
    ...spaceOperations(state, clock, settings),
    ...appOperations(state, clock, passedRoles, settings),
    ...tagOperations(state),
  };

  function domainOf(id: string): DomainState {
    const found = state.domains().find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no domain ${id}`);
    return found;
  }

  function profileOf(domainId: string, name: string): ProfileState {
    const found = state.findProfile(domainOf(domainId), name);
    if (found === undefined) throw new Error(`there is no profile ${name} in ${domainId}`);
    return found;
  }

  function spaceOf(domainId: string, name: string): SpaceState {
    const found = state.findSpace(domainOf(domainId), name);
    if (found === undefined) throw new Error(`there is no space ${name} in ${domainId}`);
    return found;
  }

  function forceStatus<S extends Status | AppStatus>(resource: Lifecycle<S>, status: S, failureReason?: string): void {
    resource.status = status;
    delete resource.next;
    if (failureReason === undefined) delete resource.failureReason;
    else resource.failureReason = failureReason;
  }

  function forceStudioStatus(
    resource: Lifecycle<Status>,
    duration: number,
    status: Status,
    failureReason: string | undefined,
  ): void {
    forceStatus(resource, status, failureReason);
    const end = STATUS_ENDS[status];
    if (end !== undefined) begin(resource, status, { after: duration, status: end }, clock.now());
  }

  function forceAppStatus(app: AppState, status: AppStatus, failureReason?: string): void {
    forceStatus(app, status, failureReason);
    const { timings } = settings;
    if (status === "Pending") begin(app, status, { after: timings.app, status: "InService" }, clock.now());
    if (status === "Deleting") deleteApp(app, clock.now(), timings.app);
    if (status === "Deleted") deleteApp(app, clock.now(), 0);
  }

  const within = <T extends { readonly domain: DomainState }>(all: readonly T[], domainId: string | undefined) =>
    all.filter((each) => each.domain.id === (domainId ?? each.domain.id));

  return {
    operations,
    domains: () => state.domains(),
    profiles: (domainId) => within(state.profiles(), domainId),
    spaces: (domainId) => within(state.spaces(), domainId),
    apps: (domainId) => within(state.apps(), domainId),
    findProfile: (domainId, name) => state.findProfile(domainOf(domainId), name),
    executionRole: executionRoleOf,
    forceProfileStatus: (domainId, name, status, failureReason) => {
      forceStudioStatus(profileOf(domainId, name), settings.timings.profile, status, failureReason);
    },
    forceSpaceStatus: (domainId, name, status, failureReason) => {
      forceStudioStatus(spaceOf(domainId, name), settings.timings.space, status, failureReason);
    },
    forceAppStatus: (domainId, key, status, failureReason) => {
      const app = state.findApp(domainOf(domainId), key);
      if (app === undefined) throw new Error(`there is no app ${key.name} in ${domainId}`);
      forceAppStatus(app, status, failureReason);
    },
    addProfile: (domainId, { name, ssoUser, executionRole, tags = {} }) => {
      const domain = domainOf(domainId);
      return newProfile(state, clock.now(), principalArn({ kind: "admin", accountId: domain.accountId }), {
        domain,
        name,
        ssoUser,
        tags: new Map(Object.entries(tags)),
        settings: executionRole === undefined ? {} : { ExecutionRole: executionRole },
      });
    },
    addSpace: (domainId, { name, owner, sharingType = owner === undefined ? undefined : "Private", tags }) =>
      newSpace(state, clock.now(), {
        domain: domainOf(domainId),
        name,
        owner,
        sharingType,
        displayName: undefined,
        tags: new Map(tags ? Object.entries(tags) : owner === undefined ? [] : profileOf(domainId, owner).tags),
        settings: {},
      }),
    addApp: (domainId, { type = "JupyterLab", name = "default", profileName, spaceName, status, tags }) => {
      if ((profileName === undefined) === (spaceName === undefined)) throw new Error("an app has one owner");
      const domain = domainOf(domainId);
      const ownerName = profileName ?? (spaceName === undefined ? undefined : spaceOf(domainId, spaceName).owner);
      const owner = ownerName === undefined ? undefined : profileOf(domainId, ownerName);
      const app = newApp(state, clock.now(), {
        domain,
        name,
        type,
        profileName,
        spaceName,
        executionRole: owner === undefined ? defaultExecutionRole(domain) : executionRoleOf(owner),
        resourceSpec: undefined,
        tags: new Map(tags ? Object.entries(tags) : owner?.tags),
      });
      if (status !== undefined) forceAppStatus(app, status);
      return app;
    },
    signIn: (domainId, name, ssoUser) => {
      const domain = domainOf(domainId);
      const principal = { kind: "admin", accountId: domain.accountId } as const;
      const create = operations.CreateUserProfile;
      create?.(
        {
          DomainId: domainId,
          UserProfileName: name,
          SingleSignOnUserIdentifier: "UserName",
          SingleSignOnUserValue: ssoUser,
        },
        { principal, accountId: domain.accountId, region: domain.region },
      ).run();
      return profileOf(domainId, name);
    },
    studioSession: async (domainId, name) => {
      const profile = profileOf(domainId, name);
      if (profile.status !== "InService") throw new Error(`profile ${name} is in status ${profile.status}`);
      const roleArn = executionRoleOf(profile);
      if (!(await passedRoles.startsApps(roleArn, profile.domain, profile.arn))) {
        throw new Error(`SageMaker may not assume ${roleArn}`);
      }
      return callers.issue(
        {
          kind: "role",
          roleArn,
          sessionName: "SageMaker",
          sourceIdentity: profile.name,
          studio: { domainId, userProfileName: profile.name },
        },
        new Date(clock.now().getTime() + 3_600_000),
      );
    },
  };
}
