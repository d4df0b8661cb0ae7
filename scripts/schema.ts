import { writeFileSync } from "node:fs";
import { JSON_SCHEMA_FILE, jsonSchema } from "../stacks/config/json-schema";

writeFileSync(JSON_SCHEMA_FILE, jsonSchema());
console.log(`wrote ${JSON_SCHEMA_FILE}`);
