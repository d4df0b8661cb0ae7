import type { Section } from "./activities";
import { LEGEND } from "./legend";
import type { Note } from "./notes";
import type { Entry } from "./report";
import { type Told, withoutRepetition } from "./same";
import { conditionsOf, denialsOf } from "./statements";
import type { Member } from "./subjects";
import { about, dataOf, inWords, NOTHING, titleOf } from "./words";

const HEAD = `# Who may do what

Written by \`npm run access\` from the config: not to be edited. A test compares it with a fresh one.

Each answer is evaluated from the synthesized policies of a role, all of them together, guardrails included: a change of a
policy shows here. The requests are made as AWS's reference of actions, resource types and condition keys describes them,
for every action that a statement allows, by somebody in a Studio app of their own; those of a compute role, by a job.

${LEGEND.map(({ term, meaning }) => `- **${escaped(term)}**: ${meaning}`).join("\n")}

What several activities allow stands under the first of them. What is not here, nothing allows.`;

/** The report as Markdown, made for the diff of a pull request: a line for each fact, in an order that stays. */
export function markdown(entries: readonly Entry[]): string {
  const told = withoutRepetition(entries);
  const studios = [...new Set(entries.map(({ member }) => member.subject.studio))];
  const parts = studios.map((studio) => {
    const ofStudio = told.filter(({ entry }) => entry.member.subject.studio === studio);
    const of = (kind: Member["kind"]) => ofStudio.filter(({ entry }) => entry.member.kind === kind);
    return [
      `## Studio ${studio.name}`,
      table(["group", "team", "persona or activities", "by name", "may do"], of("group").map(groupCells)),
      table(["compute role of", "by name", "may do"], of("compute").map(computeCells)),
      ...ofStudio.filter(({ sameAs }) => sameAs === undefined).map(details),
      statements(ofStudio.map(({ entry }) => entry)),
    ].join("\n\n");
  });
  return `${[HEAD, ...parts].join("\n\n")}\n`;
}

function groupCells({ entry: { member }, sameAs }: Told): string[] {
  return [member.name, member.subject.team, member.access, dataOf(member) || NOTHING, whereTold(sameAs)];
}

function computeCells({ entry: { member }, sameAs }: Told): string[] {
  return [member.name, dataOf(member) || NOTHING, whereTold(sameAs)];
}

function whereTold(sameAs: string | undefined): string {
  return sameAs === undefined ? "below" : `same as ${sameAs}`;
}

function details({ entry: { member, access }, sections }: Told): string {
  return [
    `### ${escaped(titleOf(member))}`,
    ...(access.notes.length > 0 ? [access.notes.map(noteLine).join("\n")] : []),
    ...beyond(access.sections),
    ...sections.flatMap(({ section, sameAs }) => [
      `#### ${escaped(section.title)}`,
      sameAs === undefined ? sectionTable(member, section) : `Same as ${escaped(sameAs)}.`,
    ]),
  ].join("\n\n");
}

/** What the reader looks for first: whatever is allowed on more than one's own. Lists are, all of them. */
function beyond(sections: readonly Section[]): string[] {
  const lines = sections
    .flatMap(({ rows }) => rows)
    .filter(({ on }) => on !== "*")
    .flatMap((row) => {
      const { anothers, nobodys } = row.answers;
      const whose = [anothers?.verdict === "Allowed" && "another's", nobodys?.verdict === "Allowed" && "nobody's"];
      const allowed = whose.filter((each) => each !== false);
      return allowed.length === 0 ? [] : [`- ${row.action}, ${escaped(about(row))}: ${allowed.join(", ")}`];
    });
  return lines.length === 0 ? [] : ["Beyond one's own, lists aside:", lines.join("\n")];
}

function statements(entries: readonly Entry[]): string {
  const denials = denialsOf(entries).map(({ name, actions, on, when, roles }) => [name, actions, on, when, roles]);
  const conditions = conditionsOf(entries).map(({ sid, policies, when }) => [sid, policies, when]);
  return [
    "### What is denied, whatever allows it",
    table(["statement", "actions", "on", "when", "roles"], denials),
    "### Under which conditions something is allowed",
    table(["statement", "of", "when"], conditions),
  ].join("\n\n");
}

function noteLine({ gap, policy, text }: Note): string {
  return `- ${gap === undefined ? "" : `**${gap}:** `}${escaped(policy)}: ${escaped(text)}.`;
}

function sectionTable(member: Member, { rows }: Section): string {
  const lines = rows.map((row) => {
    const { own, anothers, nobodys } = row.answers;
    return [row.action, about(row), ...[own, anothers, nobodys].map((answer) => inWords(member, answer))];
  });
  return table(["action", "on", "own", "another's", "nobody's"], lines);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Names may hold whatever Markdown or HTML would read as its own. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/\s+/g, " ");
}
