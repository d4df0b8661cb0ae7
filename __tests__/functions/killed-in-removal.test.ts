import { leaves, survives, type Workflow, works } from "./killed";
import { closeStages } from "./stage";

/** Killed at each call of a removal. */
const DAY = 24 * 60 * 60 * 1000;

afterEach(closeStages);

const WORKFLOWS: readonly (Workflow & { readonly name: string })[] = [
  {
    name: "a removal, which a sweep begins",
    begins: async (stage) => {
      await works(stage);
      await leaves(stage);
      stage.clock.advance(8 * DAY);
    },
    happens: (stage) => stage.sweep(),
    ends: ({ profile, emulator }) => {
      expect(profile("alice")).toBeUndefined();
      expect(emulator.sagemaker.spaces()).toEqual([]);
    },
  },
];

test.each(WORKFLOWS)("$name", survives, 600_000);
