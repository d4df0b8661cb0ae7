/** A place in S3 that a config names, with or without `/` or `/*` at its end: `bucket/` or `bucket/path/`. */
export function placeOf(location: string, prefix = ""): string {
  return `${folder(location.replace(/^s3:\/\//, ""))}${prefix === "" ? "" : folder(prefix)}`;
}

function folder(path: string): string {
  return `${path.replace(/\/*\*?$/, "")}/`;
}
