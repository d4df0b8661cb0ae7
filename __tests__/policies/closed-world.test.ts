import { asList } from "../../rehearsal/json";
import { COLUMNS, type Column, type Entry, PUBLIC_HUB, readTable, SAGEMAKER, TAG_ACTIONS, TAGS } from "./closed-world";
import {
  type Asker,
  cases,
  type Facts,
  isLeftToGuardrails,
  isTagAction,
  mayBe,
  mayTag,
  type Stage,
  stageOf,
  tagCases,
  withoutGuardrails,
} from "./closed-world-requests";
import { type ServiceAction, sageMakerActions, sageMakerArns } from "./service-data";
import { FOREIGN_ACCOUNT, libraryConfig, PARTITIONS, type Synthesized, synthesize } from "./synthesized";

const entries = readTable(SAGEMAKER, "MTGPA-");
const byName = new Map(entries.map((entry) => [entry.name, entry]));
const tagEntries = readTable(TAGS, "WRN-");
const byType = new Map(tagEntries.map((entry) => [entry.name, entry]));

const synthesized = synthesize(libraryConfig("aws"));
let actions: readonly ServiceAction[] = [];
let stage: Stage;

beforeAll(async () => {
  actions = await sageMakerActions();
  stage = stageOf(synthesized, await sageMakerArns());
});

describe("the table", () => {
  test("has every action of SageMaker, on every type, and none that there is not", () => {
    const known = actions.flatMap(({ name, types }) => [name, ...types.map((type) => `${name}@${type}`)]);
    const expected = actions.filter(({ name }) => !isTagAction(name));
    const missing = expected.flatMap((action) => {
      const places = action.types.length === 0 ? [action.name] : action.types.map((type) => `${action.name}@${type}`);
      return places.filter((place) => !byName.has(place) && !byName.has(action.name));
    });
    expect(missing).toEqual([]);
    expect(entries.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("has every type whose tags there are, and none that there is not", () => {
    const known = new Set(actions.filter(({ name }) => isTagAction(name)).flatMap(({ types }) => types));
    expect([...known].filter((type) => !byType.has(type))).toEqual([]);
    expect([...byType.keys()].filter((type) => !known.has(type))).toEqual([]);
    expect(actions.filter(({ name }) => isTagAction(name))).toHaveLength(TAG_ACTIONS.length);
  });

  test("has nothing twice, and no row for all types where each has its own", () => {
    const names = [...entries, ...tagEntries].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const idle = actions.filter(
      ({ name, types }) => byName.has(name) && types.length > 0 && types.every((type) => byName.has(`${name}@${type}`)),
    );
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  test.each([
    ["a letter that it does not have", "MMX--  CreateModel"],
    ["a column too few", "MM--  CreateModel"],
    ["anybody's things without a reason", "A----  ListModels"],
    ["a refusal without a reason", "-----  CreateDomain"],
  ])("is not read with %s", (_, row) => {
    expect(() => readTable(row, "MTGPA-")).toThrow(row);
  });
});

describe.each(COLUMNS)("in the policies, %s may do what the table says", (column) => {
  test("with every action", async () => {
    const { wrong, count } = await compared(stage.asker(column), column, () => true);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  test("with the tags of every type", async () => {
    const { wrong, count } = await comparedTags(stage.asker(column), column, () => true);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  // The guardrails would hide an activity that allows too much.
  test("and no more where the guardrails are taken away, but for what is left to them", async () => {
    const asker = withoutGuardrails(stage.asker(column));
    const counts = (letter: string, facts: Facts) => !isLeftToGuardrails(letter, facts);
    expect((await compared(asker, column, counts)).wrong).toEqual([]);
    expect((await comparedTags(asker, column, counts)).wrong).toEqual([]);
  });

  test("in this account, Region and domain alone", async () => {
    const asker = stage.asker(column);
    const wrong: string[] = [];
    for (const action of actions.filter(({ isWildcardOnly }) => !isWildcardOnly)) {
      for (const type of action.types) {
        const allowed = isTagAction(action.name)
          ? tagCases(action).filter((facts) => mayTag(tagLetterOf(type, column), action.name, type, facts))
          : cases(action, type, letterOf(action.name, type, column)).filter((facts) =>
              mayBe(letterOf(action.name, type, column), action.name, type, facts),
            );
        for (const facts of allowed) {
          const here = stage.resource(type, facts);
          for (const elsewhere of [{ Account: FOREIGN_ACCOUNT }, { Region: "us-east-1" }, { DomainId: "d-another" }]) {
            const there = stage.resource(type, facts, elsewhere);
            if (there !== here && (await stage.allows(asker, action.name, there, facts))) {
              wrong.push(`${action.name} on ${there}`);
            }
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("and reads AWS's public hub, or none of AWS's", async () => {
    const asker = stage.asker(column);
    const wrong: string[] = [];
    const reads = PUBLIC_HUB.columns.some((each) => each === column);
    for (const { name, types } of actions) {
      for (const type of types.filter((each) => each.startsWith("hub"))) {
        for (const hub of ["SageMakerPublicHub", "AnotherHub"]) {
          const resource = stage.resource(type, {}, { Account: "aws", HubName: hub });
          const isPublic = hub === "SageMakerPublicHub" && PUBLIC_HUB.actions.some((each) => each === name);
          const decided = await stage.allows(asker, name, resource, {});
          if (decided !== (reads && isPublic)) wrong.push(`${name} on ${resource}: ${decided}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

test.each(COLUMNS.filter((column) => column !== "compute"))(
  "a job that runs with the role of a %s has no profile, and opens nobody's",
  async (column) => {
    const inAJob = { ...stage.asker(column), isInStudio: false };
    const wrong: string[] = [];
    for (const action of actions) {
      for (const type of action.types.filter((each) => letterOf(action.name, each, column) === "P")) {
        for (const facts of cases(action, type, "P")) {
          const decided = await stage.allows(inAJob, action.name, stage.resource(type, facts), facts);
          if (decided) wrong.push(difference(action.name, type, facts, "P", decided));
        }
      }
    }
    expect(wrong).toEqual([]);
  },
);

test.each(PARTITIONS)(
  "in partition %s every role has the same, but for the partition, the Region and ids",
  (partition) => {
    expect(grantsByRole(synthesize(libraryConfig(partition)))).toEqual(grantsByRole(synthesized));
  },
);

/** Where what is decided is not what the table says. */
interface Compared {
  readonly wrong: readonly string[];
  readonly count: number;
}

type Counts = (letter: string, facts: Facts) => boolean;

async function compared(asker: Asker, column: Column, counts: Counts): Promise<Compared> {
  const wrong: string[] = [];
  let count = 0;
  for (const action of actions.filter(({ name }) => !isTagAction(name))) {
    for (const type of action.isWildcardOnly ? [undefined] : action.types) {
      const letter = letterOf(action.name, type, column);
      for (const facts of cases(action, type, letter).filter((each) => counts(letter, each))) {
        count += 1;
        const expected = mayBe(letter, action.name, type, facts);
        const decided = await stage.allows(asker, action.name, stage.resource(type, facts), facts);
        if (decided !== expected) wrong.push(difference(action.name, type, facts, letter, decided));
      }
    }
  }
  return { wrong, count };
}

async function comparedTags(asker: Asker, column: Column, counts: Counts): Promise<Compared> {
  const wrong: string[] = [];
  let count = 0;
  for (const action of actions.filter(({ name }) => isTagAction(name))) {
    for (const type of action.types) {
      const letter = tagLetterOf(type, column);
      for (const facts of tagCases(action).filter((each) => counts(letter, each))) {
        count += 1;
        const expected = mayTag(letter, action.name, type, facts);
        const decided = await stage.allows(asker, action.name, stage.resource(type, facts), facts);
        if (decided !== expected) wrong.push(difference(action.name, type, facts, letter, decided));
      }
    }
  }
  return { wrong, count };
}

function letterOf(action: string, type: string | undefined, column: Column): string {
  const entry: Entry | undefined = byName.get(`${action}@${type}`) ?? byName.get(action);
  return entry?.letters[column] ?? "";
}

function tagLetterOf(type: string, column: Column): string {
  return byType.get(type)?.letters[column] ?? "";
}

function difference(action: string, type: string | undefined, facts: Facts, letter: string, decided: boolean): string {
  return `${action} on ${type ?? "*"} with ${JSON.stringify(facts)}: ${decided ? "allowed" : "denied"}; table: ${letter}`;
}

/** What each role's statements name, by statement: into how many policies they go depends on how long the ARNs are. */
function grantsByRole({ world, config }: Synthesized): Map<string, string[]> {
  const fillIn = world.blocks
    .filter(({ type }) => type === "aws_sagemaker_domain")
    .flatMap((block) => [block.attribute("id"), block.attribute("home_efs_file_system_id")]);
  const places = [...config.studios, config.identityCenter].map(({ region }) => region);
  const [partition] = new Set(world.domains.map(({ arn }) => arn.split(":")[1]));
  const plain = (text: string) =>
    [...fillIn.map(String), ...places]
      .reduce((shorter, each) => shorter.replaceAll(each, "<id>"), text)
      .replaceAll(`arn:${partition}:`, "arn:<partition>:");
  return new Map(
    [...world.roles.values()].map(({ name, policies }) => {
      const statements = policies.flatMap(({ document }) => document.Statement);
      const named = statements.flatMap(({ Action, Resource, ...rest }) =>
        [...asList(Action), ...asList(Resource)].map((each) => plain(JSON.stringify([rest, each]))),
      );
      return [name, [...new Set(named)].sort()];
    }),
  );
}
