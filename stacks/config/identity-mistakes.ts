import { grantedMistakes } from "./granted-mistakes";
import { lowestVersion } from "./lowest-version";
import type { Mistake } from "./mistake";
import { asList, asRecord, asText, lakesOf, type Path, type Raw } from "./raw";

/** The AWS provider that first knows the domain's setting, and the one that first knows Athena's result grants. */
const PROVIDER = { propagation: [6, 33], results: [6, 34] } as const;

/**
 * Finds where trusted identity propagation cannot work. AWS asks for Identity Center in the domain's own Region; of S3
 * Access Grants and of Lake Formation's connection there is one in an account and Region.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/trustedidentitypropagation-setup.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-instance.html
 */
export function identityMistakes(content: Raw): Mistake[] {
  const studios = asList(content.studios).map(asRecord);
  return [
    ...provider(asText(asRecord(content.terraform).awsProviderVersion), studios),
    ...studios.flatMap((studio, index) => inStudio(studio, ["studios", index], asRecord(content.identityCenter))),
    // Results of queries are granted, too.
    ...twice(studios, "accessGrantsInstanceArn", ["accessGrants", "dataLake"]),
    ...twice(studios, "lakeFormationApplicationArn", ["dataLake"]),
    ...grantedMistakes(studios),
  ];
}

function provider(constraint = "~> 6.33", studios: readonly Raw[]): Mistake[] {
  const propagates = studios.some(({ trustedIdentityPropagation }) => trustedIdentityPropagation !== undefined);
  const queries = studios.some((studio) => groupsWith(studio, "dataLake").length > 0);
  const needed = queries ? PROVIDER.results : propagates ? PROVIDER.propagation : undefined;
  const [major, minor] = lowestVersion(constraint);
  if (!needed || major > needed[0] || (major === needed[0] && minor >= needed[1])) return [];
  const what = queries ? "dataLake" : "trustedIdentityPropagation";
  const message = `allows versions that do not know what ${what} needs; expected "~> ${needed.join(".")}" or later`;
  return [{ path: ["terraform", "awsProviderVersion"], message }];
}

function inStudio(studio: Raw, path: Path, { region: homeRegion, instanceArn: arnOfInstance }: Raw): Mistake[] {
  const [home, instanceArn] = [asText(homeRegion), asText(arnOfInstance)];
  const mistakes: Mistake[] = [];
  const region = asText(studio.region);
  const propagation = studio.trustedIdentityPropagation;
  if (propagation !== undefined && region && home && region !== home) {
    const message = `the studio is in ${region}, Identity Center in ${home}; AWS propagates identities in one Region only`;
    mistakes.push({ path: [...path, "trustedIdentityPropagation"], message, at: "key" });
  }
  const arn = asText(asRecord(propagation).accessGrantsInstanceArn);
  const [, , , arnRegion, arnAccount] = (arn ?? "").split(":");
  if (arn && (arnRegion !== region || arnAccount !== asText(studio.accountId))) {
    const message = `an instance of account ${arnAccount} in ${arnRegion}; expected the studio's own account and Region`;
    mistakes.push({ path: [...path, "trustedIdentityPropagation", "accessGrantsInstanceArn"], message });
  }
  const application = asText(asRecord(propagation).lakeFormationApplicationArn);
  const instance = instanceArn?.split("/").at(-1);
  if (application && instance && application.split("/").at(-2) !== instance) {
    const message = `an application of another instance of Identity Center; expected …:application/${instance}/apl-…`;
    mistakes.push({ path: [...path, "trustedIdentityPropagation", "lakeFormationApplicationArn"], message });
  }
  const groups = asList(studio.groups).map(asRecord);
  for (const [index, group] of groups.entries()) {
    const at = [...path, "groups", index];
    for (const key of ["accessGrants", "dataLake"]) {
      if (group[key] === undefined || propagation !== undefined) continue;
      const message = `needs the studio's trustedIdentityPropagation: whose identity would it be?`;
      mistakes.push({ path: [...at, key], message, at: "key" });
    }
    mistakes.push(...lakesOf(group, at).flatMap(({ lake, path: where }) => tables(lake, where)));
  }
  return mistakes;
}

/** Lake Formation takes columns of one table, to be read. */
function tables(lake: Raw, path: Path): Mistake[] {
  if (lake.columns === undefined) return [];
  const mistakes: Mistake[] = [];
  if (asList(lake.tables).length !== 1) {
    mistakes.push({ path: [...path, "columns"], message: "columns of which table? Give one in tables", at: "key" });
  }
  const others = asList(lake.permissions).filter((each) => each !== "SELECT");
  if (others.length > 0) {
    const message = `${others.join(", ")}: Lake Formation lets columns be read only (SELECT)`;
    mistakes.push({ path: [...path, "permissions"], message });
  }
  return mistakes;
}

/** What an account has once in a Region can be made by one stack. */
function twice(studios: readonly Raw[], named: string, needs: readonly string[]): Mistake[] {
  const makers = new Map<string, number>();
  return studios.flatMap((studio, index) => {
    const propagation = asRecord(studio.trustedIdentityPropagation);
    if (needs.every((key) => groupsWith(studio, key).length === 0) || propagation[named] !== undefined) return [];
    const place = `${asText(studio.accountId)} ${asText(studio.region)}`;
    const first = makers.get(place);
    makers.set(place, first ?? index);
    if (first === undefined) return [];
    const message = `studios[${first}] makes it for this account and Region, which has one: name it here in ${named}`;
    return [{ path: ["studios", index, "trustedIdentityPropagation"], message, at: "key" as const }];
  });
}

function groupsWith(studio: Raw, key: string): readonly Raw[] {
  return asList(studio.groups)
    .map(asRecord)
    .filter((group) => group[key] !== undefined);
}
