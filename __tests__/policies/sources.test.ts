import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { policyDocument, type ResourceStatement, type Statement } from "../../policies/statement";
import { policyDocuments } from "./documents";
import { exampleConfig, synthesize } from "./synthesized";

const ROOT = resolve(__dirname, "../..");

/** What was asked of `policyDocument`, and what it answered. */
const mockMade: { statements: readonly (Statement | ResourceStatement)[]; text: string }[] = [];

jest.mock("../../policies/statement", () => {
  const actual = jest.requireActual<typeof import("../../policies/statement")>("../../policies/statement");
  return {
    ...actual,
    policyDocument: (statements: readonly (Statement | ResourceStatement)[]) => {
      const text = actual.policyDocument(statements);
      mockMade.push({ statements, text });
      return text;
    },
  };
});

const documents = policyDocuments(synthesize(exampleConfig("aws")).world);
const made = mockMade.map(({ statements, text }) => ({ statements, matches: withoutTokens(text) }));
const sids = new Set(documents.flatMap(({ document }) => document.Statement.map(({ Sid }) => Sid)));

describe("every policy document of the stacks", () => {
  test.each(documents.map(({ where, text }) => [where, text] as const))(
    "%s is what policyDocument made, to the letter",
    (_, text) => {
      expect(made.filter(({ matches }) => matches.test(text))).not.toEqual([]);
    },
  );

  test("has no statement but those of policies/, and all of those", () => {
    const written = sources("policies").flatMap(({ text }) =>
      [...text.matchAll(/(?:\bSid: |\bbecomeRole\()"(\w+)"/g)].map(([, sid]) => sid),
    );
    expect([...sids].sort()).toEqual([...new Set(written)].sort());
  });

  test("is a document nowhere else: neither the stacks nor Terraform write one", () => {
    const others = ["stacks", "functions"].flatMap(sources);
    const bypassing = others.filter(({ text }) => /2012-10-17|Effect:|"Statement"|iam-policy-document/.test(text));
    expect(bypassing.map(({ file }) => file)).toEqual([]);
    expect(
      sources("policies")
        .filter(({ text }) => text.includes("2012-10-17"))
        .map(({ file }) => file),
    ).toEqual(["policies/statement.ts"]);
  });
});

describe("a wildcard's reason", () => {
  const statements = made.flatMap((each) => each.statements);
  const unique = new Map(statements.map((statement) => [statement.Sid, statement]));

  test.each([...unique])("of %s is there where there is a wildcard, and nowhere else", (_, statement) => {
    const { wildcard, Condition, ...granted } = statement;
    // Two words explain nothing.
    expect((wildcard ?? "").split(" ").length > 3).toBe(JSON.stringify(granted).includes("*"));
  });

  const plain: Statement = { Sid: "Plain", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::b/k"] };
  const trust: ResourceStatement = { Sid: "Trust", Effect: "Allow", Action: ["sts:AssumeRole"], Principal: "*" };

  test.each<[string, Statement | ResourceStatement]>([
    ["an action", { ...plain, Action: ["s3:GetObject", "s3:List*"] }],
    ["a denied action", { ...plain, Effect: "Deny", Action: ["*"] }],
    ["a resource", { ...plain, Resource: ["arn:aws:s3:::b/k", "arn:aws:s3:::c/*"] }],
    ["everything", { ...plain, Resource: ["*"] }],
    ["a principal", trust],
    ["an account", { ...trust, Principal: { AWS: "*" } }],
    ["a resource of a queue's policy", { ...trust, Principal: { Service: "x" }, Resource: ["arn:aws:sqs:r:1:*"] }],
  ])("must be written beside one in %s", (_, statement) => {
    expect(() => policyDocument([plain, statement])).toThrow(statement.Sid);
    expect(() => policyDocument([{ ...statement, wildcard: "" }])).toThrow("write the reason");
    const { Statement } = JSON.parse(policyDocument([{ ...statement, wildcard: "because" }]));
    expect(Statement).toEqual([statement]);
  });

  test("is not needed where there is none, and a name is not used twice", () => {
    expect(JSON.parse(policyDocument([plain]))).toEqual({ Version: "2012-10-17", Statement: [plain] });
    expect(() => policyDocument([plain, plain])).toThrow("two statements are named Plain");
  });
});

/** A pattern for a document's text once Terraform has filled in what CDKTF left to it. */
function withoutTokens(text: string): RegExp {
  const parts = text.split(/\$\{TfToken\[TOKEN\.\d+\]\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join('[^"]+')}$`);
}

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), "utf8") }));
}
