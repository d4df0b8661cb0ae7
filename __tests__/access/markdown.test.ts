import { readFileSync } from "node:fs";
import { markdown } from "../../access/markdown";
import { accessReport } from "../../access/report";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../../stacks/config/load";
import { smallConfig } from "./small";

test("docs/access.md is what the example's policies say; if it is not, run npm run access", async () => {
  const fresh = markdown(await accessReport(loadConfig(DEFAULT_CONFIG_FILE)));
  const committed = readFileSync("docs/access.md", "utf8");
  if (fresh === committed) return;
  const [before, after] = [new Set(committed.split("\n")), new Set(fresh.split("\n"))];
  const changes = [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
  throw new Error(`docs/access.md is not up to date: run npm run access\n${changes.slice(0, 40).join("\n")}`);
}, 300_000);

test("names stand in the Markdown as text", async () => {
  const name = "R&D | <b>*all*</b> `x` _y_ [z](w)";
  const groups = `[{ adGroup: ${JSON.stringify(name)}, team: fraud, activities: [remote-sessions] }]`;
  const text = markdown(await accessReport(smallConfig(groups)));
  const escaped = "R&amp;D \\| &lt;b>\\*all\\*&lt;/b> \\`x\\` \\_y\\_ \\[z\\](w)";
  expect(text).toContain(`| ${escaped} | fraud |`);
  expect(text).toContain(`### ${escaped}\n`);
  // No line holds a cell too many.
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((line) => line.replace(/\\./g, "").split("|").length - 2);
  expect([...new Set(cells)].sort()).toEqual([3, 5]);
});
