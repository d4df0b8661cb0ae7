import type { Entry } from "../../access/report";
import type { Row } from "../../access/rows";
import { inWords } from "../../access/words";
import type { PolicyStatement } from "../../rehearsal/policy-document";
import type { Role, World } from "../../rehearsal/world";
import { parseConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";

/** Two teams with little, so that the whole report is quick. */
export const TWO_TEAMS = `
      - { adGroup: Fraud, team: fraud, activities: [invoke-endpoints], buckets: [acme-fraud] }
      - { adGroup: Risk, team: risk, activities: [invoke-endpoints], buckets: [acme-risk, acme-limits] }`;

/** A config with these groups, as YAML, and what the studio has besides. */
export function smallConfig(groups: string, studio = ""): Config {
  return parseConfig(
    `
identityCenter: {
  accountId: "111122223333", region: eu-west-1, identityStoreId: d-906716eb24,
  instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef" }
studios:
  - name: small
    accountId: "444455556666"
    region: eu-west-1
    vpcId: vpc-0123456789abcdef0
    subnetIds: [subnet-0123456789abcdef0]
    groups: ${groups}
    ${studio}
`,
    "small.yaml",
  );
}

/** The same stacks, with some statements of the roles' policies otherwise, or left out. */
export function changed(
  world: World,
  change: (statement: PolicyStatement, policy: string) => PolicyStatement | undefined,
): World {
  return withRoles(world, (role) => {
    const policies = role.policies.map(({ name, document }) => ({
      name,
      document: { ...document, Statement: document.Statement.flatMap((each) => change(each, name) ?? []) },
    }));
    return { ...role, policies };
  });
}

/** The same stacks, with the roles otherwise. */
export function withRoles(world: World, change: (role: Role) => Role): World {
  const roles = new Map([...world.roles].map(([arn, role]) => [arn, change(role)] as const));
  return { ...world, roles };
}

/** A statement that asks for nothing. */
export function unconditional({ Condition: _, ...statement }: PolicyStatement): PolicyStatement {
  return statement;
}

/** What a report says of a group's action on something: own, another's, nobody's. */
export function said(entries: readonly Entry[], name: string, action: string, on: string): string[] {
  const entry = entries.find(({ member }) => member.kind === "group" && member.name === name);
  const row = entry && rowsOf(entry).find((each) => each.action === action && each.on === on);
  if (!entry || !row) throw new Error(`the report says nothing of ${name}: ${action} on ${on}`);
  const { own, anothers, nobodys } = row.answers;
  return [own, anothers, nobodys].map((answer) => inWords(entry.member, answer));
}

/** Every row about a role. */
export function rowsOf({ access }: Entry): readonly Row[] {
  return access.sections.flatMap(({ rows }) => rows);
}
