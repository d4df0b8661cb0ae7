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
import { type AppKey, type AppState, isInTheWay, type ProfileState, type StudioState, timestamp } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagList } from "./tags";

const DAY = 24 * 60 * 60 * 1000;

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
    return arnFor(call, "sagemaker", appResource(input.DomainId, keyOf(input)));
  }

  function checkOwner(input: KeyInput): void {
    if ((input.UserProfileName === undefined) === (input.SpaceName === undefined)) {
      throw validationError("Exactly one of UserProfileName and SpaceName is required");
    }
  }

  function ownerContext(call: Call, input: KeyInput): Record<string, string> {
    const space = input.SpaceName;
    if (space === undefined) return {};
    const found = state.findSpace({ id: input.DomainId }, space);
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
            if (twin !== undefined && isInTheWay(twin)) {
              throw resourceInUse(`App ${input.AppName} already exists`);
            }
            const now = clock.now();
            const app = newApp(state, now, {
              domain,
              name: input.AppName,
              type: input.AppType,
              profileName: profile === undefined || input.SpaceName !== undefined ? undefined : profile.name,
              spaceName: input.SpaceName,
              executionRole: roleFor(profile),
              resourceSpec: toJson(input.ResourceSpec),
              // A profile's tags are added to its apps.
              tags: new Map([...(profile?.tags ?? []), ...tags]),
            });
            const outcome = starts
              ? { after: settings.timings.app, status: "InService" as const }
              : {
                  after: settings.timings.app,
                  status: "Failed" as const,
                  failureReason: `SageMaker is unable to assume role ${app.executionRole}`,
                };
            begin(app, "Pending", outcome, now);
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
        deleteApp(app, clock.now(), settings.timings.app);
        return {};
      },
    })),
    ListApps: operation(
      z.object({
        ...pagingShape,
        SortBy: z.literal("CreationTime").optional(),
        SortOrder: sortShape.SortOrder,
        DomainIdEquals: domainId.optional(),
        UserProfileNameEquals: resourceName.optional(),
        SpaceNameEquals: resourceName.optional(),
      }),
      (input, call) => ({
        summary: input.UserProfileNameEquals ?? input.SpaceNameEquals ?? "all",
        requires: [{ action: "sagemaker:ListApps", resource: "*" }],
        run: () => {
          if (input.UserProfileNameEquals !== undefined && input.SpaceNameEquals !== undefined) {
            throw validationError("UserProfileNameEquals and SpaceNameEquals cannot be set both");
          }
          const named = (wanted: string | undefined, name: string | undefined) =>
            wanted === undefined || wanted.toLowerCase() === name?.toLowerCase();
          const domains = state.domainsOf(call, input.DomainIdEquals);
          const all = state
            .apps()
            .filter((each) => domains.has(each.domain))
            .filter((each) => named(input.UserProfileNameEquals, each.profileName))
            .filter((each) => named(input.SpaceNameEquals, each.spaceName));
          const { items, next } = page("ListApps", all, input, input.SortOrder);
          return { Apps: items.map(summary), ...next };
        },
      }),
    ),
  };
}

/** An app as it is once it runs. */
export function newApp(
  state: StudioState,
  now: Date,
  about: Pick<
    AppState,
    "domain" | "name" | "type" | "profileName" | "spaceName" | "executionRole" | "resourceSpec" | "tags"
  >,
): AppState {
  const app: AppState = {
    ...about,
    sequence: state.nextSequence(),
    status: "InService",
    arn: arnFor(about.domain, "sagemaker", appResource(about.domain.id, about)),
    createdAt: now,
    modifiedAt: now,
  };
  state.addApp(app);
  return app;
}

/** Begins to delete an app, whose row stays in the list for a day after it. */
export function deleteApp(app: AppState, now: Date, duration: number): void {
  const gone = new Date(now.getTime() + duration);
  const apply = () => begin(app, "Deleted", { after: DAY, status: "gone" }, gone);
  begin(app, "Deleting", { after: duration, status: "Deleted", apply }, now);
}

/** The resource part of an app's ARN. */
function appResource(domain: string, { type, name, profileName, spaceName }: AppKey): string {
  const owner = (profileName ?? spaceName ?? "").toLowerCase();
  return `app/${domain}/${owner}/${type.toLowerCase()}/${name}`;
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
