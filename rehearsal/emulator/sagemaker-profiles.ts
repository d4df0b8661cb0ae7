import { z } from "zod";
import { isObject, type JsonObject } from "../json";
import { principalArn } from "./callers";
import type { Clock } from "./clock";
import { AwsError, resourceInUse, resourceNotFound, validationError } from "./errors";
import { begin } from "./lifecycle";
import { domainId, resourceName, sortShape, userSettings } from "./names";
import { arnFor, type Call, type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";
import { type PassedRoles, passRole } from "./passed-roles";
import { defaultExecutionRole } from "./sagemaker-domains";
import type { SagemakerSettings } from "./sagemaker-settings";
import { type DomainState, isInTheWay, type ProfileState, type StudioState, timestamp } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagList } from "./tags";

const key = { DomainId: domainId, UserProfileName: resourceName };

const createUserProfile = z.object({
  ...key,
  SingleSignOnUserIdentifier: z
    .string()
    .regex(/^UserName$/)
    .optional(),
  SingleSignOnUserValue: z.string().max(256).optional(),
  Tags: tagList.optional(),
  UserSettings: userSettings.optional(),
});

/** The operations on user profiles. */
export function profileOperations(
  state: StudioState,
  clock: Clock,
  passedRoles: PassedRoles,
  settings: SagemakerSettings,
): Operations {
  const arnOf = (call: Call, input: { DomainId: string; UserProfileName: string }) =>
    arnFor(call, "sagemaker", profileResource(input.DomainId, input.UserProfileName));

  /** What a caller needs for an action on a profile, which may not exist. */
  function onProfile(call: Call, action: string, input: { DomainId: string; UserProfileName: string }): Requirement[] {
    const found = state.findByArn(arnOf(call, input));
    return [{ action: `sagemaker:${action}`, resource: arnOf(call, input), context: resourceTagContext(found?.tags) }];
  }

  function profileOf(call: Call, input: { DomainId: string; UserProfileName: string }): ProfileState {
    const found = state.findProfile(state.domain(call, input.DomainId), input.UserProfileName);
    if (found === undefined) throw resourceNotFound(`UserProfile with name ${input.UserProfileName} does not exist`);
    return found;
  }

  function checkSsoUser(domain: DomainState, identifier: string | undefined, user: string | undefined): void {
    if (domain.authMode === "IAM") {
      if (identifier === undefined && user === undefined) return;
      throw validationError("SingleSignOnUserIdentifier and SingleSignOnUserValue are not allowed in an IAM domain");
    }
    if (identifier === undefined || user === undefined) {
      throw validationError("SingleSignOnUserIdentifier and SingleSignOnUserValue are required in an SSO domain");
    }
    const known = settings.findUser(user);
    if (known === undefined) throw validationError(`User ${user} does not exist in the directory`);
    const allowed =
      domain.applicationArn === undefined || settings.isAssigned(domain.applicationArn, known.principalIds);
    if (settings.requireAssignment && !allowed) {
      throw validationError(`User ${user} is not assigned to the application of domain ${domain.id}`);
    }
    const twin = state.profiles().find((each) => each.domain === domain && sameText(each.ssoUser, user));
    if (twin !== undefined && settings.duplicateSsoUsers === "refused") {
      throw validationError(`User ${user} already has the UserProfile ${twin.name} in domain ${domain.id}`);
    }
  }

  return {
    CreateUserProfile: operation(createUserProfile, (input, call) => {
      const tags = readTags(input.Tags);
      const arn = arnOf(call, input);
      const role = input.UserSettings?.ExecutionRole;
      const tagOnCreate: Requirement[] =
        tags.size === 0
          ? []
          : [
              {
                action: "sagemaker:AddTags",
                resource: arn,
                context: { ...requestTagContext(tags), "sagemaker:TaggingAction": "CreateUserProfile" },
              },
            ];
      return {
        summary: `${input.UserProfileName} for ${input.SingleSignOnUserValue ?? "nobody"}, role ${role ?? "default"}`,
        requires: [
          { action: "sagemaker:CreateUserProfile", resource: arn, context: requestTagContext(tags) },
          ...tagOnCreate,
          ...passRole(role),
        ],
        check: async () => {
          if (role !== undefined)
            await passedRoles.check(call.principal, role, state.domain(call, input.DomainId), arn);
        },
        run: () => {
          const domain = state.domain(call, input.DomainId);
          if (domain.status !== "InService") throw resourceInUse(`Domain ${domain.id} is in status ${domain.status}`);
          const twin = state.findProfile(domain, input.UserProfileName);
          if (twin !== undefined) {
            const code = settings.existingProfileError;
            throw new AwsError(code, `UserProfile ${twin.name} already exists in domain ${domain.id}`);
          }
          checkSsoUser(domain, input.SingleSignOnUserIdentifier, input.SingleSignOnUserValue);
          const count = state.profiles().filter((each) => each.domain === domain).length;
          if (count >= settings.maximumProfiles) {
            throw new AwsError(
              "ResourceLimitExceeded",
              `The limit of ${settings.maximumProfiles} UserProfiles is reached`,
            );
          }
          const now = clock.now();
          const profile = newProfile(state, now, principalArn(call.principal), {
            domain,
            name: input.UserProfileName,
            ssoUser: input.SingleSignOnUserValue,
            tags,
            settings: toJson(input.UserSettings ?? {}),
          });
          begin(profile, "Pending", { after: settings.timings.profile, status: "InService" }, now);
          return { UserProfileArn: arn };
        },
      };
    }),
    DescribeUserProfile: operation(z.object(key), (input, call) => ({
      summary: input.UserProfileName,
      requires: onProfile(call, "DescribeUserProfile", input),
      run: () => describe(profileOf(call, input)),
    })),
    UpdateUserProfile: operation(z.object({ ...key, UserSettings: userSettings.optional() }), (input, call) => {
      const role = input.UserSettings?.ExecutionRole;
      return {
        summary: `${input.UserProfileName}${role === undefined ? "" : `, role ${role}`}`,
        requires: [...onProfile(call, "UpdateUserProfile", input), ...passRole(role)],
        check: async () => {
          if (role === undefined) return;
          await passedRoles.check(call.principal, role, state.domain(call, input.DomainId), arnOf(call, input));
        },
        run: () => {
          const profile = profileOf(call, input);
          refuseWhileChanging(profile);
          // A profile that was never made cannot be changed, only deleted.
          if (profile.status === "Failed") throw validationError(`UserProfile ${profile.name} is in status Failed`);
          const now = clock.now();
          const apply = () => {
            const sent = toJson(input.UserSettings ?? profile.settings);
            profile.settings = settings.updateReplacesSettings ? sent : { ...profile.settings, ...sent };
            profile.modifiedAt = now;
            noteRole(profile, now, principalArn(call.principal));
          };
          const change = { after: settings.timings.profile, status: "InService" } as const;
          if (settings.updatesShow === "at once") apply();
          begin(profile, "Updating", settings.updatesShow === "at once" ? change : { ...change, apply }, now);
          return { UserProfileArn: profile.arn };
        },
      };
    }),
    DeleteUserProfile: operation(z.object(key), (input, call) => ({
      summary: input.UserProfileName,
      requires: onProfile(call, "DeleteUserProfile", input),
      run: () => {
        const profile = profileOf(call, input);
        refuseWhileChanging(profile);
        const mine = (name: string | undefined) => sameText(name, profile.name);
        const apps = state
          .apps()
          .filter((each) => each.domain === profile.domain && mine(each.profileName) && isInTheWay(each));
        const spaces = state.spaces().filter((each) => each.domain === profile.domain && mine(each.owner));
        if (apps.length > 0 || spaces.length > 0) {
          const what = apps.length > 0 ? "App(s)" : "Space(s)";
          throw resourceInUse(`Unable to delete UserProfile [${profile.name}] because ${what} are associated with it`);
        }
        begin(profile, "Deleting", { after: settings.timings.profile, status: "gone" }, clock.now());
        return {};
      },
    })),
    ListUserProfiles: operation(
      z.object({
        ...pagingShape,
        ...sortShape,
        DomainIdEquals: domainId.optional(),
        UserProfileNameContains: resourceName.optional(),
      }),
      (input, call) => ({
        summary: input.DomainIdEquals ?? "all",
        requires: [{ action: "sagemaker:ListUserProfiles", resource: "*" }],
        run: () => {
          const part = input.UserProfileNameContains?.toLowerCase() ?? "";
          const domains = state.domainsOf(call, input.DomainIdEquals);
          const all = state
            .profiles()
            .filter(({ domain, name }) => domains.has(domain) && (part === "" || name.toLowerCase().includes(part)));
          const { items, next } = page("ListUserProfiles", all, input, input.SortOrder);
          return {
            UserProfiles: items.map((each) => ({
              DomainId: each.domain.id,
              UserProfileName: each.name,
              Status: each.status,
              CreationTime: timestamp(each.createdAt),
              LastModifiedTime: timestamp(each.modifiedAt),
            })),
            ...next,
          };
        },
      }),
    ),
  };
}

/** A profile as it is once it is made. */
export function newProfile(
  state: StudioState,
  now: Date,
  by: string,
  about: Pick<ProfileState, "domain" | "name" | "ssoUser" | "tags" | "settings">,
): ProfileState {
  const { domain, name } = about;
  const sequence = state.nextSequence();
  const profile: ProfileState = {
    ...about,
    sequence,
    status: "InService",
    arn: arnFor(domain, "sagemaker", profileResource(domain.id, name)),
    efsUid: String(200_000 + sequence),
    createdAt: now,
    modifiedAt: now,
    roles: [],
  };
  noteRole(profile, now, by);
  state.addProfile(profile);
  return profile;
}

/** The role that a profile's apps run with. */
export function executionRoleOf(profile: ProfileState): string {
  const own = profile.settings.ExecutionRole;
  return typeof own === "string" ? own : defaultExecutionRole(profile.domain);
}

/** The resource part of a profile's ARN: AWS writes the name in lower case, however it was given. */
export function profileResource(domain: string, name: string): string {
  return `user-profile/${domain}/${name.toLowerCase()}`;
}

function noteRole(profile: ProfileState, at: Date, by: string): void {
  const executionRole = executionRoleOf(profile);
  if (profile.roles.at(-1)?.executionRole !== executionRole) profile.roles.push({ at, executionRole, by });
}

function refuseWhileChanging(profile: ProfileState): void {
  if (profile.status === "Pending" || profile.status === "Updating" || profile.status === "Deleting") {
    throw resourceInUse(`UserProfile ${profile.name} is in status ${profile.status}`);
  }
}

function describe(profile: ProfileState): JsonObject {
  return {
    DomainId: profile.domain.id,
    UserProfileArn: profile.arn,
    UserProfileName: profile.name,
    HomeEfsFileSystemUid: profile.efsUid,
    Status: profile.status,
    ...(profile.failureReason === undefined ? {} : { FailureReason: profile.failureReason }),
    LastModifiedTime: timestamp(profile.modifiedAt),
    CreationTime: timestamp(profile.createdAt),
    ...(profile.ssoUser === undefined
      ? {}
      : { SingleSignOnUserIdentifier: "UserName", SingleSignOnUserValue: profile.ssoUser }),
    UserSettings: profile.settings,
  };
}

function sameText(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function toJson(value: unknown): JsonObject {
  const json = z.json().parse(value);
  return isObject(json) ? json : {};
}
