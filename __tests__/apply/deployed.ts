import { type EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { GetFunctionCommand, type LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { accountOfArn } from "../../rehearsal/emulator/callers";
import { parseJson } from "../../rehearsal/json";
import { type PolicyDocument, parseIdentityPolicy, parsePolicy } from "../../rehearsal/policy-document";
import type { EventSourceMapping, FunctionConfig, NamedPolicy, QueueConfig, Role, Rule } from "../../rehearsal/world";

/*
 * What AWS says was deployed, in the terms in which the rehearsal reads the synthesized stacks.
 */

const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() });

/** A customer managed policy's document. */
async function managedPolicy(iam: IAMClient, arn: string): Promise<PolicyDocument> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = given(Policy?.DefaultVersionId, `${arn} has no version`);
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }));
  return parseIdentityPolicy(decoded(PolicyVersion?.Document), arn);
}

/** Every role under a path, as it was deployed, with whatever decides what it may do. */
export async function deployedRoles(iam: IAMClient, pathPrefix: string): Promise<Role[]> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix: pathPrefix }));
  return Promise.all(Roles.map(({ RoleName }) => deployedRole(iam, given(RoleName, "a role has no name"))));
}

async function deployedRole(iam: IAMClient, name: string): Promise<Role> {
  const key = { RoleName: name };
  const [{ Role: role }, { PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new GetRoleCommand(key)),
    iam.send(new ListRolePoliciesCommand(key)),
    iam.send(new ListAttachedRolePoliciesCommand(key)),
  ]);
  const arn = given(role?.Arn, `role ${name} has no ARN`);
  const inline = PolicyNames.map(async (PolicyName): Promise<NamedPolicy> => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ ...key, PolicyName }));
    return { name: PolicyName, document: parseIdentityPolicy(decoded(PolicyDocument), `${name}: ${PolicyName}`) };
  });
  const attached = AttachedPolicies.map(async ({ PolicyName, PolicyArn }): Promise<NamedPolicy> => {
    const [policy, policyArn] = [given(PolicyName, "a policy has no name"), given(PolicyArn, "a policy has no ARN")];
    return { name: policy, document: await managedPolicy(iam, policyArn) };
  });
  const boundaryArn = role?.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    arn,
    name,
    accountId: accountOfArn(arn),
    trust: parsePolicy(decoded(role?.AssumeRolePolicyDocument), name),
    policies: await Promise.all([...inline, ...attached]),
    boundary:
      boundaryArn === undefined ? undefined : { arn: boundaryArn, document: await managedPolicy(iam, boundaryArn) },
    tags: Object.fromEntries((role?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}

/** A function as it was deployed, with the given archive. */
export async function deployedFunction(
  lambda: LambdaClient,
  place: { readonly accountId: string; readonly region: string; readonly name: string },
  archive: string,
): Promise<FunctionConfig> {
  const { name } = place;
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  const of = <T>(value: T | undefined, what: string) => given(value, `function ${name} has no ${what}`);
  return {
    name,
    arn: of(Configuration?.FunctionArn, "ARN"),
    archive,
    handler: of(Configuration?.Handler, "handler"),
    runtime: of(Configuration?.Runtime, "runtime"),
    environment: of(Configuration?.Environment?.Variables, "environment"),
    timeoutSeconds: of(Configuration?.Timeout, "timeout"),
    memoryMb: of(Configuration?.MemorySize, "memory size"),
    roleArn: of(Configuration?.Role, "role"),
    logGroup: Configuration?.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    accountId: place.accountId,
    region: place.region,
  };
}

/** The mapping from a queue to a function. */
export async function deployedMapping(lambda: LambdaClient, functionName: string): Promise<EventSourceMapping> {
  // Moto finds nothing by a function's name, so that all are listed.
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const [mapping, ...others] = EventSourceMappings.filter(({ FunctionArn }) =>
    FunctionArn?.endsWith(`:function:${functionName}`),
  );
  if (others.length > 0) throw new Error(`function ${functionName} has several mappings`);
  return {
    queueArn: given(mapping?.EventSourceArn, "the mapping has no queue"),
    functionArn: given(mapping?.FunctionArn, "the mapping has no function"),
    batchSize: given(mapping?.BatchSize, "the mapping has no batch size"),
    batchingWindowSeconds: mapping?.MaximumBatchingWindowInSeconds ?? 0,
    maximumConcurrency: mapping?.ScalingConfig?.MaximumConcurrency,
    reportsBatchItemFailures: mapping?.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
    enabled: mapping?.State === "Enabled",
  };
}

/** The URL of the queue with this ARN. */
export async function queueUrl(sqs: SQSClient, arn: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: arn.split(":").at(-1) }));
  return given(QueueUrl, `no queue ${arn}`);
}

/** The attributes of a queue, by AWS's names. */
export async function queueAttributes(sqs: SQSClient, url: string): Promise<Readonly<Record<string, string>>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  return (await sqs.send(command)).Attributes ?? {};
}

/** A queue as it was deployed. */
export async function deployedQueue(sqs: SQSClient, url: string): Promise<QueueConfig> {
  const { QueueArn = "", Policy, RedrivePolicy, ...attributes } = await queueAttributes(sqs, url);
  const redrive = RedrivePolicy === undefined ? undefined : redrivePolicy.parse(JSON.parse(RedrivePolicy));
  return {
    name: QueueArn.split(":").at(-1) ?? "",
    arn: QueueArn,
    url,
    visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout),
    retentionSeconds: Number(attributes.MessageRetentionPeriod),
    delaySeconds: Number(attributes.DelaySeconds),
    redrive: redrive && { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount },
    policy: Policy === undefined ? undefined : parsePolicy(JSON.parse(Policy), QueueArn),
  };
}

/** Every rule of the default event bus, by name. */
export async function deployedRules(events: EventBridgeClient): Promise<Rule[]> {
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  return Promise.all(
    sortedBy(Rules, ({ Name = "" }) => Name).map(
      async ({ Name, Arn, State, EventPattern, ScheduleExpression }): Promise<Rule> => {
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
        return {
          name: given(Name, "a rule has no name"),
          arn: given(Arn, `rule ${Name} has no ARN`),
          enabled: State === "ENABLED",
          pattern: EventPattern === undefined ? undefined : parseJson(EventPattern),
          schedule: ScheduleExpression,
          targets: Targets.map((target) => ({
            arn: given(target.Arn, `rule ${Name} has a target without an ARN`),
            input: target.Input,
            inputPath: target.InputPath,
            inputTransformer: target.InputTransformer && z.json().parse(target.InputTransformer),
            deadLetterArn: target.DeadLetterConfig?.Arn,
          })),
        };
      },
    ),
  );
}

/** In the order of their keys, whatever the order of their making. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** IAM answers with documents as they stand in a URL. */
function decoded(document: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(given(document, "no policy document")));
}

/** `value`, which AWS's types allow to be missing. */
export function given<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}
