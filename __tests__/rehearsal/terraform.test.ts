import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "../../rehearsal/json";
import { loadStacks } from "../../rehearsal/terraform";
import { parseReference, parseTemplate } from "../../rehearsal/terraform/expressions";

const root = mkdtempSync(join(tmpdir(), "stacks-"));
afterAll(() => rmSync(root, { recursive: true }));

let written = 0;

/** Writes stacks as `cdktf synth` does, and loads them. */
function load(...stacks: { name: string; json: JsonObject }[]) {
  written += 1;
  const dirs = stacks.map(({ name, json }) => {
    const dir = join(root, String(written), name);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify({ "//": { metadata: { stackName: name } }, ...json }));
    return dir;
  });
  return loadStacks(dirs);
}

const provider = (accountId: string, extra: JsonObject = {}) => ({
  aws: [{ region: "eu-west-1", allowed_account_ids: [accountId], ...extra }],
});
const policy = (statement: JsonObject): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] }).replaceAll("${aws:", () => "$${aws:");

const studio = {
  name: "studio-research",
  json: {
    provider: provider("444455556666", { default_tags: [{ tags: { owner: "ml", team: "default" } }] }),
    resource: {
      aws_sagemaker_domain: {
        domain: {
          domain_name: "research",
          auth_mode: "SSO",
          default_user_settings: { execution_role: "${aws_iam_role.fraud.arn}" },
          domain_settings: [{ execution_role_identity_config: "USER_PROFILE_NAME" }],
        },
      },
      aws_iam_role: {
        fraud: {
          name: "fraud",
          path: "/studio/research/",
          assume_role_policy: policy({
            Effect: "Allow",
            Principal: { Service: "sagemaker.amazonaws.com" },
            Action: "sts:AssumeRole",
          }),
          tags: { team: "fraud" },
          permissions_boundary: "${aws_iam_policy.shared.arn}",
        },
      },
      aws_iam_policy: {
        shared: {
          name: "shared",
          policy: policy({
            Sid: "Own",
            Effect: "Allow",
            Action: "sagemaker:DescribeModel",
            Resource: "arn:aws:sagemaker:eu-west-1:444455556666:model/*",
            Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
          }),
        },
      },
      aws_iam_role_policy_attachment: {
        fraud: { role: "${aws_iam_role.fraud.name}", policy_arn: "${aws_iam_policy.shared.arn}" },
      },
      aws_iam_role_policy: {
        own: {
          role: "${aws_iam_role.fraud.id}",
          name: "own",
          policy: policy({
            Effect: "Allow",
            Action: "sagemaker:DescribeDomain",
            Resource: "${aws_sagemaker_domain.domain.arn}",
          }),
        },
      },
    },
    output: {
      "cross-domain-id": { value: "${aws_sagemaker_domain.domain.id}" },
      "cross-app": { value: "${aws_sagemaker_domain.domain.single_sign_on_application_arn}" },
    },
  },
};

const across = (output: string) =>
  `\${data.terraform_remote_state.cross-stack-reference-input-studio-research.outputs.${output}}`;
const onboarding = {
  name: "onboarding",
  json: {
    provider: provider("111122223333"),
    data: {
      terraform_remote_state: {
        "cross-stack-reference-input-studio-research": { workspace: "${terraform.workspace}" },
      },
      aws_identitystore_group: {
        fraud: {
          identity_store_id: "d-906716eb24",
          alternate_identifier: { unique_attribute: { attribute_path: "DisplayName", attribute_value: "ML Fraud" } },
        },
      },
    },
    resource: {
      aws_sqs_queue: {
        dead: { name: "dead" },
        hints: { name: "hints", visibility_timeout_seconds: 60 },
      },
      aws_sqs_queue_redrive_policy: {
        hints: {
          queue_url: "${aws_sqs_queue.hints.url}",
          redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}","maxReceiveCount":5}',
        },
      },
      aws_cloudwatch_event_rule: { rule: { name: "rule", event_pattern: '{"source":["aws.identitystore"]}' } },
      aws_cloudwatch_event_target: {
        target: { rule: "${aws_cloudwatch_event_rule.rule.name}", arn: "${aws_sqs_queue.hints.arn}" },
      },
      aws_lambda_function: {
        function: {
          function_name: "onboarding",
          filename: "assets/archive.zip",
          handler: "index.handler",
          runtime: "nodejs24.x",
          role: "arn:aws:iam::111122223333:role/x",
          environment: { variables: { DOMAINS: `{"research":"${across("cross-domain-id")}"}` } },
        },
      },
      aws_lambda_event_source_mapping: {
        mapping: {
          event_source_arn: "${aws_sqs_queue.hints.arn}",
          function_name: "${aws_lambda_function.function.arn}",
          function_response_types: ["ReportBatchItemFailures"],
          scaling_config: { maximum_concurrency: 5 },
        },
      },
      aws_ssoadmin_application_assignment: {
        fraud: {
          application_arn: across("cross-app"),
          principal_id: "${data.aws_identitystore_group.fraud.group_id}",
          principal_type: "GROUP",
        },
      },
    },
  },
};

test("reads roles with their policies, boundary and tags", () => {
  const world = load(studio);
  const role = world.roles.get("arn:aws:iam::444455556666:role/studio/research/fraud");
  const domainArn = world.domains[0]?.arn;
  expect(role).toMatchObject({
    tags: { owner: "ml", team: "fraud" },
    boundary: { arn: "arn:aws:iam::444455556666:policy/shared", document: { Version: "2012-10-17" } },
    policies: [
      { name: "own", document: { Statement: [{ Resource: domainArn }] } },
      {
        name: "shared",
        document: {
          Statement: [{ Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } } }],
        },
      },
    ],
  });
});

test("resolves references within and across stacks, alone and inside a text", () => {
  const world = load(onboarding, studio);
  const [domain] = world.domains;
  expect(domain).toMatchObject({
    accountId: "444455556666",
    defaultExecutionRole: "arn:aws:iam::444455556666:role/studio/research/fraud",
    sourceIdentity: "USER_PROFILE_NAME",
  });
  expect(domain?.id).toMatch(/^d-[0-9a-f]{12}$/);
  expect(world.functions[0]).toMatchObject({
    environment: { DOMAINS: `{"research":"${domain?.id}"}` },
    archive: expect.stringMatching(/^\/.*\/onboarding\/assets\/archive\.zip$/),
    logGroup: "/aws/lambda/onboarding",
    timeoutSeconds: 3,
  });
  expect(world.assignments).toEqual([
    { applicationArn: domain?.applicationArn, principalId: world.groups[0]?.groupId, principalType: "GROUP" },
  ]);
  expect(world.groups[0]).toMatchObject({ displayName: "ML Fraud", accountId: "111122223333" });
  expect(world.queues[1]).toMatchObject({
    redrive: { deadLetterArn: "arn:aws:sqs:eu-west-1:111122223333:dead", maxReceiveCount: 5 },
    visibilityTimeoutSeconds: 60,
  });
  expect(world.rules[0]).toMatchObject({
    pattern: { source: ["aws.identitystore"] },
    targets: [{ arn: world.queues[1]?.arn }],
  });
  expect(world.eventSources[0]).toMatchObject({
    queueArn: world.queues[1]?.arn,
    functionArn: world.functions[0]?.arn,
    maximumConcurrency: 5,
    reportsBatchItemFailures: true,
    batchSize: 10,
  });
});

const shop = (resource: JsonObject) => ({ name: "shop", json: { provider: provider("111122223333"), resource } });
const plain = { ...onboarding.json.resource.aws_lambda_function.function, environment: {} };

test("reads schedules and their constant input", () => {
  const world = load(
    shop({
      aws_sqs_queue: { sweep: { name: "sweep" } },
      aws_cloudwatch_event_rule: { hourly: { name: "hourly", schedule_expression: "rate(1 hour)" } },
      aws_cloudwatch_event_target: {
        hourly: {
          rule: "${aws_cloudwatch_event_rule.hourly.name}",
          arn: "${aws_sqs_queue.sweep.arn}",
          input: '{"scope":"everyone"}',
        },
      },
    }),
  );
  expect(world.rules).toMatchObject([
    {
      enabled: true,
      pattern: undefined,
      schedule: "rate(1 hour)",
      targets: [{ arn: "arn:aws:sqs:eu-west-1:111122223333:sweep", input: '{"scope":"everyone"}' }],
    },
  ]);
});

test.each(["rate(1 hours)", "rate(2 hour)", "rate(0 hours)", "every hour", "cron(0 * * *)"])(
  "refuses the schedule %s",
  (schedule_expression) => {
    const rule = { aws_cloudwatch_event_rule: { it: { name: "it", schedule_expression } } };
    expect(() => load(shop(rule))).toThrow("is neither rate(…) nor cron(…)");
  },
);

test.each(["rate(1 minute)", "rate(15 minutes)", "cron(0 3 * * ? *)"])("takes the schedule %s", (schedule) => {
  const rule = { aws_cloudwatch_event_rule: { it: { name: "it", schedule_expression: schedule } } };
  expect(load(shop(rule)).rules).toMatchObject([{ schedule }]);
});

test("reads invocations", () => {
  const it = (changes: JsonObject = {}) =>
    shop({
      aws_lambda_function: { it: plain },
      aws_lambda_invocation: {
        it: {
          function_name: "${aws_lambda_function.it.function_name}",
          input: '{"scope":"everyone"}',
          triggers: { code: "${aws_lambda_function.it.filename}" },
          depends_on: ["aws_lambda_function.it"],
          ...changes,
        },
      },
    });
  expect(load(it()).invocations).toEqual([{ functionName: "onboarding", input: { scope: "everyone" } }]);
  expect(() => load(it({ input: "everyone" }))).toThrow("is no JSON");
  expect(() => load(it({ lifecycle_scope: "CRUD" }))).toThrow("lifecycle_scope");
});

test("reads large batches, which need a window", () => {
  const mapping = (changes: JsonObject) =>
    shop({
      aws_sqs_queue: { it: { name: "it" } },
      aws_lambda_function: { it: plain },
      aws_lambda_event_source_mapping: {
        it: { event_source_arn: "${aws_sqs_queue.it.arn}", function_name: "onboarding", batch_size: 100, ...changes },
      },
    });
  const window = { maximum_batching_window_in_seconds: 20 };
  expect(load(mapping(window)).eventSources).toMatchObject([{ batchSize: 100, batchingWindowSeconds: 20 }]);
  expect(() => load(mapping({}))).toThrow("need a maximum_batching_window_in_seconds");
});

test("loads types that it knows nothing of", () => {
  const world = load(
    shop({
      aws_cloudwatch_dashboard: {
        it: { dashboard_name: "studio", dashboard_body: '{"queue":"${aws_sqs_queue.it.name}"}' },
      },
      aws_sqs_queue: { it: { name: "it" } },
      aws_new_thing: { it: { name: "new", of: "${aws_cloudwatch_dashboard.it.dashboard_arn}" } },
      aws_newer_thing: { it: { of: "${aws_new_thing.it.name}" } },
    }),
  );
  expect(world.blocks.map(({ config }) => config.of ?? config.dashboard_body ?? config.name)).toEqual([
    '{"queue":"it"}',
    "it",
    "arn:aws:cloudwatch::111122223333:dashboard/studio",
    "new",
  ]);
});

test("gives the same ids every time", () => {
  expect(load(onboarding, studio).domains).toEqual(load(studio, onboarding).domains);
});

const bad = (value: Json) => ({
  name: "bad",
  json: { provider: provider("444455556666"), resource: { aws_thing: { it: { nested: [{ attribute: value }] } } } },
});

test.each<[string, Json, string]>([
  ["an attribute that is not known", "${aws_thing.it.arn}", "bad: aws_thing.it.nested[0].attribute: cannot resolve"],
  ["a resource that is not there", "x-${aws_other.it.arn}", "cannot resolve ${aws_other.it.arn}"],
  ["an IAM variable that is not escaped", "${aws:PrincipalTag/team}", "is not a plain reference"],
  ["a function call", '${jsonencode({"a": 1})}', "is not a plain reference"],
  ["an unfinished expression", "${aws_thing.it", 'without "}"'],
])("fails with the path for %s", (_name, value, message) => {
  expect(() => load(bad(value))).toThrow(message);
});

test("fails for what would be evaluated wrongly", () => {
  const with_ = (resource: JsonObject) => ({
    name: "bad",
    json: {
      provider: provider("444455556666"),
      resource: { aws_iam_role: studio.json.resource.aws_iam_role, ...resource },
    },
  });
  const shared = {
    shared: { name: "shared", policy: policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "my-bucket" }) },
  };
  expect(() => load(with_({ aws_iam_policy: shared }))).toThrow('resource "my-bucket" is no ARN');
});

test("says which attached policies are in none of the stacks", () => {
  const foreign = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const world = load({
    name: "foreign",
    json: {
      provider: provider("444455556666"),
      resource: {
        aws_iam_role: studio.json.resource.aws_iam_role,
        aws_iam_policy: studio.json.resource.aws_iam_policy,
        aws_iam_role_policy_attachment: { it: { role: "fraud", policy_arn: foreign } },
      },
    },
  });
  const fraud = [...world.roles.values()].find(({ name }) => name === "fraud");
  expect(fraud?.foreignPolicies).toEqual([foreign]);
  expect(fraud?.policies.map(({ name }) => name)).not.toContain(foreign);
});

test("needs to know the account", () => {
  const json = { provider: { aws: [{ region: "eu-west-1" }] }, resource: { aws_thing: { it: {} } } };
  expect(() => load({ name: "x", json })).toThrow("allowed_account_ids");
});

test("splits templates and references", () => {
  expect(parseTemplate("a$${b}%%{c}${d.e}")).toEqual([{ text: "a${b}%{c}" }, { expression: "d.e" }]);
  expect(parseReference('aws_x.y-z.list[0]["a.b"].c.1')).toEqual(["aws_x", "y-z", "list", 0, "a.b", "c", 1]);
});
