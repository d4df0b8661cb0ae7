import { canonicalGroup, executionRoleName, partitionOf } from "../../naming";
import type { Mistake } from "./mistake";

type Raw = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/**
 * Finds what each value allows but their combination does not. Works on what was read, not on what was validated, so
 * that a mistake elsewhere in the file hides none of these.
 */
export function findContradictions(content: unknown): Mistake[] {
  const identityCenter = asRecord(asRecord(content).identityCenter);
  const studios = asList(asRecord(content).studios).map(asRecord);
  return [
    ...alarmTopic(asRecord(asRecord(content).notifications), identityCenter),
    ...repeated(
      studios.map((studio) => asText(studio.name)),
      (index) => ["studios", index, "name"],
      (name, first) => `"${name}" is the name of studios[${first}] too; every studio needs its own`,
    ),
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
    ...arnsOf(studio, path),
    ...partitions(studio, path, identityCenter),
  ];
}

function inGroup(group: Raw, path: Path): Mistake[] {
  if (Object.keys(group).length === 0) return [];
  const persona = group.persona !== undefined;
  const activities = group.activities !== undefined;
  const mistakes = duplicates(group, path, "activities").concat(duplicates(group, path, "buckets"));
  if (persona && activities) {
    mistakes.push({ path: [...path, "activities"], message: "a persona and activities; give one of them", at: "key" });
  }
  if (!persona && !activities) mistakes.push({ path, message: "neither persona nor activities; give one of them" });
  return mistakes;
}

/** A key must be in the studio's Region, a permissions boundary in its account: AWS would refuse them at deployment. */
function arnsOf(studio: Raw, path: Path): Mistake[] {
  const [, , , keyRegion] = (asText(studio.kmsKeyArn) ?? "").split(":");
  const [, , , , boundaryAccount] = (asText(studio.permissionsBoundaryArn) ?? "").split(":");
  const region = asText(studio.region);
  const accountId = asText(studio.accountId);
  const mistakes: Mistake[] = [];
  if (keyRegion && region && keyRegion !== region) {
    mistakes.push({
      path: [...path, "kmsKeyArn"],
      message: `a key in ${keyRegion}; expected one in ${region}, as the studio`,
    });
  }
  if (boundaryAccount && boundaryAccount !== "aws" && accountId && boundaryAccount !== accountId) {
    mistakes.push({
      path: [...path, "permissionsBoundaryArn"],
      message: `a policy of account ${boundaryAccount}; expected one of ${accountId}, the studio's own`,
    });
  }
  for (const key of ["kmsKeyArn", "permissionsBoundaryArn"]) {
    const [, partition] = (asText(studio[key]) ?? "").split(":");
    if (partition && region && partition !== partitionOf(region)) {
      mistakes.push({
        path: [...path, key],
        message: `an ARN of partition ${partition}; in ${region} it begins with arn:${partitionOf(region)}:`,
      });
    }
  }
  return mistakes;
}

/** An alarm can only notify a topic of its own Region. */
function alarmTopic(notifications: Raw, identityCenter: Raw): Mistake[] {
  const [, , , topicRegion] = (asText(notifications.alarmTopicArn) ?? "").split(":");
  const region = asText(identityCenter.region);
  if (!topicRegion || !region || topicRegion === region) return [];
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

function asRecord(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
