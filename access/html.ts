import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./answer";
import { collectEvidence } from "./evidence";
import { LEGEND } from "./legend";
import type { Entry } from "./report";
import { type Told, withoutRepetition } from "./same";
import { about, dataOf, deciders, NOTHING, titleOf, VERDICTS } from "./words";

/**
 * The report as one page that asks for nothing from anywhere: a table to filter and to sort, in which each answer opens
 * the request and the statements that decided it.
 */
export function html(entries: readonly Entry[]): string {
  const told = withoutRepetition(entries);
  const { keep, evidence } = collectEvidence();
  const written = told.filter(({ sameAs }) => sameAs === undefined);
  const lines = written.flatMap((each, index) => linesOf(each, index, keep));
  const data = { who: written.map((each) => namesFor(each, told)), ...evidence() };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Who may do what</title>
<style>
${part("style.css")}</style>
</head>
<body>
<h1>Who may do what</h1>
<p>Evaluated from the synthesized policies of each role, all of them together. An answer opens the request, and the
statements that decided it.</p>
<details>
<summary>What the words mean</summary>
<dl>
${LEGEND.map(({ term, meaning }) => `<dt>${escaped(term)}</dt><dd>${escaped(meaning)}</dd>`).join("\n")}
</dl>
</details>
${notes(written)}<details>
<summary>${told.length} roles, ${written.length} of them different</summary>
${table(["studio", "role", "team", "persona or activities", "by name", "may do"], told.map(roleLine))}
</details>
<p><label>Filter <input type="search" id="filter" autocomplete="off"></label>
<span class="hint">words that a line, or the name of a group, must hold</span> <output id="count" for="filter"></output></p>
${table(["role", "activity", "action", "on", "own", "another’s", "nobody’s"], lines, "lines")}
<dialog id="evidence" aria-labelledby="verdict">
<h2 id="verdict"></h2>
<div id="statements"></div>
<h3>The request</h3>
<pre id="request"></pre>
<h3>Who asks, or somebody alike</h3>
<pre id="caller"></pre>
<form method="dialog"><button>Close</button></form>
</dialog>
<script type="application/json" id="data">${json(data)}</script>
<script>
${part("script.js")}</script>
</body>
</html>
`;
}

type Keep = ReturnType<typeof collectEvidence>["keep"];

function linesOf({ entry: { member, access } }: Told, who: number, keep: Keep): string[] {
  const cell = (answer: Answer | undefined) => {
    if (answer === undefined) return `<td>${NOTHING}</td>`;
    const verdict = VERDICTS[answer.verdict];
    const by = answer.by.length === 0 ? "" : ` <small>${escaped(deciders(member, answer.by))}</small>`;
    return `<td><button type="button" class="${verdict}" data-answer="${keep(member, answer)}">${verdict}${by}</button></td>`;
  };
  return access.sections
    .flatMap(({ rows }) => rows)
    .map((row) => {
      const { own, anothers, nobodys } = row.answers;
      const words = [titleOf(member), row.parts.join(", "), row.action, about(row)];
      return `<tr data-who="${who}">${words.map(plainCell).join("")}${[own, anothers, nobodys].map(cell).join("")}</tr>`;
    });
}

function roleLine({ entry: { member }, sameAs }: Told): string {
  const { studio, team } = member.subject;
  const mayDo = sameAs === undefined ? "what is said below" : `the same as ${sameAs}`;
  const cells = [studio.name, titleOf(member), team, member.access, dataOf(member), mayDo];
  return `<tr>${cells.map(plainCell).join("")}</tr>`;
}

function notes(written: readonly Told[]): string {
  const items = written.flatMap(({ entry: { member, access } }) =>
    access.notes.map(({ gap, policy, text }) => {
      const label = gap === undefined ? "" : `<strong>${gap}:</strong> `;
      return `<li>${escaped(titleOf(member))}: ${label}<code>${escaped(policy)}</code>: ${escaped(text)}.</li>`;
    }),
  );
  return items.length === 0 ? "" : `<ul class="notes">\n${items.join("\n")}\n</ul>\n`;
}

/** Everybody who may do what is said of a role. */
function namesFor({ entry }: Told, told: readonly Told[]): string {
  const same = told.filter(({ writtenAs }) => writtenAs === entry).map((each) => each.entry.member);
  return same.map((each) => [titleOf(each), each.subject.team, each.access].join(" ").toLowerCase()).join("\n");
}

function table(head: readonly string[], lines: readonly string[], id = ""): string {
  const heads = head.map((name) => `<th scope="col"><button type="button">${escaped(name)}</button></th>`).join("");
  const named = id === "" ? "" : ` id="${id}"`;
  return `<table${named}>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table>`;
}

function plainCell(text: string): string {
  return `<td>${escaped(text)}</td>`;
}

/** Names may hold whatever HTML would read as its own. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** JSON that cannot end the element that it stands in. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function part(file: string): string {
  return readFileSync(join(__dirname, "page", file), "utf8");
}
