import { denySageMaker } from "./deny";
import type { Statement } from "./statement";

/** What AWS names among what goes on as a person after sign-out, and takes a longest time. A pipeline starts these. */
const JOBS = ["CreateHyperParameterTuningJob", "CreateProcessingJob", "CreateTrainingJob"];

/**
 * No job may run longer, so that it acts as its person no longer after sign-out: how long background sessions last can
 * only be set by hand, for all of Identity Center. A job that leaves its time unsaid is denied as well: its default may
 * be longer.
 * @param seconds - at the most
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/trustedidentitypropagation-user-background-sessions.html
 */
export function jobTimeLimit(seconds: number): readonly Statement[] {
  return [
    denySageMaker("LongerJobs", JOBS, {
      NumericGreaterThanIfExists: { "sagemaker:MaxRuntimeInSeconds": String(seconds) },
    }),
  ];
}
