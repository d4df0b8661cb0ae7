import { resourceOf } from "../../access/answer";
import { markdown } from "../../access/markdown";
import { present } from "../../access/question";
import { accessReport, type Entry, reportOn } from "../../access/report";
import { synthesizeStudios } from "../../access/stacks";
import { decide } from "../../rehearsal/policy-simulator";
import { changed, rowsOf, said, smallConfig, TWO_TEAMS, unconditional, withRoles } from "./small";

const config = smallConfig(TWO_TEAMS);
const stacks = synthesizeStudios(config);
let entries: readonly Entry[];

beforeAll(async () => {
  entries = await reportOn(config, stacks);
});

/** The report with some statements otherwise. */
const reportWith = (change: Parameters<typeof changed>[1]) => reportOn(config, changed(stacks, change));

describe("the report says of a group", () => {
  test("what it may do with its team's things, another team's and untagged ones", () => {
    expect(said(entries, "Fraud", "sagemaker:DescribeEndpoint", "endpoint")).toEqual([
      "yes: invoke-endpoints UseOwn",
      "denied: guardrails OtherTeamsThings",
      "no",
    ]);
    expect(said(entries, "Fraud", "sagemaker:InvokeEndpoint", "endpoint")).toEqual([
      "yes: invoke-endpoints UseOwn",
      "denied: guardrails OtherEndpoints, OtherTeamsThings",
      "denied: guardrails OtherEndpoints",
    ]);
  });

  test("what it lists of every team", () => {
    const yes = "yes: invoke-endpoints ListAll";
    expect(said(entries, "Fraud", "sagemaker:ListEndpoints", "*")).toEqual([yes, yes, yes]);
  });

  test("what is its own by name", () => {
    const whose = ["yes: team-data TeamObjects", "no", "no"];
    expect(said(entries, "Fraud", "s3:PutObject", "objects of the bucket")).toEqual(whose);
    expect(said(entries, "Risk", "s3:PutObject", "objects of the bucket")).toEqual(whose);
  });

  test("nothing of what no statement allows", () => {
    expect(rowsOf(entries[0] ?? fail()).filter(({ action }) => /Create|PassRole/.test(action))).toEqual([]);
  });
});

describe("of everything that an activity can grant, the report says", () => {
  const names = ["private-spaces", "remote-sessions", "studio-apps", "manage-models", "hub", "query-athena"];
  let all: readonly Entry[];
  const of = (action: string, on: string) =>
    // Whether nothing allows it or a guardrail denies it, it is not allowed.
    said(all, "Fraud", action, on).map((each) => each.replace(/:.*/, "").replace("denied", "no"));

  beforeAll(async () => {
    const groups = `
      - { adGroup: Fraud, team: fraud, activities: [${names.join()}] }
      - { adGroup: Risk, team: risk, activities: [hub] }`;
    all = await accessReport(smallConfig(groups));
  });

  test.each([
    // A person's: one's own, another person's, nobody's.
    ["sagemaker:CreateSpace", "private space", ["yes", "no", "no"]],
    ["sagemaker:CreateSpace", "shared space", ["no", "no", "no"]],
    ["sagemaker:DeleteApp", "app in a private space", ["yes", "no", "no"]],
    ["sagemaker:CreateApp", "app of the profile", ["yes", "no", "·"]],
    ["sagemaker:StartSession", "space", ["yes", "no", "no"]],
    ["sagemaker:CreatePresignedDomainUrl", "user-profile", ["yes", "no", "·"]],
    ["sagemaker:DescribeDomain", "domain", ["yes", "no", "·"]],
    // New things, by the tag that the request gives.
    ["sagemaker:CreateModel", "new model", ["yes", "no", "no"]],
    ["sagemaker:CreateModelPackage", "model-package, by aws:ResourceTag/team", ["yes", "no", "no"]],
    // Tags.
    ["sagemaker:AddTags", "new model, its tags", ["yes", "no", "no"]],
    ["sagemaker:AddTags", "model, other tags", ["yes", "no", "no"]],
    ["sagemaker:AddTags", "model, its team", ["no", "no", "no"]],
    ["sagemaker:DeleteTags", "model, its team", ["no", "no", "no"]],
    // Roles.
    ["iam:PassRole", "execution role", ["yes", "no", "no"]],
    ["iam:PassRole", "compute role", ["yes", "no", "·"]],
    ["iam:PassRole", "execution role, to another service", ["no", "no", "no"]],
    // What a policy names itself.
    ["sagemaker:DescribeHub", "hub/SageMakerPublicHub of account aws", ["yes", "·", "no"]],
    ["athena:GetDatabase", "datacatalog/AwsDataCatalog", ["yes", "·", "no"]],
    ["logs:PutLogEvents", "log-stream log-group:/aws/sagemaker/studio:*", ["yes", "·", "no"]],
    ["athena:StartQueryExecution", "workgroup", ["yes", "no", "no"]],
  ])("%s on %s: %j", (action, on, verdicts) => {
    expect(of(action, on)).toEqual(verdicts);
  });

  test("each under the first activity that grants it", () => {
    const [fraud] = all;
    const titles = fraud?.access.sections.map(({ title }) => title);
    expect(titles).toEqual(names);
    for (const { title, rows } of fraud?.access.sections ?? []) {
      for (const { parts } of rows) expect(parts[0]).toBe(title);
    }
  });

  test("the same that the whole role is allowed, with the simulator's validation at every request", async () => {
    for (const entry of [...entries, ...all]) {
      const { role, person, domainId } = entry.member.subject;
      const studio = person === undefined ? { domainId: "", profile: "" } : { domainId, profile: person };
      for (const row of rowsOf(entry)) {
        for (const answer of present(row.answers)) {
          const context = Object.fromEntries(
            Object.entries(answer.evaluated.request.contextVariables).map(([key, value]) => [key, value ?? ""]),
          );
          // A role that is alike was asked in this one's place.
          if (answer.evaluated.request.principal !== role.arn) continue;
          const { verdict, by } = await decide(stacks, {
            who: { kind: "role", role, studio },
            action: row.action,
            resource: resourceOf(answer),
            context,
          });
          expect([row.action, row.on, verdict, [...by].sort()]).toEqual([
            row.action,
            row.on,
            answer.verdict,
            answer.by.map(({ sid }) => sid).sort(),
          ]);
        }
      }
    }
  });
});

test("of a studio that prescribes network, keys and time, the report says what another one, or none, comes to", async () => {
  const key = (id: string) => `arn:aws:kms:eu-west-1:444455556666:key/${id}`;
  const groups = "[{ adGroup: Fraud, team: fraud, activities: [manage-jobs] }]";
  const report = await accessReport(
    smallConfig(
      groups,
      `
    network: { subnetIds: [subnet-0aaaaaaaaaaaaaaaa], securityGroupIds: [sg-0aaaaaaaaaaaaaaaa] }
    encryption: { volumeKeyArns: ["${key("volumes")}"], outputKeyArns: ["${key("outputs")}"] }
    trustedIdentityPropagation: { longestJob: 90 minutes }`,
    ),
  );
  const isAllowed = (on: string) =>
    said(report, "Fraud", "sagemaker:CreateTrainingJob", on).map((each) => each.startsWith("yes"));
  expect(isAllowed("new training-job")).toEqual([true, false, false]);
  for (const key of [
    "VpcSubnets",
    "VpcSecurityGroupIds",
    "VolumeKmsKeyArn",
    "OutputKmsKeyArn",
    "MaxRuntimeInSeconds",
  ]) {
    expect([key, ...isAllowed(`new training-job, by sagemaker:${key}`)]).toEqual([key, true, false, false]);
  }
  const grant = `key/volumes, where kms:GrantIsForAWSResource is true`;
  expect(said(report, "Fraud", "kms:CreateGrant", grant).map((each) => each.split(":")[0])).toEqual(["yes", "·", "no"]);
});

describe("a weakened policy shows in the Markdown", () => {
  test("without the condition on the tag, untagged things are allowed, and the guardrails hold for another team's", async () => {
    const weak = await reportWith((statement) => (statement.Sid === "UseOwn" ? unconditional(statement) : statement));
    expect(markdown(weak)).not.toBe(markdown(entries));
    expect(said(weak, "Fraud", "sagemaker:DescribeEndpoint", "endpoint")).toEqual([
      "yes: invoke-endpoints UseOwn",
      "denied: guardrails OtherTeamsThings",
      "yes: invoke-endpoints UseOwn",
    ]);
  });

  test("without the guardrails as well, another team's are allowed", async () => {
    const weak = await reportWith((statement, policy) => {
      if (policy.includes("guardrails") && statement.Sid === "OtherTeamsThings") return undefined;
      return statement.Sid === "UseOwn" ? unconditional(statement) : statement;
    });
    const yes = "yes: invoke-endpoints UseOwn";
    expect(said(weak, "Fraud", "sagemaker:DescribeEndpoint", "endpoint")).toEqual([yes, yes, yes]);
    expect(markdown(weak)).toContain("- sagemaker:DescribeEndpoint, endpoint: another's, nobody's");
  });

  test("another team's bucket in a group's policy", async () => {
    const weak = await reportWith((statement) => {
      const arns = [statement.Resource].flat();
      if (!arns.includes("arn:aws:s3:::acme-fraud/*")) return statement;
      return { ...statement, Resource: ["arn:aws:s3:::acme-fraud/*", "arn:aws:s3:::acme-limits/*"] };
    });
    const yes = "yes: team-data TeamObjects";
    expect(said(weak, "Fraud", "s3:GetObject", "objects of the bucket")).toEqual([yes, yes, "no"]);
    expect(said(weak, "Risk", "s3:GetObject", "objects of the bucket")).toEqual([yes, "no", "no"]);
  });

  test("a team that a shared policy names: it is not told of the others", async () => {
    const weak = await reportWith((statement) =>
      statement.Sid === "UseOwn"
        ? { ...statement, Condition: { StringEquals: { "aws:ResourceTag/team": "risk" } } }
        : statement,
    );
    expect(said(weak, "Fraud", "sagemaker:DescribeEndpoint", "endpoint")[0]).toBe("no");
    expect(said(weak, "Risk", "sagemaker:DescribeEndpoint", "endpoint")[0]).toBe("yes: invoke-endpoints UseOwn");
  });

  test("a tag of a role that is not its own", async () => {
    const others = withRoles(stacks, (role) => {
      return role.tags["studio:group"] === "Risk" ? { ...role, tags: { ...role.tags, team: "fraud" } } : role;
    });
    const weak = await reportOn(config, others);
    expect(said(weak, "Fraud", "sagemaker:DescribeEndpoint", "endpoint")[0]).toMatch(/^yes/);
    expect(said(weak, "Risk", "sagemaker:DescribeEndpoint", "endpoint").slice(0, 2)).toEqual([
      "denied: guardrails OtherTeamsThings",
      "yes: invoke-endpoints UseOwn",
    ]);
  });

  test("a denial that no answer shows at work, and a condition that makes no answer another", async () => {
    const without = await reportWith((statement) => (statement.Sid === "HomesOfEverybody" ? undefined : statement));
    expect(lines(entries)).toContainEqual(expect.stringContaining("| guardrails HomesOfEverybody |"));
    expect(lines(without)).toEqual(lines(entries).filter((line) => !line.includes("HomesOfEverybody")));

    const ofOne = withRoles(stacks, (role) =>
      role.tags["studio:group"] === "Risk" ? { ...role, policies: role.policies.slice(0, -1) } : role,
    );
    expect(lines(await reportOn(config, ofOne))).not.toEqual(lines(entries));

    const stricter = await reportWith((statement) =>
      statement.Sid === "UseOwn"
        ? { ...statement, Condition: { ...statement.Condition, Bool: { "aws:SecureTransport": "true" } } }
        : statement,
    );
    expect(lines(stricter)).not.toEqual(lines(entries));
    expect(lines(stricter)).toContainEqual(expect.stringMatching(/^\| UseOwn \|.*Bool aws:SecureTransport true/));
  });

  test("a statement that allows nothing which the report asks for", async () => {
    const odd = await reportWith((statement) =>
      statement.Sid === "UseOwn"
        ? { ...statement, Condition: { NumericLessThan: { "aws:MultiFactorAuthAge": "300" } } }
        : statement,
    );
    expect(markdown(odd)).toContain("no request that was tried meets its conditions");
  });
});

describe("nothing is written twice", () => {
  test("groups that are alike, whatever their names and however many buckets they have", () => {
    const text = markdown(entries);
    expect(text).toContain(
      "| Risk | risk | invoke-endpoints | buckets acme-limits, acme-risk | same as Fraud (small) |",
    );
    expect(text.match(/^### (?!What|Under)/gm)).toHaveLength(2);
    expect(text.match(/sagemaker:InvokeEndpointAsync/g)).toHaveLength(1);
  });

  test("a group that is not: what it has in common is not written again", async () => {
    const groups = `${TWO_TEAMS}
      - { adGroup: Poor, team: poor, activities: [invoke-endpoints] }
      - { adGroup: Rich, team: rich, activities: [invoke-endpoints, remote-sessions], buckets: [acme-rich] }`;
    const text = markdown(await accessReport(smallConfig(groups)));
    expect(text).toContain("### Poor\n\n#### invoke-endpoints\n\nSame as Fraud (small).");
    expect(text.slice(text.indexOf("### Rich"))).toContain("#### team data\n\nSame as Fraud (small).");
  });

  test("two reports are the same, byte for byte", async () => {
    expect(markdown(await accessReport(config))).toBe(markdown(entries));
  });
});

describe("a group with policies of no stack is marked", () => {
  const own = "arn:aws:iam::444455556666:policy/own";
  const aws = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  const none = "arn:aws:iam::aws:policy/NoSuchPolicy";

  test("a customer's policy is not evaluated, and the group is not told to be like one without", async () => {
    const groups = `${TWO_TEAMS.replace("buckets: [acme-risk, acme-limits]", `managedPolicyArns: ["${own}", "${none}"]`)}`;
    const report = await accessReport(smallConfig(groups));
    const text = markdown(report);
    expect(text).toContain(`### Risk\n\n- **Not evaluated:** ${own}: its text is in no stack;`);
    expect(text).toContain(`- **Not evaluated:** ${none}:`);
    expect(text.match(/Not evaluated/g)).toHaveLength(2);
    expect(text).not.toContain("same as Fraud");
  });

  test("AWS's policy is evaluated, as of the version that is at hand", async () => {
    const groups = `${TWO_TEAMS.replace("buckets: [acme-risk, acme-limits]", `managedPolicyArns: ["${aws}"]`)}`;
    const report = await accessReport(smallConfig(groups));
    expect(markdown(report)).toMatch(
      /### Risk\n\n- arn:aws:iam::aws:policy\/AmazonS3ReadOnlyAccess: evaluated as of its v\d+,/,
    );
    const yes = "yes: AWS's AmazonS3ReadOnlyAccess #1";
    expect(said(report, "Risk", "s3:GetObject", "objects of the bucket")).toEqual(["·", yes, yes]);
    expect(said(report, "Fraud", "s3:GetObject", "objects of the bucket")).toEqual([
      "yes: team-data TeamObjects",
      "no",
      "no",
    ]);
  });

  test("a policy for everything is looked at as far as some policy names services", async () => {
    const weak = await reportWith((statement) =>
      statement.Sid === "ListAll" ? { ...statement, Action: "*", Resource: "*" } : statement,
    );
    const text = markdown(weak);
    expect(text).toContain("**Not complete:** studio-small-invoke-endpoints-1: allows actions of every service");
    expect(text).toContain("| sagemaker:CreateDomain | domain | denied: guardrails Administration |");
  });

  test("a permissions boundary is not evaluated", async () => {
    const boundary = { arn: "arn:aws:iam::444455556666:policy/boundary" };
    const text = markdown(
      await reportOn(
        config,
        withRoles(stacks, (role) => ({ ...role, boundary })),
      ),
    );
    expect(text).toContain(`### Fraud\n\n- **Not evaluated:** ${boundary.arn}: the permissions boundary;`);
  });
});

function lines(report: readonly Entry[]): string[] {
  return markdown(report).split("\n");
}

function fail(): never {
  throw new Error("the report is empty");
}
