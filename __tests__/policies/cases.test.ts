import { asList } from "../../rehearsal/json";
import { encryptionRows, everyRow, libraryRows, networkRows } from "./cases";
import { isGuardrails } from "./cases/callers";
import { misjudged } from "./cases/judge";
import { libraryOf } from "./cases/library";
import { sceneOf } from "./cases/scene";
import type { Row } from "./cases/table";
import { exampleConfig, LIMITED, librariesConfig, PARTITIONS, synthesize } from "./synthesized";

describe.each(PARTITIONS)("in partition %s, the synthesized policies decide as they should about", (partition) => {
  const scene = sceneOf(partition, synthesize(exampleConfig(partition)));
  const libraries = synthesize(librariesConfig(partition));
  const plain = libraryOf(partition, libraries);
  const inNetwork = libraryOf(partition, libraries, LIMITED.network);
  const encrypted = libraryOf(partition, libraries, LIMITED.encryption);

  const tables: readonly (readonly [string, readonly Row[], typeof scene.world])[] = [
    ...Object.entries(everyRow(scene)).map(([name, rows]) => [name, rows, scene.world] as const),
    ...Object.entries(libraryRows(plain)).map(([name, rows]) => [name, rows, plain.world] as const),
    ...Object.entries(networkRows(inNetwork)).map(([name, rows]) => [name, rows, inNetwork.world] as const),
    ...Object.entries(encryptionRows(encrypted)).map(([name, rows]) => [name, rows, encrypted.world] as const),
  ];

  test.each(tables)("%s", async (_, rows, world) => {
    expect(await misjudged(world, rows)).toEqual([]);
  });

  test.each([
    ["an execution role", scene.research.fraud, ["kms", "logs", "s3", "sagemaker"]],
    ["a compute role", scene.research.fraudCompute, ["cloudwatch", "ecr", "logs", "s3", "sagemaker"]],
    ["the role without access", scene.research.noAccess, []],
    ["the provisioner", scene.research.provisioner, ["iam", "sagemaker"]],
    ["the reader", scene.research.reader, ["sagemaker"]],
    ["the onboarding function", scene.onboarding, ["identitystore", "logs", "sqs", "sts"]],
    ["the sweep function", scene.sweep, ["identitystore", "logs", "sqs", "sts"]],
  ] as const)("the services that %s may ask at all", (_, role, services) => {
    const statements = role.policies.flatMap(({ document }) => document.Statement);
    const actions = statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => asList(Action));
    expect([...new Set(actions.map((action) => action.split(":")[0]))].sort()).toEqual(services);
  });

  test.each([
    ["the example", scene.world],
    ["the libraries", libraries.world],
  ])("every role of a group and of a team has its studio's denials, in %s", (_, { roles }) => {
    const byStudio = new Map<string, Set<string>>();
    for (const { arn, policies } of roles.values()) {
      const studio = /:role\/studio(?:-compute)?\/([^/]+)\/(?!.*-no-access$)/.exec(arn)?.[1];
      if (studio === undefined) continue;
      const denials = policies.filter(isGuardrails).flatMap(({ document }) => document.Statement.map(({ Sid }) => Sid));
      byStudio.set(studio, (byStudio.get(studio) ?? new Set()).add(denials.join()));
    }
    for (const [studio, denials] of byStudio) {
      expect([studio, [...denials]]).toEqual([studio, [expect.stringContaining("OtherTeamsThings")]]);
    }
    expect(byStudio.size).toBeGreaterThan(0);
  });
});
