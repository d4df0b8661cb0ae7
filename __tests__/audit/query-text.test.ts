import fc from "fast-check";
import { inlined, parameterized, sqlLiteral } from "../../audit/query-text";
import { type Engine, engine, STORE_ID } from "./engine";

let engines: Engine;
beforeAll(async () => {
  engines = await engine([]);
});
afterAll(() => engines.close());

const refused = (work: () => unknown) => {
  try {
    work();
    return false;
  } catch {
    return true;
  }
};

test("whatever a text holds, it is refused or means itself", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme-ascii" })), async (text) => {
      if (refused(() => sqlLiteral(text))) return;
      expect(await engines.value(sqlLiteral(text))).toBe(text);
    }),
    { numRuns: 150 },
  );
});

test.each([
  "o'brien",
  "' OR '1'='1",
  "alice\\",
  "alice' --",
  "alice\n--",
  "alice; DROP TABLE x",
  "\u2019",
  "a\u0000",
  "${x}",
  "?",
  "{{user_id}}",
])("refuses %j", (text) => {
  expect(() => sqlLiteral(text)).toThrow("cannot stand in a query");
});

test.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY, 2 ** 60])("refuses the number %p", (number) => {
  expect(() => sqlLiteral(number)).toThrow("cannot stand in a query");
});

test("takes what people and roles are called", () => {
  for (const text of ["jane.doe+x@example.com", "^arn:aws:iam::(1|2):role(/studio/)(a)/", "2026-11-15 00:00:00"]) {
    expect(sqlLiteral(text)).toBe(`'${text}'`);
  }
});

test("a query's values stand where it names them, as often as it does", () => {
  const sql = "-- {{nothing}}\nSELECT 1 FROM {{table}} WHERE a = {{a}} AND b = {{b}}\n  -- {{more}}\n  AND c = {{a}}\n";
  const values = { a: "x", b: 7 };
  expect(inlined(sql, '"d"."t"', values)).toBe("SELECT 1 FROM \"d\".\"t\" WHERE a = 'x' AND b = 7\n  AND c = 'x'");
  expect(parameterized(sql, '"d"."t"', values)).toEqual({
    text: 'SELECT 1 FROM "d"."t" WHERE a = ? AND b = ?\n  AND c = ?',
    parameters: ["'x'", "7", "'x'"],
  });
});

test("a name without a value, and a table that could be more than one, are mistakes", () => {
  expect(() => inlined("SELECT {{a}}", STORE_ID, {})).toThrow("no value for {{a}}");
  for (const table of ['"a"."b" JOIN c', "a.b", '"a"."b""c"', `${STORE_ID} x`, ""]) {
    expect(() => inlined("SELECT 1 FROM {{table}}", table, {})).toThrow("not the name of a table");
  }
});
