import { asList } from "../../rehearsal/json";
import { everyRow } from "./cases";
import { misjudged } from "./cases/judge";
import { sceneOf } from "./cases/scene";
import { exampleConfig, PARTITIONS, synthesize } from "./synthesized";

describe.each(PARTITIONS)("in partition %s, the synthesized policies decide as they should about", (partition) => {
  const scene = sceneOf(partition, synthesize(exampleConfig(partition)));

  test.each(Object.entries(everyRow(scene)))("%s", async (_, rows) => {
    expect(await misjudged(scene.world, rows)).toEqual([]);
  });

  test.each([
    ["an execution role", scene.research.fraud, ["kms", "logs", "s3", "sagemaker"]],
    ["the role without access", scene.research.noAccess, []],
    ["the provisioner", scene.research.provisioner, ["iam", "sagemaker"]],
    ["the reader", scene.research.reader, ["sagemaker"]],
    ["the onboarding function", scene.onboarding, ["identitystore", "logs", "sqs", "sts"]],
    ["the sweep function", scene.sweep, ["identitystore", "logs", "sqs", "sts"]],
  ] as const)("the services that %s may ask at all", (_, role, services) => {
    const actions = role.policies.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => asList(Action)));
    expect([...new Set(actions.map((action) => action.split(":")[0]))].sort()).toEqual(services);
  });
});
