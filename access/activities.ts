import { ACTIVITIES, type ActivityName, grants } from "../policies/personas";
import type { Statement } from "../policies/statement";
import { policyScope } from "../stacks/policy-scope";
import type { Row } from "./rows";
import type { Subject } from "./subject";

/** A part of what a role is granted, and the lines about it. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Line[];
}

/** A row, and every part that grants what it is about: it is written under the first. */
export interface Line extends Row {
  readonly parts: readonly string[];
}

interface Part {
  readonly title: string;
  readonly statements: readonly Statement[];
}

const TEAM_DATA = "team data";

/** The rows by activity, in the order of the list; then what the group has by name, and what other policies grant. */
export function sections(subject: Subject, activities: readonly ActivityName[], rows: readonly Row[]): Section[] {
  const scope = policyScope(subject.studio, { ...subject, id: subject.domainId });
  const parts: Part[] = [
    ...activities.map((title) => ({ title, statements: ACTIVITIES[title](scope) })),
    { title: "network and keys of jobs", statements: grants(scope, activities).slice(activities.length).flat() },
  ];
  const lines = rows.map((row) => ({ ...row, parts: partsOf(parts, row) }));
  const titles = [...new Set([...parts.map(({ title }) => title), TEAM_DATA, ...lines.flatMap((line) => line.parts)])];
  return titles
    .map((title) => ({ title, rows: lines.filter(({ parts: [first] }) => first === title) }))
    .filter((section) => section.rows.length > 0);
}

function partsOf(parts: readonly Part[], { action, grants }: Row): string[] {
  const found = grants.flatMap(({ source, resources }) => {
    if (source.policy === "team-data") return [TEAM_DATA];
    const isIn = ({ Sid, Action, Resource = [] }: Statement) =>
      Sid === source.sid && Action.includes(action) && Resource.some((each) => resources.includes(each));
    const granting = parts.filter(({ statements }) => statements.some(isIn));
    return granting.length > 0 ? granting.map(({ title }) => title) : [source.policy];
  });
  const order = parts.map(({ title }) => title);
  const rank = (title: string) => (order.includes(title) ? order.indexOf(title) : order.length);
  return [...new Set(found)].sort((a, b) => rank(a) - rank(b));
}
