import { executionRoleArn, executionRoleName } from "../naming";
import type { GroupConfig, StudioConfig } from "../stacks/config/schema";
import { digestOfAll } from "./digest";
import type { DrySweep, SweptPerson } from "./dry-sweep";
import type { AccessDiff } from "./git";
import type { Refusal } from "./guard";
import { block, code, cut, folded, plain, table } from "./markdown";
import { ONBOARDING, type Order } from "./order";
import { type Change, changedAttributes, kindOf, type StackPlan } from "./plan-json";
import { count, list } from "./wording";

/** GitHub takes comments of 65,536 characters; whoever posts it may add a few. */
const LIMIT = 60_000;
const ACCESS_LIMIT = 20_000;
const CHANGES_SHOWN = 100;
const PEOPLE_SHOWN = 50;
const GROUPS_SHOWN = 50;

/** What became of a stack. */
export type StackReport =
  | {
      readonly kind: "planned";
      readonly stack: string;
      readonly plan: StackPlan;
      readonly hasChanges: boolean;
      readonly digest: string;
    }
  | { readonly kind: "failed"; readonly stack: string; readonly reason: string }
  /** It reads what other stacks have not made yet. */
  | { readonly kind: "waits"; readonly stack: string; readonly after: readonly string[] };

/** Everything that the summary of a plan tells. */
export interface PlanReport {
  readonly stacks: readonly StackReport[];
  readonly refusals: readonly Refusal[];
  /** What whoever reviews has to know. */
  readonly notes: readonly string[];
  readonly order: Order;
  readonly added: readonly { readonly studio: StudioConfig; readonly group: GroupConfig }[];
  readonly sweeps: readonly DrySweep[];
  readonly access: AccessDiff;
  readonly planOnly: boolean;
}

/**
 * The plan as a pull request shows it. Pure. It names people by user name or id and nothing else, and attributes without
 * their values.
 */
export function summary(report: PlanReport): string {
  const { stacks, refusals, notes, planOnly } = report;
  const waits = stacks.flatMap((each) => (each.kind === "waits" ? [waiting(each, stacks)] : []));
  const sections = [
    `## Plan of SageMaker Studio\n\n${headline(report)}`,
    overview(stacks),
    `Digest ${code(digestOfAll(stacks))}: equal for plans that would do the same.` +
      (planOnly ? " Made to be looked at, with the role that may only read: it cannot be applied." : ""),
    section(
      "Refused",
      refusals.map(({ stack, why, wayOut }) => `**${plain(stack)}**: ${plain(why)}.\n  What to do: ${plain(wayOut)}.`),
    ),
    ordered(report.order),
    section(
      "To know",
      [...waits, ...notes].map((note) => `${plain(note)}.`),
    ),
    added(report.added),
    people(report.sweeps),
    ...stacks.map(changes),
    access(report.access),
  ];
  const text = sections.filter((each) => each !== "").join("\n\n");
  return `${cut(text, LIMIT)}\n`;
}

function headline({ stacks, refusals }: PlanReport): string {
  const failed = stacks.filter(({ kind }) => kind === "failed").map(({ stack }) => stack);
  if (failed.length > 0) return `**Failed**: ${list(failed)} could not be planned.`;
  if (refusals.length > 0) return "**Refused**: applying it would take from people what they have. See below.";
  const changing = stacks.filter((each) => each.kind === "planned" && each.hasChanges);
  return changing.length === 0 ? "No changes." : `${count(changing.length, "stack")} would change.`;
}

function overview(stacks: readonly StackReport[]): string {
  const rows = stacks.map((each) => {
    if (each.kind === "failed") return [code(each.stack), "", "", "", "", "**failed**"];
    if (each.kind === "waits") return [code(each.stack), "", "", "", "", "not yet"];
    const { create, update, replace, remove } = countChanges([each]);
    const said = each.hasChanges ? "changes" : "no changes";
    return [code(each.stack), ...[create, update, replace, remove].map(String), said];
  });
  return table(["stack", "create", "update", "replace", "delete", ""], rows, rows.length);
}

/** How many resources are made, changed, made anew and deleted. */
export function countChanges(stacks: readonly StackReport[]) {
  const kinds = stacks.flatMap((each) => (each.kind === "planned" ? each.plan.changes.map(kindOf) : []));
  const of = (kind: ReturnType<typeof kindOf>) => kinds.filter((each) => each === kind).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), remove: of("delete") };
}

function waiting({ stack, after }: Extract<StackReport, { kind: "waits" }>, stacks: readonly StackReport[]): string {
  const failed = stacks.filter((each) => each.kind === "failed" && after.includes(each.stack));
  if (failed.length > 0) return `${stack} is planned when ${list(failed.map((each) => each.stack))} can be`;
  return (
    `${stack} is planned after ${list(after)} is applied: it reads what is not there yet. ` +
    "Apply, then plan and apply once more"
  );
}

function ordered({ steps, later }: Order): string {
  const names = steps.map(({ stack, waits }) => (waits ? `${code(stack)} when nobody has its roles` : code(stack)));
  const order = steps.some(({ waits }) => waits) ? `Applied in this order: ${names.join(", ")}.` : "";
  const left =
    later.length === 0
      ? ""
      : `Not applied before ${code(ONBOARDING)} is planned with it, because it deletes roles of groups: ${later.map(code).join(", ")}.`;
  return [order, left].filter((each) => each !== "").join(" ");
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `### ${title}\n\n${items.map((item) => `- ${item}`).join("\n")}`;
}

function added(groups: PlanReport["added"]): string {
  if (groups.length === 0) return "";
  const rows = groups.map(({ studio, group }) => [
    code(studio.name),
    code(group.adGroup),
    code(group.team),
    `${code(executionRoleName(studio.name, group.adGroup))}<br>${code(executionRoleArn(studio, group.adGroup))}`,
    code(group.persona ?? (group.activities ?? []).join(", ")),
  ]);
  const head = ["studio", "AD group", "team", "role", "persona or activities"];
  return `### Groups that are added\n\n${table(head, rows, GROUPS_SHOWN)}`;
}

const DONE: Readonly<Record<SweptPerson["actions"][number], string>> = {
  create: "gets a profile",
  tag: "tags are written",
  unmark: "is no longer to be removed",
  assignRole: "gets another role",
  deleteFailed: "a profile that failed is deleted",
  mark: "is to be removed later",
  cutOff: "access is cut",
  deleteApp: "apps are stopped",
  deleteSpace: "spaces are deleted",
  deleteProfile: "the profile is deleted",
  keep: "is kept: owns a shared space",
  wait: "",
  refuse: "nothing: somebody has to look",
};

function people(sweeps: readonly DrySweep[]): string {
  if (sweeps.length === 0) return "";
  return ["### What the sweep after the deployment would do", ...sweeps.map(swept)].join("\n\n");
}

function swept(found: DrySweep): string {
  if (found.kind === "unknown") return `Studio ${code(found.studio)}: not known: ${plain(found.reason)}.`;
  const { studio, managed, people, withheld, stopped, reportsOnly } = found;
  const head = `Studio ${code(studio)}, ${count(managed, "profile")} now: ${count(people.length, "change")}`;
  const only = reportsOnly ? " Sweeps of this studio only report: nothing of it is done (takeOver)." : "";
  const stop = stopped === undefined ? "" : ` ${count(withheld.length, "removal")} withheld: ${plain(stopped)}.`;
  const rows = [...people.map((person) => row(person, "")), ...withheld.map((person) => row(person, "withheld: "))];
  const shown = rows.length === 0 ? "" : `\n\n${table(["person", "profile", "what"], rows, PEOPLE_SHOWN)}`;
  return `${head}.${stop}${only}${shown}`;
}

function row({ userName, userId, profile, actions }: SweptPerson, before: string): string[] {
  const what = [...new Set(actions.map((action) => DONE[action]))].filter((each) => each !== "");
  return [code(userName ?? userId), profile === undefined ? "none" : code(profile), before + what.join(", ")];
}

function changes(report: StackReport): string {
  if (report.kind === "waits") return "";
  const { stack } = report;
  if (report.kind === "failed") return `### ${plain(stack)} failed\n\n${block("", report.reason, 4_000)}`;
  const { plan } = report;
  const outputs = Object.keys(plan.outputs);
  if (plan.changes.length === 0 && outputs.length === 0) return "";
  const order = ["delete", "replace", "forget", "create", "update"];
  const ordered = [...plan.changes].sort((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)));
  const shown =
    plan.changes.length === 0 ? "" : table(["", "address", "attributes"], ordered.map(changed), CHANGES_SHOWN);
  const outs = outputs.length === 0 ? "" : `Outputs: ${outputs.map(code).join(", ")}`;
  const content = [shown, outs].filter((each) => each !== "").join("\n\n");
  return folded(`${stack}: ${count(plan.changes.length, "change")}`, content);
}

function changed(change: Change): string[] {
  const kind = kindOf(change);
  const attributes =
    kind === "update"
      ? changedAttributes(change)
      : [...new Set((change.change.replace_paths ?? []).map(([name]) => String(name)))];
  return [kind, code(change.address), attributes.map(code).join(", ")];
}

function access(diff: AccessDiff): string {
  const title = "### What groups may do";
  if (diff.kind === "unknown") return `${title}\n\nNot compared: ${plain(diff.reason)}.`;
  if (diff.text === "") return "";
  const about = `How ${code("docs/access.md")} differs from ${code(diff.base.slice(0, 12))}:`;
  return `${title}\n\n${about}\n\n${block("diff", diff.text, ACCESS_LIMIT)}`;
}
