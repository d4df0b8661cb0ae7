import { z } from "zod";
import { DEFAULT_CONFIG_FILE } from "../stacks/config/load";
import { isPlanOnly } from "../stacks/plan-only";
import { Stopped } from "./stopped";

/** Longer than a sweep may take, and than its request waits in the queue. */
const WAIT_MINUTES = 15;

const environment = z.object({
  STUDIO_CONFIG: z.string().optional(),
  STUDIO_PLAN_BASE: z.string().optional(),
  STUDIO_WAIT_MINUTES: z
    .string()
    .regex(/^\d{0,4}$/, { error: "expected a whole number of minutes" })
    .optional(),
  TERRAFORM_BINARY_NAME: z.string().optional(),
});

/** What the environment says about a run of the pipeline. */
export interface PipelineSettings {
  readonly configFile: string;
  /** The plan is for looking at: it is made with the role that may only read, and cannot be applied. */
  readonly planOnly: boolean;
  /** What `docs/access.md` is compared with; `undefined`: where the branch left `origin/main`. */
  readonly base: string | undefined;
  /** For how long to wait until nobody has a role that is to be deleted. */
  readonly waitMinutes: number;
  /** The Terraform to run, by the variable that CDKTF reads too. */
  readonly terraform: string;
}

/**
 * Reads the environment.
 * @throws Stopped or ConfigError that names a variable that cannot be used, and what it may hold
 */
export function pipelineSettings(env: NodeJS.ProcessEnv): PipelineSettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0]);
    throw new Stopped(`${name}=${env[name]}: ${issue?.message}`);
  }
  const { STUDIO_CONFIG, STUDIO_PLAN_BASE, STUDIO_WAIT_MINUTES, TERRAFORM_BINARY_NAME } = read.data;
  return {
    configFile: STUDIO_CONFIG || DEFAULT_CONFIG_FILE,
    planOnly: isPlanOnly(env),
    base: STUDIO_PLAN_BASE || undefined,
    waitMinutes: Number(STUDIO_WAIT_MINUTES || WAIT_MINUTES),
    terraform: TERRAFORM_BINARY_NAME || "terraform",
  };
}
