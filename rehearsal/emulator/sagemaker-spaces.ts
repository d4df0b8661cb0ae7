import { z } from "zod";
import { isObject, type JsonObject } from "../json";
import type { Clock } from "./clock";
import { resourceInUse, resourceNotFound, validationError } from "./errors";
import { begin } from "./lifecycle";
import { domainId, resourceName, sortShape } from "./names";
import { arnFor, type Call, type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";
import { profileResource } from "./sagemaker-profiles";
import type { SagemakerSettings } from "./sagemaker-settings";
import { isInTheWay, type SpaceState, type StudioState, timestamp } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagList } from "./tags";

const key = { DomainId: domainId, SpaceName: resourceName };
const sharing = z.object({ SharingType: z.enum(["Private", "Shared"]) });
const changeable = {
  SpaceSettings: z.looseObject({}).optional(),
  SpaceDisplayName: z.string().max(64).optional(),
};

/** The operations on spaces. */
export function spaceOperations(state: StudioState, clock: Clock, settings: SagemakerSettings): Operations {
  const arnOf = (call: Call, input: { DomainId: string; SpaceName: string }) =>
    arnFor(call, "sagemaker", spaceResource(input.DomainId, input.SpaceName));

  function spaceOf(call: Call, input: { DomainId: string; SpaceName: string }): SpaceState {
    const found = state.findSpace(state.domain(call, input.DomainId), input.SpaceName);
    if (found === undefined) throw resourceNotFound(`Space with name ${input.SpaceName} does not exist`);
    return found;
  }

  function onSpace(call: Call, action: string, input: { DomainId: string; SpaceName: string }): Requirement[] {
    const resource = arnOf(call, input);
    const found = state.findSpace({ id: input.DomainId }, input.SpaceName);
    const context = { ...resourceTagContext(found?.tags), ...(found === undefined ? {} : spaceContext(call, found)) };
    return [{ action: `sagemaker:${action}`, resource, context }];
  }

  return {
    CreateSpace: operation(
      z.object({
        ...key,
        ...changeable,
        Tags: tagList.optional(),
        OwnershipSettings: z.object({ OwnerUserProfileName: resourceName }).optional(),
        SpaceSharingSettings: sharing.optional(),
      }),
      (input, call) => {
        const arn = arnOf(call, input);
        const owner = input.OwnershipSettings?.OwnerUserProfileName;
        // A domain with tag propagation passes the owner's tags on, and the caller must be allowed to set them.
        const ofOwner = owner === undefined ? undefined : state.findProfile({ id: input.DomainId }, owner)?.tags;
        const tags = new Map([...(ofOwner ?? []), ...readTags(input.Tags)]);
        const sharingType = input.SpaceSharingSettings?.SharingType;
        const context = {
          ...requestTagContext(tags),
          ...spaceContext(call, { domain: { id: input.DomainId }, owner, sharingType }),
        };
        const tagging = { ...requestTagContext(tags), "sagemaker:TaggingAction": "CreateSpace" };
        return {
          summary: input.SpaceName,
          requires: [
            { action: "sagemaker:CreateSpace", resource: arn, context },
            ...(tags.size === 0 ? [] : [{ action: "sagemaker:AddTags", resource: arn, context: tagging }]),
          ],
          run: () => {
            const domain = state.domain(call, input.DomainId);
            if (state.findSpace(domain, input.SpaceName) !== undefined) {
              throw resourceInUse(`Space ${input.SpaceName} already exists in domain ${domain.id}`);
            }
            if ((owner === undefined) !== (sharingType === undefined)) {
              throw validationError("OwnershipSettings and SpaceSharingSettings belong together");
            }
            if (owner !== undefined && state.findProfile(domain, owner)?.status !== "InService") {
              throw validationError(`UserProfile ${owner} does not exist or is not InService`);
            }
            const now = clock.now();
            const space = newSpace(state, now, {
              domain,
              name: input.SpaceName,
              owner,
              sharingType,
              displayName: input.SpaceDisplayName,
              tags,
              settings: toJson(input.SpaceSettings),
            });
            begin(space, "Pending", { after: settings.timings.space, status: "InService" }, now);
            return { SpaceArn: arn };
          },
        };
      },
    ),
    DescribeSpace: operation(z.object(key), (input, call) => ({
      summary: input.SpaceName,
      requires: onSpace(call, "DescribeSpace", input),
      run: () => {
        const space = spaceOf(call, input);
        return {
          ...summary(space),
          SpaceArn: space.arn,
          SpaceSettings: space.settings,
          ...(space.failureReason === undefined ? {} : { FailureReason: space.failureReason }),
          ...(space.owner === undefined ? {} : { OwnershipSettings: { OwnerUserProfileName: space.owner } }),
          ...(space.sharingType === undefined ? {} : { SpaceSharingSettings: { SharingType: space.sharingType } }),
        };
      },
    })),
    UpdateSpace: operation(z.object({ ...key, ...changeable }), (input, call) => ({
      summary: input.SpaceName,
      requires: onSpace(call, "UpdateSpace", input),
      run: () => {
        const space = spaceOf(call, input);
        refuseWhileChanging(space);
        space.settings = { ...space.settings, ...toJson(input.SpaceSettings) };
        space.displayName = input.SpaceDisplayName ?? space.displayName;
        space.modifiedAt = clock.now();
        begin(space, "Updating", { after: settings.timings.space, status: "InService" }, clock.now());
        return { SpaceArn: space.arn };
      },
    })),
    DeleteSpace: operation(z.object(key), (input, call) => ({
      summary: input.SpaceName,
      requires: onSpace(call, "DeleteSpace", input),
      run: () => {
        const space = spaceOf(call, input);
        refuseWhileChanging(space);
        const used = state
          .apps()
          .some(
            (each) =>
              each.domain === space.domain &&
              each.spaceName?.toLowerCase() === space.name.toLowerCase() &&
              isInTheWay(each),
          );
        if (used) throw resourceInUse(`Unable to delete Space [${space.name}] because App(s) are associated with it`);
        begin(space, "Deleting", { after: settings.timings.space, status: "gone" }, clock.now());
        return {};
      },
    })),
    ListSpaces: operation(
      z.object({
        ...pagingShape,
        ...sortShape,
        DomainIdEquals: domainId.optional(),
        SpaceNameContains: resourceName.optional(),
      }),
      (input, call) => ({
        summary: input.DomainIdEquals ?? "all",
        requires: [{ action: "sagemaker:ListSpaces", resource: "*" }],
        run: () => {
          const part = input.SpaceNameContains?.toLowerCase() ?? "";
          const domains = state.domainsOf(call, input.DomainIdEquals);
          const all = state
            .spaces()
            .filter(({ domain, name }) => domains.has(domain) && (part === "" || name.toLowerCase().includes(part)));
          const { items, next } = page("ListSpaces", all, input, input.SortOrder);
          return {
            Spaces: items.map((each) => ({
              ...summary(each),
              ...(each.owner === undefined ? {} : { OwnershipSettingsSummary: { OwnerUserProfileName: each.owner } }),
              ...(each.sharingType === undefined
                ? {}
                : { SpaceSharingSettingsSummary: { SharingType: each.sharingType } }),
            })),
            ...next,
          };
        },
      }),
    ),
  };
}

/** A space as it is once it is made. */
export function newSpace(
  state: StudioState,
  now: Date,
  about: Pick<SpaceState, "domain" | "name" | "owner" | "sharingType" | "displayName" | "tags" | "settings">,
): SpaceState {
  const { domain, name } = about;
  const space: SpaceState = {
    ...about,
    sequence: state.nextSequence(),
    status: "InService",
    arn: arnFor(domain, "sagemaker", spaceResource(domain.id, name)),
    createdAt: now,
    modifiedAt: now,
  };
  state.addSpace(space);
  return space;
}

/** The resource part of a space's ARN. */
function spaceResource(domain: string, name: string): string {
  return `space/${domain}/${name.toLowerCase()}`;
}

/** The context keys that say whose space it is, and who may see it. */
export function spaceContext(
  call: Call,
  space: {
    readonly domain: { readonly id: string };
    readonly owner: string | undefined;
    readonly sharingType: string | undefined;
  },
): Record<string, string> {
  const context: Record<string, string> = {};
  if (space.owner !== undefined) {
    context["sagemaker:OwnerUserProfileArn"] = arnFor(call, "sagemaker", profileResource(space.domain.id, space.owner));
  }
  if (space.sharingType !== undefined) context["sagemaker:SpaceSharingType"] = space.sharingType;
  return context;
}

function refuseWhileChanging(space: SpaceState): void {
  if (space.status === "Pending" || space.status === "Updating" || space.status === "Deleting") {
    throw resourceInUse(`Space ${space.name} is in status ${space.status}`);
  }
}

function summary(space: SpaceState): JsonObject {
  return {
    DomainId: space.domain.id,
    SpaceName: space.name,
    Status: space.status,
    CreationTime: timestamp(space.createdAt),
    LastModifiedTime: timestamp(space.modifiedAt),
    ...(space.displayName === undefined ? {} : { SpaceDisplayName: space.displayName }),
  };
}

function toJson(value: unknown): JsonObject {
  const json = z.json().parse(value ?? {});
  return isObject(json) ? json : {};
}
