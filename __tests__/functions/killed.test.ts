import { TAG } from "../../naming";
import { closeStages, GROUPS, openStage, type Stage } from "./stage";

/** Each function ends at each of its calls in turn, as in a crash: every workflow still ends in the right state. */
const [FRAUD, PRICING] = GROUPS;
const DAY = 24 * 60 * 60 * 1000;

afterEach(closeStages);

interface Workflow {
  readonly name: string;
  /** What is there before. */
  readonly begins: (stage: Stage) => Promise<void>;
  /** What happens while the functions are killed, and the functions' work on it. */
  readonly happens: (stage: Stage) => Promise<unknown>;
  readonly ends: (stage: Stage) => void;
}

const idOf = ({ emulator }: Stage) => emulator.identityStore.findUserByName("alice")?.userId ?? "";

async function works(stage: Stage): Promise<void> {
  const { join, play, events, group, emulator, domainId } = stage;
  await play(events.addedByApi(join("alice", FRAUD), group(FRAUD)));
  emulator.sagemaker.addSpace(domainId, { name: "work", owner: "alice" });
  emulator.sagemaker.addApp(domainId, { spaceName: "work" });
}

async function leaves(stage: Stage): Promise<void> {
  stage.leave("alice", FRAUD);
  await stage.play(stage.events.removedInConsole(idOf(stage), stage.group(FRAUD)));
}

const WORKFLOWS: readonly Workflow[] = [
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
  {
    name: "a sweep of a lost join and a lost departure",
    begins: works,
    happens: ({ leave, join, sweep }) => {
      leave("alice", FRAUD);
      join("bob", PRICING);
      return sweep();
    },
    ends: ({ profile, noAccess, roleOf }) => {
      expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
      expect(profile("bob")?.role).toBe(roleOf(PRICING));
    },
  },
];

test.each(WORKFLOWS)(
  "$name",
  async ({ begins, happens, ends }) => {
    let killed = 0;
    for (let at = 1; ; at++) {
      // AWS is fast, so that there are no more visits than there must be.
      const stage = await openStage({ timings: { app: 5_000, profile: 1_000, space: 1_000 } });
      await begins(stage);
      let calls = 0;
      stage.emulator.faults.random({
        seed: 1,
        rate: 0,
        kinds: [],
        only: ({ caller }) => {
          calls += 1;
          if (calls === at) (/studio-sweep|-reader/.test(caller) ? stage.sweeper : stage.lambda).kill();
          return true;
        },
      });
      await happens(stage);
      ends(stage);
      expect(stage.deadLetters.messages()).toEqual([]);
      await closeStages();
      if (calls < at) break;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(3);
  },
  600_000,
);
