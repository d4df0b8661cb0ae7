import type { Domain, Role } from "../world";
import type { Authorizer } from "./authorize";
import type { Callers, Credentials } from "./callers";
import type { Clock } from "./clock";
import { begin } from "./lifecycle";
import type { Operations } from "./operation";
import { createPassedRoles } from "./passed-roles";
import { appOperations } from "./sagemaker-apps";
import { domainOfWorld, domainOperations } from "./sagemaker-domains";
import { executionRoleOf, profileOperations } from "./sagemaker-profiles";
import type { SagemakerOptions, SagemakerSettings, Timings } from "./sagemaker-settings";
import { spaceOperations } from "./sagemaker-spaces";
import { tagOperations } from "./sagemaker-tags";
import {
  type AppState,
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
  /** Puts a profile into a status, where it stays until something is done to it. */
  forceProfileStatus(domainId: string, name: string, status: Status, failureReason?: string): void;
  /**
   * Makes a profile as SageMaker does by itself when somebody signs in who has none: no tags, the domain's default role.
   */
  signIn(domainId: string, name: string, ssoUser: string): ProfileState;
  /** The credentials that an app of a profile runs with; throws if SageMaker could not start it. */
  studioSession(domainId: string, name: string): Promise<Credentials>;
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
      const profile = profileOf(domainId, name);
      profile.status = status;
      delete profile.next;
      if (failureReason === undefined) delete profile.failureReason;
      else profile.failureReason = failureReason;
      // What is on its way gets there all the same.
      const end = STATUS_ENDS[status];
      if (end !== undefined) begin(profile, status, { after: settings.timings.profile, status: end }, clock.now());
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
