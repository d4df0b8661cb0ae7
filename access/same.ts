import type { Section } from "./activities";
import type { Entry } from "./report";
import { about, inWords, titleOf } from "./words";

/** A section that is written, or the title of the role under which the same was written before. */
export interface Written {
  readonly section: Section;
  readonly sameAs: string | undefined;
}

/** A role, and where the report says what it may do: here, or all of it under another role. */
export interface Told {
  readonly entry: Entry;
  /** The role under which it is written. */
  readonly writtenAs: Entry;
  /** That role's title, if it is another. */
  readonly sameAs: string | undefined;
  readonly sections: readonly Written[];
}

/** Finds what was said before, so that nothing is written twice. */
export function withoutRepetition(entries: readonly Entry[]): readonly Told[] {
  const wholes = new Map<string, Entry>();
  const parts = new Map<string, string>();
  return entries.map((entry) => {
    const { notes, sections } = entry.access;
    const title = fullTitle(entry);
    const texts = sections.map((section) => textOf(entry, section));
    const whole = JSON.stringify([notes, texts]);
    const before = wholes.get(whole);
    if (before !== undefined) return { entry, writtenAs: before, sameAs: fullTitle(before), sections: [] };
    wholes.set(whole, entry);
    const written = sections.map((section, index) => {
      const text = texts[index] ?? "";
      const writtenBefore = parts.get(text);
      parts.set(text, writtenBefore ?? title);
      return { section, sameAs: writtenBefore };
    });
    return { entry, writtenAs: entry, sameAs: undefined, sections: written };
  });
}

function fullTitle({ member }: Entry): string {
  return `${titleOf(member)} (${member.subject.studio.name})`;
}

function textOf({ member }: Entry, { title, rows }: Section): string {
  return JSON.stringify([
    title,
    rows.map((row) => [
      row.action,
      about(row),
      inWords(member, row.answers.own),
      inWords(member, row.answers.anothers),
      inWords(member, row.answers.nobodys),
    ]),
  ]);
}
