import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { partitionOf } from "../naming";
import type { Config } from "./config/schema";
import { alarms } from "./constructs/alarms";
import { groupAssignments } from "./constructs/group-assignments";
import { ONBOARDING_TIMEOUT, onboardingFunction } from "./constructs/onboarding-function";
import { queues } from "./constructs/queues";
import { SWEEP_TIMEOUT, sweepAfterDeployment, sweepFunction } from "./constructs/sweep-function";
import { usesAccount } from "./provider";
import type { StudioStack } from "./studio-stack";

/** Identity Center's account and home Region: from membership events to profiles, and who may sign in where. */
export class OnboardingStack extends TerraformStack {
  constructor(scope: Construct, config: Config, studios: readonly StudioStack[], planOnly: boolean) {
    super(scope, "onboarding");
    const { identityCenter } = config;
    usesAccount(this, identityCenter, config, planOnly);

    const place = { ...identityCenter, partition: partitionOf(identityCenter.region) };
    const made = queues(this, {
      place,
      // AWS advises six times the function's timeout.
      membershipVisibility: 6 * ONBOARDING_TIMEOUT,
      sweepVisibility: 6 * SWEEP_TIMEOUT,
      sweepEvery: config.sweep.every,
    });
    const environment = {
      STUDIO_DOMAIN_IDS: JSON.stringify(
        Object.fromEntries(studios.map(({ studio, domainId }) => [studio.name, domainId])),
      ),
      MEMBERSHIP_QUEUE_URL: made.membership.url,
      SWEEP_QUEUE_URL: made.sweeps.url,
    };
    const onboarding = onboardingFunction(this, config, made, environment);
    const sweep = sweepFunction(this, config, made, environment);
    alarms(this, config, made, { onboarding, sweep });
    const assignments = groupAssignments(this, identityCenter.identityStoreId, studios);
    sweepAfterDeployment(this, config, sweep, assignments);

    new TerraformOutput(this, "queue-url", { value: made.membership.url });
    new TerraformOutput(this, "sweep-queue-url", { value: made.sweeps.url });
    new TerraformOutput(this, "dead-letters-url", { value: made.deadLetters.url });
    new TerraformOutput(this, "function-name", { value: onboarding.functionName });
    new TerraformOutput(this, "sweep-function-name", { value: sweep.functionName });
  }
}
