import { planDigest } from "../../pipeline/digest";
import { parsePlan } from "../../pipeline/plan-json";
import { changeOf, planOf, type RawPlan, rawPlanOf } from "./example";

const ROLE = "aws_iam_role.role_ml-pricing-e67963a11a";
const digestOf = (change?: (plan: RawPlan) => void) => planDigest(planOf("research-add", change));

test("plans that would do the same have the same digest", () => {
  const { resource_changes: changes, ...plan } = rawPlanOf("research-add");
  const turned = { resource_changes: [...changes].reverse(), ...plan, timestamp: "2030-01-01T00:00:00Z" };
  expect(planDigest(parsePlan(turned, "studio-research"))).toBe(digestOf());
});

test("plans that would do something else do not", () => {
  const digests = [
    digestOf(),
    digestOf((plan) => Object.assign(changeOf(plan, ROLE).change.after ?? {}, { path: "/elsewhere/" })),
    digestOf((plan) => Object.assign(changeOf(plan, ROLE).change, { actions: ["delete"] })),
    digestOf((plan) => Object.assign(changeOf(plan, ROLE).change, { after_unknown: {} })),
    digestOf((plan) => plan.resource_changes.splice(1, 1)),
    digestOf((plan) => Object.assign(plan, { output_changes: {} })),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});
