import { readFileSync } from "node:fs";
import { parseConfig } from "../../stacks/config/load";
import { lowestVersion } from "../../stacks/config/lowest-version";
import { ConfigError } from "../../stacks/config/mistake";
import { EXAMPLE } from "./scene";

/** What of a config cannot work, and is refused before anything is synthesized. */
const SOURCE = readFileSync(EXAMPLE, "utf8");

function mistakesOf(before: string | RegExp, after: string): string {
  const source = SOURCE.replace(before, after);
  if (source === SOURCE) throw new Error(`no ${before} in the example`);
  try {
    parseConfig(source, "example.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "none";
}

const lineOf = (text: string) => SOURCE.split("\n").findIndex((line) => line.includes(text)) + 1;

test.each([
  [
    "another Region than Identity Center's",
    /( {4}region:) eu-west-1/,
    "$1 eu-central-1",
    "trustedIdentityPropagation",
    /the studio is in eu-central-1, Identity Center in eu-west-1; AWS propagates identities in one Region only/,
  ],
  [
    "a provider that does not know Athena's result grants",
    '"~> 6.34"',
    '"~> 6.33"',
    "awsProviderVersion",
    /allows versions that do not know what dataLake needs; expected "~> 6.34" or later/,
  ],
  [
    "grants without anybody's identity",
    /\n {4}trustedIdentityPropagation: .*/,
    "",
    "",
    /accessGrants: needs the studio's trustedIdentityPropagation[\s\S]*dataLake: needs the studio's/,
  ],
  [
    "a prefix that ends in the middle of a name",
    "prefix: curated/",
    "prefix: curat*",
    "prefix: curated/",
    /"curat\*" is not a folder; expected something like curated\//,
  ],
  [
    "a place that is granted twice",
    "prefix: features/",
    "prefix: curated/*",
    "prefix: features/",
    /s3:\/\/acme-fraud-data\/curated\/ is granted above already; grant it once, READWRITE for both/,
  ],
  [
    "a table that is granted twice",
    "tables: [transactions]",
    "tables: [transactions, transactions]",
    "tables:",
    /transactions of fraud is granted above already; grant it once/,
  ],
  [
    "a table that is granted again",
    "          workgroup:",
    "          also: [{ database: fraud, tables: [transactions] }]\n          workgroup:",
    "workgroup:",
    /dataLake.also\[0\].tables\[0\]: transactions of fraud is granted above already; grant it once/,
  ],
  [
    "columns of which table, further down",
    "          workgroup:",
    "          also: [{ database: other, columns: [x] }]\n          workgroup:",
    "workgroup:",
    /dataLake.also\[0\].columns: columns of which table/,
  ],
  [
    "a permission that is listed twice",
    "permissions: [SELECT]",
    "permissions: [SELECT, SELECT]",
    "permissions: [SELECT]",
    /"SELECT" is permissions\[0\] already; list it once/,
  ],
  [
    "results where somebody is granted them",
    "s3://acme-query-results/fraud",
    "s3://acme-fraud-data/features/results",
    "workgroup:",
    /"ML Fraud Scientists" is granted s3:\/\/acme-fraud-data\/features\/, and would have everybody's results/,
  ],
  [
    "results that hold what is granted",
    "s3://acme-query-results/fraud",
    "s3://acme-fraud-data/",
    "workgroup:",
    /would have everybody's results; give results a place of their own/,
  ],
  [
    "a location that is none",
    "s3://acme-fraud-data, prefix: curated/",
    "acme-fraud-data, prefix: curated/",
    "prefix: curated/",
    /is not a place in S3/,
  ],
  [
    "a permission that is none",
    "permission: READ }",
    "permission: LIST }",
    "prefix: curated/",
    /expected READ, WRITE or READWRITE/,
  ],
  [
    "columns of several tables",
    "tables: [transactions]",
    "tables: [transactions, cards]",
    "columns:",
    /columns of which table/,
  ],
  [
    "columns that could be written",
    "permissions: [SELECT]",
    "permissions: [SELECT, INSERT]",
    "permissions: [SELECT]",
    /INSERT: Lake Formation lets columns be read only/,
  ],
  [
    "jobs that are longer than SageMaker lets any be",
    "trustedIdentityPropagation: {}",
    "trustedIdentityPropagation: { longestJob: 29 days }",
    "trustedIdentityPropagation",
    /expected 28 days or fewer, which is SageMaker's own limit/,
  ],
  [
    "a time that is none",
    "trustedIdentityPropagation: {}",
    "trustedIdentityPropagation: { longestJob: 48h }",
    "trustedIdentityPropagation",
    /"48h" is not an interval; expected something like "1 hour" or "30 minutes"/,
  ],
  [
    "an application of another instance",
    "trustedIdentityPropagation: {}",
    "trustedIdentityPropagation: { lakeFormationApplicationArn: arn:aws:sso::111122223333:application/ssoins-aaaaaaaaaaaaaaaa/apl-1234567890abcdef }",
    "trustedIdentityPropagation",
    /an application of another instance of Identity Center; expected …:application\/ssoins-1234567890abcdef/,
  ],
  [
    "an instance of another account",
    "trustedIdentityPropagation: {}",
    "trustedIdentityPropagation: { accessGrantsInstanceArn: arn:aws:s3:eu-west-1:999988887777:access-grants/default }",
    "trustedIdentityPropagation",
    /an instance of account 999988887777 in eu-west-1; expected the studio's own account and Region/,
  ],
])("%s is refused, and where", (_what, before, after, line, message) => {
  const said = mistakesOf(before, after);
  expect(said).toMatch(message);
  if (line) expect(said).toContain(`example.yaml:${lineOf(line)}:`);
});

test("a provider that does not know the domain's setting is refused", () => {
  const source = SOURCE.replace('"~> 6.34"', '"5.100.0"').replace(/\n {8}dataLake:[\s\S]*?workgroup: .*/, "");
  expect(() => parseConfig(source, "example.yaml")).toThrow(
    /what trustedIdentityPropagation needs; expected "~> 6.33"/,
  );
});

test("a second studio in the same account and Region must name what there is one of", () => {
  const second = (more: string) =>
    SOURCE.replace(
      "\nterraform:",
      `
  - name: lab
    accountId: "444455556666"
    region: eu-west-1
    vpcId: vpc-0123456789abcdef0
    subnetIds: [subnet-0123456789abcdef0]
    trustedIdentityPropagation: ${more}
    groups:
      - { adGroup: A, team: a, persona: viewer, accessGrants: [{ location: s3://acme-a, permission: READ }] }
terraform:`,
    );
  expect(() => parseConfig(second("{}"), "example.yaml")).toThrow(
    /studios\[0\] makes it for this account and Region, which has one: name it here in accessGrantsInstanceArn/,
  );
  const named = "{ accessGrantsInstanceArn: arn:aws:s3:eu-west-1:444455556666:access-grants/default }";
  expect(parseConfig(second(named), "example.yaml").studios).toHaveLength(2);
});

test.each([
  ["~> 6.33", [6, 33]],
  ["6.66.0", [6, 66]],
  [">= 6.34, < 7.0", [6, 34]],
  ["< 7", [0, 0]],
  [">= 5.0, ~> 6.40", [6, 40]],
  ["!= 6.50.0", [0, 0]],
])("the lowest version of %s is %j", (constraint, lowest) => {
  expect(lowestVersion(constraint)).toEqual(lowest);
});
