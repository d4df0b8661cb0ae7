import { z } from "zod";
import { isObject } from "../json";
import type { Clock } from "./clock";
import { resourceInUse, resourceNotFound, validationError } from "./errors";
import { begin } from "./lifecycle";
import { appType, domainId, resourceName, sortShape } from "./names";
import { arnFor, type Call, type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";
import type { PassedRoles } from "./passed-roles";
import { defaultExecutionRole } from "./sagemaker-domains";
import { executionRoleOf } from "./sagemaker-profiles";
import type { SagemakerSettings } from "./sagemaker-settings";
import { spaceContext } from "./sagemaker-spaces";
import { type AppKey, type AppState, type ProfileState, type StudioState, timestamp } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagList } from "./tags";

const key = {
  DomainId: domainId,
  AppType: appType,
  AppName: resourceName,
  UserProfileName: resourceName.optional(),
  SpaceName: resourceName.optional(),
};
const keySchema = z.object(key);
type KeyInput = z.output<typeof keySchema>;

/** The operations on apps. */
export function appOperations(
  state: StudioState,
  clock: Clock,
  passedRoles: PassedRoles,
  settings: SagemakerSettings,
): Operations {
  const keyOf = (input: KeyInput): AppKey => ({
    type: input.AppType,
    name: input.AppName,
    profileName: input.UserProfileName,
    spaceName: input.SpaceName,
  });

  function arnOf(call: Call, input: KeyInput): string {
    const owner = (input.UserProfileName ?? input.SpaceName ?? "").toLowerCase();
    return arnFor(call, "sagemaker", `app/${input.DomainId}/${owner}/${input.AppType.toLowerCase()}/${input.AppName}`);
  }

  function checkOwner(input: KeyInput): void {
    if ((input.UserProfileName === undefined) === (input.SpaceName === undefined)) {
      throw validationError("Exactly one of UserProfileName and SpaceName is required");
    }
  }

  function ownerContext(call: Call, input: KeyInput): Record<string, string> {
    const space = input.SpaceName;
    if (space === undefined) return {};
    const found = state
      .spaces()
      .find((each) => each.domain.id === input.DomainId && each.name.toLowerCase() === space.toLowerCase());
    return found === undefined ? {} : spaceContext(call, found);
  }

  function onApp(call: Call, action: string, input: KeyInput): Requirement[] {
    checkOwner(input);
    const resource = arnOf(call, input);
    const found = state.findByArn(resource);
    // AWS's reference has the owner and the sharing type on writes alone.
    const owner = action === "DescribeApp" ? {} : ownerContext(call, input);
    return [{ action: `sagemaker:${action}`, resource, context: { ...resourceTagContext(found?.tags), ...owner } }];
  }

  function appOf(call: Call, input: KeyInput): AppState {
    const found = state.findApp(state.domain(call, input.DomainId), keyOf(input));
    if (found === undefined) throw resourceNotFound(`App with name ${input.AppName} does not exist`);
    return found;
  }

  /** The profile whose role an app runs with, if any: a space without an owner has none. */
  function profileOf(call: Call, input: KeyInput): ProfileState | undefined {
    const domain = state.domain(call, input.DomainId);
    const space = input.SpaceName === undefined ? undefined : state.findSpace(domain, input.SpaceName);
    if (input.SpaceName !== undefined && space?.status !== "InService") {
      throw validationError(`Space ${input.SpaceName} does not exist or is not InService`);
    }
    const name = input.UserProfileName ?? space?.owner;
    const profile = name === undefined ? undefined : state.findProfile(domain, name);
    if (name !== undefined && profile?.status !== "InService") {
      throw validationError(`UserProfile ${name} does not exist or is not InService`);
    }
    return profile;
  }

  return {
    CreateApp: operation(
      keySchema.extend({ Tags: tagList.optional(), ResourceSpec: z.looseObject({}).optional() }),
      (input, call) => {
        checkOwner(input);
        const tags = readTags(input.Tags);
        const arn = arnOf(call, input);
        const context = { ...requestTagContext(tags), ...ownerContext(call, input) };
        const tagging = { ...requestTagContext(tags), "sagemaker:TaggingAction": "CreateApp" };
        let starts = true;
        const roleFor = (profile: ProfileState | undefined) =>
          profile === undefined ? defaultExecutionRole(state.domain(call, input.DomainId)) : executionRoleOf(profile);
        return {
          summary: `${input.AppType} ${input.AppName} of ${input.UserProfileName ?? input.SpaceName}`,
          requires: [
            { action: "sagemaker:CreateApp", resource: arn, context },
            ...(tags.size === 0 ? [] : [{ action: "sagemaker:AddTags", resource: arn, context: tagging }]),
          ],
          check: async () => {
            if (call.principal.kind === "admin") return;
            const domain = state.domain(call, input.DomainId);
            starts = await passedRoles.startsApps(roleFor(profileOf(call, input)), domain, arn);
          },
          run: () => {
            const domain = state.domain(call, input.DomainId);
            const profile = profileOf(call, input);
            const twin = state.findApp(domain, keyOf(input));
            if (twin !== undefined && twin.status !== "Deleted" && twin.status !== "Failed") {
              throw resourceInUse(`App ${input.AppName} already exists`);
            }
            const now = clock.now();
            const app: AppState = {
              sequence: state.nextSequence(),
              status: "Pending",
              arn,
              domain,
              name: input.AppName,
              type: input.AppType,
              profileName: profile === undefined || input.SpaceName !== undefined ? undefined : profile.name,
              spaceName: input.SpaceName,
              executionRole: roleFor(profile),
              resourceSpec: toJson(input.ResourceSpec),
              // A profile's tags are added to its apps.
              tags: new Map([...(profile?.tags ?? []), ...tags]),
              createdAt: now,
              modifiedAt: now,
            };
            const outcome = starts
              ? { after: settings.timings.app, status: "InService" as const }
              : {
                  after: settings.timings.app,
                  status: "Failed" as const,
                  failureReason: `SageMaker is unable to assume role ${app.executionRole}`,
                };
            begin(app, "Pending", outcome, now);
            state.addApp(app);
            return { AppArn: arn };
          },
        };
      },
    ),
    DescribeApp: operation(keySchema, (input, call) => ({
      summary: `${input.AppType} ${input.AppName} of ${input.UserProfileName ?? input.SpaceName}`,
      requires: onApp(call, "DescribeApp", input),
      run: () => {
        const app = appOf(call, input);
        return {
          ...summary(app),
          AppArn: app.arn,
          ...(app.resourceSpec === undefined ? {} : { ResourceSpec: app.resourceSpec }),
          ...(app.failureReason === undefined ? {} : { FailureReason: app.failureReason }),
        };
      },
    })),
    DeleteApp: operation(keySchema, (input, call) => ({
      summary: `${input.AppType} ${input.AppName} of ${input.UserProfileName ?? input.SpaceName}`,
      requires: onApp(call, "DeleteApp", input),
      run: () => {
        const app = appOf(call, input);
        if (app.status === "Deleted") throw resourceNotFound(`App with name ${input.AppName} does not exist`);
        if (app.status === "Deleting" || app.status === "Pending") {
          throw resourceInUse(`App ${app.name} is in status ${app.status}`);
        }
        // The row of a deleted app stays in the list for a day.
        begin(app, "Deleting", { after: settings.timings.app, status: "Deleted" }, clock.now());
        return {};
      },
    })),
    ListApps: operation(
      z.object({
        ...pagingShape,
        ...sortShape,
        DomainIdEquals: domainId.optional(),
        UserProfileNameEquals: resourceName.optional(),
        SpaceNameEquals: resourceName.optional(),
      }),
      (input, call) => ({
        summary: input.UserProfileNameEquals ?? input.SpaceNameEquals ?? "all",
        requires: [{ action: "sagemaker:ListApps", resource: "*" }],
        run: () => {
          const named = (wanted: string | undefined, name: string | undefined) =>
            wanted === undefined || wanted.toLowerCase() === name?.toLowerCase();
          const all = state
            .apps()
            .filter((each) => each.domain.accountId === call.accountId && each.domain.region === call.region)
            .filter((each) => each.domain.id === (input.DomainIdEquals ?? each.domain.id))
            .filter((each) => named(input.UserProfileNameEquals, each.profileName))
            .filter((each) => named(input.SpaceNameEquals, each.spaceName));
          const { items, next } = page("ListApps", all, input, input.SortOrder);
          return { Apps: items.map(summary), ...next };
        },
      }),
    ),
  };
}

function summary(app: AppState) {
  return {
    DomainId: app.domain.id,
    ...(app.profileName === undefined ? {} : { UserProfileName: app.profileName }),
    ...(app.spaceName === undefined ? {} : { SpaceName: app.spaceName }),
    AppType: app.type,
    AppName: app.name,
    Status: app.status,
    CreationTime: timestamp(app.createdAt),
  };
}

function toJson(value: unknown) {
  const json = z.json().parse(value ?? {});
  return isObject(json) ? json : {};
}
