import { principalArn } from "../../rehearsal/emulator/callers";
import type { Requirement } from "../../rehearsal/emulator/operation";
import type { Emulator } from "../../rehearsal/emulator/server";
import type { SeenRequest } from "./moto";
import { createTranslator, withDependents } from "./permissions";

/** Whom Terraform works as: a role in an account of a stack, or what runs it. */
export type TerraformRole = "deploy" | "plan" | "pipeline" | "pipeline-plan";

/** The names of their roles. */
export const TERRAFORM_ROLES: Readonly<Record<TerraformRole, string>> = {
  deploy: "studio-deploy",
  plan: "studio-plan",
  pipeline: "pipeline",
  "pipeline-plan": "pipeline-plan",
};

/** A call that Terraform made, and what its caller had to be allowed. */
export interface TerraformCall {
  readonly by: TerraformRole;
  /** The caller's account. */
  readonly accountId: string;
  /** Whether it was part of a plan. */
  readonly isOfPlan: boolean;
  readonly requires: readonly Requirement[];
}

/** Every call that Terraform makes. */
export interface Ledger {
  /** To be told of every request to moto. */
  seen(request: SeenRequest): void;
  /** What is called meanwhile is part of a plan. */
  planning<T>(work: () => Promise<T>): Promise<T>;
  /** @throws Error for a call of which nothing is known */
  calls(): readonly TerraformCall[];
}

/** A ledger of the calls of both stand-ins. The emulator says itself what each of its operations needs. */
export function createLedger({ callers, calls: emulated }: Pick<Emulator, "callers" | "calls">): Ledger {
  const translate = createTranslator();
  const untranslated: (Omit<TerraformCall, "requires"> & { readonly request: SeenRequest })[] = [];
  const ofMoto: TerraformCall[] = [];
  /** Which of the emulator's calls were made during plans. */
  const planned: { readonly from: number; readonly to: number }[] = [];
  let plans = 0;

  return {
    seen: (request) => {
      const caller = callers.find(request.accessKeyId);
      const by = caller && roleOf(principalArn(caller.principal));
      // Read later: a call that cannot be read is the test's failure, not Terraform's.
      if (by) untranslated.push({ by, accountId: request.accountId, isOfPlan: plans > 0, request });
    },
    planning: async (work) => {
      const from = emulated.length;
      plans += 1;
      try {
        return await work();
      } finally {
        plans -= 1;
        planned.push({ from, to: emulated.length });
      }
    },
    calls: () => {
      for (const { request, ...call } of untranslated.splice(0)) ofMoto.push({ ...call, requires: translate(request) });
      const ofEmulator = emulated.flatMap(({ caller, accountId, requires }, index): TerraformCall[] => {
        const by = roleOf(caller);
        const isOfPlan = planned.some(({ from, to }) => from <= index && index < to);
        return by === undefined ? [] : [{ by, accountId, isOfPlan, requires: requires.flatMap(withDependents) }];
      });
      return [...ofMoto, ...ofEmulator];
    },
  };
}

const ROLES: readonly TerraformRole[] = ["deploy", "plan", "pipeline", "pipeline-plan"];

function roleOf(caller: string): TerraformRole | undefined {
  return ROLES.find((role) => caller.includes(`:assumed-role/${TERRAFORM_ROLES[role]}/`));
}
