import { closeStages, GROUPS, openStage, type Stage } from "./stage";

export const [FRAUD, PRICING] = GROUPS;

/** Something that the functions do. */
export interface Workflow {
  /** What is there before. */
  readonly begins: (stage: Stage) => Promise<void>;
  /** What happens while the functions are killed, and the functions' work on it. */
  readonly happens: (stage: Stage) => Promise<unknown>;
  readonly ends: (stage: Stage) => void;
}

const idOf = ({ emulator }: Stage) => emulator.identityStore.findUserByName("alice")?.userId ?? "";

/** Alice is in a group, and has a space with an app. */
export async function works(stage: Stage): Promise<void> {
  const { join, play, events, group, emulator, domainId } = stage;
  await play(events.addedByApi(join("alice", FRAUD), group(FRAUD)));
  emulator.sagemaker.addSpace(domainId, { name: "work", owner: "alice" });
  emulator.sagemaker.addApp(domainId, { spaceName: "work" });
}

/** Alice leaves her group. */
export async function leaves(stage: Stage): Promise<void> {
  stage.leave("alice", FRAUD);
  await stage.play(stage.events.removedInConsole(idOf(stage), stage.group(FRAUD)));
}

/**
 * Each function ends at each of its calls in turn, as in a crash: the workflow still ends in the right state. Runs it as
 * often as it has calls.
 */
export async function survives({ begins, happens, ends }: Workflow): Promise<void> {
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
}
