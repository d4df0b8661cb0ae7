import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { executionRoleArn } from "../../naming";
import type { Holders } from "../../pipeline/holders";
import { parsePlan, type StackPlan } from "../../pipeline/plan-json";
import { parseConfig } from "../../stacks/config/load";
import type { Config, StudioConfig } from "../../stacks/config/schema";

/*
 * Plans of one example, as Terraform 1.11 shows them with version 5 of the AWS provider, less the attributes and the
 * unchanged resources that nobody here looks at: `research-new` of a studio that is not there yet, the others of one with
 * the groups below.
 */

export const PLATFORM = { adGroup: "ML Platform", team: "platform", persona: "mlops" } as const;
export const FRAUD = { adGroup: "ML Fraud", team: "fraud", persona: "data-scientist" } as const;
export const PRICING = { adGroup: "ML Pricing", team: "pricing", persona: "data-scientist" } as const;

export const DOMAIN = "d-9bf63bf1dfb9";

/** What a plan can be changed in. */
export type RawPlan = z.infer<typeof rawPlan>;

const attributes = z.record(z.string(), z.unknown());
const rawChange = z.looseObject({
  address: z.string(),
  type: z.string(),
  name: z.string(),
  action_reason: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.string()),
    before: attributes.nullish(),
    after: attributes.nullish(),
    replace_paths: z.array(z.array(z.string())).optional(),
  }),
});
const rawPlan = z.looseObject({
  resource_changes: z.array(rawChange),
  resource_drift: z.array(rawChange),
  prior_state: z.looseObject({
    values: z.looseObject({
      outputs: z.record(z.string(), z.looseObject({ value: z.unknown() })),
      root_module: z.looseObject({
        resources: z.array(z.looseObject({ address: z.string(), type: z.string(), values: attributes })).optional(),
      }),
    }),
  }),
});

/** A plan as `terraform show -json` prints it. */
export function rawPlanOf(name: string): RawPlan {
  return rawPlan.parse(JSON.parse(readFileSync(join(__dirname, "plans", `${name}.json`), "utf8")));
}

/** A plan as the pipeline reads it, perhaps with changes. */
export function planOf(name: string, change: (plan: RawPlan) => void = () => undefined): StackPlan {
  const plan = rawPlanOf(name);
  change(plan);
  return parsePlan(plan, "studio-research");
}

/** The change of a resource in a plan. */
export function changeOf(plan: RawPlan, address: string): RawPlan["resource_changes"][number] {
  const found = plan.resource_changes.find((each) => each.address === address);
  if (!found) throw new Error(`the plan has no ${address}`);
  return found;
}

type Groups = readonly { readonly adGroup: string }[];

/** A config with a studio `research` of these groups, and more of the studio's entry. */
export function configWith(groups: Groups, more: object = {}, others: readonly object[] = []): Config {
  const research = {
    name: "research",
    accountId: "123456789012",
    region: "eu-west-1",
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    groups,
  };
  const identityCenter = {
    accountId: "123456789012",
    region: "eu-west-1",
    identityStoreId: "d-906716eb24",
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
  };
  const studios = [more, ...others].map((other) => ({ ...research, ...other }));
  return parseConfig(JSON.stringify({ identityCenter, studios }), "studio.yaml");
}

/** The entry of the studio `research`. */
export function studioWith(groups: Groups, more: object = {}): StudioConfig {
  const [studio] = configWith(groups, more).studios;
  if (!studio) throw new Error("no studio");
  return studio;
}

const PLACE = { name: "research", accountId: "123456789012", region: "eu-west-1" };

/** The execution role of a group. */
export function roleOf({ adGroup }: { readonly adGroup: string }): string {
  return executionRoleArn(PLACE, adGroup);
}

/** People who have the role of a group. */
export function having(group: { readonly adGroup: string }, ...names: readonly string[]): Holders {
  return { kind: "known", byRole: new Map([[roleOf(group).toLowerCase(), names]]) };
}
