import { z } from "zod";
import { validationError } from "./errors";

const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const key = z.string().min(1).max(128).regex(KEY, `Member must satisfy regular expression pattern: ${KEY.source}`);
const value = z.string().max(256).regex(VALUE, `Member must satisfy regular expression pattern: ${VALUE.source}`);

/** A list of tags as SageMaker takes it. */
export const tagList = z.array(z.object({ Key: key, Value: value })).max(50);

/** A list of tag keys as SageMaker takes it. */
export const tagKeys = z.array(key).min(1).max(50);

/** The tags of a request as a map; refuses a key given twice and keys that AWS keeps for itself. */
export function readTags(list: z.output<typeof tagList> | undefined): Map<string, string> {
  const tags = new Map<string, string>();
  for (const each of list ?? []) {
    if (each.Key.toLowerCase().startsWith("aws:")) throw validationError("aws: prefixed tag keys are not allowed");
    if (tags.has(each.Key)) throw validationError(`Duplicate tag key: ${each.Key}`);
    tags.set(each.Key, each.Value);
  }
  return tags;
}

/** The context keys of a request that sends tags. */
export function requestTagContext(tags: ReadonlyMap<string, string>): Record<string, string | string[]> {
  if (tags.size === 0) return {};
  const context: Record<string, string | string[]> = { "aws:TagKeys": [...tags.keys()] };
  for (const [name, text] of tags) context[`aws:RequestTag/${name}`] = text;
  return context;
}

/** The context keys of a request on something that has tags. */
export function resourceTagContext(tags: ReadonlyMap<string, string> | undefined): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [name, text] of tags ?? []) {
    context[`aws:ResourceTag/${name}`] = text;
    context[`sagemaker:ResourceTag/${name}`] = text;
  }
  return context;
}
