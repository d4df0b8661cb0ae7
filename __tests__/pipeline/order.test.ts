import { orderOf, type Plannable } from "../../pipeline/order";

const plan = (stack: string, { changes = true, deletes = false } = {}): Plannable => ({
  stack,
  hasChanges: changes,
  deletesGroupRoles: deletes,
});

const said = (...plans: readonly Plannable[]) => {
  const { steps, later } = orderOf(plans);
  return { steps: steps.map(({ stack, waits }) => (waits ? `wait, ${stack}` : stack)), later };
};

describe("the order of applying", () => {
  test("roles are made before the onboarding gives them", () => {
    expect(said(plan("studio-a"), plan("studio-b"), plan("onboarding"))).toEqual({
      steps: ["studio-a", "studio-b", "onboarding"],
      later: [],
    });
  });

  test("roles are deleted after the onboarding took them away, and after waiting for that", () => {
    expect(said(plan("studio-a", { deletes: true }), plan("studio-b"), plan("onboarding"))).toEqual({
      steps: ["studio-b", "onboarding", "wait, studio-a"],
      later: [],
    });
  });

  test("what does not change is left alone, and an onboarding that knows already is no obstacle", () => {
    const quiet = { changes: false };
    expect(said(plan("studio-a", { deletes: true }), plan("studio-b", quiet), plan("onboarding", quiet))).toEqual({
      steps: ["wait, studio-a"],
      later: [],
    });
  });

  test("without a plan of the onboarding no role is deleted", () => {
    expect(said(plan("studio-a", { deletes: true }), plan("studio-b"))).toEqual({
      steps: ["studio-b"],
      later: ["studio-a"],
    });
  });
});
