import { ACTIVITY_NAMES } from "../../policies/personas";
import { asList } from "../../rehearsal/json";
import { actionMatches, type PolicyDocument, type PolicyStatement } from "../../rehearsal/policy-document";
import { type Evaluated, evaluate, type Verdict } from "../../rehearsal/policy-simulator";
import type { NamedPolicy, Role } from "../../rehearsal/world";
import { encryptionRows, everyRow, HELD_BY_ACTIVITIES, libraryRows, networkRows } from "./cases";
import { isGuardrails } from "./cases/callers";
import { about, judge } from "./cases/judge";
import { type Library, libraryOf } from "./cases/library";
import { type Scene, sceneOf } from "./cases/scene";
import { policyDocuments } from "./documents";
import { concerns, type Mutant, mutantsOf } from "./mutations";
import { SURVIVORS } from "./survivors";
import { exampleConfig, LIMITED, librariesConfig, synthesize } from "./synthesized";

/** A case whose decision is known, and can be made again with other policies. */
interface Decided {
  readonly name: string;
  readonly verdict: Verdict;
  /** The statements that decide it. */
  readonly by: readonly string[];
  readonly evaluated: Evaluated;
}

/** A document that is changed, or only some of its statements, where others of it are changed elsewhere. */
interface Changed {
  readonly document: PolicyDocument;
  readonly sids?: readonly string[];
}

const scene = sceneOf("aws", synthesize(exampleConfig("aws")));
/** The same with the one document that the config can change. */
const removing = sceneOf("aws", synthesize(exampleConfig("aws", { sharedSpaces: "delete" })));
const libraries = synthesize(librariesConfig("aws"));
const library = libraryOf("aws", libraries);
const inNetwork = libraryOf("aws", libraries, LIMITED.network);
const encrypted = libraryOf("aws", libraries, LIMITED.encryption);

const documents = new Map([
  ...ofExample(scene, removing),
  ...ofLibrary(library),
  ...ofLimits(library, inNetwork, encrypted),
]);
const decided: Decided[] = [];
const survivors: string[] = [];

beforeAll(async () => {
  const tables = [
    ...Object.entries(everyRow(scene)).map(([table, rows]) => ({ table, rows, world: scene.world })),
    ...Object.entries(everyRow(removing)).map(([table, rows]) => ({
      table,
      rows: rows.filter(({ request: { who } }) => {
        return who.kind === "role" && who.role.arn === removing.research.provisioner.arn;
      }),
      world: removing.world,
    })),
    ...Object.entries({
      ...libraryRows(library),
      // The teams share the activities' policies: what one of them asks is enough.
      ...only(HELD_BY_ACTIVITIES, libraryRows({ ...library, sides: [library.sides[0]] })),
      ...networkRows(inNetwork),
      ...encryptionRows(encrypted),
    }).map(([table, rows]) => ({ table, rows, world: libraries.world })),
  ];
  for (const { table, rows, world } of tables) {
    for (const { name, request, verdict, by } of rows) {
      const { who } = request;
      const made = (await judge(world, request)).evaluated;
      const evaluated = who.kind === "role" ? { ...made, identityPolicies: who.role.policies } : made;
      const each = { name, verdict, by, evaluated };
      decided.push(each);
      if (HELD_BY_ACTIVITIES.includes(table)) decided.push(unguarded(each));
    }
  }
});

test("the cases are decided alike without the simulator's validation, and by activities without their guardrails", async () => {
  const wrong: string[] = [];
  for (const { name, verdict, evaluated } of decided) {
    if ((await verdictOf(evaluated, evaluated.identityPolicies)) !== verdict) wrong.push(name);
  }
  expect(wrong).toEqual([]);
});

test("every statement of the stacks is in one of the documents that are changed", () => {
  const sids = (each: readonly PolicyDocument[]) =>
    new Set(each.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)));
  const all = [scene.world, libraries.world].flatMap((world) => policyDocuments(world));
  expect(sids([...documents.values()].map(({ document }) => document))).toEqual(
    sids(all.map(({ document }) => document)),
  );
});

describe("a case notices every change to", () => {
  test.each([...documents])("%s", async (name, { document, sids }) => {
    const using = decided.filter(({ evaluated }) => documentsIn(evaluated).some((each) => isSame(each, document)));
    const unnoticed: string[] = [];
    for (const mutant of mutantsOf(document)) {
      if (sids && !sids.includes(sidOf(mutant.original))) continue;
      if (!(await isNoticed(document, mutant, using))) unnoticed.push(`${name.trim()}: ${mutant.name}`);
    }
    survivors.push(...unnoticed);
    expect(unnoticed.filter((each) => SURVIVORS[each] === undefined)).toEqual([]);
  });

  afterAll(() => {
    // A reason for a change that is noticed by now would only mislead.
    expect(Object.keys(SURVIVORS).filter((each) => !survivors.includes(each))).toEqual([]);
  });
});

function only<T>(names: readonly string[], all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** A member of a group whose guardrails are gone: what an activity keeps closed, it must keep closed by itself. */
function unguarded({ name, verdict, by, evaluated }: Decided): Decided {
  return {
    name: `${name}, without guardrails`,
    verdict: verdict === "ExplicitlyDenied" ? "ImplicitlyDenied" : verdict,
    by: verdict === "ExplicitlyDenied" ? [] : by,
    evaluated: { ...evaluated, identityPolicies: evaluated.identityPolicies.filter((each) => !isGuardrails(each)) },
  };
}

/** One document of each kind: those of other groups and studios are made by the same functions. */
function ofExample(
  { research, onboarding, sweep, world: { queues } }: Scene,
  deletingSharedSpaces: Scene,
): Map<string, Changed> {
  const queue = (name: string) => queues.find((each) => each.name === name)?.policy;
  const privateSpaces = research.fraud.policies.find(({ name }) => name.endsWith("-private-spaces-1"));
  return known({
    "private-spaces": privateSpaces?.document,
    "trust of execution roles": research.fraud.trust,
    provisioner: research.provisioner.policies[0]?.document,
    "trust of the provisioner": research.provisioner.trust,
    "provisioner that deletes shared spaces": deletingSharedSpaces.research.provisioner.policies[0]?.document,
    reader: research.reader.policies[0]?.document,
    "trust of the reader": research.reader.trust,
    "onboarding function": onboarding.policies[0]?.document,
    "sweep function": sweep.policies[0]?.document,
    "trust of the functions": onboarding.trust,
    queue: queue("studio-membership"),
    "sweep queue": queue("studio-sweep"),
    "dead letters": queue("studio-membership-dead-letters"),
  });
}

/** Each activity alone, what all have, and what is for nobody's role. */
function ofLibrary(plain: Library): Map<string, Changed> {
  const { policy, federatedTrusts } = plain;
  const [{ team }] = plain.sides;
  const activities = ACTIVITY_NAMES.filter((name) => name !== "private-spaces");
  const teamData = (role: Role) => role.policies.find(({ name }) => name === "team-data")?.document;
  return new Map([
    ...known({
      ...Object.fromEntries(activities.map((name) => [name, policy(`${name}-1`).document])),
      "team data": teamData(team.role("manage-jobs")),
      "team data of a viewer": teamData(team.role("viewer")),
      "profiles-by-hand": policy("profiles-by-hand").document,
      "open-as-iam-user": policy("open-as-iam-user").document,
      "open-as-federated": policy("open-as-federated").document,
      "trust of federated roles": [...federatedTrusts.values()][0],
    }),
    ...guardrailsOf("guardrails", plain, []),
  ]);
}

/** What prescribing a network or keys adds. */
function ofLimits(plain: Library, network: Library, encryption: Library): Map<string, Changed> {
  const others = [...guardrailsOf("", plain, []).values()].flatMap(({ sids = [] }) => sids);
  const keys = ["DescribeVolumeKeys", "LendVolumeKeys"];
  const jobs = (limited: Library) => limited.policy("compute-1").document;
  return new Map<string, Changed>([
    ...guardrailsOf("network limits", network, others),
    ...guardrailsOf("encryption limits", encryption, others),
    [
      "a job in a network",
      { document: jobs(network), sids: ["MakeInterfaces", "LendInterfaces", "RemoveInterfaces", "DescribeNetwork"] },
    ],
    [
      "a job with keys",
      { document: jobs(encryption), sids: [...keys, "UseOutputKeys", "LendOutputKeys", "ReadOutputs"] },
    ],
    ["manage-jobs with keys", { document: encryption.policy("manage-jobs-1").document, sids: keys }],
    ["hub with keys", { document: encryption.policy("hub-1").document, sids: ["ReadOutputs"] }],
  ]);
}

/** The statements of a library's guardrails, but for some, by however many policies hold them. */
function guardrailsOf(name: string, { sides: [{ team }] }: Library, but: readonly string[]): Map<string, Changed> {
  const policies = team.compute.policies.filter(isGuardrails).map(({ document }) => ({
    document,
    sids: document.Statement.map(sidOf).filter((sid) => !but.includes(sid)),
  }));
  return new Map(
    policies.filter(({ sids }) => sids.length > 0).map((each, index) => [`${name}${" ".repeat(index)}`, each] as const),
  );
}

function sidOf({ Sid = "" }: PolicyStatement): string {
  return Sid;
}

function known(named: Readonly<Record<string, PolicyDocument | undefined>>): Map<string, Changed> {
  return new Map(
    Object.entries(named).flatMap(([name, document]) => (document === undefined ? [] : [[name, { document }]])),
  );
}

async function isNoticed(original: PolicyDocument, mutant: Mutant, using: readonly Decided[]): Promise<boolean> {
  const actions = new Set(using.map(({ evaluated }) => evaluated.request.action));
  const concerned = new Set([...actions].filter((action) => concerns(mutant, action)));
  const candidates = using.filter((each) => concerned.has(each.evaluated.request.action) && canNotice(mutant, each));
  for (const each of candidates.sort(byDecision(mutant))) {
    // Where the statement alone decides as before, so do all together.
    if ((await decisionOf(mutant.original, each)) === (await decisionOf(mutant.changed, each))) continue;
    if ((await verdictWith(original, mutant.document, each.evaluated)) !== each.verdict) return true;
  }
  return false;
}

/** Whether a change can matter to a case: what another statement denies stays denied, whatever this one does. */
function canNotice({ original }: Mutant, { verdict, by }: Decided): boolean {
  return verdict !== "ExplicitlyDenied" || by.every((sid) => sid === sidOf(original));
}

/** Most changes are noticed by what the statement itself decides. */
function byDecision({ original }: Mutant): (one: Decided, other: Decided) => number {
  const rank = ({ by }: Decided) => (by.includes(sidOf(original)) ? 0 : 1);
  return (one, other) => rank(one) - rank(other);
}

const decisions = new WeakMap<PolicyStatement, Map<string, Verdict>>();

/** What a statement alone says to a case. A resource's policy is not asked apart from the rest: that says nothing. */
async function decisionOf(statement: PolicyStatement | undefined, { evaluated }: Decided): Promise<unknown> {
  if (evaluated.resourcePolicy !== undefined) return statement;
  if (statement === undefined || !isAbout(statement, evaluated.request.action)) return "ImplicitlyDenied";
  const known = decisions.get(statement) ?? new Map<string, Verdict>();
  decisions.set(statement, known);
  const question = asked(statement, evaluated);
  const identityPolicies = [{ name: "alone", document: { Version: "2012-10-17", Statement: [statement] } as const }];
  const decision = known.get(question) ?? (await evaluate({ ...evaluated, identityPolicies }));
  known.set(question, decision);
  return decision;
}

/** What of a request a statement can see. */
function asked(statement: PolicyStatement, { request }: Evaluated): string {
  const text = JSON.stringify(statement).toLowerCase();
  const seen = Object.entries(request.contextVariables).filter(([key]) => text.includes(key.toLowerCase()));
  return JSON.stringify([request.action, request.resource, Object.fromEntries(seen)]);
}

function isAbout({ Action }: PolicyStatement, action: string): boolean {
  return asList(Action).some((pattern) => actionMatches(pattern, action));
}

function verdictWith(original: PolicyDocument, other: PolicyDocument, evaluated: Evaluated): Promise<Verdict> {
  const swap = (document: PolicyDocument) => (isSame(document, original) ? other : document);
  const identityPolicies = evaluated.identityPolicies.map(({ name, document }) => ({ name, document: swap(document) }));
  const resourcePolicy = evaluated.resourcePolicy && swap(evaluated.resourcePolicy);
  // The simulator refuses a document without statements.
  const hasStatements = resourcePolicy !== undefined && resourcePolicy.Statement.length > 0;
  return verdictOf({ ...evaluated, resourcePolicy: hasStatements ? resourcePolicy : undefined }, identityPolicies);
}

function verdictOf(evaluated: Evaluated, policies: readonly NamedPolicy[]): Promise<Verdict> {
  return evaluate({ ...evaluated, identityPolicies: about(policies, evaluated.request.action) });
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
