import type { ListedProfile } from "../../functions/membership/profile-reader";
import type { DrySweep } from "../../pipeline/dry-sweep";
import type { People } from "../../pipeline/people";
import { Stopped } from "../../pipeline/stopped";
import type { Terraform } from "../../pipeline/terraform";

/** Terraform with plans that are given, and what it was asked to do. */
export interface FakeTerraform extends Terraform {
  /** What changes something or may: `plan studio-research`, `apply onboarding`. */
  readonly asked: string[];
}

/** How the fake behaves, by stack. */
export interface FakeStacks {
  /** The plan as JSON; a stack without one cannot be planned. */
  readonly plans: Readonly<Record<string, unknown>>;
  /** Stacks whose saved plan is stale; whether nothing is left to do there. */
  readonly stale?: Readonly<Record<string, "settled" | "unsettled">>;
  readonly fails?: readonly string[];
}

/** Terraform without Terraform. */
export function fakeTerraform({ plans, stale = {}, fails = [] }: FakeStacks): FakeTerraform {
  const asked: string[] = [];
  return {
    asked,
    init: async (stack, isLocked) => {
      asked.push(`init ${stack}${isLocked ? " locked" : ""}`);
    },
    plan: async (stack) => {
      asked.push(`plan ${stack}`);
      if (plans[stack] === undefined) throw new Stopped(`terraform plan of ${stack} ended with 1:\nError: no group`);
      return true;
    },
    show: async (stack) => plans[stack],
    apply: async (stack) => {
      asked.push(`apply ${stack}`);
      if (fails.includes(stack)) throw new Stopped(`terraform apply of ${stack} ended with 1:\nError: no`);
      return stale[stack] ? "stale" : "applied";
    },
    isSettled: async (stack) => stale[stack] === "settled",
  };
}

/** People who have roles, by profile; a function may let time pass. */
export interface FakePeople extends People {
  readonly roles: Map<string, string>;
  /** The studios that were swept. */
  readonly swept: string[];
}

/**
 * The people of one domain without AWS.
 * @param roles - by profile
 * @param refused - what AWS answers whoever looks
 */
export function fakePeople(roles: Readonly<Record<string, string>> = {}, refused?: Error): FakePeople {
  const held = new Map(Object.entries(roles));
  const swept: string[] = [];
  const listed = (name: string): ListedProfile => {
    return { name, status: "InService", createdAt: undefined, modifiedAt: undefined };
  };
  return {
    roles: held,
    swept,
    profiles: () => ({
      list: async () => {
        if (refused) throw refused;
        return [...held.keys()].map(listed);
      },
      describe: async (name) => {
        const roleArn = held.get(name);
        if (roleArn === undefined) return undefined;
        return { ...listed(name), arn: name, userName: name, roleArn, isPortalDisabled: false };
      },
    }),
    drySweep: async ({ name }, domainId): Promise<DrySweep> => {
      swept.push(`${name} ${domainId}`);
      return { kind: "unknown", studio: name, reason: "nobody looked" };
    },
  };
}

/** Waiting that takes no time: each sleep is a tick, in which something may happen. */
export function ticking(onTick: (tick: number) => void = () => undefined) {
  const said: string[] = [];
  let time = 0;
  return {
    said,
    waiting: {
      every: 15_000,
      atMost: 15 * 60_000,
      now: () => time,
      sleep: async (milliseconds: number) => {
        time += milliseconds;
        onTick(time / milliseconds);
      },
      say: (line: string) => {
        said.push(line);
      },
    },
  };
}
