import { studioApp } from "./stacks/app";
import { DEFAULT_CONFIG_FILE, loadConfig } from "./stacks/config/load";
import { ConfigError } from "./stacks/config/mistake";
import { untraced } from "./stacks/untraced";

try {
  const planOnly = process.env.STUDIO_PLAN_ONLY === "true";
  untraced(() => studioApp(loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE), { planOnly }).synth());
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // The mistakes are the reader's to mend: a stack trace would only hide them.
  console.error(error.message);
  process.exitCode = 1;
}
