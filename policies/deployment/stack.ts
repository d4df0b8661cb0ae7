import * as z from "zod";
import { partitionOf } from "../../naming";

/** An account and Region. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** A resource or data source of a synthesized stack. */
export interface Block {
  /** As Terraform names it; a data source's begins with `data.`. */
  readonly type: string;
  readonly id: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A stack as far as it decides what its deployment needs. */
export interface Stack {
  readonly name: string;
  readonly place: Place;
  /** The instance of Identity Center that everybody signs in with. */
  readonly instanceArn: string;
  /** Whether a domain of the stack propagates identities, or one that is assigned in it. */
  readonly propagatesIdentity: boolean;
  readonly blocks: readonly Block[];
}

const blocksByType = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
const synthesized = z.looseObject({ resource: blocksByType.default({}), data: blocksByType.default({}) });

/** Of Terraform itself: no provider calls AWS for it. */
const NO_CALLS: readonly string[] = ["data.terraform_remote_state"];

/** The resources and data sources in the text of a `cdk.tf.json`. */
export function readBlocks(text: string): readonly Block[] {
  const { resource, data } = synthesized.parse(JSON.parse(text));
  return [...blocksIn(resource, ""), ...blocksIn(data, "data.")].filter(({ type }) => !NO_CALLS.includes(type));
}

function blocksIn(byType: z.infer<typeof blocksByType>, prefix: string): Block[] {
  return Object.entries(byType).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, given]) => ({ type: `${prefix}${type}`, id, arguments: given })),
  );
}

/** The blocks of a type. */
export function blocksOf({ blocks }: Stack, type: string): readonly Block[] {
  return blocks.filter((block) => block.type === type);
}

/**
 * What the blocks of a type have as an argument, each once.
 * @throws Error where it is no text that is known before Terraform runs
 */
export function namesOf(stack: Stack, type: string, argument: string): readonly string[] {
  return [...new Set(blocksOf(stack, type).map((block) => textOf(stack, block, argument)))];
}

/** @throws Error where an argument is no text that is known before Terraform runs */
export function textOf({ name }: Stack, { type, id, arguments: given }: Block, argument: string): string {
  const value = given[argument];
  if (isKnown(value)) return value;
  throw new Error(`${name}: ${type}.${id}: its ${argument} is not known before Terraform runs`);
}

/** Whether a value is text without anything for Terraform to fill in. */
export function isKnown(value: unknown): value is string {
  return typeof value === "string" && !value.includes("${");
}

/** The role of the stack that a value refers to by its ARN. */
export function referredRole(stack: Stack, value: unknown): Block {
  const [, id] = /^\$\{aws_iam_role\.([\w-]+)\.arn\}$/.exec(String(value)) ?? [];
  const role = blocksOf(stack, "aws_iam_role").find((each) => each.id === id);
  if (role === undefined) throw new Error(`${stack.name}: ${String(value)} is no role of the stack`);
  return role;
}

/** The ARN of something in a stack's account and Region. */
export function arnIn({ accountId, region }: Place, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a role or policy in a stack's account. */
export function iamArn({ accountId, region }: Place, resource: string): string {
  return `arn:${partitionOf(region)}:iam::${accountId}:${resource}`;
}
