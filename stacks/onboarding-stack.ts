import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { partitionOf } from "../naming";
import type { Config } from "./config/schema";
import { alarms } from "./constructs/alarms";
import { groupAssignments } from "./constructs/group-assignments";
import { membershipEvents } from "./constructs/membership-queue";
import { ONBOARDING_TIMEOUT, onboardingFunction } from "./constructs/onboarding-function";
import { usesAccount } from "./provider";
import type { StudioStack } from "./studio-stack";

/** Identity Center's account and home Region: from membership events to profiles, and who may sign in where. */
export class OnboardingStack extends TerraformStack {
  constructor(scope: Construct, config: Config, studios: readonly StudioStack[]) {
    super(scope, "onboarding");
    const { identityCenter } = config;
    usesAccount(this, identityCenter, config);

    const place = { ...identityCenter, partition: partitionOf(identityCenter.region) };
    // AWS advises six times the function's timeout.
    const membership = membershipEvents(this, place, 6 * ONBOARDING_TIMEOUT);
    const domainIds = Object.fromEntries(studios.map(({ studio, domainId }) => [studio.name, domainId]));
    const lambda = onboardingFunction(this, config, membership.queue, domainIds);
    alarms(this, membership, lambda, config.notifications.alarmTopicArn);
    groupAssignments(this, identityCenter.identityStoreId, studios);

    new TerraformOutput(this, "queue-url", { value: membership.queue.url });
    new TerraformOutput(this, "dead-letters-url", { value: membership.deadLetters.url });
    new TerraformOutput(this, "function-name", { value: lambda.functionName });
  }
}
