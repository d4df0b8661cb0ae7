import { z } from "zod";
import { isObject, type JsonObject } from "../json";
import { partitionOfRegion, syntheticApplicationArn, syntheticDomainId, syntheticHex } from "../synthetic";
import type { Domain } from "../world";
import type { Clock } from "./clock";
import { resourceInUse, validationError } from "./errors";
import { begin } from "./lifecycle";
import { domainId, resourceName, userSettings } from "./names";
import { arnFor, type Call, type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";
import { passRole } from "./passed-roles";
import type { SagemakerSettings } from "./sagemaker-settings";
import { type DomainState, type StudioState, timestamp } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagList } from "./tags";

const createDomain = z.looseObject({
  DomainName: resourceName,
  AuthMode: z.enum(["SSO", "IAM"]),
  DefaultUserSettings: userSettings,
  SubnetIds: z.array(z.string()).min(1).max(16).optional(),
  Tags: tagList.optional(),
});

const updateDomain = z.looseObject({ DomainId: domainId, DefaultUserSettings: userSettings.optional() });

/** The operations on domains. */
export function domainOperations(state: StudioState, clock: Clock, settings: SagemakerSettings): Operations {
  const onDomain = (call: Call, action: string, id: string): Requirement[] => {
    const found = state.domains().find((each) => each.id === id);
    const context = resourceTagContext(found?.tags);
    return [{ action: `sagemaker:${action}`, resource: arnFor(call, "sagemaker", `domain/${id}`), context }];
  };

  return {
    CreateDomain: operation(createDomain, (input, call) => {
      const tags = readTags(input.Tags);
      // A domain that was deleted leaves its id behind.
      const place = [call.accountId, call.region, input.DomainName] as const;
      const first = syntheticDomainId(...place);
      const taken = deletedIds.get(state)?.has(first) ?? false;
      const id = taken ? `d-${syntheticHex(12, first, String(state.nextSequence()))}` : first;
      const arn = arnFor(call, "sagemaker", `domain/${id}`);
      return {
        summary: input.DomainName,
        requires: [
          { action: "sagemaker:CreateDomain", resource: arn, context: requestTagContext(tags) },
          ...passRole(input.DefaultUserSettings.ExecutionRole),
        ],
        run: () => {
          const twin = state.domains().some((each) => sameText(each.name, input.DomainName) && inPlace(each, call));
          if (twin) throw resourceInUse(`Domain ${input.DomainName} already exists`);
          if (input.DefaultUserSettings.ExecutionRole === undefined) {
            throw validationError("DefaultUserSettings.ExecutionRole is required");
          }
          const now = clock.now();
          const { Tags: _tags, DomainName: _name, AuthMode: _mode, ...rest } = input;
          const domain: DomainState = {
            sequence: state.nextSequence(),
            status: "Pending",
            id,
            arn,
            name: input.DomainName,
            accountId: call.accountId,
            region: call.region,
            authMode: input.AuthMode,
            url: `https://${id}.studio.${call.region}.sagemaker.aws`,
            applicationArn:
              input.AuthMode === "SSO"
                ? syntheticApplicationArn(partitionOfRegion(call.region), call.accountId, id)
                : undefined,
            homeEfsFileSystemId: `fs-${syntheticHex(17, "efs", id)}`,
            tags,
            createdAt: now,
            modifiedAt: now,
            settings: { ...DEFAULTS, ...toJson(rest) },
          };
          begin(domain, "Pending", { after: settings.timings.domain, status: "InService" }, now);
          state.addDomain(domain);
          return { DomainArn: arn, DomainId: id, Url: domain.url };
        },
      };
    }),
    DescribeDomain: operation(z.object({ DomainId: domainId }), (input, call) => ({
      summary: input.DomainId,
      requires: onDomain(call, "DescribeDomain", input.DomainId),
      run: () => describe(state.domain(call, input.DomainId)),
    })),
    UpdateDomain: operation(updateDomain, (input, call) => ({
      summary: input.DomainId,
      requires: [
        ...onDomain(call, "UpdateDomain", input.DomainId),
        ...passRole(input.DefaultUserSettings?.ExecutionRole),
      ],
      run: () => {
        const domain = state.domain(call, input.DomainId);
        if (domain.status !== "InService" && domain.status !== "Update_Failed") {
          throw resourceInUse(`Domain ${domain.id} is in status ${domain.status}`);
        }
        const { DomainId: _id, DomainSettingsForUpdate, DefaultUserSettings, ...rest } = toJson(input);
        domain.settings = {
          ...domain.settings,
          ...rest,
          DefaultUserSettings: merge(domain.settings.DefaultUserSettings, DefaultUserSettings),
          DomainSettings: merge(domain.settings.DomainSettings, DomainSettingsForUpdate),
        };
        domain.modifiedAt = clock.now();
        begin(domain, "Updating", { after: settings.timings.domain, status: "InService" }, clock.now());
        return { DomainArn: domain.arn };
      },
    })),
    DeleteDomain: operation(z.looseObject({ DomainId: domainId }), (input, call) => ({
      summary: input.DomainId,
      requires: onDomain(call, "DeleteDomain", input.DomainId),
      run: () => {
        const domain = state.domain(call, input.DomainId);
        const used = [...state.profiles(), ...state.spaces()].some((each) => each.domain === domain);
        if (used) throw resourceInUse(`Unable to delete Domain ${domain.id}: it has UserProfiles or Spaces`);
        begin(domain, "Deleting", { after: settings.timings.domain, status: "gone" }, clock.now());
        const gone = deletedIds.get(state) ?? new Set();
        deletedIds.set(state, gone.add(domain.id));
        return {};
      },
    })),
    ListDomains: operation(z.object(pagingShape), (input, call) => ({
      summary: "all",
      requires: [{ action: "sagemaker:ListDomains", resource: "*" }],
      run: () => {
        const all = state.domains().filter((each) => inPlace(each, call));
        const { items, next } = page("ListDomains", all, input);
        return {
          Domains: items.map((each) => ({
            DomainArn: each.arn,
            DomainId: each.id,
            DomainName: each.name,
            Status: each.status,
            CreationTime: timestamp(each.createdAt),
            LastModifiedTime: timestamp(each.modifiedAt),
            Url: each.url,
          })),
          ...next,
        };
      },
    })),
  };
}

/** A domain that a stack describes, as it is once it is deployed. */
export function domainOfWorld(state: StudioState, clock: Clock, domain: Domain): DomainState {
  return {
    sequence: state.nextSequence(),
    status: "InService",
    id: domain.id,
    arn: domain.arn,
    name: domain.name,
    accountId: domain.accountId,
    region: domain.region,
    authMode: domain.authMode,
    url: domain.url,
    applicationArn: domain.applicationArn,
    homeEfsFileSystemId: `fs-${syntheticHex(17, "efs", domain.id)}`,
    tags: new Map(Object.entries(domain.tags)),
    createdAt: clock.now(),
    modifiedAt: clock.now(),
    settings: {
      ...DEFAULTS,
      DefaultUserSettings: { ExecutionRole: domain.defaultExecutionRole },
      DomainSettings: { ExecutionRoleIdentityConfig: domain.sourceIdentity },
    },
  };
}

/** The role that a domain gives to profiles without one of their own. */
export function defaultExecutionRole(domain: DomainState): string {
  const defaults = domain.settings.DefaultUserSettings;
  return isObject(defaults) && typeof defaults.ExecutionRole === "string" ? defaults.ExecutionRole : "";
}

const DEFAULTS: JsonObject = { AppNetworkAccessType: "PublicInternetOnly", TagPropagation: "DISABLED" };

const deletedIds = new WeakMap<StudioState, Set<string>>();

function describe(domain: DomainState): JsonObject {
  return {
    ...domain.settings,
    DomainArn: domain.arn,
    DomainId: domain.id,
    DomainName: domain.name,
    HomeEfsFileSystemId: domain.homeEfsFileSystemId,
    ...(domain.applicationArn === undefined
      ? {}
      : {
          SingleSignOnApplicationArn: domain.applicationArn,
          SingleSignOnManagedApplicationInstanceId: domain.applicationArn.split("/").at(-1) ?? "",
        }),
    Status: domain.status,
    ...(domain.failureReason === undefined ? {} : { FailureReason: domain.failureReason }),
    CreationTime: timestamp(domain.createdAt),
    LastModifiedTime: timestamp(domain.modifiedAt),
    AuthMode: domain.authMode,
    Url: domain.url,
  };
}

function inPlace(domain: DomainState, call: Call): boolean {
  return domain.accountId === call.accountId && domain.region === call.region;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function merge(old: unknown, changes: unknown): JsonObject {
  return { ...(isObject(old) ? old : {}), ...(isObject(changes) ? changes : {}) };
}

/** What came as JSON is JSON. */
function toJson(value: object): JsonObject {
  return z.record(z.string(), z.json()).parse(value);
}
