import { readFileSync } from "node:fs";
import { configOf, synthesize } from "./synthesize";

/**
 * What Terraform knows a resource by: its address, and the attributes whose change replaces it. A new version that
 * changes one of them takes something away from whoever has deployed the last: a role from its people, a queue with its
 * messages, a domain with everything. If that has to be, write into CHANGELOG.md what it does to a deployment, and then
 * take the new snapshot with `npx jest addresses -u`.
 */

/** By type, from the provider's documentation ("forces new resource"). */
const REPLACES: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_event_rule: ["name", "event_bus_name"],
  aws_cloudwatch_event_target: ["rule", "target_id", "event_bus_name"],
  aws_cloudwatch_log_group: ["name", "kms_key_id"],
  aws_cloudwatch_metric_alarm: ["alarm_name"],
  aws_iam_policy: ["name", "path", "description"],
  aws_iam_role: ["name", "path"],
  aws_iam_role_policy: ["name", "role"],
  aws_iam_role_policy_attachment: ["policy_arn", "role"],
  aws_lambda_event_source_mapping: ["event_source_arn"],
  aws_lambda_function: ["function_name"],
  // Replacing it is what asks for a sweep.
  aws_lambda_invocation: [],
  aws_sagemaker_domain: ["auth_mode", "domain_name", "kms_key_id", "vpc_id"],
  aws_sqs_queue: ["name", "fifo_queue"],
  aws_ssoadmin_application_assignment: ["application_arn", "principal_id", "principal_type"],
};

/** A config with a group of every kind, and every option that makes resources. */
function everything(): string {
  const config = JSON.parse(configOf(["ML Fraud Scientists", "ml-platform"], ["research", "lab"]));
  const [research, lab] = config.studios;
  research.outsideIdentityCenter = {
    domainId: "d-0123456789ab",
    samlProviderArns: ["arn:aws:iam::444455556666:saml-provider/corporate"],
  };
  research.groups.push(
    { adGroup: "ML Custom", team: "custom", activities: ["private-spaces", "manage-jobs"] },
    {
      adGroup: "ML Own",
      team: "own",
      persona: "viewer",
      managedPolicyArns: ["arn:aws:iam::444455556666:policy/own"],
      databases: ["own"],
    },
  );
  lab.existingDomainId = "d-abcdef012345";
  return JSON.stringify(config);
}

function identities(): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [stack, { json }] of Object.entries(synthesize(everything()))) {
    for (const [type, byId] of Object.entries(json.resource)) {
      const keys = REPLACES[type];
      if (!keys) throw new Error(`what replaces a ${type}? Its line is missing here`);
      for (const [id, block] of Object.entries(byId)) {
        found[`${stack} ${type}.${id}`] = Object.fromEntries(
          keys.flatMap((key) => (block[key] === undefined ? [] : [[key, block[key]]])),
        );
      }
    }
  }
  return found;
}

test("no resource changes its address, nor what would replace it", () => {
  expect(identities()).toMatchSnapshot();
});

test("the changelog begins with this version", () => {
  const [, latest] = /^## (\S+)/m.exec(readFileSync("CHANGELOG.md", "utf8")) ?? [];
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(latest).toBe(version);
});
