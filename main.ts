import { studioApp } from "./stacks/app";
import { DEFAULT_CONFIG_FILE, loadConfig } from "./stacks/config/load";
import { ConfigError } from "./stacks/config/mistake";
import { mendHcl } from "./stacks/hcl";
import { isPlanOnly } from "./stacks/plan-only";
import { untraced } from "./stacks/untraced";

try {
  const planOnly = isPlanOnly(process.env);
  untraced(() => {
    const app = studioApp(loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE), { planOnly });
    if (process.env.SYNTH_HCL_OUTPUT === "true") mendHcl(app);
    app.synth();
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // The mistakes are the reader's to mend: a stack trace would only hide them.
  console.error(error.message);
  process.exitCode = 1;
}
