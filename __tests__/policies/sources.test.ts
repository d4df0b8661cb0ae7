import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { grantedData } from "../../policies/activities/granted-data";
import { teamBuckets } from "../../policies/activities/team-buckets";
import { teamDatabases } from "../../policies/activities/team-databases";
import { teamKeys } from "../../policies/activities/team-keys";
import { teamRepositories } from "../../policies/activities/team-repositories";
import { ACTIVITIES } from "../../policies/personas";
import { policyDocument, type ResourceStatement, type Statement } from "../../policies/statement";
import { loadConfig } from "../../stacks/config/load";
import { configOf, studio } from "../identity/studios";
import { policyDocuments } from "./documents";
import { exampleConfig, libraryConfig, synthesize } from "./synthesized";

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

const EVERYTHING = { network: true, encryption: true, outsideIdentityCenter: true };

/** A bucket of which people reach one part and the role the rest. */
const HALF_GRANTED = configOf(
  studio(
    "half",
    [
      {
        adGroup: "Half",
        team: "half",
        buckets: ["acme-half"],
        accessGrants: [{ location: "s3://acme-half", prefix: "curated/", permission: "READ" }],
      },
    ],
    { longestJob: "1 day" },
  ),
);

const configs = [
  exampleConfig("aws"),
  libraryConfig("aws", EVERYTHING),
  loadConfig("docs/identity/example.yaml"),
  HALF_GRANTED,
];
const documents = configs.flatMap((config) => policyDocuments(synthesize(config).world));
const made = mockMade.map(({ statements, text }) => ({ statements, matches: withoutTokens(text) }));
/** By its text: the roles of a studio have the same trust, those of a team the same data. */
const different = new Map(documents.map(({ where, text }) => [text, where]));

describe("every policy document of the stacks", () => {
  test.each([...different].map(([text, where]) => [where, text]))(
    "%s is what policyDocument made, to the letter",
    (_, text) => {
      expect(made.some(({ matches }) => matches.test(text))).toBe(true);
    },
  );

  test("has no statement but those of policies/, and all of those", () => {
    const synthesized = documents.flatMap(({ document }) =>
      document.Statement.map(({ Sid }) => Sid?.replace(/\d+$/, "")),
    );
    // Written as a property, or handed to the function that makes the statement.
    // What a deployment needs is in no stack: its own tests look at all of it.
    const inStacks = sources("policies").filter(({ file }) => !file.startsWith("policies/deployment/"));
    const written = inStacks.flatMap(({ text }) =>
      [...text.matchAll(/(?:\bSid: |\b\w+\(\s*(?:\w+, )?)"([A-Z]\w+)"/g)].map(([, sid]) => sid),
    );
    expect([...new Set(synthesized)].sort()).toEqual([...new Set(written)].sort());
  });

  test("is of an activity that a group can have, or of a team's data", () => {
    // The activities share the names of their statements: one that no group can have would not be missed above.
    const functions = sources("policies/activities").flatMap(({ file }) => {
      const exported: Record<string, unknown> = require(join(ROOT, file));
      return Object.values(exported);
    });
    const used: unknown[] = [
      ...Object.values(ACTIVITIES),
      grantedData,
      teamBuckets,
      teamDatabases,
      teamKeys,
      teamRepositories,
    ];
    expect(new Set(functions)).toEqual(new Set(used));
  });

  test("is a document nowhere else: neither the stacks nor Terraform write one", () => {
    // What a session is limited to is known at run time only, and has a test of its own.
    const others = ["stacks", "functions"].flatMap(sources).filter(({ file }) => !file.endsWith("/session-policy.ts"));
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
  const sids = [...new Set(statements.map(({ Sid }) => Sid))];

  test.each(sids)("of %s is there where there is a wildcard, and beside what is allowed nowhere else", (sid) => {
    // Statements of one name differ in actions and resources: each is looked at, however many there are.
    for (const { wildcard, Condition, ...granted } of statements.filter(({ Sid }) => Sid === sid)) {
      const hasWildcard = /[*?]/.test(JSON.stringify(granted));
      // Two words explain nothing.
      const hasReason = (wildcard ?? "").split(" ").length > 3;
      expect(hasReason).toBe(hasWildcard || (hasReason && granted.Effect === "Deny"));
    }
  });

  const plain: Statement = { Sid: "Plain", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::b/k"] };
  const denial: Statement = { Sid: "Denial", Effect: "Deny", Action: ["s3:GetObject"] };
  const trust: ResourceStatement = { Sid: "Trust", Effect: "Allow", Action: ["sts:AssumeRole"], Principal: "*" };

  test.each<[string, Statement | ResourceStatement]>([
    ["an action", { ...plain, Action: ["s3:GetObject", "s3:List*"] }],
    ["a denied action", { ...plain, Effect: "Deny", Action: ["*"] }],
    ["a resource", { ...plain, Resource: ["arn:aws:s3:::b/k", "arn:aws:s3:::c/*"] }],
    ["everything", { ...plain, Resource: ["*"] }],
    ["a principal", trust],
    ["an account", { ...trust, Principal: { AWS: "*" } }],
    ["a resource that a denial excepts", { ...denial, NotResource: ["arn:aws:s3:::b/*"] }],
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
