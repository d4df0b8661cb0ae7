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

const READINGS = [
  { people: 1000, existingProfileError: "ResourceInUse", duplicateSsoUsers: "refused" },
  { people: 60, existingProfileError: "ValidationException", duplicateSsoUsers: "allowed" },
] as const;

test.each(READINGS)(
  "$people joins in random order, each 1 to 3 times, with 30 % of the calls failing and the function killed at random " +
    "($existingProfileError, second profiles $duplicateSsoUsers)",
  async ({ people, ...reading }) => {
    const random = seededRandom(7);
    const deployment = await deploy(config, { ...reading, shuffle: 7, haste: 10 });
    const { emulator, clock, lambda, queue, deadLetters } = deployment;
    const events = identityCenterEvents({ ...config.identityCenter, now: () => clock.now() });
    const kinds: Fault[] = ["throttle", "error", "error-after", "reset"];
    try {
      const joined = Array.from({ length: people }, (_, index) => {
        const { userId, userName } = emulator.identityStore.createUser(`person.${index}@example.com`);
        const adGroup = GROUPS[Math.floor(random() * GROUPS.length)] ?? "";
        const groupId = emulator.identityStore.findGroupByName(adGroup)?.groupId ?? "";
        emulator.identityStore.addMember(groupId, userId);
        const event = events.addedByApi(userId, groupId);
        for (let times = 1 + Math.floor(random() * 3); times > 0; times--) deployment.publish(event);
        return { userId, userName, adGroup };
      });
      const crashOrNot = () => {
        if (random() < CRASHES) lambda.kill(Math.floor(random() * lambda.processes()));
        return true;
      };
      emulator.faults.random({ seed: 7, rate: 0.3, kinds, only: crashOrNot });

      await deployment.drain();

      expect(queue.messages()).toEqual([]);
      expect(deadLetters.messages()).toEqual([]);
      const profiles = emulator.sagemaker.profiles();
      expect(profiles).toHaveLength(people);
      for (const { userId, userName, adGroup } of joined) {
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
