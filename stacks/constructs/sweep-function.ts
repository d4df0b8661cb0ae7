import { createHash } from "node:crypto";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import { SWEEP_FUNCTION } from "../../naming";
import { sweepFunction as permissions } from "../../policies/sweep-function";
import type { Config } from "../config/schema";
import { lambdaFunction } from "./function";
import { functionSettings } from "./function-settings";
import type { Queues } from "./queues";

/** Seconds that one sweep may take: Lambda's limit. What is not done by then goes on in the next. */
export const SWEEP_TIMEOUT = 900;

/** Seconds in which many hints make one sweep. */
const GATHERING = 20;

/**
 * The function that finds what events missed, and hands it to the onboarding function.
 * @param environment - what it shares with the other function
 */
export function sweepFunction(
  stack: TerraformStack,
  config: Config,
  { membership, sweeps }: Queues,
  environment: Readonly<Record<string, string>>,
): LambdaFunction {
  return lambdaFunction(stack, config, {
    folder: "sweep",
    name: SWEEP_FUNCTION,
    description: "Compares the members of AD groups with the SageMaker Studio profiles",
    queue: sweeps,
    batchSize: 100,
    batchingWindow: GATHERING,
    memorySize: 512,
    timeout: SWEEP_TIMEOUT,
    environment,
    permissions: (scope) => permissions(scope, membership.arn),
  });
}

/**
 * Sweeps after a deployment that changed the groups, so that who is in a new group already is onboarded with it, or the
 * settings of removals, so that what was withheld goes on.
 * @param after - what must be there before anybody is onboarded
 */
export function sweepAfterDeployment(
  stack: TerraformStack,
  config: Config,
  lambda: LambdaFunction,
  after: ITerraformDependable[],
): void {
  const settings = createHash("sha256")
    .update(JSON.stringify(functionSettings(config)))
    .digest("hex");
  new LambdaInvocation(stack, "sweep-after-deployment", {
    functionName: lambda.functionName,
    // It only asks for a sweep: a deployment waits for no studio.
    input: JSON.stringify({ later: true }),
    triggers: { settings },
    dependsOn: after,
  });
}
