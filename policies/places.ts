/** A place in S3 is written as `bucket/` or `bucket/path/`: everything whose name begins so. */

/** The bucket that a place is in. */
export function bucketOf(place: string): string {
  return place.slice(0, place.indexOf("/"));
}

/** How the keys of a place begin; empty for a whole bucket. */
function prefixOf(place: string): string {
  return place.slice(place.indexOf("/") + 1);
}

/** Whether something can be in both places. */
export function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** Buckets of which the same is meant. */
export interface InBuckets {
  readonly buckets: readonly string[];
  /** None for whole buckets. */
  readonly prefixes: readonly string[];
}

/**
 * Places by bucket, those alike together: a condition of prefixes beside the ARNs of several buckets would mean each
 * prefix in each bucket.
 */
export function byBucket(places: readonly string[]): readonly InBuckets[] {
  const groups = new Map<string, { readonly buckets: string[]; readonly prefixes: readonly string[] }>();
  for (const bucket of new Set([...places].sort().map(bucketOf))) {
    const all = places.filter((place) => bucketOf(place) === bucket).map(prefixOf);
    const prefixes = all.includes("") ? [] : [...new Set(all)].sort();
    const key = JSON.stringify(prefixes);
    groups.set(key, { prefixes, buckets: [...(groups.get(key)?.buckets ?? []), bucket] });
  }
  return [...groups.values()];
}
