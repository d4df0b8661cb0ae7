import { executionRoleArn, profileTags } from "../../naming";
import { deploy } from "../../rehearsal/deployment";
import { type Fault, seededRandom } from "../../rehearsal/emulator/faults";
import { identityCenterEvents } from "../../rehearsal/events";
import { parseConfig } from "../../stacks/config/load";
import { configOf } from "../stacks/synthesize";

const GROUPS = ["ML Fraud", "ML Pricing", "ML Platform"];
const config = parseConfig(configOf(GROUPS), "studio.yaml");
const studio = config.studios[0];
if (!studio) throw new Error("the config has no studio");

/** Share of the calls at which a process of the function ends, as in a crash or a timeout: a quarter of all batches. */
const CRASHES = 0.004;

const KINDS: Fault[] = ["throttle", "error", "error-after", "reset"];

/** Readings of AWS, and how many people join, under which names, and how many of them move meanwhile. */
const DAYS = [
  {
    people: 1000,
    moves: 0,
    nameOf: (index: number) => `person.${index}@example.com`,
    aws: { existingProfileError: "ResourceInUse", duplicateSsoUsers: "refused", updatesShow: "at once" },
  },
  {
    people: 60,
    moves: 120,
    nameOf: (index: number) => `person-${index}`,
    aws: { existingProfileError: "ValidationException", duplicateSsoUsers: "allowed", updatesShow: "when done" },
  },
] as const;

test.each(DAYS)(
  "$people joins and $moves moves in random order, each event 1 to 3 times, with 30 % of the calls failing and the " +
    "function killed at random ($aws.existingProfileError, second profiles $aws.duplicateSsoUsers)",
  async ({ people, moves, nameOf, aws }) => {
    const random = seededRandom(7);
    const deployment = await deploy(config, { ...aws, shuffle: 7, haste: 40 });
    const { emulator, clock, lambda, queue, deadLetters } = deployment;
    const { identityStore } = emulator;
    const events = identityCenterEvents({ ...config.identityCenter, now: () => clock.now() });
    const anyOf = <T>(items: readonly T[]): T => {
      const item = items[Math.floor(random() * items.length)];
      if (item === undefined) throw new Error("nothing to choose from");
      return item;
    };
    const idOf = (adGroup: string) => identityStore.findGroupByName(adGroup)?.groupId ?? "";
    const publish = (event: ReturnType<typeof events.addedByApi>) => {
      for (let times = 1 + Math.floor(random() * 3); times > 0; times--) deployment.publish(event);
    };
    try {
      const members = Array.from({ length: people }, (_, index) => {
        const { userId, userName } = identityStore.createUser(nameOf(index));
        const adGroup = anyOf(GROUPS);
        identityStore.addMember(idOf(adGroup), userId);
        publish(events.addedByApi(userId, idOf(adGroup)));
        return { userId, userName, adGroup };
      });
      let moved = 0;
      const meanwhile = () => {
        if (random() < CRASHES) lambda.kill(Math.floor(random() * lambda.processes()));
        if (moved < moves && random() < 0.2) {
          moved += 1;
          const member = anyOf(members);
          const [from, to] = [member.adGroup, anyOf(GROUPS.filter((group) => group !== member.adGroup))];
          identityStore.removeMember(idOf(from), member.userId);
          identityStore.addMember(idOf(to), member.userId);
          member.adGroup = to;
          publish(events.addedByApi(member.userId, idOf(to)));
          publish(events.removedInConsole(member.userId, idOf(from)));
        }
        return true;
      };
      emulator.faults.random({ seed: 7, rate: 0.3, kinds: KINDS, only: meanwhile });

      await deployment.drain();

      expect(moved).toBe(moves);
      expect(queue.messages()).toEqual([]);
      expect(deadLetters.messages()).toEqual([]);
      const profiles = emulator.sagemaker.profiles();
      expect(profiles).toHaveLength(people);
      for (const { userId, userName, adGroup } of members) {
        const [profile] = profiles.filter(({ ssoUser }) => ssoUser === userName);
        if (!profile) throw new Error(`${userName} has no profile`);
        expect(emulator.sagemaker.executionRole(profile)).toBe(executionRoleArn(studio, adGroup));
        const team = studio.groups.find((group) => group.adGroup === adGroup)?.team ?? "";
        expect(Object.fromEntries(profile.tags)).toEqual(profileTags({ userName, userId, adGroup, team }));
      }
      // The chaos was one.
      expect(emulator.calls.filter(({ outcome }) => outcome.startsWith("fault")).length).toBeGreaterThan(people / 2);
      expect(lambda.coldStarts.length).toBeGreaterThan(2);
    } finally {
      await deployment.close();
    }
  },
  300_000,
);
