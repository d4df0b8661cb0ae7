import * as z from "zod";
import { configSchema } from "./schema";

/** Where the generated JSON Schema stands, beside the config that names it for editors. */
export const JSON_SCHEMA_FILE = "stacks/studio.schema.json";

/** The JSON Schema of the config, for editors: what the loader checks, as far as JSON Schema can say it. */
export function jsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(configSchema, { io: "input", target: "draft-7" }), null, 2)}\n`;
}
