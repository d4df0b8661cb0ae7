import {
  canonicalGroup,
  computeRolePath,
  executionRoleName,
  executionRolePath,
  ONBOARDING_PATH,
  partitionOf,
} from "../../naming";
import { stateBucketMistakes } from "./granted-mistakes";
import { identityMistakes } from "./identity-mistakes";
import type { Mistake } from "./mistake";
import { asList, asRecord, asText, lakesOf, type Path, type Raw } from "./raw";

/**
 * Finds what each value allows but their combination does not. Works on what was read, not on what was validated, so
 * that a mistake elsewhere in the file hides none of these.
 */
export function findContradictions(content: unknown): Mistake[] {
  const identityCenter = asRecord(asRecord(content).identityCenter);
  const studios = asList(asRecord(content).studios).map(asRecord);
  return [
    ...alarmTopic(asRecord(asRecord(content).notifications), identityCenter),
    ...inPartition(identityCenter, ["identityCenter"], "instanceArn"),
    ...backends(asRecord(asRecord(asRecord(content).terraform).backend)),
    ...stateBucketMistakes(
      asText(asRecord(asRecord(asRecord(asRecord(content).terraform).backend).s3).bucket),
      studios,
    ),
    ...terraformRoles(identityCenter, ["identityCenter"]),
    ...ownPaths(identityCenter, ["identityCenter"]),
    ...arnsOf(identityCenter, ["identityCenter"]),
    ...repeated(
      studios.map((studio) => asText(studio.existingDomainId)),
      (index) => ["studios", index, "existingDomainId"],
      (id, first) => `${id} is the domain of studios[${first}] too; one studio manages a domain`,
    ),
    ...repeated(
      studios.map((studio) => asText(studio.name)),
      (index) => ["studios", index, "name"],
      (name, first) => `"${name}" is the name of studios[${first}] too; every studio needs its own`,
    ),
    ...identityMistakes(asRecord(content)),
    ...studios.flatMap((studio, index) => inStudio(studio, ["studios", index], identityCenter)),
  ];
}

function inStudio(studio: Raw, path: Path, identityCenter: Raw): Mistake[] {
  const groups = asList(studio.groups).map(asRecord);
  const names = groups.map((group) => asText(group.adGroup));
  const studioName = asText(studio.name) ?? "";
  const sameRole = repeated(
    names.map((name) => name && executionRoleName(studioName.slice(0, 24), name)),
    (index) => [...path, "groups", index, "adGroup"],
    (role, first, index) =>
      canonicalGroup(names[index] ?? "") === canonicalGroup(names[first] ?? "")
        ? `the same AD group as groups[${first}] (AD does not tell cases apart); a group has one entry a studio`
        : `its role would be named ${role}, as that of groups[${first}]; rename one of the AD groups`,
  );
  return [
    ...sameRole,
    ...groups.flatMap((group, index) => inGroup(group, [...path, "groups", index])),
    ...duplicates(studio, path, "subnetIds"),
    ...duplicates(studio, path, "securityGroupIds"),
    ...["subnetIds", "securityGroupIds"].flatMap((key) =>
      duplicates(asRecord(studio.network), [...path, "network"], key),
    ),
    ...["volumeKeyArns", "outputKeyArns"].flatMap((key) =>
      duplicates(asRecord(studio.encryption), [...path, "encryption"], key),
    ),
    ...duplicates(asRecord(studio.outsideIdentityCenter), [...path, "outsideIdentityCenter"], "samlProviderArns"),
    ...theDomain(studio, path),
    ...terraformRoles(studio, path),
    ...ownPaths(studio, path),
    ...arnsOf(studio, path),
    ...partitions(studio, path, identityCenter),
  ];
}

/** A domain that is made needs its network; one that exists has it. */
function theDomain(studio: Raw, path: Path): Mistake[] {
  if (studio.existingDomainId !== undefined) {
    if (asRecord(studio.outsideIdentityCenter).domainId !== studio.existingDomainId) return [];
    const message = "the studio's own domain, which is in SSO mode; expected another one, in IAM mode";
    return [{ path: [...path, "outsideIdentityCenter", "domainId"], message }];
  }
  const mistakes: Mistake[] = [];
  if (studio.takeOver !== undefined) {
    const message = "there is nothing to take over without existingDomainId";
    mistakes.push({ path: [...path, "takeOver"], message, at: "key" });
  }
  if (Object.keys(studio).length === 0) return mistakes;
  const needed = { vpcId: "a VPC id, like vpc-0123456789abcdef0", subnetIds: "a list of subnet ids" };
  for (const [key, what] of Object.entries(needed)) {
    if (studio[key] !== undefined) continue;
    const message = `missing; expected ${what}, or existingDomainId for a domain that is there`;
    mistakes.push({ path: [...path, key], message });
  }
  return mistakes;
}

/** A role of another account could change nothing in this one: the provider would refuse its own plan. */
function terraformRoles(place: Raw, path: Path): Mistake[] {
  const accountId = asText(place.accountId);
  return ["deployRoleArn", "planRoleArn"].flatMap((key) => {
    const [, , , , account] = (asText(place[key]) ?? "").split(":");
    const mistakes: Mistake[] = [];
    if (account && accountId && account !== accountId) {
      const message = `a role of account ${account}; expected one of ${accountId}, where the stack is`;
      mistakes.push({ path: [...path, key], message });
    }
    return [...mistakes, ...inPartition(place, path, key)];
  });
}

function inPartition(place: Raw, path: Path, key: string): Mistake[] {
  const [, partition] = (asText(place[key]) ?? "").split(":");
  const region = asText(place.region);
  if (!partition || !region || partition === partitionOf(region)) return [];
  const message = `an ARN of partition ${partition}; in ${region} it begins with arn:${partitionOf(region)}:`;
  return [{ path: [...path, key], message }];
}

/** What decides what Terraform may do must not be where Terraform makes and changes roles and policies. */
function ownPaths(studio: Raw, path: Path): Mistake[] {
  const name = asText(studio.name) ?? "";
  const own = [executionRolePath(name), computeRolePath(name), ONBOARDING_PATH];
  return ["deployRoleArn", "planRoleArn", "permissionsBoundaryArn"].flatMap((key) => {
    const [, , , , , resource = ""] = (asText(studio[key]) ?? "").split(":");
    const where = resource.slice(resource.indexOf("/"));
    if (!own.some((each) => where.startsWith(each))) return [];
    const message = `${where} is where the deployment itself makes roles and policies; expected another path`;
    return [{ path: [...path, key], message }];
  });
}

function backends({ s3, remote }: Raw): Mistake[] {
  if (s3 === undefined || remote === undefined) return [];
  const message = "two backends; a state is in one place: give s3 or remote";
  return [{ path: ["terraform", "backend", "remote"], message, at: "key" }];
}

const LISTS_OF_A_GROUP = ["activities", "buckets", "keys", "repositories", "databases", "managedPolicyArns"];

function inGroup(group: Raw, path: Path): Mistake[] {
  if (Object.keys(group).length === 0) return [];
  const persona = group.persona !== undefined;
  const activities = group.activities !== undefined;
  const mistakes = [
    ...LISTS_OF_A_GROUP.flatMap((key) => duplicates(group, path, key)),
    ...lakesOf(group, path).flatMap(({ lake, path: at }) =>
      ["columns", "permissions"].flatMap((key) => duplicates(lake, at, key)),
    ),
  ];
  if (persona && activities) {
    mistakes.push({ path: [...path, "activities"], message: "a persona and activities; give one of them", at: "key" });
  }
  if (!persona && !activities) mistakes.push({ path, message: "neither persona nor activities; give one of them" });
  return mistakes;
}

/** Keys must be in the studio's Region, policies and providers in its account: AWS would refuse them at deployment. */
function arnsOf(studio: Raw, path: Path): Mistake[] {
  const encryption = asRecord(studio.encryption);
  const groups = asList(studio.groups).map(asRecord);
  const inGroups = (key: string) => groups.flatMap((group, index) => itemsOf(group, [...path, "groups", index], key));
  const keys = [
    ...itemsOf(studio, path, "kmsKeyArn"),
    ...itemsOf(encryption, [...path, "encryption"], "volumeKeyArns"),
    ...itemsOf(encryption, [...path, "encryption"], "outputKeyArns"),
  ];
  const owned = [
    ...itemsOf(studio, path, "permissionsBoundaryArn"),
    ...inGroups("managedPolicyArns"),
    ...itemsOf(asRecord(studio.outsideIdentityCenter), [...path, "outsideIdentityCenter"], "samlProviderArns"),
  ];
  const region = asText(studio.region);
  const accountId = asText(studio.accountId);
  const mistakes: Mistake[] = [];
  for (const each of keys) {
    const [, , , keyRegion] = each.arn.split(":");
    if (!keyRegion || !region || keyRegion === region) continue;
    mistakes.push({ path: each.path, message: `a key in ${keyRegion}; expected one in ${region}, as the studio` });
  }
  for (const each of owned) {
    const [, , service, , account, resource] = each.arn.split(":");
    const what = resource?.startsWith("saml-provider") ? "a SAML provider" : "a policy";
    if (service !== "iam" || !account || account === "aws" || !accountId || account === accountId) continue;
    const message = `${what} of account ${account}; expected one of ${accountId}, its own account`;
    mistakes.push({ path: each.path, message });
  }
  // A group's keys belong to its buckets, which may be anywhere in the partition.
  for (const each of [...keys, ...owned, ...inGroups("keys")]) {
    const [, partition] = each.arn.split(":");
    if (!partition || !region || partition === partitionOf(region)) continue;
    const message = `an ARN of partition ${partition}; in ${region} it begins with arn:${partitionOf(region)}:`;
    mistakes.push({ path: each.path, message });
  }
  return mistakes;
}

/** The ARN, or the list of them, under a key. */
function itemsOf(holder: Raw, path: Path, key: string): { readonly path: Path; readonly arn: string }[] {
  const single = asText(holder[key]);
  if (single !== undefined) return [{ path: [...path, key], arn: single }];
  return asList(holder[key]).flatMap((each, index) => {
    const arn = asText(each);
    return arn === undefined ? [] : [{ path: [...path, key, index], arn }];
  });
}

/** An alarm can only notify a topic of its own Region. */
function alarmTopic(notifications: Raw, identityCenter: Raw): Mistake[] {
  const [, , , topicRegion] = (asText(notifications.alarmTopicArn) ?? "").split(":");
  const region = asText(identityCenter.region);
  if (!topicRegion || !region) return [];
  if (topicRegion === region) return inPartition({ ...notifications, region }, ["notifications"], "alarmTopicArn");
  const message = `a topic in ${topicRegion}; expected one in ${region}, as Identity Center`;
  return [{ path: ["notifications", "alarmTopicArn"], message }];
}

/** Roles cannot be assumed from one partition into another. */
function partitions(studio: Raw, path: Path, identityCenter: Raw): Mistake[] {
  const [here, home] = [asText(studio.region), asText(identityCenter.region)];
  if (!here || !home || partitionOf(here) === partitionOf(home)) return [];
  const message = `${here} is in partition ${partitionOf(here)}, Identity Center's ${home} in ${partitionOf(home)}; both must be in the same`;
  return [{ path: [...path, "region"], message }];
}

function duplicates(holder: Raw, path: Path, key: string): Mistake[] {
  return repeated(
    asList(holder[key]).map(asText),
    (index) => [...path, key, index],
    (value, first) => `"${value}" is ${key}[${first}] already; list it once`,
  );
}

function repeated(
  values: readonly (string | undefined)[],
  at: (index: number) => Path,
  message: (value: string, first: number, index: number) => string,
): Mistake[] {
  const firsts = new Map<string, number>();
  return values.flatMap((value, index) => {
    if (value === undefined) return [];
    const first = firsts.get(value);
    if (first !== undefined) return [{ path: at(index), message: message(value, first, index) }];
    firsts.set(value, index);
    return [];
  });
}
