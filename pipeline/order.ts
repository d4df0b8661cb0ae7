/** A plan, as far as the order of applying asks. */
export interface Plannable {
  readonly stack: string;
  readonly hasChanges: boolean;
  /** Whether it deletes roles of groups. */
  readonly deletesGroupRoles: boolean;
}

/** What applying does next. */
export interface Step {
  readonly stack: string;
  /** Whether to wait first until nobody has the roles that the plan deletes. */
  readonly waits: boolean;
}

/** In which order plans are applied. */
export interface Order {
  readonly steps: readonly Step[];
  /** Stacks whose plan cannot be applied before the onboarding's is there. */
  readonly later: readonly string[];
}

/** The stack that knows the groups and looks after their people. */
export const ONBOARDING = "onboarding";

/**
 * The order in which plans are applied. Pure.
 *
 * What makes roles goes first: the onboarding must not give anybody a role that is not there. What deletes roles of
 * groups goes last: by then the onboarding has forgotten the group, and its people have another role, or none.
 * @param plans - in the order of the stacks' dependencies
 */
export function orderOf(plans: readonly Plannable[]): Order {
  const deletes = ({ deletesGroupRoles, stack }: Plannable) => deletesGroupRoles && stack !== ONBOARDING;
  const changing = plans.filter(({ hasChanges }) => hasChanges);
  const last = changing.filter(deletes);
  const first = changing.filter((plan) => !deletes(plan));
  const knowsGroups = plans.some(({ stack }) => stack === ONBOARDING);
  return {
    steps: [
      ...first.map(({ stack }) => ({ stack, waits: false })),
      ...(knowsGroups ? last.map(({ stack }) => ({ stack, waits: true })) : []),
    ],
    later: knowsGroups ? [] : last.map(({ stack }) => stack),
  };
}
