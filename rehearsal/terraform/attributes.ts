import type { Json, JsonObject } from "../json";
import {
  partitionOfRegion,
  syntheticApplicationArn,
  syntheticDomainId,
  syntheticGroupId,
  syntheticHex,
  syntheticUuid,
} from "../synthetic";
import type { StackPlace } from "../world";

/** What {@link computedAttribute} needs to know of a resource. */
export interface ComputeInput {
  readonly type: string;
  readonly address: string;
  readonly stack: StackPlace;
  /** An attribute that the stack sets, resolved. */
  setting(name: string): Json | undefined;
}

/**
 * The value that the provider would compute for an attribute that the stack does not set.
 * `undefined` for what is not known here: the loader then fails with the path, so that nothing stays unresolved.
 */
export function computedAttribute(input: ComputeInput, attribute: string): Json | undefined {
  const compute = COMPUTED[input.type];
  if (compute === undefined) return undefined;
  return compute(input)[attribute];
}

type Compute = (input: ComputeInput) => JsonObject;

function text(input: ComputeInput, name: string): string {
  const value = input.setting(name);
  if (typeof value === "string") return value;
  throw new Error(`${input.stack.name}: ${input.address}.${name}: expected a string`);
}

function optionalText(input: ComputeInput, name: string, fallback: string): string {
  return input.setting(name) === undefined ? fallback : text(input, name);
}

function arn(input: ComputeInput, service: string, resource: string, global = false): string {
  const { region, accountId } = input.stack;
  return `arn:${partitionOfRegion(region)}:${service}:${global ? "" : region}:${accountId}:${resource}`;
}

/** For resources whose id is their name and whose ARN is made of it. */
function named(service: string, prefix: string, attribute = "name"): Compute {
  return (input) => {
    const name = text(input, attribute);
    return { id: name, arn: arn(input, service, `${prefix}${name}`) };
  };
}

const COMPUTED: Readonly<Record<string, Compute>> = {
  aws_iam_role: (input) => {
    const name = text(input, "name");
    return {
      id: name,
      arn: arn(input, "iam", `role${optionalText(input, "path", "/")}${name}`, true),
      unique_id: `AROA${syntheticHex(16, "role", input.stack.accountId, name).toUpperCase()}`,
    };
  },
  aws_iam_policy: (input) => {
    const value = arn(input, "iam", `policy${optionalText(input, "path", "/")}${text(input, "name")}`, true);
    return { id: value, arn: value };
  },
  aws_iam_role_policy: (input) => ({ id: `${text(input, "role")}:${text(input, "name")}` }),
  aws_sagemaker_domain: (input) => {
    const { accountId, region } = input.stack;
    const id = syntheticDomainId(accountId, region, text(input, "domain_name"));
    return {
      id,
      arn: arn(input, "sagemaker", `domain/${id}`),
      url: `https://${id}.studio.${region}.sagemaker.aws`,
      single_sign_on_application_arn: syntheticApplicationArn(partitionOfRegion(region), accountId, id),
      home_efs_file_system_id: `fs-${syntheticHex(17, "efs", id)}`,
    };
  },
  "data.aws_cloudcontrolapi_resource": (input) => {
    const { accountId, region } = input.stack;
    const id = text(input, "identifier");
    if (text(input, "type_name") !== "AWS::SageMaker::Domain") return {};
    const properties = {
      DomainId: id,
      DomainArn: arn(input, "sagemaker", `domain/${id}`),
      Url: `https://${id}.studio.${region}.sagemaker.aws`,
      SingleSignOnApplicationArn: syntheticApplicationArn(partitionOfRegion(region), accountId, id),
      HomeEfsFileSystemId: `fs-${syntheticHex(17, "efs", id)}`,
    };
    return { id, properties: JSON.stringify(properties) };
  },
  aws_s3control_access_grants_instance: (input) => ({
    access_grants_instance_arn: arn(input, "s3", "access-grants/default"),
  }),
  aws_s3control_access_grants_location: (input) => {
    const id = syntheticUuid("location", text(input, "location_scope"));
    return { access_grants_location_id: id };
  },
  aws_sqs_queue: (input) => {
    const name = text(input, "name");
    const url = `https://sqs.${input.stack.region}.amazonaws.com/${input.stack.accountId}/${name}`;
    return { id: url, url, arn: arn(input, "sqs", name) };
  },
  aws_lambda_function: (input) => {
    const name = text(input, "function_name");
    const value = arn(input, "lambda", `function:${name}`);
    return { id: name, arn: value, version: "$LATEST", qualified_arn: `${value}:$LATEST` };
  },
  aws_lambda_event_source_mapping: (input) => {
    const uuid = syntheticUuid("mapping", input.stack.accountId, input.address);
    return { id: uuid, uuid, arn: arn(input, "lambda", `event-source-mapping:${uuid}`) };
  },
  aws_cloudwatch_event_rule: (input) => {
    const bus = optionalText(input, "event_bus_name", "default");
    const name = text(input, "name");
    return { id: name, arn: arn(input, "events", bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`) };
  },
  aws_cloudwatch_event_bus: named("events", "event-bus/"),
  aws_cloudwatch_log_group: named("logs", "log-group:"),
  aws_cloudwatch_metric_alarm: named("cloudwatch", "alarm:", "alarm_name"),
  aws_cloudwatch_dashboard: (input) => {
    const name = text(input, "dashboard_name");
    return { id: name, dashboard_arn: arn(input, "cloudwatch", `dashboard/${name}`, true) };
  },
  aws_scheduler_schedule: named("scheduler", "schedule/default/"),
  aws_scheduler_schedule_group: named("scheduler", "schedule-group/"),
  aws_sns_topic: (input) => {
    const value = arn(input, "sns", text(input, "name"));
    return { id: value, arn: value };
  },
  aws_kms_key: (input) => {
    const id = syntheticUuid("key", input.stack.accountId, input.address);
    return { id, key_id: id, arn: arn(input, "kms", `key/${id}`) };
  },
  aws_kms_alias: named("kms", ""),
  aws_security_group: (input) => {
    const id = `sg-${syntheticHex(17, "sg", input.stack.accountId, input.address)}`;
    return { id, arn: arn(input, "ec2", `security-group/${id}`) };
  },
  terraform_data: (input) => ({ id: syntheticUuid("data", input.address), output: input.setting("input") ?? null }),
  "data.aws_identitystore_group": (input) => {
    const id = syntheticGroupId(text(input, "identity_store_id"), groupDisplayName(input));
    return { id, group_id: id, display_name: groupDisplayName(input) };
  },
  "data.aws_caller_identity": (input) => ({ id: input.stack.accountId, account_id: input.stack.accountId }),
  "data.aws_region": (input) => ({ id: input.stack.region, name: input.stack.region, region: input.stack.region }),
  "data.aws_partition": (input) => {
    const partition = partitionOfRegion(input.stack.region);
    const dnsSuffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return { id: partition, partition, dns_suffix: dnsSuffix };
  },
};

/** The display name that an `aws_identitystore_group` data source looks for. */
export function groupDisplayName(input: Pick<ComputeInput, "setting" | "stack" | "address">): string {
  const unique = firstBlock(firstBlock(input.setting("alternate_identifier"))?.unique_attribute);
  const path = unique?.attribute_path;
  // Terraform's examples write DisplayName, the API's reference displayName: it takes either.
  if (typeof path === "string" && /^displayname$/i.test(path) && typeof unique?.attribute_value === "string") {
    return unique.attribute_value;
  }
  throw new Error(`${input.stack.name}: ${input.address}: looks for something else than a DisplayName`);
}

/** Terraform JSON lets a block be an object or a list of objects. */
function firstBlock(value: Json | undefined): JsonObject | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && first !== null && !Array.isArray(first) ? first : undefined;
}
