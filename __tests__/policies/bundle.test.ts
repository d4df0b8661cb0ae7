import fc from "fast-check";
import { TAG } from "../../naming";
import { bundle } from "../../policies/bundle";
import { ACTIVITIES, ACTIVITY_NAMES, type ActivityName, grants, PERSONAS } from "../../policies/personas";
import { policyDocument, type Statement } from "../../policies/statement";
import type { StudioScope } from "../../policies/studio-scope";
import { asList, parseJson } from "../../rehearsal/json";
import { type PolicyDocument, parseIdentityPolicy } from "../../rehearsal/policy-document";
import { evaluate } from "../../rehearsal/policy-simulator";
import { REQUEST_TAG_KEY, sageMakerActions, sageMakerArns } from "./service-data";

/** AWS's limit on a managed policy, white space left out. */
const LIMIT = 6144;

/** What CDKTF leaves to Terraform, and an id that is longer than those of domains and file systems. */
const TOKEN = "${TfToken[TOKEN.1234]}";
const LONG_ID = "x".repeat(24);

const allow: Statement = { Sid: "Allow", Effect: "Allow", Action: ["s:A"], Resource: ["arn:a"] };
const deny: Statement = { Sid: "Deny", Effect: "Deny", Action: ["s:A"], NotResource: ["arn:own"] };

type Bundles = readonly (readonly Statement[])[];

describe("statements that are put together", () => {
  test("are one where they have the same name, with the actions and resources of all", () => {
    const other = { ...allow, Action: ["s:B", "s:A"], Resource: ["arn:b", "arn:a"] };
    expect(bundle([[allow], [other, deny]])).toEqual([
      [{ ...allow, Action: ["s:A", "s:B"], Resource: ["arn:a", "arn:b"] }, deny],
    ]);
  });

  test.each<[string, Statement]>([
    ["effect", { ...allow, Effect: "Deny" }],
    ["condition", { ...allow, Condition: { StringEquals: { "aws:ResourceTag/team": "fraud" } } }],
    ["reason for a wildcard", { ...allow, wildcard: "another reason" }],
    ["list of exceptions", { ...allow, NotResource: ["arn:own"] }],
  ])("are refused where they have the same name and another %s", (_, other) => {
    expect(() => bundle([[allow], [other]])).toThrow("two different statements are named Allow");
  });

  test("are refused where they except other things", () => {
    expect(() => bundle([[deny], [{ ...deny, NotResource: ["arn:other"] }]])).toThrow("are named Deny");
  });

  test("stay without a resource where they name what they except: AWS refuses both together", () => {
    expect(bundle([[deny], [{ ...deny, Action: ["s:B"] }]])).toEqual([[{ ...deny, Action: ["s:A", "s:B"] }]]);
  });

  test("are refused where they belong together and are too long", () => {
    const long = { ...allow, Sid: "Long", Action: actions(0, 150) };
    const longer = { ...allow, Sid: "Longer", Action: actions(0, 150) };
    expect(bundle([[long], [longer]])).toHaveLength(2);
    expect(() => bundle([[long, longer]])).toThrow("Long and what belongs to it is too long for one policy");
  });

  test("go into the first policy that has room for them", () => {
    const long = (Sid: string) => ({ ...allow, Sid, Action: actions(0, 150) });
    const [one, other] = [long("One"), long("Other")];
    expect(bundle([[one], [other], [allow]])).toEqual([[one, allow], [other]]);
  });

  test("are counted with a long id where Terraform fills one in, and without white space", () => {
    const filling = (length: number) => ({ ...allow, Resource: [`arn:${TOKEN}${"y".repeat(length)}`] });
    const room = LIMIT - size([filling(0)]);
    expect(bundle([[filling(room)]])).toEqual([[filling(room)]]);
    expect(() => bundle([[filling(room + 1)]])).toThrow("too long");
    // A condition's value may hold spaces.
    const spaced = { ...filling(room - 100), Condition: { StringEquals: { k: " ".repeat(500) } } };
    expect(bundle([[spaced]])).toEqual([[spaced]]);
  });
});

describe("parts in few policies", () => {
  const COUNT = 8;
  /** What statements of a name have in common: the rest of them is their name's. */
  const common = (index: number): Omit<Statement, "Action" | "Resource"> => ({
    Sid: `Sid${index}`,
    Effect: index % 3 === 0 ? "Deny" : "Allow",
    ...(index % 2 === 0 && { Condition: { StringEquals: { [`key-${index}`]: "x".repeat(index * 40) } } }),
    wildcard: "a reason",
  });
  const some = (prefix: string, most: number) =>
    fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: most }).map((ids) => ids.map((id) => named(prefix, id)));
  const statement = fc
    .record({ index: fc.nat(COUNT - 1), Action: some("service:Action", 25), Resource: some(`arn:${TOKEN}`, 15) })
    .map(({ index, ...rest }): Statement => ({ ...common(index), ...rest }));
  const part = fc.uniqueArray(statement, { minLength: 1, maxLength: 4, selector: ({ Sid }) => Sid });
  const parts = fc.array(part, { maxLength: 12 });

  test("lose nothing, and get nothing that no part has", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const made = bundle(given).flat();
        for (const aspect of [actionsOf, resourcesOf, restOf]) {
          expect(new Set(made.flatMap(aspect))).toEqual(new Set(given.flat().flatMap(aspect)));
        }
      }),
    );
  });

  test("grant nothing twice in one policy", () => {
    fc.assert(
      fc.property(parts, (given) => {
        for (const each of bundle(given)) {
          for (const list of [each.map(({ Sid }) => Sid), each.flatMap(actionsOf), each.flatMap(resourcesOf)]) {
            expect(new Set(list).size).toBe(list.length);
          }
        }
      }),
    );
  });

  test("stay whole", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const made = bundle(given);
        for (const each of given) expect(made.some((policy) => each.every((one) => isIn(policy, one)))).toBe(true);
      }),
    );
  });

  test("fit, in no more policies than it takes: no two of them would fit into one", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const sizes = bundle(given).map(size);
        for (const [index, one] of sizes.entries()) {
          expect(one).toBeLessThanOrEqual(LIMIT);
          for (const other of sizes.slice(index + 1)) expect(one + other).toBeGreaterThan(LIMIT);
        }
      }),
    );
  });

  test("are put together alike every time, and leave what was given as it was", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const before = JSON.stringify(given);
        expect(JSON.stringify(bundle(given))).toBe(JSON.stringify(bundle(given)));
        expect(JSON.stringify(given)).toBe(before);
      }),
    );
  });

  test("are often more than one policy, so that the above is put to the test", () => {
    const counts = fc.sample(parts, { numRuns: 100, seed: 1 }).map((given) => bundle(given).length);
    expect(counts.filter((count) => count > 1).length).toBeGreaterThan(25);
  });
});

const SCOPE: StudioScope = {
  name: "research",
  partition: "aws",
  region: "eu-west-1",
  accountId: "444455556666",
  domainId: "d-1",
  homeFileSystemId: "fs-1",
  kmsKeyArn: undefined,
  network: undefined,
  encryption: undefined,
  longestJob: undefined,
};

describe("activities that are put together decide as each of them alone about everything of SageMaker:", () => {
  const lists: readonly (readonly [string, readonly ActivityName[]])[] = [
    ...Object.entries(PERSONAS),
    ["all activities", ACTIVITY_NAMES],
  ];

  test.each(lists)("%s", async (_, names) => {
    const arnOf = await sageMakerArns();
    const alone = names.map((name) => documentOf(ACTIVITIES[name](SCOPE)));
    const together = bundle(grants(SCOPE, names)).map(documentOf);
    const wrong: string[] = [];
    let allowed = 0;
    for (const { name, isWildcardOnly, types, keys } of await sageMakerActions()) {
      const action = `sagemaker:${name}`;
      const [ofEach, ofAll] = [alone, together].map((documents) => documents.map((each) => about(each, action)));
      if (!ofEach || !ofAll || [...ofEach, ...ofAll].every(({ Statement }) => Statement.length === 0)) continue;
      // An action without a type is asked for on *, and needs no other resource to be compared with.
      const arns = isWildcardOnly
        ? ["*"]
        : types.map((type) => arnOf(type, { ...PLACE, DomainId: SCOPE.domainId, UserProfileName: "ana" }));
      for (const arn of arns) {
        for (const context of contexts(keys)) {
          const decide = async (documents: readonly PolicyDocument[]) =>
            documents.length > 0 && (await isAllowed(documents, action, arn, context));
          const expected = (await Promise.all(ofEach.map((each) => decide([each])))).includes(true);
          if (expected) allowed += 1;
          if ((await decide(ofAll)) !== expected) wrong.push(`${action} on ${arn} with ${JSON.stringify(context)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(allowed).toBeGreaterThan(0);
  });
});

const PLACE = { Partition: SCOPE.partition, Region: SCOPE.region, Account: SCOPE.accountId };

type Context = Record<string, string | string[]>;

/** Every combination of the tags that statements of several activities compare. */
function contexts(keys: readonly string[]): Context[] {
  const ofResource = [undefined, "fraud", "platform"].map(
    (team): Context => (team === undefined ? {} : { [`aws:ResourceTag/${TAG.team}`]: team }),
  );
  const ofRequest: Context[] = keys.includes(REQUEST_TAG_KEY)
    ? [{}, { [`aws:RequestTag/${TAG.team}`]: "fraud", "aws:TagKeys": [TAG.team] }, { "aws:TagKeys": ["project"] }]
    : [{}];
  const whileMaking: Context[] = keys.includes("sagemaker:TaggingAction")
    ? [{}, { "sagemaker:TaggingAction": "CreateApp" }]
    : [{}];
  return ofResource.flatMap((one) =>
    ofRequest.flatMap((other) => whileMaking.map((third) => ({ ...one, ...other, ...third }))),
  );
}

async function isAllowed(
  documents: readonly PolicyDocument[],
  action: string,
  resource: string,
  context: Context,
): Promise<boolean> {
  const verdict = await evaluate({
    request: {
      principal: `arn:aws:iam::${SCOPE.accountId}:role/person`,
      action,
      resource: { resource, accountId: SCOPE.accountId },
      contextVariables: {
        [`aws:PrincipalTag/${TAG.team}`]: "fraud",
        "sagemaker:DomainId": SCOPE.domainId,
        "sagemaker:UserProfileName": "ana",
        ...context,
      },
    },
    identityPolicies: documents
      .filter(({ Statement }) => Statement.length > 0)
      .map((document, index) => ({ name: `${index}`, document })),
    resourcePolicy: undefined,
  });
  return verdict === "Allowed";
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
  return parseIdentityPolicy(parseJson(policyDocument(statements)), "bundle");
}

/** The statements that name an action: the others decide nothing about it. */
function about(document: PolicyDocument, action: string): PolicyDocument {
  return { ...document, Statement: document.Statement.filter(({ Action }) => asList(Action).includes(action)) };
}

function size(statements: readonly Statement[]): number {
  return policyDocument(statements).replaceAll(TOKEN, LONG_ID).replace(/\s/g, "").length;
}

function actions(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => named("service:Action", from + index));
}

function named(prefix: string, id: number): string {
  return `${prefix}${String(id).padStart(12, "0")}`;
}

function actionsOf({ Sid, Action }: Statement): string[] {
  return Action.map((action) => `${Sid} ${action}`);
}

function resourcesOf({ Sid, Resource = [] }: Statement): string[] {
  return Resource.map((resource) => `${Sid} ${resource}`);
}

function restOf({ Action, Resource, ...rest }: Statement): string[] {
  return [JSON.stringify(rest)];
}

function isIn(policy: Bundles[number], part: Statement): boolean {
  const whole = policy.find(({ Sid }) => Sid === part.Sid);
  return (
    whole !== undefined &&
    part.Action.every((action) => whole.Action.includes(action)) &&
    (part.Resource ?? []).every((resource) => (whole.Resource ?? []).includes(resource))
  );
}
