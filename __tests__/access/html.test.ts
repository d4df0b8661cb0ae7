import { html } from "../../access/html";
import { accessReport, type Entry } from "../../access/report";
import { isObject, type Json, parseJson } from "../../rehearsal/json";
import { rowsOf, smallConfig } from "./small";

/** What a directory may hold. */
const NAME = `R&D <script>alert("1")</script> | 'x'`;
const ESCAPED = "R&amp;D &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; | &#39;x&#39;";

let entries: readonly Entry[];
let page: string;
let data: Json;

beforeAll(async () => {
  const groups = `
      - { adGroup: ${JSON.stringify(NAME)}, team: fraud, activities: [invoke-endpoints], buckets: [acme-fraud],
          managedPolicyArns: ["arn:aws:iam::444455556666:policy/own"] }
      - { adGroup: ${JSON.stringify(`${NAME} 2`)}, team: risk, activities: [invoke-endpoints] }`;
  entries = await accessReport(smallConfig(groups));
  page = html(entries);
  const [, text = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  data = parseJson(text);
});

test("names stand in it as text", () => {
  expect(page).toContain(`<td>${ESCAPED}</td>`);
  expect(page).toContain(`<td>${ESCAPED} 2</td>`);
  expect(page).not.toContain("<script>alert");
  // Its own two scripts and nothing else.
  expect(page.match(/<script/gi)).toHaveLength(2);
  expect(page.match(/<\/script/gi)).toHaveLength(2);
  expect(list("who")[0]).toContain(NAME.toLowerCase());
});

test("every statement that decided something is in it, once", () => {
  const shown = list("statements").map((each) => JSON.stringify(isObject(each) ? each.statement : undefined));
  const deciding = entries
    .flatMap(rowsOf)
    .flatMap(({ answers: { own, anothers, nobodys } }) =>
      [own, anothers, nobodys].flatMap((answer) => answer?.by.map(({ statement }) => JSON.stringify(statement)) ?? []),
    );
  expect(deciding).not.toEqual([]);
  expect(shown).toEqual(expect.arrayContaining(deciding));
  expect(new Set(list("statements").map((each) => JSON.stringify(each))).size).toBe(shown.length);
});

test("each answer opens a request with what decided it", () => {
  const places = [...page.matchAll(/data-answer="(\d+)"/g)].map(([, place]) => Number(place));
  expect(places).toEqual(list("answers").map((_, place) => place));
  for (const answer of list("answers")) {
    const { verdict, by, caller, request } = isObject(answer) ? answer : {};
    expect(list("statements").length).toBeGreaterThan(Math.max(-1, ...numbers(by)));
    expect(list("callers")).toContainEqual(list("callers")[Number(caller)]);
    expect(numbers(by).length === 0).toBe(verdict === "no");
    expect(isObject(request) && request.action).toMatch(/^[a-z0-9-]+:\w+$/);
  }
});

test("it asks for nothing from anywhere", () => {
  expect(page).toContain("default-src 'none'");
  expect(page.replace(/<script type="application\/json".*?<\/script>/s, "")).not.toMatch(
    /\b(src|href|action)=|@import|url\(|https?:|fetch\(|import\(/i,
  );
});

test("what was not evaluated stands above everything", () => {
  expect(page).toContain("<strong>Not evaluated:</strong> <code>arn:aws:iam::444455556666:policy/own</code>");
  expect(page.indexOf("Not evaluated")).toBeLessThan(page.indexOf("<table"));
});

test("two pages are the same, byte for byte", () => {
  expect(html(entries)).toBe(page);
});

function list(name: string): readonly Json[] {
  const found = isObject(data) ? data[name] : undefined;
  if (!Array.isArray(found)) throw new Error(`the page has no list of ${name}`);
  return found;
}

function numbers(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
