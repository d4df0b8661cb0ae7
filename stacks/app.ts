import { App, type AppConfig } from "cdktf";
import type { Config, StudioConfig } from "./config/schema";
import { OnboardingStack } from "./onboarding-stack";
import { StudioStack } from "./studio-stack";

/** The oldest Terraform that can lock a state in S3. CDKTF takes no notice; its fork refuses such locks without it. */
const TARGET_VERSIONS = { terraform: ">=1.10.0" };

/**
 * The CDKTF app of a config: a stack for every studio, and one for the onboarding. Not yet synthesized.
 * @param planOnly - for plans of what nobody has reviewed yet: Terraform works as the roles that can only read
 */
export function studioApp(config: Config, options: AppConfig & { readonly planOnly?: boolean } = {}): App {
  const { planOnly = false, ...appConfig } = options;
  const app = new App({ context: { targetVersions: TARGET_VERSIONS }, ...appConfig });
  const studios = config.studios.map((studio) => new StudioStack(app, studio, config, planOnly));
  for (const stack of studios) {
    const maker = studios.find((other) => makesFor(other.studio, stack.studio));
    if (maker) stack.addDependency(maker);
  }
  new OnboardingStack(app, config, studios, planOnly);
  return app;
}

/**
 * Whether a studio makes what another one names: an account has one instance of Access Grants in a Region, and all that
 * propagate identities are in Identity Center's.
 */
function makesFor(maker: StudioConfig, user: StudioConfig): boolean {
  return (
    maker.accountId === user.accountId &&
    maker.trustedIdentityPropagation?.accessGrantsInstanceArn === undefined &&
    maker.groups.some(({ accessGrants, dataLake }) => accessGrants ?? dataLake) &&
    user.trustedIdentityPropagation?.accessGrantsInstanceArn !== undefined
  );
}
