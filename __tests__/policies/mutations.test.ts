import type { PolicyDocument } from "../../rehearsal/policy-document";
import { decide, type Evaluated, evaluate, type Verdict } from "../../rehearsal/policy-simulator";
import { everyRow } from "./cases";
import { type Scene, sceneOf } from "./cases/scene";
import type { Row } from "./cases/table";
import { policyDocuments } from "./documents";
import { concerns, type Mutant, mutantsOf } from "./mutations";
import { SURVIVORS } from "./survivors";
import { exampleConfig, synthesize } from "./synthesized";

/** A case whose decision is known, and can be made again with other policies. */
interface Decided {
  readonly row: Row;
  readonly evaluated: Evaluated;
}

const scene = sceneOf("aws", synthesize(exampleConfig("aws")));
const { world } = scene;
/** The same with the one document that the config can change. */
const removing = sceneOf("aws", synthesize(exampleConfig("aws", { sharedSpaces: "delete" })));
const documents = documentsOf(scene, removing);
const decided: Decided[] = [];
const survivors: string[] = [];

beforeAll(async () => {
  for (const each of [scene, removing]) {
    for (const row of Object.values(everyRow(each)).flat()) {
      if (each === removing && !isProvisioner(row)) continue;
      decided.push({ row, evaluated: (await decide(each.world, row.request)).evaluated });
    }
  }
});

test("the cases are decided alike without the simulator's validation", async () => {
  const wrong: string[] = [];
  for (const { row, evaluated } of decided) if ((await evaluate(evaluated)) !== row.verdict) wrong.push(row.name);
  expect(wrong).toEqual([]);
});

test("every statement of the stacks is in one of the documents that are changed", () => {
  const sids = (each: readonly PolicyDocument[]) =>
    new Set(each.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)));
  expect(sids([...documents.values()])).toEqual(sids(policyDocuments(world).map(({ document }) => document)));
});

describe("a case notices every change to", () => {
  test.each([...documents])("%s", async (name, document) => {
    const using = decided.filter(({ evaluated }) => documentsIn(evaluated).some((each) => isSame(each, document)));
    const unnoticed: string[] = [];
    for (const mutant of mutantsOf(document)) {
      if (!(await isNoticed(document, mutant, using))) unnoticed.push(`${name}: ${mutant.name}`);
    }
    survivors.push(...unnoticed);
    expect(unnoticed.filter((each) => SURVIVORS[each] === undefined)).toEqual([]);
  });

  afterAll(() => {
    // A reason for a change that is noticed by now would only mislead.
    expect(Object.keys(SURVIVORS).filter((each) => !survivors.includes(each))).toEqual([]);
  });
});

/** One document of each kind: those of other groups and studios are made by the same functions. */
function documentsOf(
  { research, onboarding, sweep, world: { queues } }: Scene,
  deletingSharedSpaces: Scene,
): Map<string, PolicyDocument> {
  const queue = (name: string) => queues.find((each) => each.name === name)?.policy;
  const named: readonly (readonly [string, PolicyDocument | undefined])[] = [
    ...research.fraud.policies.map((each) => [each.name.replace("studio-research-", ""), each.document] as const),
    ["trust of execution roles", research.fraud.trust],
    ["provisioner", research.provisioner.policies[0]?.document],
    ["trust of the provisioner", research.provisioner.trust],
    ["provisioner that deletes shared spaces", deletingSharedSpaces.research.provisioner.policies[0]?.document],
    ["reader", research.reader.policies[0]?.document],
    ["trust of the reader", research.reader.trust],
    ["onboarding function", onboarding.policies[0]?.document],
    ["sweep function", sweep.policies[0]?.document],
    ["trust of the functions", onboarding.trust],
    ["queue", queue("studio-membership")],
    ["sweep queue", queue("studio-sweep")],
    ["dead letters", queue("studio-membership-dead-letters")],
  ];
  return new Map(named.flatMap(([name, document]) => (document === undefined ? [] : [[name, document]])));
}

function isProvisioner({ request: { who } }: Row): boolean {
  return who.kind === "role" && who.role.arn === removing.research.provisioner.arn;
}

async function isNoticed(original: PolicyDocument, mutant: Mutant, using: readonly Decided[]): Promise<boolean> {
  for (const { row, evaluated } of using) {
    if (!concerns(mutant, row.request.action)) continue;
    if ((await verdictWith(original, mutant.document, evaluated)) !== row.verdict) return true;
  }
  return false;
}

async function verdictWith(original: PolicyDocument, other: PolicyDocument, evaluated: Evaluated): Promise<Verdict> {
  const swap = (document: PolicyDocument) => (isSame(document, original) ? other : document);
  const identityPolicies = evaluated.identityPolicies.map(({ name, document }) => ({ name, document: swap(document) }));
  const resourcePolicy = evaluated.resourcePolicy && swap(evaluated.resourcePolicy);
  // The simulator refuses a document without statements.
  const hasStatements = resourcePolicy !== undefined && resourcePolicy.Statement.length > 0;
  return evaluate({
    ...evaluated,
    identityPolicies: identityPolicies.filter(({ document }) => document.Statement.length > 0),
    resourcePolicy: hasStatements ? resourcePolicy : undefined,
  });
}

function documentsIn({ identityPolicies, resourcePolicy }: Evaluated): PolicyDocument[] {
  return [...identityPolicies.map(({ document }) => document), ...(resourcePolicy ? [resourcePolicy] : [])];
}

const texts = new Map<PolicyDocument, string>();

/** Roles of a studio have the same trust, each a copy of it. */
function isSame(one: PolicyDocument, other: PolicyDocument): boolean {
  return one === other || textOf(one) === textOf(other);
}

function textOf(document: PolicyDocument): string {
  const text = texts.get(document) ?? JSON.stringify(document);
  texts.set(document, text);
  return text;
}
