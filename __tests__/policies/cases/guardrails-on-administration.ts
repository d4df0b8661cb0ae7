import { type Guarded, type Kept, leftAlone } from "./guarded";
import { oneOf } from "./own-things";
import type { Denied } from "./table";

/** What is an administrator's, by the type of what it is done with. */
const ADMINISTRATION: Readonly<Record<string, readonly string[]>> = {
  cluster: [
    "BatchAddClusterNodes",
    "BatchDeleteClusterNodes",
    "CreateCluster",
    "DeleteCluster",
    "StartClusterHealthCheck",
    "UpdateCluster",
    "UpdateClusterSoftware",
  ],
  "cluster-scheduler-config": ["DeleteClusterSchedulerConfig", "UpdateClusterSchedulerConfig"],
  "compute-quota": ["CreateComputeQuota", "DeleteComputeQuota", "UpdateComputeQuota"],
  "partner-app": ["CreatePartnerApp", "CreatePartnerAppPresignedUrl", "DeletePartnerApp", "UpdatePartnerApp"],
  "reserved-capacity": ["CreateReservedCapacity"],
  "training-plan": ["CreateTrainingPlan"],
  workforce: ["CreateWorkforce", "DeleteWorkforce", "UpdateWorkforce"],
  workteam: ["CreateWorkteam", "DeleteWorkteam", "UpdateWorkteam"],
  "studio-lifecycle-config": ["CreateStudioLifecycleConfig", "DeleteStudioLifecycleConfig"],
  "notebook-instance-lifecycle-config": [
    "CreateNotebookInstanceLifecycleConfig",
    "DeleteNotebookInstanceLifecycleConfig",
    "UpdateNotebookInstanceLifecycleConfig",
  ],
  "model-package-group": ["DeleteModelPackageGroupPolicy", "PutModelPackageGroupPolicy"],
};

/** The same of what AWS knows no type for. */
const ADMINISTRATION_OF_ALL = [
  "CreateLineageGroupPolicy",
  "DeleteLineageGroupPolicy",
  "DeleteResourcePolicy",
  "DisableSagemakerServicecatalogPortfolio",
  "EnableSagemakerServicecatalogPortfolio",
  "ExtendTrainingPlan",
  "PutLineageGroupPolicy",
  "PutResourcePolicy",
];

export function administration({ library, who }: Pick<Kept, "library" | "who">): Guarded {
  const by = "Administration";
  const of = (action: string | readonly string[], resource: string): Denied => ({
    name: "what is an administrator's",
    who,
    action,
    resource,
    by,
  });
  const sageMaker = (actions: readonly string[]) => actions.map((action) => `sagemaker:${action}`);
  const workgroup = library.arn("athena", library.region, library.accountId, "workgroup/mine");
  return {
    denied: [
      ...Object.entries(ADMINISTRATION).map(([type, actions]) => of(sageMaker(actions), oneOf(library, type))),
      of(sageMaker(ADMINISTRATION_OF_ALL), "*"),
      of(sageMaker(["CreateDomain", "DeleteDomain", "UpdateDomain"]), library.domainArn),
      of(sageMaker(["CreateUserProfile", "DeleteUserProfile", "UpdateUserProfile"]), library.profile("ben")),
      { ...of(["athena:TagResource", "athena:UntagResource"], workgroup), by: "TagsOfWorkgroups" },
    ],
    allowed: [
      leftAlone({
        name: "what is an administrator's, to look at",
        who,
        action: sageMaker(["ListClusters", "ListStudioLifecycleConfigs", "ListWorkteams"]),
        resource: "*",
      }),
      leftAlone({
        name: "a workgroup, to query in",
        who,
        action: "athena:StartQueryExecution",
        resource: workgroup,
      }),
      leftAlone({
        name: "what only sounds like an administrator's",
        who,
        action: sageMaker(["CreateModelPackageGroup", "DeleteModelPackageGroup"]),
        resource: oneOf(library, "model-package-group"),
      }),
    ],
  };
}

/** What everybody uses, and what AWS compares no tags on, by the type of what it is done with. */
const NOBODYS_ALONE: Readonly<Record<string, readonly string[]>> = {
  "human-loop": ["DeleteHumanLoop", "DescribeHumanLoop", "StopHumanLoop"],
  "mlflow-tracking-server": [
    "CreateMlflowTrackingServer",
    "CreatePresignedMlflowTrackingServerUrl",
    "DeleteMlflowTrackingServer",
    "UpdateMlflowTrackingServer",
  ],
  "shared-model": ["CreateSharedModel", "DescribeSharedModel", "UpdateSharedModel"],
  hub: ["CreateHub", "CreateHubContentReference", "DeleteHub", "ImportHubContent", "UpdateHub"],
  "hub-content": ["DeleteHubContent", "UpdateHubContent"],
  image: ["CreateImage", "CreateImageVersion", "DeleteImage", "UpdateImage"],
  "notebook-instance": ["CreatePresignedNotebookInstanceUrl"],
  "monitoring-schedule": ["UpdateMonitoringAlert"],
};

export function whatIsNobodysAlone({ library, who }: Pick<Kept, "library" | "who">): Guarded {
  const server = oneOf(library, "mlflow-tracking-server");
  return {
    denied: [
      ...Object.entries(NOBODYS_ALONE).map(
        ([type, actions]): Denied => ({
          name: "what is nobody's alone",
          who,
          action: actions.map((action) => `sagemaker:${action}`),
          resource: oneOf(library, type),
          by: "WhatIsNobodysAlone",
        }),
      ),
      {
        name: "runs on a tracking server",
        who,
        action: ["sagemaker-mlflow:CreateRun", "sagemaker-mlflow:SearchRuns"],
        resource: server,
        by: "TrackingServers",
      },
    ],
    allowed: [
      leftAlone({
        name: "what everybody uses, to look at",
        who,
        action: ["sagemaker:DescribeImage", "sagemaker:ListImageVersions"],
        resource: oneOf(library, "image"),
      }),
      leftAlone({
        name: "a hub, to look at",
        who,
        action: ["sagemaker:DescribeHub", "sagemaker:ListHubContents"],
        resource: oneOf(library, "hub"),
      }),
    ],
  };
}
