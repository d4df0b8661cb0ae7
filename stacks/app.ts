import { App, type AppConfig } from "cdktf";
import type { Config } from "./config/schema";
import { OnboardingStack } from "./onboarding-stack";
import { StudioStack } from "./studio-stack";

/** The CDKTF app of a config: a stack for every studio, and one for the onboarding. Not yet synthesized. */
export function studioApp(config: Config, options?: AppConfig): App {
  const app = new App(options);
  const studios = config.studios.map((studio) => new StudioStack(app, studio, config));
  new OnboardingStack(app, config, studios);
  return app;
}
