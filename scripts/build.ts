import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFunction } from "../stacks/constructs/function-archive";

// Synthesis bundles the functions itself: this only shows what it would deploy.
for (const name of ["onboarding", "sweep"]) {
  const folder = join("dist", name);
  mkdirSync(folder, { recursive: true });
  for (const [file, bytes] of Object.entries(bundleFunction(name).files)) {
    writeFileSync(join(folder, file), bytes);
    console.log(`${join(folder, file)} ${Math.round(bytes.length / 1024)} KB`);
  }
}
