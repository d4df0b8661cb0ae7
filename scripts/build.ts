import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ONBOARDING_FUNCTION } from "../naming";
import { bundleFunction } from "../stacks/constructs/function-archive";

// Synthesis bundles the functions itself: this only shows what it would deploy.
const folder = join("dist", "onboarding");
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(bundleFunction("onboarding").files)) {
  writeFileSync(join(folder, name), bytes);
  console.log(`${ONBOARDING_FUNCTION}: ${join(folder, name)} ${Math.round(bytes.length / 1024)} KB`);
}
