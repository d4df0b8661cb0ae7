import { App, type AppConfig } from "cdktf";
import type { Config } from "./config/schema";
import { OnboardingStack } from "./onboarding-stack";
import { StudioStack } from "./studio-stack";

/**
 * The CDKTF app of a config: a stack for every studio, and one for the onboarding. Not yet synthesized.
 * @param planOnly - for plans of what nobody has reviewed yet: Terraform works as the roles that can only read
 */
export function studioApp(config: Config, options: AppConfig & { readonly planOnly?: boolean } = {}): App {
  const { planOnly = false, ...appConfig } = options;
  const app = new App(appConfig);
  const studios = config.studios.map((studio) => new StudioStack(app, studio, config, planOnly));
  new OnboardingStack(app, config, studios, planOnly);
  return app;
}
