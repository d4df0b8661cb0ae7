import type { AuditEvent } from "./event";
import type { Report } from "./report";

const COLUMNS = [
  "time",
  "identified by",
  "account",
  "Region",
  "service",
  "action",
  "resource",
  "reads",
  "error",
  "request",
  "called by",
] as const;

/** What the marks in the column `identified by` mean. */
const LEGEND = [
  "propagated       AWS recorded for whom it was done, from a token that Identity Center signed: certain",
  "source identity  the session bears the name of the person's Studio profile, on a role that only SageMaker can assume: likely",
  "session          the session is named after the person, on such a role: likely",
  "source identity? the same name on another role: whoever may set a source identity there could have set it",
  "session?         the session is named after the person, in a profile of another name: theirs from before, or somebody else's",
  "token?           a session asked for a token, and it is not known that it was the session of the token's own person",
];

/** The answer for people: a table, counts, and what is not in it. */
export function reportText(report: Report): string {
  const { person, events, counts, notCovered } = report;
  const name = person.userName ?? "somebody who is gone";
  const head = `${name} (${person.userId}), ${report.since} to ${report.until}`;
  return [
    head,
    "",
    ...(events.length === 0 ? ["nothing found"] : table([[...COLUMNS], ...events.map(cellsOf)])),
    "",
    ...countLines(report),
    ...(events.length === 0
      ? []
      : ["", ...LEGEND.filter((line) => events.some((each) => line.startsWith(`${markOf(each)} `)))]),
    "",
    "Not covered:",
    ...notCovered.map((each) => `- ${each}`),
    ...(counts.certainty.claimed > 0 ? ["", "Look at each event marked with ? before you lay it to anybody."] : []),
    "",
  ].join("\n");
}

function cellsOf(event: AuditEvent): string[] {
  const { time, account, region, service, action, resource, readOnly, error, requestId } = event;
  const reads = readOnly === undefined ? "?" : readOnly ? "yes" : "no";
  const cells = [time, markOf(event), account, region, service, action, resource, reads, error ?? "", requestId];
  return [...cells, callerOf(event)].map(printable);
}

/** Who called, for whoever has to judge it. */
function callerOf({ certainty, caller, invokedBy, sourceIdentity, tokenFor }: AuditEvent): string {
  if (certainty !== "claimed") return "";
  const through = invokedBy && `through ${invokedBy}`;
  const named = [sourceIdentity && `source identity ${sourceIdentity}`, tokenFor && `token for ${tokenFor}`];
  return [caller, through, ...named].filter(Boolean).join(", ");
}

function markOf({ identified, certainty }: AuditEvent): string {
  return certainty === "claimed" ? `${identified}?` : identified;
}

function countLines({ counts, scannedBytes }: Report): string[] {
  const { identified, certainty, failed, changes, services } = counts;
  const ways = Object.entries(identified).map(([way, count]) => `${count} ${way}`);
  return [
    `${counts.events} events: ${ways.join(", ")}${certainty.claimed > 0 ? ` (${certainty.claimed} of them doubtful)` : ""}`,
    `${changes} changed something, ${failed} were refused or failed`,
    ...(counts.events > 0
      ? [
          `by service: ${Object.entries(services)
            .map(([service, count]) => `${service} ${count}`)
            .join(", ")}`,
        ]
      : []),
    `the query read ${(scannedBytes / 1_000_000).toFixed(1)} MB`,
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Names of objects are people's own: nothing in them may move a terminal's cursor or begin a line. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "\uFFFD");
}
