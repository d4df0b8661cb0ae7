import { pipelineSettings } from "../../pipeline/settings";

test("without variables everything has a default", () => {
  expect(pipelineSettings({})).toEqual({
    configFile: "stacks/studio.yaml",
    planOnly: false,
    base: undefined,
    waitMinutes: 15,
    terraform: "terraform",
  });
});

test("a variable that is empty is as one that is not there", () => {
  expect(
    pipelineSettings({ STUDIO_CONFIG: "", STUDIO_PLAN_ONLY: "", STUDIO_PLAN_BASE: "", STUDIO_WAIT_MINUTES: "" }),
  ).toEqual(pipelineSettings({}));
});

test("what cannot be meant is refused: a plan that was to be looked at must not be made with more", () => {
  expect(pipelineSettings({ STUDIO_PLAN_ONLY: "true" }).planOnly).toBe(true);
  expect(() => pipelineSettings({ STUDIO_PLAN_ONLY: "1" })).toThrow('STUDIO_PLAN_ONLY="1": expected true');
  expect(() => pipelineSettings({ STUDIO_WAIT_MINUTES: "soon" })).toThrow("STUDIO_WAIT_MINUTES=soon: expected a whole");
});
