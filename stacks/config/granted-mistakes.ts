import { canonicalGroup } from "../../naming";
import { bucketOf, overlap } from "../../policies/places";
import type { Mistake } from "./mistake";
import { placeOf } from "./place-of";
import { asList, asRecord, asText, lakesOf, type Path, type Raw } from "./raw";

/** Something that a group is granted. */
interface Granted {
  readonly path: Path;
  readonly studio: number;
  /** The account and Region: each has one instance of Access Grants, and one of Lake Formation. */
  readonly home: string;
  readonly adGroup: string;
  /** A place in S3, or a database. */
  readonly name: string;
}

/**
 * Finds places and databases that are granted so that people would reach one another's, or that AWS takes once only. All
 * studios are looked at together: the names of buckets are one for all accounts.
 */
export function grantedMistakes(studios: readonly Raw[]): Mistake[] {
  const places = inEveryGroup(studios, (group, path) => grantsOf(group, path, true));
  const locations = inEveryGroup(studios, (group, path) => grantsOf(group, path, false));
  const results = inEveryGroup(studios, resultsOf);
  const databases = inEveryGroup(studios, databasesOf);
  const tables = inEveryGroup(studios, tablesOf);
  return [
    ...again(
      places,
      ({ studio, adGroup, name }) => `${studio} ${canonicalGroup(adGroup)} ${name}`,
      ({ name }) => `s3://${name} is granted above already; grant it once, READWRITE for both`,
    ),
    ...again(
      tables,
      ({ studio, adGroup, name }) => `${studio} ${canonicalGroup(adGroup)} ${name}`,
      ({ name }) => `${name} is granted above already; grant it once`,
    ),
    ...again(
      onceInStudio([...locations, ...results]),
      ({ home, name }) => `${home} ${name}`,
      ({ name }, { studio }) =>
        `s3://${name} is a location of studios[${studio}] too, and an account has it once in a Region; name a longer one`,
    ),
    ...again(
      databases,
      ({ home, adGroup, name }) => `${home} ${canonicalGroup(adGroup)} ${name}`,
      ({ adGroup, name }, { studio }) =>
        `studios[${studio}] grants "${adGroup}" tables of ${name} already, in the same account and Region; grant them there`,
    ),
    ...results.flatMap(({ name, path }) => {
      const other = places.find((place) => overlap(place.name, name));
      if (!other) return [];
      const message = `"${other.adGroup}" is granted s3://${other.name}, and would have everybody's results; give results a place of their own`;
      return [{ path, message }];
    }),
  ];
}

/**
 * Finds groups that reach the bucket of Terraform's states, by their role or as people: it holds everything that Terraform
 * knows, and who writes it says what Terraform does next.
 */
export function stateBucketMistakes(bucket: string | undefined, studios: readonly Raw[]): Mistake[] {
  const reached = [bucketsOf, resultsOf, (group: Raw, path: Path) => grantsOf(group, path, false)];
  return reached
    .flatMap((of) => inEveryGroup(studios, of))
    .filter(({ name }) => bucketOf(name) === bucket)
    .map(({ path }) => ({ path, message: `${bucket} holds Terraform's states; a group must not reach it` }));
}

function inEveryGroup(
  studios: readonly Raw[],
  of: (group: Raw, path: Path) => readonly { readonly path: Path; readonly name: string }[],
): Granted[] {
  return studios.flatMap((studio, index) =>
    asList(studio.groups).flatMap((each, position) => {
      const group = asRecord(each);
      const home = `${asText(studio.accountId)} ${asText(studio.region)}`;
      const found = of(group, ["studios", index, "groups", position]);
      return found.map((named) => ({ ...named, studio: index, home, adGroup: asText(group.adGroup) ?? "" }));
    }),
  );
}

function grantsOf(group: Raw, path: Path, withPrefix: boolean) {
  return asList(group.accessGrants).flatMap((each, index) => {
    const { location, prefix } = asRecord(each);
    const text = asText(location);
    if (text === undefined) return [];
    const name = placeOf(text, withPrefix ? asText(prefix) : undefined);
    return [{ path: [...path, "accessGrants", index, "location"], name }];
  });
}

function bucketsOf(group: Raw, path: Path) {
  return asList(group.buckets).map((each, index) => ({ path: [...path, "buckets", index], name: `${asText(each)}/` }));
}

function resultsOf(group: Raw, path: Path) {
  const results = asText(asRecord(asRecord(group.dataLake).workgroup).results);
  return results === undefined ? [] : [{ path: [...path, "dataLake", "workgroup", "results"], name: placeOf(results) }];
}

function databasesOf(group: Raw, path: Path) {
  const named = lakesOf(group, path).flatMap(({ lake, path: at }) => {
    const name = asText(lake.database);
    return name === undefined ? [] : [{ path: [...at, "database"], name }];
  });
  return named.filter(({ name }, index) => named.findIndex((each) => each.name === name) === index);
}

function tablesOf(group: Raw, path: Path) {
  return lakesOf(group, path).flatMap(({ lake, path: at }) => {
    const tables = lake.tables === undefined ? [undefined] : asList(lake.tables).map(asText);
    return tables.map((table, index) => ({
      path: table === undefined ? [...at, "database"] : [...at, "tables", index],
      name: `${table ?? "all tables"} of ${asText(lake.database)}`,
    }));
  });
}

/** A studio registers a location once, whatever the number of its groups. */
function onceInStudio(all: readonly Granted[]): readonly Granted[] {
  const seen = new Set<string>();
  return all.filter(({ studio, name }) => {
    const key = `${studio} ${name}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** A mistake for everything that is there before it, under the same key. */
function again(
  all: readonly Granted[],
  keyOf: (each: Granted) => string,
  message: (each: Granted, first: Granted) => string,
): Mistake[] {
  const firsts = new Map<string, Granted>();
  return all.flatMap((each) => {
    const key = keyOf(each);
    const first = firsts.get(key);
    if (first) return [{ path: each.path, message: message(each, first) }];
    firsts.set(key, each);
    return [];
  });
}
