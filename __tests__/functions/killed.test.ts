import { TAG } from "../../naming";
import { FRAUD, leaves, PRICING, survives, type Workflow, works } from "./killed";
import { closeStages } from "./stage";

/** Killed at each call of what events lead to. */
afterEach(closeStages);

const WORKFLOWS: readonly (Workflow & { readonly name: string })[] = [
  {
    name: "a join",
    begins: async () => {},
    happens: ({ join, play, events, group }) => play(events.addedByApi(join("alice", FRAUD), group(FRAUD))),
    ends: ({ profile, roleOf }) => expect(profile("alice")?.role).toBe(roleOf(FRAUD)),
  },
  {
    name: "a move",
    begins: works,
    happens: ({ leave, join, play, events, group }) => {
      leave("alice", FRAUD);
      return play(events.addedByApi(join("alice", PRICING), group(PRICING)));
    },
    ends: ({ profile, roleOf }) =>
      expect(profile("alice")).toMatchObject({ role: roleOf(PRICING), tags: { [TAG.team]: "team 1" } }),
  },
  {
    name: "a departure",
    begins: works,
    happens: leaves,
    ends: ({ profile, noAccess, emulator }) => {
      expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
      expect(profile("alice")?.tags).toHaveProperty(TAG.removeAfter);
      expect(emulator.sagemaker.apps().filter(({ status }) => status === "InService")).toEqual([]);
      expect(emulator.sagemaker.spaces()).toHaveLength(1);
    },
  },
  {
    name: "a return",
    begins: async (stage) => {
      await works(stage);
      await leaves(stage);
    },
    happens: ({ join, play, events, group }) => play(events.addedByApi(join("alice", PRICING), group(PRICING))),
    ends: ({ profile, roleOf, emulator }) => {
      expect(profile("alice")).toMatchObject({ role: roleOf(PRICING), portal: "ENABLED" });
      expect(profile("alice")?.tags).not.toHaveProperty(TAG.removeAfter);
      expect(emulator.sagemaker.spaces()).toHaveLength(1);
    },
  },
];

test.each(WORKFLOWS)("$name", survives, 600_000);
