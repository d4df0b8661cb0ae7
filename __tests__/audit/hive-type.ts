/** A column's type as Hive writes it, such as `struct<arn:string>`, read so far as tables of events need it. */
export type HiveType =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, HiveType> }
  | { readonly kind: "map" }
  | { readonly kind: "array"; readonly item: HiveType };

/** Reads a type. Upper and lower case are the same. */
export function hiveType(text: string): HiveType {
  const tokens = text.toLowerCase().match(/[a-z0-9_]+|[<>:,]/g) ?? [];
  let at = 0;
  const next = () => tokens[at++] ?? "";
  function read(): HiveType {
    const name = next();
    if (name === "struct") {
      const fields = new Map<string, HiveType>();
      for (next(); tokens[at - 1] !== ">"; next()) {
        const field = next();
        next();
        fields.set(field, read());
      }
      return { kind: "struct", fields };
    }
    if (name === "array") {
      next();
      const item = read();
      next();
      return { kind: "array", item };
    }
    if (name === "map") {
      while (next() !== ">");
      return { kind: "map" };
    }
    return { kind: "plain", name };
  }
  return read();
}

/** A type as Hive writes it. */
export function hiveText(type: HiveType): string {
  if (type.kind === "struct") {
    return `struct<${[...type.fields].map(([name, field]) => `${name}:${hiveText(field)}`).join(",")}>`;
  }
  if (type.kind === "array") return `array<${hiveText(type.item)}>`;
  return type.kind === "map" ? "map<string,string>" : type.name;
}

/** The same type in DuckDB's words. */
export function duckType(type: HiveType): string {
  if (type.kind === "struct") {
    return `STRUCT(${[...type.fields].map(([name, field]) => `"${name}" ${duckType(field)}`).join(", ")})`;
  }
  if (type.kind === "array") return `${duckType(type.item)}[]`;
  if (type.kind === "map") return "MAP(VARCHAR, VARCHAR)";
  return type.name === "string" ? "VARCHAR" : type.name.toUpperCase();
}

/** A value of a record as a column of this type holds it: what is nested in a text or a map becomes JSON. */
export function fitted(value: unknown, type: HiveType): unknown {
  if (value === undefined || value === null) return null;
  if (type.kind === "plain") return typeof value === "object" ? JSON.stringify(value) : value;
  if (type.kind === "array") return Array.isArray(value) ? value.map((each) => fitted(each, type.item)) : null;
  const entries = Object.entries(value);
  // Trino sorts the keys of a map when it makes JSON of it.
  if (type.kind === "map")
    return Object.fromEntries(entries.sort(byKey).map(([key, each]) => [key, fitted(each, TEXT)]));
  // Hive and CloudTrail Lake tell no cases apart.
  const byName = new Map(entries.map(([key, each]) => [key.toLowerCase(), each]));
  return Object.fromEntries([...type.fields].map(([name, field]) => [name, fitted(byName.get(name), field)]));
}

const TEXT: HiveType = { kind: "plain", name: "string" };

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
