/** A mapping as it was read, before anything is known of it. */
export type Raw = Readonly<Record<string, unknown>>;

/** Where something stands in the config. */
export type Path = readonly (string | number)[];

/** The mapping, or an empty one for anything else: its schema says what is wrong with it. */
export function asRecord(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The list, or an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or nothing for anything else. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What a group is granted of data lakes, and where each stands: of its first database, and of those `also`. */
export function lakesOf(group: Raw, path: Path): readonly { readonly lake: Raw; readonly path: Path }[] {
  if (group.dataLake === undefined) return [];
  const lake = asRecord(group.dataLake);
  const at = [...path, "dataLake"];
  return [
    { lake, path: at },
    ...asList(lake.also).map((each, index) => ({ lake: asRecord(each), path: [...at, "also", index] })),
  ];
}
