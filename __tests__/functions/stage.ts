import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executionRoleArn, noAccessRoleArn } from "../../naming";
import { type Deployment, type DeploymentOptions, deployWorld, synthesizeWorld } from "../../rehearsal/deployment";
import { identityCenterEvents } from "../../rehearsal/events";
import type { JsonObject } from "../../rehearsal/json";
import type { World } from "../../rehearsal/world";
import { parseConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";
import { configOf } from "../stacks/synthesize";

/** The bundles, their environment and their permissions as they would be deployed, against the emulator. */
export interface Stage extends Deployment {
  readonly events: ReturnType<typeof identityCenterEvents>;
  group(name: string): string;
  join(userName: string, ...groups: string[]): string;
  leave(userName: string, ...groups: string[]): void;
  /** Publishes events, lets the functions work, and answers the calls they made, besides AssumeRole. */
  play(...events: JsonObject[]): Promise<string[]>;
  /** Fires the schedule and lets the functions work. */
  sweep(): Promise<string[]>;
  /** What the functions counted since the last time. */
  outcomes(): string[];
  profile(
    userName: string,
    studio?: string,
  ): { name: string; role: string; tags: Record<string, string>; status: string; portal: unknown } | undefined;
  roleOf(group: string, studio?: string): string;
  readonly noAccess: string;
  readonly domainId: string;
}

/** What a stage is set with besides the emulator's options. */
export interface StageOptions extends DeploymentOptions {
  readonly studios?: readonly string[];
  readonly groups?: readonly string[];
  /** More of the config. */
  readonly config?: JsonObject;
  /** More of every studio's. */
  readonly studio?: JsonObject;
}

export const GROUPS = ["ML Fraud", "ML Pricing", "ML Platform"] as const;

const open: Stage[] = [];

/** Ends every stage that a test has opened. */
export async function closeStages(): Promise<void> {
  for (const each of open.splice(0)) await each.close();
}

/** Worlds by config: each is synthesized once, and its archives are there until the tests of a file end. */
const worlds = new Map<string, World>();
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function worldOf(config: Config): World {
  const key = JSON.stringify(config);
  const known = worlds.get(key);
  if (known) return known;
  const outdir = mkdtempSync(join(tmpdir(), "stage-"));
  folders.push(outdir);
  const world = synthesizeWorld(config, outdir);
  worlds.set(key, world);
  return world;
}

/** Deploys a config into an emulator of its own. */
export async function openStage({
  studios = ["research"],
  groups = GROUPS,
  config: more = {},
  studio: moreOfEach = {},
  ...options
}: StageOptions = {}): Promise<Stage> {
  const { studios: plain, ...rest } = JSON.parse(configOf(groups, studios));
  const whole = { ...rest, studios: plain.map((each: JsonObject) => ({ ...each, ...moreOfEach })), ...more };
  const config = parseConfig(JSON.stringify(whole), "studio.yaml");
  const deployment = await deployWorld(worldOf(config), { haste: 20, ...options });
  const { emulator, clock, lambda, sweeper } = deployment;
  const { identityStore, sagemaker } = emulator;
  const group = (name: string) => (identityStore.findGroupByName(name) ?? identityStore.createGroup(name)).groupId;
  const domainOf = (studio: string) =>
    config.studios.find(({ name }) => name === studio)?.existingDomainId ??
    deployment.world.domains.find(({ name }) => name === studio)?.id ??
    "";
  const placeOf = (studio: string) => {
    const place = config.studios.find(({ name }) => name === studio);
    if (!place) throw new Error(`no studio ${studio}`);
    return place;
  };
  const logged = new Map([lambda, sweeper].map((each) => [each, 0]));
  const work = async () => {
    const before = emulator.calls.length;
    await deployment.drain();
    clock.advance(30_000);
    return emulator.calls.slice(before).flatMap(({ op }) => (op === "AssumeRole" ? [] : [op]));
  };
  const made: Stage = {
    ...deployment,
    events: identityCenterEvents({ ...config.identityCenter, now: () => clock.now() }),
    noAccess: noAccessRoleArn(placeOf(studios[0] ?? "research")),
    domainId: domainOf(studios[0] ?? "research"),
    group,
    join(userName, ...names) {
      const { userId } = identityStore.findUserByName(userName) ?? identityStore.createUser(userName);
      for (const each of names) identityStore.addMember(group(each), userId);
      return userId;
    },
    leave(userName, ...names) {
      const user = identityStore.findUserByName(userName);
      if (user) for (const each of names) identityStore.removeMember(group(each), user.userId);
    },
    async play(...events) {
      for (const event of events) deployment.publish(event);
      return work();
    },
    async sweep() {
      deployment.tick();
      return work();
    },
    outcomes() {
      return [lambda, sweeper].flatMap((each) => {
        const lines = each.logs.slice(logged.get(each) ?? 0).filter((line) => line.startsWith('{"_aws"'));
        logged.set(each, each.logs.length);
        return lines.flatMap((line) => {
          const { _aws, service, studio, ...metrics }: JsonObject = JSON.parse(line);
          return Object.entries(metrics).flatMap(([name, value]) => (value === 0 ? [] : [name]));
        });
      });
    },
    profile(userName, studio = studios[0] ?? "research") {
      const found = sagemaker.profiles(domainOf(studio)).filter(({ ssoUser }) => ssoUser === userName);
      if (found.length > 1) throw new Error(`${userName} has ${found.length} profiles`);
      const [profile] = found;
      if (!profile) return undefined;
      const { name, status, tags, settings } = profile;
      const portal = settings.StudioWebPortal ?? "ENABLED";
      return { name, status, portal, role: sagemaker.executionRole(profile), tags: Object.fromEntries(tags) };
    },
    roleOf: (adGroup, studio = studios[0] ?? "research") => executionRoleArn(placeOf(studio), adGroup),
  };
  open.push(made);
  return made;
}
