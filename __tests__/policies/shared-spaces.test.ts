import { everyRow } from "./cases";
import { misjudged } from "./cases/judge";
import { sceneOf } from "./cases/scene";
import { type FoundDocument, policyDocuments } from "./documents";
import { exampleConfig, PARTITIONS, synthesize } from "./synthesized";

/** What `sharedSpaces: delete` in the config changes, and that it changes nothing else. */
describe.each(PARTITIONS)("in partition %s, shared spaces that go with their owner", (partition) => {
  const keep = synthesize(exampleConfig(partition));
  const remove = synthesize(exampleConfig(partition, { sharedSpaces: "delete" }));

  test("are another value in one statement of each provisioner, and in no other policy", () => {
    const [kept, removed] = [policyDocuments(keep.world), policyDocuments(remove.world)];
    expect(removed.map(({ where }) => where)).toEqual(kept.map(({ where }) => where));
    const texts = new Map(kept.map(({ where, text }) => [where, text]));
    const changed = removed.filter(({ where, text }) => text !== texts.get(where));
    expect(changed.map(({ stack, where }) => [stack, where.split(": ")[1]]).sort()).toEqual(
      keep.config.studios
        .map(({ name }) => [`studio-${name}`, "aws_iam_role_policy.provisioner_profiles.policy"])
        .sort(),
    );
    for (const { where, text } of changed) {
      expect(text.match(/"Private","Shared"/g)).toHaveLength(1);
      expect(text.replace(',"Shared"', "")).toBe(oneValueAsList(texts.get(where)));
    }
  });

  test("are kept unless the config says otherwise", () => {
    const explicit = synthesize(exampleConfig(partition, { sharedSpaces: "keep" }));
    const textOf = ({ where, text }: FoundDocument) => [where, text];
    expect(policyDocuments(explicit.world).map(textOf)).toEqual(policyDocuments(keep.world).map(textOf));
    const allowing = policyDocuments(keep.world).filter(({ document }) =>
      document.Statement.some((each) => each.Effect === "Allow" && JSON.stringify(each).includes("Shared")),
    );
    expect(allowing.map(({ where }) => where)).toEqual([]);
  });

  const scene = sceneOf(partition, remove);
  // The other policies are the same, byte for byte.
  const concerned = Object.entries(everyRow(scene)).filter(([name]) => /provisioner|attacks/.test(name));
  test.each(concerned)("leave every decision about %s as it should be", async (_, rows) => {
    expect(await misjudged(scene.world, rows)).toEqual([]);
  });
});

function oneValueAsList(text: string | undefined): string {
  return (text ?? "").replace(/("sagemaker:SpaceSharingType":)"Private"/, '$1["Private"]');
}
