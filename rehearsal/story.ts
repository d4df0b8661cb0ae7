import {
  CreateAppCommand,
  CreateSpaceCommand,
  DeleteAppCommand,
  DeleteSpaceCommand,
  DescribeAppCommand,
  DescribeDomainCommand,
  DescribeSpaceCommand,
  DescribeUserProfileCommand,
  ListAppsCommand,
  ListDomainsCommand,
  ListSpacesCommand,
  ListUserProfilesCommand,
  type SageMakerClient,
  UpdateSpaceCommand,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import type { Deployment } from "./deployment";
import type { identityCenterEvents } from "./events";
import type { JsonObject } from "./json";

/** One scene of the day: what happens, and what must have come of it. */
export interface Scene {
  readonly title: string;
  /** Lets it happen. Answers the events that Identity Center sends of it, in their order of arrival. */
  readonly happens: (stage: Stage) => Promise<readonly JsonObject[]> | readonly JsonObject[];
  /** The outcomes that the function must report, in any order. */
  readonly outcomes: readonly string[];
  /** Calls that must not be made: `service:Operation` prefixes, or `any`. */
  readonly never?: readonly string[];
  /** What else must be true after. Throws what is not. */
  readonly afterwards?: (stage: Stage) => Promise<void> | void;
}

/** What a scene plays with. */
export interface Stage {
  readonly deployment: Deployment;
  readonly events: ReturnType<typeof identityCenterEvents>;
  /** The id of a user, who is made if there is none of that name. */
  user(userName: string): string;
  /** The id of a group, which is made if there is none of that name. */
  group(displayName: string): string;
  join(userName: string, ...groups: string[]): void;
  leave(userName: string, group: string): void;
  /** Fires the schedule: a sweep is asked for. */
  tick(): void;
  /** The names of the spaces, and how many apps run. */
  work(): { readonly spaces: readonly string[]; readonly runningApps: number };
  /** The profile that is linked to a user. */
  profileOf(userName: string): { readonly name: string; readonly status: string; readonly roleArn: string };
  domainId: string;
  /** SageMaker, as the session of a person's own app calls it. */
  studioOf(userName: string): Promise<SageMakerClient>;
}

/** The three groups of a rehearsal, in the order of the config. */
export interface Cast {
  readonly first: string;
  readonly second: string;
  readonly third: string;
}

/**
 * A day of real events, for a config with three groups. Everything that the functions and their roles can do happens
 * in it at least once: a permission that nobody uses would be seen.
 */
export function story({ first, second, third }: Cast): readonly Scene[] {
  let before: readonly { readonly groupId: string; readonly userId: string }[] = [];
  return [
    {
      title: `"${third}" has two members already when it is deployed: the deployment asks for a sweep`,
      happens: async ({ deployment, join }) => {
        join("nina", third);
        join("omar", third);
        await deployment.applied();
        return [];
      },
      outcomes: ["swept", "joined", "joined"],
    },
    {
      title: `an admin adds alice@example.com to "${second}" in the console`,
      happens: ({ join, events, user, group }) => {
        join("alice@example.com", second);
        return [events.addedInConsole(user("alice@example.com"), group(second))];
      },
      outcomes: ["joined"],
    },
    {
      title: "EventBridge delivers the same event three times",
      happens: ({ events, user, group }) => {
        const event = events.addedInConsole(user("alice@example.com"), group(second));
        return [event, event, event];
      },
      outcomes: ["unchanged", "unchanged", "unchanged"],
      never: ["sagemaker:Create", "sagemaker:Update", "sagemaker:AddTags"],
    },
    {
      title: "a group that this config does not manage gets a member",
      happens: ({ join, events, user, group }) => {
        join("mallory", "Finance");
        return [events.addedInConsole(user("mallory"), group("Finance"))];
      },
      outcomes: ["dropped"],
      never: ["any"],
    },
    {
      title: `Terraform adds bob to "${first}"`,
      happens: ({ join, events, user, group }) => {
        join("bob", first);
        return [events.addedByApi(user("bob"), group(first))];
      },
      outcomes: ["joined"],
    },
    {
      title: `carol is in "${second}" and "${first}": the group listed first wins`,
      happens: ({ join, events, user, group }) => {
        join("carol", second, first);
        return [events.addedByApi(user("carol"), group(second)), events.addedByApi(user("carol"), group(first))];
      },
      outcomes: ["joined", "unchanged"],
    },
    {
      title: "dave signed in before anybody gave him a profile, so SageMaker made one: it is adopted",
      happens: ({ deployment, domainId, join, events, user, group }) => {
        join("dave", third);
        deployment.emulator.sagemaker.signIn(domainId, "dave-first-sign-in", "dave");
        deployment.clock.advance(60_000);
        return [events.addedInConsole(user("dave"), group(third))];
      },
      outcomes: ["adopted"],
      never: ["sagemaker:DeleteUserProfile"],
    },
    {
      title: `erin moves from "${second}" to "${third}", and the two events arrive in the wrong order`,
      happens: async ({ deployment, join, leave, events, user, group }) => {
        join("erin", second);
        deployment.publish(events.addedByApi(user("erin"), group(second)));
        await deployment.drain();
        deployment.clock.advance(60_000);
        leave("erin", second);
        join("erin", third);
        return [events.addedByApi(user("erin"), group(third)), events.removedInConsole(user("erin"), group(second))];
      },
      outcomes: ["joined", "moved", "waiting", "unchanged"],
    },
    {
      title: "frank joins while SageMaker throttles",
      happens: ({ deployment, join, events, user, group }) => {
        join("frank", third);
        deployment.emulator.faults.once("CreateUserProfile", "throttle", 3);
        return [events.addedByApi(user("frank"), group(third))];
      },
      outcomes: ["joined"],
    },
    {
      title: "grace joins; AWS makes her profile and answers with an error all the same",
      happens: ({ deployment, join, events, user, group }) => {
        join("grace", first);
        deployment.emulator.faults.once("CreateUserProfile", "error-after");
        return [events.addedByApi(user("grace"), group(first))];
      },
      outcomes: ["unchanged"],
    },
    {
      title: "heidi's profile fails while AWS makes it: it is made anew",
      happens: async ({ deployment, domainId, join, events, user, group, profileOf }) => {
        join("heidi", second);
        deployment.publish(events.addedByApi(user("heidi"), group(second)));
        await deployment.drain();
        deployment.emulator.sagemaker.forceProfileStatus(domainId, profileOf("heidi").name, "Failed");
        return [events.addedByApi(user("heidi"), group(second))];
      },
      outcomes: ["joined", "waiting", "joined"],
    },
    {
      title: "ivan moves while his profile is still being made",
      happens: async ({ deployment, join, leave, events, user, group }) => {
        join("ivan", second);
        deployment.publish(events.addedByApi(user("ivan"), group(second)));
        await deployment.drain();
        leave("ivan", second);
        join("ivan", first);
        return [events.addedByApi(user("ivan"), group(first))];
      },
      outcomes: ["joined", "retagged", "waiting", "moved"],
    },
    {
      title: "王伟 joins: a name that SageMaker does not take",
      happens: ({ join, events, user, group }) => {
        join("王伟", third);
        return [events.addedByApi(user("王伟"), group(third))];
      },
      outcomes: ["joined"],
    },
    {
      title: "the Identity Store itself notifies that judy joined",
      happens: ({ join, events, user, group }) => {
        join("judy", third);
        const ids = { groupId: group(third), memberId: { userId: user("judy") } };
        return [events.notified("Group Membership Created", ids)];
      },
      outcomes: ["joined"],
    },
    {
      title: "the identity provider changes members by SCIM and does not say whose: one sweep finds them",
      happens: ({ join, events, group }) => {
        join("ken", second);
        return [events.patchedByScim(group(second)), events.removedByApi("some-membership")];
      },
      outcomes: ["sweepNeeded", "sweepNeeded", "swept", "joined"],
    },
    {
      title: `the event of lea, who joins "${first}", is lost: the scheduled sweep repairs it`,
      happens: ({ join, tick }) => {
        join("lea", first);
        tick();
        return [];
      },
      outcomes: ["swept", "joined"],
    },
    {
      title: "a call that AWS refused, and an event that somebody made up: no rule lets them through",
      happens: ({ events, user, group }) => [
        events.refused(user("mallory"), group(first)),
        events.forged(user("mallory"), group(first)),
      ],
      outcomes: [],
      never: ["any"],
    },
    {
      title: "a message that is none is dropped, and holds up nobody",
      happens: ({ deployment }) => {
        deployment.queue.send("hello?");
        return [];
      },
      outcomes: ["dropped"],
      never: ["any"],
    },
    {
      title: "alice works in a private space of her own",
      happens: async ({ deployment, domainId, profileOf, studioOf }) => {
        const studio = await studioOf("alice@example.com");
        const { name } = profileOf("alice@example.com");
        const space = { DomainId: domainId, SpaceName: "alice-notebooks" };
        const app = { ...space, AppType: "JupyterLab", AppName: "default" } as const;
        await studio.send(new DescribeDomainCommand({ DomainId: domainId }));
        await studio.send(new DescribeUserProfileCommand({ DomainId: domainId, UserProfileName: name }));
        await studio.send(
          new CreateSpaceCommand({
            ...space,
            OwnershipSettings: { OwnerUserProfileName: name },
            SpaceSharingSettings: { SharingType: "Private" },
            Tags: [{ Key: "project", Value: "cards" }],
          }),
        );
        deployment.clock.advance(60_000);
        await studio.send(new UpdateSpaceCommand({ ...space, SpaceDisplayName: "Notebooks" }));
        deployment.clock.advance(60_000);
        await studio.send(new CreateAppCommand(app));
        deployment.clock.advance(120_000);
        await studio.send(new ListDomainsCommand({}));
        await studio.send(new ListUserProfilesCommand({}));
        await studio.send(new ListSpacesCommand({}));
        await studio.send(new ListAppsCommand({}));
        await studio.send(new DescribeSpaceCommand(space));
        await studio.send(new DescribeAppCommand(app));
        await studio.send(new DeleteAppCommand(app));
        deployment.clock.advance(120_000);
        await studio.send(new DeleteSpaceCommand(space));
        deployment.clock.advance(60_000);
        return [];
      },
      outcomes: [],
    },
    {
      title: "alice tries bob's space, a shared space, and another role: refused",
      happens: async ({ domainId, profileOf, studioOf }) => {
        const studio = await studioOf("alice@example.com");
        const bob = profileOf("bob");
        const alice = profileOf("alice@example.com");
        const space = (owner: string, sharing: "Private" | "Shared") =>
          new CreateSpaceCommand({
            DomainId: domainId,
            SpaceName: "not-hers",
            OwnershipSettings: { OwnerUserProfileName: owner },
            SpaceSharingSettings: { SharingType: sharing },
          });
        await refused(studio.send(space(bob.name, "Private")));
        await refused(studio.send(space(alice.name, "Shared")));
        await refused(
          studio.send(
            new UpdateUserProfileCommand({
              DomainId: domainId,
              UserProfileName: alice.name,
              UserSettings: { ExecutionRole: bob.roleArn },
            }),
          ),
        );
        return [];
      },
      outcomes: [],
    },
    {
      title: `oscar leaves "${second}", his only group, while apps run in two of his spaces`,
      happens: async ({ deployment, domainId, join, leave, events, user, group }) => {
        join("oscar", second);
        deployment.publish(events.addedByApi(user("oscar"), group(second)));
        await deployment.drain();
        deployment.clock.advance(60_000);
        const { sagemaker } = deployment.emulator;
        for (const name of ["oscar-one", "oscar-two"]) {
          sagemaker.addSpace(domainId, { name, owner: "oscar" });
          sagemaker.addApp(domainId, { spaceName: name });
        }
        sagemaker.addApp(domainId, { profileName: "oscar", type: "Canvas" });
        leave("oscar", second);
        return [events.removedInConsole(user("oscar"), group(second))];
      },
      outcomes: ["joined", "cutOff", ...WAITS],
      never: ["sagemaker:DeleteSpace", "sagemaker:DeleteUserProfile"],
      afterwards: ({ profileOf, work }) => {
        expectThat("oscar has no access", profileOf("oscar").roleArn.endsWith("-no-access"));
        expectThat("nothing of his runs", work().runningApps === 0);
        expectThat("his spaces are there", work().spaces.join() === "oscar-one,oscar-two");
      },
    },
    {
      title: `three days later oscar comes back, to "${third}": nothing is lost`,
      happens: ({ deployment, join, events, user, group }) => {
        deployment.clock.advance(3 * DAY);
        join("oscar", third);
        return [events.addedByApi(user("oscar"), group(third))];
      },
      outcomes: ["restored"],
      afterwards: ({ work }) => expectThat("his spaces are there", work().spaces.join() === "oscar-one,oscar-two"),
    },
    {
      title: "oscar leaves again, and owns a shared space by now: it is kept, and his profile with it",
      happens: async ({ deployment, domainId, leave, events, user, group, tick }) => {
        deployment.emulator.sagemaker.addSpace(domainId, {
          name: "team-space",
          owner: "oscar",
          sharingType: "Shared",
        });
        leave("oscar", third);
        deployment.publish(events.removedInConsole(user("oscar"), group(third)));
        await deployment.drain();
        deployment.clock.advance(8 * DAY);
        tick();
        return [];
      },
      outcomes: ["cutOff", "waiting", "notEntitled", "swept", "removing", "waiting", "kept"],
      never: ["sagemaker:DeleteUserProfile"],
      afterwards: ({ work }) => expectThat("the shared space is there", work().spaces.join() === "team-space"),
    },
    {
      title: `bob's user is deleted outright; at the end of the grace period his profile goes`,
      happens: async ({ deployment, events, user, tick }) => {
        const bob = user("bob");
        deployment.emulator.identityStore.deleteUser(bob);
        deployment.publish(events.notified("User Deleted", { userId: bob }));
        await deployment.drain();
        deployment.clock.advance(8 * DAY);
        tick();
        return [];
      },
      // In this container nobody has met bob: the sweep finds his profile by the id on its tags.
      outcomes: [
        ...["notEntitled", "sweepNeeded", "swept", "kept", "cutOff", "waiting", "notEntitled"],
        ...["swept", "kept", "removed", "waiting", "notEntitled"],
      ],
    },
    {
      title: "somebody empties every group by mistake, and no event tells: the sweep refuses, and says whom it spared",
      happens: ({ deployment, tick }) => {
        const { identityStore } = deployment.emulator;
        before = [...identityStore.memberships()];
        for (const { groupId, userId } of before) identityStore.removeMember(groupId, userId);
        tick();
        return [];
      },
      outcomes: ["swept", "kept"],
      never: ["sagemaker:Update", "sagemaker:AddTags", "sagemaker:Delete"],
      afterwards: ({ deployment }) => {
        const line = deployment.sweeper.logs.findLast((each) => each.includes("nobody is removed")) ?? "";
        expectThat("the log says why", line.includes("more than maxRemovals (10)"));
        expectThat("the log says whom", line.includes('"carol"'));
        for (const { groupId, userId } of before) deployment.emulator.identityStore.addMember(groupId, userId);
      },
    },
  ];
}

/** Visits of somebody whose apps AWS is deleting, which takes a minute: at once, and after 15 and 30 seconds. */
const WAITS = ["waiting", "waiting", "waiting", "notEntitled"];

const DAY = 24 * 60 * 60 * 1000;

function expectThat(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`expected that ${what}`);
}

/** Waits for a refusal, and throws if there is none. */
async function refused(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDeniedException") return;
    throw error;
  }
  throw new Error("a call was allowed that must be refused");
}
