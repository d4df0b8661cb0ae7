/** Text as it is, whatever it holds, for a sentence or a cell of a table: nothing in it is a link, a tag or a mention. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  // A bar would end the cell, in code, too.
  return `${fence}${space}${text.replace(/\s+/g, " ").replaceAll("|", "\\|")}${space}${fence}`;
}

/** Plain text for a sentence: no tag, no link and no mention comes of it, and commands in it can be copied. */
export function plain(text: string): string {
  return text
    .replaceAll("<", "&lt;")
    .replace(/[`[|]/g, (character) => `\\${character}`)
    .replace(/(?<!\w)@/g, "@\u200b");
}

/**
 * A table, of which at most so many rows are shown.
 * @param rows - cells that are Markdown already
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], most: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const shown = rows.slice(0, most).map(line);
  const left = rows.length - shown.length;
  const rest = left > 0 ? [line([`and ${left} more`, ...head.slice(1).map(() => "")])] : [];
  return [line(head), line(head.map(() => "---")), ...shown, ...rest].join("\n");
}

/** A block that is opened by a click. */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/** A text that stands as it is, and no longer than so many characters. */
export function block(language: string, text: string, most: number): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${cut(text, most)}\n${fence}`;
}

/** The beginning of a text, in whole lines; says how much is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, text.lastIndexOf("\n", most) + 1);
  return `${kept}… ${text.length - kept.length} more characters`;
}
