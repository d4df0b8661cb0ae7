import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import { executionRoleName, groupSlug } from "../../naming";
import { bundleFunction, zip } from "../../stacks/constructs/function-archive";
import { configOf, type Synthesized, synthesize } from "./synthesize";

const GROUPS = ["ML Fraud Scientists", "ml-platform", 'R&D "Paris" \\ 100%'];
const stacks = synthesize(configOf(GROUPS));

function stackOf(synthesized: Record<string, Synthesized>, name: string): Synthesized {
  const stack = synthesized[name];
  if (!stack) throw new Error(`no stack ${name}`);
  return stack;
}

function resources(synthesized: Record<string, Synthesized>, name: string, type: string) {
  return Object.values(stackOf(synthesized, name).json.resource[type] ?? {});
}

function only(synthesized: Record<string, Synthesized>, name: string, type: string) {
  const [found, ...more] = resources(synthesized, name, type);
  if (!found || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} ${type} in ${name}`);
  return found;
}

function functionNamed(synthesized: Record<string, Synthesized>, name: string) {
  const found = resources(synthesized, "onboarding", "aws_lambda_function").find((each) => each.function_name === name);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}

/** What a function reads from its archive. */
function settingsIn(synthesized: Record<string, Synthesized>, functionName: string) {
  const { filename } = functionNamed(synthesized, functionName);
  const files = unzipSync(stackOf(synthesized, "onboarding").archive(String(filename)));
  return JSON.parse(strFromU8(files["settings.json"] ?? new Uint8Array()));
}

function withoutMetadata(synthesized: Record<string, Synthesized>): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const [name, { json }] of Object.entries(synthesized)) {
    for (const kind of ["resource", "data"] as const) {
      for (const [type, byId] of Object.entries(json[kind] ?? {})) {
        for (const [id, block] of Object.entries(byId)) blocks.set(`${name} ${type}.${id}`, JSON.stringify(block));
      }
    }
  }
  return blocks;
}

test("every group has its role at the derived name and path, tagged with its team", () => {
  const roles = resources(stacks, "studio-research", "aws_iam_role");
  for (const [index, adGroup] of GROUPS.entries()) {
    const name = executionRoleName("research", adGroup);
    expect(roles.find((role) => role.name === name)).toMatchObject({
      path: "/studio/research/",
      tags: { team: `team ${index}`, "studio:managed-by": "studio-onboarding" },
    });
  }
});

test("the domain is private, in SSO mode, and outlived by its people's homes", () => {
  expect(only(stacks, "studio-research", "aws_sagemaker_domain")).toMatchObject({
    auth_mode: "SSO",
    app_network_access_type: "VpcOnly",
    tag_propagation: "ENABLED",
    domain_settings: { execution_role_identity_config: "USER_PROFILE_NAME" },
    retention_policy: { home_efs_file_system: "Retain" },
    default_user_settings: { execution_role: "${aws_iam_role.no-access.arn}" },
  });
  expect(resources(stacks, "studio-research", "aws_iam_role_policy").map(({ role }) => role)).not.toContain(
    "${aws_iam_role.no-access.name}",
  );
});

test("a key, a boundary and the internet are given on when they are asked for", () => {
  const boundary = "arn:aws:iam::444455556666:policy/boundary";
  const key = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd";
  const config = JSON.parse(configOf(GROUPS));
  Object.assign(config.studios[0], {
    kmsKeyArn: key,
    permissionsBoundaryArn: boundary,
    networkAccess: "PublicInternetOnly",
  });
  config.identityCenter.permissionsBoundaryArn = boundary.replace("444455556666", "111122223333");
  const asked = synthesize(JSON.stringify(config));
  const domain = only(asked, "studio-research", "aws_sagemaker_domain");
  expect(domain).toMatchObject({ kms_key_id: key, app_network_access_type: "PublicInternetOnly" });
  for (const role of resources(asked, "studio-research", "aws_iam_role"))
    expect(role.permissions_boundary).toBe(boundary);
  for (const role of resources(asked, "onboarding", "aws_iam_role"))
    expect(role.permissions_boundary).toBe(config.identityCenter.permissionsBoundaryArn);
});

test("the provider's version is the config's", () => {
  const config = { ...JSON.parse(configOf(GROUPS)), terraform: { awsProviderVersion: "5.100.0" } };
  for (const { json } of Object.values(synthesize(JSON.stringify(config)))) {
    expect(json.terraform.required_providers.aws?.version).toBe("5.100.0");
  }
});

test("Terraform touches no other account", () => {
  expect(stackOf(stacks, "onboarding").json.provider).toMatchObject({
    aws: [{ allowed_account_ids: ["111122223333"] }],
  });
  expect(stackOf(stacks, "studio-research").json.provider).toMatchObject({
    aws: [{ allowed_account_ids: ["444455556666"] }],
  });
});

test("every queue is encrypted, and has a policy", () => {
  for (const queue of resources(stacks, "onboarding", "aws_sqs_queue")) {
    expect(queue).toMatchObject({
      sqs_managed_sse_enabled: true,
      policy: expect.stringContaining("aws:SecureTransport"),
    });
  }
});

test.each([
  ["studio-membership", "studio-onboarding"],
  ["studio-sweep", "studio-sweep"],
])("a failed batch of %s is tried again after the function has surely ended", (queueName, functionName) => {
  const queue = resources(stacks, "onboarding", "aws_sqs_queue").find(({ name }) => name === queueName);
  const timeout = Number(functionNamed(stacks, functionName).timeout);
  expect(timeout).toBeGreaterThan(0);
  expect(Number(queue?.visibility_timeout_seconds)).toBeGreaterThanOrEqual(6 * timeout);
});

test.each([
  ["1 hour", 60],
  ["30 minutes", 30],
  ["2 hours", 120],
  ["1 day", 1440],
])("a sweep is scheduled every %s", (every, minutes) => {
  const config = { ...JSON.parse(configOf(GROUPS)), sweep: { every } };
  const synthesized = synthesize(JSON.stringify(config));
  const rules = resources(synthesized, "onboarding", "aws_cloudwatch_event_rule");
  expect(rules.filter((rule) => rule.schedule_expression !== undefined)).toMatchObject([
    { schedule_expression: `rate(${every})` },
  ]);
  const settings = settingsIn(synthesized, "studio-sweep");
  expect(settings.sweep).toEqual({ everyMinutes: minutes, maxRemovals: 10 });
});

test("a change of the groups, or of how people are removed, asks for a sweep; any other does not", () => {
  const triggers = (change: object) => {
    const config = { ...JSON.parse(configOf(GROUPS)), ...change };
    return only(synthesize(JSON.stringify(config)), "onboarding", "aws_lambda_invocation").triggers;
  };
  const before = triggers({});
  expect(triggers({ tags: { "cost-center": "8" } })).toEqual(before);
  expect(triggers({ notifications: { alarmTopicArn: null } })).toEqual(before);
  expect(triggers({ sweep: { maxRemovals: 50 } })).not.toEqual(before);
  expect(triggers({ studios: JSON.parse(configOf([...GROUPS, "New"])).studios })).not.toEqual(before);
});

test("alarms watch dead letters, age, errors and throttles, and go to the topic if there is one", () => {
  const metrics = resources(stacks, "onboarding", "aws_cloudwatch_metric_alarm").map((alarm) => alarm.metric_name);
  expect(metrics.sort()).toEqual([
    "ApproximateAgeOfOldestMessage",
    "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesVisible",
    "Errors",
    "Errors",
    "Throttles",
    "failed",
    "groupsMissing",
    "kept",
    "ownerless",
    "removalStalled",
    "removalsWithheld",
    "studioFailing",
    "sweepFailed",
    "swept",
  ]);
  const topic = "arn:aws:sns:eu-west-1:111122223333:alarms";
  const config = { ...JSON.parse(configOf(GROUPS)), notifications: { alarmTopicArn: topic } };
  for (const alarm of resources(synthesize(JSON.stringify(config)), "onboarding", "aws_cloudwatch_metric_alarm")) {
    expect(alarm.alarm_actions).toEqual([topic]);
  }
});

test("each studio has alarms of its own, by name", () => {
  const both = synthesize(configOf(["ML Fraud"], ["sweep", "sweep-failing"]));
  const alarms = resources(both, "onboarding", "aws_cloudwatch_metric_alarm");
  const ofStudio = (studio: string) =>
    alarms.filter(({ dimensions }) => JSON.stringify(dimensions).includes(`"studio":"${studio}"`));
  for (const studio of ["sweep", "sweep-failing"]) {
    expect(ofStudio(studio).map(({ metric_name }) => metric_name)).toEqual(["studioFailing", "sweepFailed", "swept"]);
  }
  const names = alarms.map(({ alarm_name }) => alarm_name);
  expect(new Set(names).size).toBe(names.length);
});

test("the runbook has every alarm", () => {
  const runbook = readFileSync("docs/runbook.md", "utf8");
  const alarms = resources(stacks, "onboarding", "aws_cloudwatch_metric_alarm");
  for (const { alarm_name } of alarms) {
    // The studio's name stands at the end of its own alarms.
    const name = String(alarm_name).replace(/-research$/, "-<studio>");
    expect(runbook).toContain(`| \`${name}\``);
  }
});

test("a group in two studios is looked up once and assigned in both", () => {
  const both = synthesize(configOf(["ML Fraud"], ["research", "lab"]));
  const slug = groupSlug("ML Fraud");
  const { json } = stackOf(both, "onboarding");
  expect(Object.keys(json.data?.aws_identitystore_group ?? {})).toEqual([`group_${slug}`]);
  expect(Object.keys(json.resource.aws_ssoadmin_application_assignment ?? {}).sort()).toEqual([
    `assignment_lab_${slug}`,
    `assignment_research_${slug}`,
  ]);
});

describe("plans stay quiet", () => {
  test("the same config gives the same bytes, archives and all", () => {
    const again = synthesize(configOf(GROUPS));
    for (const [name, { text, json, archive }] of Object.entries(again)) {
      expect(text).toBe(stackOf(stacks, name).text);
      for (const { filename } of Object.values(json.resource.aws_lambda_function ?? {})) {
        expect(archive(String(filename)).equals(stackOf(stacks, name).archive(String(filename)))).toBe(true);
      }
    }
  });

  test("an archive does not depend on the time zone, nor on the order of its files", () => {
    const files = { "b.js": Buffer.from("b"), "a.js": Buffer.from("a") };
    const before = process.env.TZ;
    try {
      const digests = ["Asia/Tokyo", "America/Los_Angeles"].map((zone) => {
        process.env.TZ = zone;
        return createHash("sha256")
          .update(zip(files))
          .update(zip({ "a.js": files["a.js"], "b.js": files["b.js"] }))
          .digest("hex");
      });
      expect(new Set(digests).size).toBe(1);
      expect(zip(files)).toEqual(zip({ "a.js": files["a.js"], "b.js": files["b.js"] }));
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test("a group added on top changes nothing but the functions' archives, and asks for a sweep", () => {
    const before = withoutMetadata(synthesize(configOf(["One", "Two"])));
    const config = JSON.parse(configOf(["One", "Two"]));
    config.studios[0].groups.unshift({ adGroup: "New", team: "new", persona: "mlops" });
    const after = withoutMetadata(synthesize(JSON.stringify(config)));
    const changed = [...before].filter(([id, block]) => after.get(id) !== block).map(([id]) => id);
    const added = [...after.keys()].filter((id) => !before.has(id)).sort();
    expect(changed.sort()).toEqual([
      "onboarding aws_lambda_function.onboarding",
      "onboarding aws_lambda_function.sweep",
      "onboarding aws_lambda_invocation.sweep-after-deployment",
    ]);
    expect(added).toEqual([
      "onboarding aws_identitystore_group.group_new",
      "onboarding aws_ssoadmin_application_assignment.assignment_research_new",
      "studio-research aws_iam_role.compute_new",
      "studio-research aws_iam_role.role_new",
      "studio-research aws_iam_role_policy_attachment.compute_new_compute-1",
      "studio-research aws_iam_role_policy_attachment.compute_new_guardrails-1",
      "studio-research aws_iam_role_policy_attachment.compute_new_guardrails-2",
      "studio-research aws_iam_role_policy_attachment.role_new_guardrails-1",
      "studio-research aws_iam_role_policy_attachment.role_new_guardrails-2",
      "studio-research aws_iam_role_policy_attachment.role_new_mlops-1",
      "studio-research aws_iam_role_policy_attachment.role_new_mlops-2",
      "studio-research aws_iam_role_policy_attachment.role_new_mlops-3",
      "studio-research aws_iam_role_policy_attachment.role_new_mlops-4",
    ]);
  });
});

describe("a thousand groups", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `ML Team ${index} of the whole company, Scientists`);
  const thousand = synthesize(configOf(names));
  const two = synthesize(configOf(names.slice(0, 2)));

  test("have no more policies than two", () => {
    for (const name of ["studio-research", "onboarding"]) {
      const count = resources(two, name, "aws_iam_policy").length;
      expect(resources(thousand, name, "aws_iam_policy")).toHaveLength(count);
    }
  });

  test("leave the function's environment and its role as they are: AWS allows 4 KB and 10,240 characters", () => {
    for (const name of ["studio-onboarding", "studio-sweep"]) {
      const { environment } = functionNamed(thousand, name);
      expect(environment).toEqual(functionNamed(two, name).environment);
      expect(JSON.stringify(environment).length).toBeLessThan(4096);
    }
    const policies = (stacks: Record<string, Synthesized>) => resources(stacks, "onboarding", "aws_iam_role_policy");
    expect(policies(thousand)).toEqual(policies(two));
  });

  test("leave the rules as they are", () => {
    expect(resources(thousand, "onboarding", "aws_cloudwatch_event_rule")).toEqual(
      resources(two, "onboarding", "aws_cloudwatch_event_rule"),
    );
  });

  test("reach the function in the order of the config", () => {
    for (const name of ["studio-onboarding", "studio-sweep"]) {
      const { studios } = settingsIn(thousand, name);
      expect(studios[0].groups.map(({ adGroup }: { adGroup: string }) => adGroup)).toEqual(names);
    }
  });
});

describe.each(["onboarding", "sweep"])("the bundle of %s", (name) => {
  const { files, metafile } = bundleFunction(name);
  const inputs = Object.keys(metafile.inputs);

  test("is minified and has a source map", () => {
    const code = strFromU8(files["index.js"] ?? new Uint8Array());
    expect(code.split("\n").length).toBeLessThan(200);
    expect(Object.keys(files).sort()).toEqual(["index.js", "index.js.map"]);
  });

  test("holds neither cdktf nor anything under the AGPL", () => {
    expect(inputs.filter((input) => /node_modules\/(cdktf|constructs|@cdktf|@cloud-copilot)\//.test(input))).toEqual(
      [],
    );
    expect(inputs.filter((input) => /^(stacks|policies|rehearsal|__tests__)\//.test(input))).toEqual([]);
  });
});
