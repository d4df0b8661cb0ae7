import { resolve } from "node:path";
import { z } from "zod";
import { isObject, type Json, parseJson } from "../json";
import { parseIdentityPolicy, parsePolicy } from "../policy-document";
import type {
  ApplicationAssignment,
  Domain,
  EventSourceMapping,
  FunctionConfig,
  GroupLookup,
  Invocation,
  NamedPolicy,
  QueueConfig,
  ResolvedBlock,
  Role,
  Rule,
  StackPlace,
  World,
} from "../world";
import { groupDisplayName } from "./attributes";

/** Terraform JSON lets a block be an object or a list of one. */
function block<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (Array.isArray(value) ? value[0] : value), schema);
}

const tags = z.record(z.string(), z.string());
const json = z.string().transform((text, context) => {
  try {
    return parseJson(text);
  } catch {
    context.addIssue({ code: "custom", message: "is no JSON" });
    return z.NEVER;
  }
});

const roleSchema = z.looseObject({
  name: z.string(),
  path: z.string().default("/"),
  assume_role_policy: json,
  permissions_boundary: z.string().optional(),
  managed_policy_arns: z.array(z.string()).default([]),
  inline_policy: z
    .preprocess(
      (value) => (value === undefined ? [] : [value].flat()),
      z.array(z.looseObject({ name: z.string().optional(), policy: json.optional() })),
    )
    .default([]),
});
const rolePolicySchema = z.looseObject({ role: z.string(), name: z.string(), policy: json });
const policySchema = z.looseObject({ policy: json });
const attachmentSchema = z.looseObject({ role: z.string(), policy_arn: z.string() });

const domainSchema = z.looseObject({
  domain_name: z.string(),
  auth_mode: z.enum(["SSO", "IAM"]),
  default_user_settings: block(z.looseObject({ execution_role: z.string() })),
  domain_settings: block(
    z.looseObject({ execution_role_identity_config: z.enum(["USER_PROFILE_NAME", "DISABLED"]).default("DISABLED") }),
  ).optional(),
});

const redriveSchema = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().positive(),
});
const queueSchema = z.looseObject({
  name: z.string(),
  visibility_timeout_seconds: z.number().default(30),
  message_retention_seconds: z.number().default(345_600),
  delay_seconds: z.number().default(0),
  redrive_policy: json.optional(),
  policy: json.optional(),
});
const queueRedriveSchema = z.looseObject({ queue_url: z.string(), redrive_policy: json });
const queuePolicySchema = z.looseObject({ queue_url: z.string(), policy: json });

/** AWS refuses "1 hours" and "2 hour" alike. */
const SCHEDULE = /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/;

const ruleSchema = z.looseObject({
  name: z.string(),
  state: z.string().default("ENABLED"),
  event_pattern: json.optional(),
  schedule_expression: z.string().regex(SCHEDULE, "is neither rate(…) nor cron(…)").optional(),
});
const targetSchema = z.looseObject({
  rule: z.string(),
  arn: z.string(),
  input: z.string().optional(),
  input_path: z.string().optional(),
  input_transformer: block(z.json()).optional(),
  dead_letter_config: block(z.looseObject({ arn: z.string().optional() })).optional(),
});

const functionSchema = z.looseObject({
  function_name: z.string(),
  filename: z.string(),
  handler: z.string(),
  runtime: z.string(),
  role: z.string(),
  timeout: z.number().default(3),
  memory_size: z.number().default(128),
  environment: block(z.looseObject({ variables: z.record(z.string(), z.string()).default({}) })).optional(),
  logging_config: block(z.looseObject({ log_group: z.string().optional() })).optional(),
});
const mappingSchema = z
  .looseObject({
    event_source_arn: z.string(),
    function_name: z.string(),
    batch_size: z.number().int().min(1).max(10_000).default(10),
    maximum_batching_window_in_seconds: z.number().int().min(0).max(300).default(0),
    function_response_types: z.array(z.string()).default([]),
    enabled: z.boolean().default(true),
    scaling_config: block(z.looseObject({ maximum_concurrency: z.number().min(2).optional() })).optional(),
  })
  .refine((mapping) => mapping.batch_size <= 10 || mapping.maximum_batching_window_in_seconds > 0, {
    path: ["batch_size"],
    error: "more than 10 need a maximum_batching_window_in_seconds",
  });
const invocationSchema = z.looseObject({
  function_name: z.string(),
  input: json,
  // With any other scope the provider adds members of its own to the input.
  lifecycle_scope: z.literal("CREATE_ONLY").default("CREATE_ONLY"),
});

const assignmentSchema = z.looseObject({
  application_arn: z.string(),
  principal_id: z.string(),
  principal_type: z.enum(["USER", "GROUP"]),
});

/** Turns resolved blocks into what the rehearsal works with; fails with the path of what does not fit. */
export function readWorld(
  blocks: readonly ResolvedBlock[],
  outputs: ReadonlyMap<string, Readonly<Record<string, Json>>>,
): World {
  const of = (type: string) => blocks.filter((each) => each.type === type);
  const stacks = new Map<string, StackPlace>();
  for (const each of blocks) if (!stacks.has(each.stack.name)) stacks.set(each.stack.name, each.stack);
  return {
    stacks: [...stacks.values()],
    roles: readRoles(of),
    domains: [
      ...of("aws_sagemaker_domain").map(readDomain),
      ...of("data.aws_cloudcontrolapi_resource").map(readExistingDomain),
    ],
    queues: readQueues(of),
    rules: readRules(of),
    functions: of("aws_lambda_function").map(readFunction),
    eventSources: of("aws_lambda_event_source_mapping").map((each) => readMapping(each, of("aws_lambda_function"))),
    invocations: of("aws_lambda_invocation").map(readInvocation),
    assignments: of("aws_ssoadmin_application_assignment").map(readAssignment),
    groups: of("data.aws_identitystore_group").map(readGroup),
    outputs,
    blocks,
  };
}

type BlocksOf = (type: string) => readonly ResolvedBlock[];

function parse<T extends z.ZodType>(schema: T, from: ResolvedBlock): z.infer<T> {
  const parsed = schema.safeParse(from.config);
  if (parsed.success) return parsed.data;
  throw new Error(`${where(from)}: ${z.prettifyError(parsed.error)}`);
}

function where(from: ResolvedBlock, attribute?: string): string {
  return `${from.stack.name}: ${from.address}${attribute === undefined ? "" : `.${attribute}`}`;
}

function text(from: ResolvedBlock, attribute: string): string {
  const value = from.attribute(attribute);
  if (typeof value === "string") return value;
  throw new Error(`${where(from, attribute)}: expected a string`);
}

function tagsOf(from: ResolvedBlock): Record<string, string> {
  const parsed = tags.safeParse(from.attribute("tags_all"));
  if (parsed.success) return parsed.data;
  throw new Error(`${where(from, "tags")}: ${z.prettifyError(parsed.error)}`);
}

function readRoles(of: BlocksOf): Map<string, Role> {
  const managed = new Map<string, NamedPolicy>();
  for (const each of of("aws_iam_policy")) {
    const document = parseIdentityPolicy(parse(policySchema, each).policy, where(each, "policy"));
    managed.set(text(each, "arn"), { name: text(each, "name"), document });
  }
  const byRole = new Map<string, { inline: NamedPolicy[]; attached: string[] }>();
  for (const each of of("aws_iam_role")) byRole.set(roleKey(each, text(each, "name")), { inline: [], attached: [] });
  const ofRole = (from: ResolvedBlock, role: string) => {
    const found = byRole.get(roleKey(from, role));
    if (found !== undefined) return found;
    throw new Error(`${where(from, "role")}: there is no role ${role} in account ${from.stack.accountId}`);
  };
  for (const each of of("aws_iam_role_policy")) {
    const { role, name, policy } = parse(rolePolicySchema, each);
    ofRole(each, role).inline.push({ name, document: parseIdentityPolicy(policy, where(each, "policy")) });
  }
  for (const each of of("aws_iam_role_policy_attachment")) {
    const { role, policy_arn } = parse(attachmentSchema, each);
    ofRole(each, role).attached.push(policy_arn);
  }
  const roles = new Map<string, Role>();
  for (const each of of("aws_iam_role")) {
    const config = parse(roleSchema, each);
    const policies: NamedPolicy[] = [];
    for (const [index, inline] of config.inline_policy.entries()) {
      if (inline.policy === undefined) continue;
      const document = parseIdentityPolicy(inline.policy, where(each, `inline_policy[${index}]`));
      policies.push({ name: inline.name ?? `inline-${index}`, document });
    }
    const { inline, attached } = ofRole(each, config.name);
    policies.push(...inline);
    const foreignPolicies: string[] = [];
    for (const arn of [...config.managed_policy_arns, ...attached]) {
      const policy = managed.get(arn);
      if (policy === undefined) foreignPolicies.push(arn);
      else policies.push(policy);
    }
    const arn = text(each, "arn");
    if (roles.has(arn)) throw new Error(`${where(each)}: a second role ${arn}`);
    roles.set(arn, {
      arn,
      name: config.name,
      accountId: each.stack.accountId,
      trust: parsePolicy(config.assume_role_policy, where(each, "assume_role_policy")),
      policies,
      // Whoever evaluates the role must say that these were left out.
      ...(foreignPolicies.length > 0 && { foreignPolicies }),
      boundary: boundaryOf(config.permissions_boundary, managed),
      tags: tagsOf(each),
    });
  }
  return roles;
}

/** Role names are not case sensitive, and unique in an account. */
function roleKey(from: ResolvedBlock, role: string): string {
  return `${from.stack.accountId}/${role.toLowerCase()}`;
}

function boundaryOf(arn: string | undefined, managed: ReadonlyMap<string, NamedPolicy>): Role["boundary"] {
  if (arn === undefined) return undefined;
  const known = managed.get(arn);
  return known === undefined ? { arn } : { arn, document: known.document };
}

function readDomain(from: ResolvedBlock): Domain {
  const config = parse(domainSchema, from);
  return {
    id: text(from, "id"),
    arn: text(from, "arn"),
    name: config.domain_name,
    accountId: from.stack.accountId,
    region: from.stack.region,
    authMode: config.auth_mode,
    url: text(from, "url"),
    applicationArn: config.auth_mode === "SSO" ? text(from, "single_sign_on_application_arn") : undefined,
    defaultExecutionRole: config.default_user_settings.execution_role,
    sourceIdentity: config.domain_settings?.execution_role_identity_config ?? "DISABLED",
    tags: tagsOf(from),
  };
}

const existingDomainSchema = z.looseObject({
  DomainArn: z.string(),
  Url: z.string(),
  SingleSignOnApplicationArn: z.string(),
});

/** A domain that nobody's stack made, as its owner may have left it. */
function readExistingDomain(from: ResolvedBlock): Domain {
  const { accountId, region } = from.stack;
  const id = text(from, "identifier");
  const described = existingDomainSchema.parse(parseJson(text(from, "properties")));
  return {
    id,
    arn: described.DomainArn,
    name: id,
    accountId,
    region,
    authMode: "SSO",
    url: described.Url,
    applicationArn: described.SingleSignOnApplicationArn,
    defaultExecutionRole: `arn:${described.DomainArn.split(":")[1]}:iam::${accountId}:role/service-role/studio-default`,
    sourceIdentity: "DISABLED",
    tags: {},
  };
}

function readQueues(of: BlocksOf): QueueConfig[] {
  return of("aws_sqs_queue").map((from) => {
    const config = parse(queueSchema, from);
    const url = text(from, "url");
    const redrives = of("aws_sqs_queue_redrive_policy").map((each) => parse(queueRedriveSchema, each));
    const policies = of("aws_sqs_queue_policy").map((each) => parse(queuePolicySchema, each));
    const redrive = redrives.find((each) => each.queue_url === url)?.redrive_policy ?? config.redrive_policy;
    const policy = policies.find((each) => each.queue_url === url)?.policy ?? config.policy;
    return {
      name: config.name,
      arn: text(from, "arn"),
      url,
      visibilityTimeoutSeconds: config.visibility_timeout_seconds,
      retentionSeconds: config.message_retention_seconds,
      delaySeconds: config.delay_seconds,
      redrive: redrive === undefined ? undefined : readRedrive(redrive, where(from, "redrive_policy")),
      policy: policy === undefined ? undefined : parsePolicy(policy, where(from, "policy")),
    };
  });
}

function readRedrive(value: Json, path: string): QueueConfig["redrive"] {
  const parsed = redriveSchema.safeParse(value);
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return { deadLetterArn: parsed.data.deadLetterTargetArn, maxReceiveCount: parsed.data.maxReceiveCount };
}

function readRules(of: BlocksOf): Rule[] {
  const targets = of("aws_cloudwatch_event_target").map((from) => ({ from, ...parse(targetSchema, from) }));
  const rules = of("aws_cloudwatch_event_rule").map((from) => {
    const config = parse(ruleSchema, from);
    return {
      name: config.name,
      arn: text(from, "arn"),
      enabled: config.state !== "DISABLED",
      pattern: config.event_pattern,
      schedule: config.schedule_expression,
      targets: targets
        .filter((each) => each.rule === config.name && each.from.stack.accountId === from.stack.accountId)
        .map((each) => ({
          arn: each.arn,
          input: each.input,
          inputPath: each.input_path,
          inputTransformer: each.input_transformer,
          deadLetterArn: each.dead_letter_config?.arn,
        })),
    };
  });
  for (const each of targets) {
    if (!rules.some((rule) => rule.name === each.rule)) throw new Error(`${where(each.from)}: no rule ${each.rule}`);
  }
  return rules;
}

function readFunction(from: ResolvedBlock): FunctionConfig {
  const config = parse(functionSchema, from);
  return {
    name: config.function_name,
    arn: text(from, "arn"),
    archive: resolve(from.stack.dir, config.filename),
    handler: config.handler,
    runtime: config.runtime,
    environment: config.environment?.variables ?? {},
    timeoutSeconds: config.timeout,
    memoryMb: config.memory_size,
    roleArn: config.role,
    logGroup: config.logging_config?.log_group ?? `/aws/lambda/${config.function_name}`,
    accountId: from.stack.accountId,
    region: from.stack.region,
  };
}

function readMapping(from: ResolvedBlock, functions: readonly ResolvedBlock[]): EventSourceMapping {
  const config = parse(mappingSchema, from);
  // The function may be given by name or by ARN.
  const target = functions.find(
    (each) => text(each, "arn") === config.function_name || text(each, "function_name") === config.function_name,
  );
  if (target === undefined) throw new Error(`${where(from, "function_name")}: no function ${config.function_name}`);
  return {
    queueArn: config.event_source_arn,
    functionArn: text(target, "arn"),
    batchSize: config.batch_size,
    batchingWindowSeconds: config.maximum_batching_window_in_seconds,
    maximumConcurrency: config.scaling_config?.maximum_concurrency,
    reportsBatchItemFailures: config.function_response_types.includes("ReportBatchItemFailures"),
    enabled: config.enabled,
  };
}

function readInvocation(from: ResolvedBlock): Invocation {
  const { function_name, input } = parse(invocationSchema, from);
  return { functionName: function_name, input };
}

function readAssignment(from: ResolvedBlock): ApplicationAssignment {
  const config = parse(assignmentSchema, from);
  return {
    applicationArn: config.application_arn,
    principalId: config.principal_id,
    principalType: config.principal_type,
  };
}

function readGroup(from: ResolvedBlock): GroupLookup {
  const displayName = groupDisplayName({
    address: from.address,
    stack: from.stack,
    setting: (name) => (isObject(from.config) ? from.config[name] : undefined),
  });
  return {
    displayName,
    groupId: text(from, "group_id"),
    identityStoreId: text(from, "identity_store_id"),
    accountId: from.stack.accountId,
  };
}
