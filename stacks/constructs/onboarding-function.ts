import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { TerraformStack } from "cdktf";
import { ONBOARDING_FUNCTION } from "../../naming";
import { onboardingFunction as permissions } from "../../policies/onboarding-function";
import type { Config } from "../config/schema";
import { lambdaFunction } from "./function";
import type { Queues } from "./queues";

/** Seconds that one batch may take. */
export const ONBOARDING_TIMEOUT = 60;

/**
 * The function that turns hints into profiles, and takes them away.
 * @param environment - what it shares with the other function
 */
export function onboardingFunction(
  stack: TerraformStack,
  config: Config,
  { membership, sweeps }: Queues,
  environment: Readonly<Record<string, string>>,
): LambdaFunction {
  return lambdaFunction(stack, config, {
    folder: "onboarding",
    name: ONBOARDING_FUNCTION,
    description: "Gives members of AD groups a SageMaker Studio profile with their group's role",
    queue: membership,
    batchSize: 10,
    memorySize: 512,
    timeout: ONBOARDING_TIMEOUT,
    environment,
    permissions: (scope) => permissions(scope, sweeps.arn),
  });
}
