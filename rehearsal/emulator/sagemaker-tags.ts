import { z } from "zod";
import { AwsError, resourceNotFound } from "./errors";
import { type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";
import type { AnyResource, StudioState } from "./studio-state";
import { readTags, requestTagContext, resourceTagContext, tagKeys, tagList } from "./tags";

const arn = z.object({
  ResourceArn: z
    .string()
    .max(256)
    .regex(/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+$/),
});

/** The operations on the tags of whatever has an ARN. */
export function tagOperations(state: StudioState): Operations {
  function find(resourceArn: string): AnyResource {
    const found = state.findByArn(resourceArn);
    if (found === undefined) throw resourceNotFound(`Resource ${resourceArn} does not exist`);
    return found;
  }

  const requires = (action: string, resource: string, context: Record<string, string | string[]>): Requirement[] => [
    {
      action: `sagemaker:${action}`,
      resource,
      context: { ...resourceTagContext(state.findByArn(resource)?.tags), ...context },
    },
  ];

  return {
    AddTags: operation(arn.extend({ Tags: tagList }), (input) => {
      const tags = readTags(input.Tags);
      return {
        summary: `${input.ResourceArn} ${[...tags.keys()].join(", ")}`,
        requires: requires("AddTags", input.ResourceArn, requestTagContext(tags)),
        run: () => {
          const resource = find(input.ResourceArn);
          const merged = new Map([...resource.tags, ...tags]);
          if (merged.size > 50) throw new AwsError("ResourceLimitExceeded", "A resource has at most 50 tags");
          for (const [key, value] of tags) resource.tags.set(key, value);
          return { Tags: [...merged].map(([Key, Value]) => ({ Key, Value })) };
        },
      };
    }),
    DeleteTags: operation(arn.extend({ TagKeys: tagKeys }), (input) => ({
      summary: `${input.ResourceArn} ${input.TagKeys.join(", ")}`,
      requires: requires("DeleteTags", input.ResourceArn, { "aws:TagKeys": input.TagKeys }),
      run: () => {
        const resource = find(input.ResourceArn);
        for (const key of input.TagKeys) resource.tags.delete(key);
        return {};
      },
    })),
    ListTags: operation(arn.extend(pagingShape), (input) => ({
      summary: input.ResourceArn,
      requires: requires("ListTags", input.ResourceArn, {}),
      run: () => {
        const tags = [...find(input.ResourceArn).tags].map(([Key, Value], sequence) => ({ Key, Value, sequence }));
        const { items, next } = page("ListTags", tags, { MaxResults: 50, ...input });
        return { Tags: items.map(({ Key, Value }) => ({ Key, Value })), ...next };
      },
    })),
  };
}
