import type { Json, JsonObject } from "./json";
import type { PolicyDocument } from "./policy-document";

/** A policy and the name it goes by. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** An IAM role with everything that decides what it may do. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly NamedPolicy[];
  /** ARNs of attached policies that are not part of the stacks: they are not evaluated. */
  readonly foreignPolicies?: readonly string[];
  /** `document` is absent where the boundary is not part of the stacks: it is then not evaluated. */
  readonly boundary: { readonly arn: string; readonly document?: PolicyDocument } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A SageMaker domain. */
export interface Domain {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly authMode: "SSO" | "IAM";
  readonly url: string;
  /** Only a domain in SSO mode has one. */
  readonly applicationArn: string | undefined;
  readonly defaultExecutionRole: string;
  readonly sourceIdentity: "USER_PROFILE_NAME" | "DISABLED";
  readonly tags: Readonly<Record<string, string>>;
}

/** An SQS queue. */
export interface QueueConfig {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
  readonly policy: PolicyDocument | undefined;
}

/** What an EventBridge rule sends its events to. */
export interface RuleTarget {
  readonly arn: string;
  readonly input: string | undefined;
  readonly inputPath: string | undefined;
  readonly inputTransformer: Json | undefined;
  readonly deadLetterArn: string | undefined;
}

/** An EventBridge rule: an event pattern, a schedule, or both. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern: Json | undefined;
  readonly schedule: string | undefined;
  readonly targets: readonly RuleTarget[];
}

/** A Lambda function. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the deployment archive. */
  readonly archive: string;
  readonly handler: string;
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly logGroup: string;
  readonly accountId: string;
  readonly region: string;
}

/** A mapping from a queue to a function. */
export interface EventSourceMapping {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportsBatchItemFailures: boolean;
  readonly enabled: boolean;
}

/** An invocation of a function that is part of every apply. */
export interface Invocation {
  /** As it was given: the function's name or its ARN. */
  readonly functionName: string;
  readonly input: Json;
}

/** Who may open an Identity Center application. */
export interface ApplicationAssignment {
  readonly applicationArn: string;
  readonly principalId: string;
  readonly principalType: "USER" | "GROUP";
}

/** A group that a stack looks up by its display name. */
export interface GroupLookup {
  readonly identityStoreId: string;
  readonly displayName: string;
  readonly groupId: string;
  /** The account of the stack that looks: Identity Center's. */
  readonly accountId: string;
}

/** One stack and where it is deployed. */
export interface StackPlace {
  readonly name: string;
  readonly dir: string;
  readonly accountId: string;
  readonly region: string;
}

/** A resource or data source with its attributes as they would be after an apply, as far as the stack says them. */
export interface ResolvedBlock {
  /** For example `aws_iam_role.x`, `data.aws_identitystore_group.y`. */
  readonly address: string;
  readonly type: string;
  readonly stack: StackPlace;
  readonly config: JsonObject;
  /** An attribute that the provider would compute, such as `arn`. */
  attribute(name: string): Json;
}

/** Everything the stacks would make. */
export interface World {
  readonly stacks: readonly StackPlace[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly domains: readonly Domain[];
  readonly queues: readonly QueueConfig[];
  readonly rules: readonly Rule[];
  readonly functions: readonly FunctionConfig[];
  readonly eventSources: readonly EventSourceMapping[];
  readonly invocations: readonly Invocation[];
  readonly assignments: readonly ApplicationAssignment[];
  readonly groups: readonly GroupLookup[];
  /** Outputs by stack name, then by output name. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  /** All resources and data sources, for what has no accessor of its own. */
  readonly blocks: readonly ResolvedBlock[];
}
