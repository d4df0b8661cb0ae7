import { accessAwsServices } from "./activities/access-aws-services";
import { featureGroups } from "./activities/feature-groups";
import { hub } from "./activities/hub";
import { invokeEndpoints } from "./activities/invoke-endpoints";
import { manageEndpoints } from "./activities/manage-endpoints";
import { manageExperiments } from "./activities/manage-experiments";
import { manageJobs } from "./activities/manage-jobs";
import { manageModels } from "./activities/manage-models";
import { managePipelines } from "./activities/manage-pipelines";
import { monitorModels } from "./activities/monitor-models";
import { privateSpaces } from "./activities/private-spaces";
import { queryAthena } from "./activities/query-athena";
import { remoteSessions } from "./activities/remote-sessions";
import { searchAndVisualize } from "./activities/search-and-visualize";
import { studioApps } from "./activities/studio-apps";
import { view } from "./activities/view";
import { lendVolumeKeys, readOutputs, useOutputKeys } from "./encryption";
import { networkInterfaces } from "./network";
import type { Statement } from "./statement";
import type { StudioScope } from "./studio-scope";

/** The names that `activities` takes in the config. */
export const ACTIVITY_NAMES = [
  "private-spaces",
  "studio-apps",
  "remote-sessions",
  "view",
  "manage-jobs",
  "manage-models",
  "manage-endpoints",
  "invoke-endpoints",
  "manage-pipelines",
  "manage-experiments",
  "search-and-visualize",
  "monitor-models",
  "feature-groups",
  "hub",
  "query-athena",
  "access-aws-services",
] as const;
export type ActivityName = (typeof ACTIVITY_NAMES)[number];

/** The names that `persona` takes in the config. */
export const PERSONA_NAMES = ["data-scientist", "mlops", "data-engineer", "viewer"] as const;
export type PersonaName = (typeof PERSONA_NAMES)[number];

/** Each activity's statements, for any team. */
export const ACTIVITIES: Readonly<Record<ActivityName, (studio: StudioScope) => readonly Statement[]>> = {
  "private-spaces": privateSpaces,
  "studio-apps": studioApps,
  "remote-sessions": remoteSessions,
  view,
  "manage-jobs": manageJobs,
  "manage-models": manageModels,
  "manage-endpoints": manageEndpoints,
  "invoke-endpoints": invokeEndpoints,
  "manage-pipelines": managePipelines,
  "manage-experiments": manageExperiments,
  "search-and-visualize": searchAndVisualize,
  "monitor-models": monitorModels,
  "feature-groups": featureGroups,
  hub,
  "query-athena": queryAthena,
  "access-aws-services": accessAwsServices,
};

/**
 * What a list of activities grants, in parts that belong together. Whoever a job runs with needs the studio's prescribed
 * network and keys besides.
 */
export function grants(studio: StudioScope, activities: readonly ActivityName[]): readonly (readonly Statement[])[] {
  const { network, encryption } = studio;
  const runsJobs = activities.includes("access-aws-services");
  return [
    ...activities.map((activity) => ACTIVITIES[activity](studio)),
    ...(runsJobs && network ? [networkInterfaces(studio, network)] : []),
    ...(runsJobs && encryption ? [[...lendVolumeKeys(encryption), ...useOutputKeys(encryption)]] : []),
    ...(encryption ? [[readOutputs(encryption)]] : []),
  ];
}

/** Ready-made lists of activities. Whoever runs jobs may run them with the own role, which then needs what a job needs. */
export const PERSONAS: Readonly<Record<PersonaName, readonly ActivityName[]>> = {
  "data-scientist": [
    "private-spaces",
    "studio-apps",
    "manage-jobs",
    "manage-models",
    "invoke-endpoints",
    "manage-experiments",
    "search-and-visualize",
    "feature-groups",
    "hub",
    "access-aws-services",
  ],
  mlops: [
    "private-spaces",
    "studio-apps",
    "manage-jobs",
    "manage-models",
    "manage-endpoints",
    "invoke-endpoints",
    "manage-pipelines",
    "search-and-visualize",
    "monitor-models",
    "hub",
    "access-aws-services",
  ],
  "data-engineer": [
    "private-spaces",
    "studio-apps",
    "manage-jobs",
    "manage-pipelines",
    "search-and-visualize",
    "feature-groups",
    "query-athena",
    "access-aws-services",
  ],
  viewer: ["view", "search-and-visualize"],
};

/** Activities that change nothing: who has no other only reads the team's data. */
const LOOKS: readonly ActivityName[] = ["hub", "search-and-visualize", "view"];

/** Whether any of the activities changes something. */
export function changesThings(activities: readonly ActivityName[]): boolean {
  return activities.some((activity) => !LOOKS.includes(activity));
}

/** What a team's jobs and endpoints run with, which is not a person's. */
export const COMPUTE: readonly ActivityName[] = ["access-aws-services"];
