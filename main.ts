import { studioApp } from "./stacks/app";
import { DEFAULT_CONFIG_FILE, loadConfig } from "./stacks/config/load";
import { ConfigError } from "./stacks/config/mistake";

// CDKTF takes a full stack trace for every reference it makes: with a thousand groups, most of the time of a synthesis.
const traced = Error.prepareStackTrace;
Error.prepareStackTrace = () => "";

try {
  studioApp(loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE)).synth();
} catch (error) {
  Error.prepareStackTrace = traced;
  if (!(error instanceof ConfigError)) throw error;
  // The mistakes are the reader's to mend: a stack trace would only hide them.
  console.error(error.message);
  process.exitCode = 1;
}
