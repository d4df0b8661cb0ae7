import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  executionRoleArn,
  noAccessRoleArn,
  onboardingRoleArn,
  provisionerRoleArn,
  readerRoleArn,
  sweepRoleArn,
} from "../naming";
import type { Config } from "../stacks/config/schema";
import { type Deployment, deploy } from "./deployment";
import { unusedGrants } from "./emulator/usage";
import { identityCenterEvents } from "./events";
import { type Scene, type Stage, story } from "./story";
import { UNUSED_GRANTS, UNUSED_STATEMENTS } from "./unused-grants";

const OUTCOMES = [
  "joined",
  "moved",
  "adopted",
  "retagged",
  "unchanged",
  "restored",
  "cutOff",
  "removing",
  "removed",
  "kept",
  "notEntitled",
  "unknown",
  "dropped",
  "waiting",
  "failed",
  "sweepNeeded",
  "swept",
];

/**
 * Plays the story on a config and tells it.
 * @param print - takes the lines, as they come
 * @returns what was not as expected
 */
export async function rehearse(config: Config, print: (line: string) => void): Promise<readonly string[]> {
  const [studio] = config.studios;
  const [first, second, third] = (studio?.groups ?? []).map(({ adGroup }) => adGroup);
  if (!studio || !first || !second || !third) throw new Error("a rehearsal needs a studio with three groups");
  const deployment = await deploy(config);
  const surprises: string[] = [];
  const surprise = (text: string) => {
    surprises.push(text);
    print(`       SURPRISE: ${text}`);
  };
  try {
    const stage = openStage(deployment, config);
    for (const scene of story({ first, second, third })) {
      await play(scene, stage, print, surprise);
      deployment.clock.advance(2 * 60_000);
    }
    if (deployment.deadLetters.messages().length > 0) surprise("messages ended up as dead letters");
    printPeople(stage, studio, print, surprise);
    printGrants(deployment, config, print, surprise);
  } finally {
    await deployment.close();
  }
  print("");
  print(surprises.length === 0 ? "Everything happened as it should." : `${surprises.length} surprises, see above.`);
  return surprises;
}

function openStage(deployment: Deployment, { identityCenter }: Config): Stage {
  const { emulator, clock, world } = deployment;
  const { identityStore, sagemaker } = emulator;
  const [domain] = world.domains;
  if (!domain) throw new Error("the stacks have no domain");
  const user = (name: string) => (identityStore.findUserByName(name) ?? identityStore.createUser(name)).userId;
  const group = (name: string) => (identityStore.findGroupByName(name) ?? identityStore.createGroup(name)).groupId;
  const profileOf = (userName: string) => {
    const profile = sagemaker.profiles(domain.id).find(({ ssoUser }) => ssoUser === userName);
    if (!profile) throw new Error(`${userName} has no profile`);
    return { name: profile.name, status: profile.status, roleArn: sagemaker.executionRole(profile) };
  };
  return {
    deployment,
    events: identityCenterEvents({ ...identityCenter, now: () => clock.now() }),
    user,
    group,
    join: (name, ...groups) => {
      for (const each of groups) identityStore.addMember(group(each), user(name));
    },
    leave: (name, from) => identityStore.removeMember(group(from), user(name)),
    tick: deployment.tick,
    work: () => ({
      spaces: sagemaker.spaces(domain.id).map(({ name }) => name),
      runningApps: sagemaker.apps(domain.id).filter(({ status }) => status !== "Deleted").length,
    }),
    profileOf,
    domainId: domain.id,
    studioOf: async (name) =>
      new SageMakerClient({
        endpoint: emulator.url,
        region: domain.region,
        // The stage's clock is not the machine's: the SDK would take every refusal for a clock that is wrong.
        maxAttempts: 1,
        credentials: await sagemaker.studioSession(domain.id, profileOf(name).name),
      }),
  };
}

async function play(
  scene: Scene,
  stage: Stage,
  print: (line: string) => void,
  surprise: (text: string) => void,
): Promise<void> {
  const { deployment } = stage;
  const { calls } = deployment.emulator;
  const logs = [deployment.lambda, deployment.sweeper].map((each) => ({ lines: each.logs, from: each.logs.length }));
  const callsBefore = calls.length;
  print("");
  print(`${deployment.clock.now().toISOString().slice(11, 16)}  ${scene.title}`);
  try {
    const events = await scene.happens(stage);
    const passed = events.filter((event) => deployment.publish(event).length > 0);
    if (events.length > 0) print(`       ${events.length} events, ${passed.length} let through to the queue`);
    await deployment.drain();
    await scene.afterwards?.(stage);
  } catch (error) {
    surprise(error instanceof Error ? error.message : String(error));
  }
  const made = calls.slice(callsBefore);
  for (const { service, op, summary, outcome } of made) {
    print(`       ${`${service}:${op}`.padEnd(34)} ${summary}${outcome === "ok" ? "" : `  → ${outcome}`}`);
  }
  const outcomes = logs.flatMap(({ lines, from }) => lines.slice(from).flatMap(outcomesIn));
  if (outcomes.length > 0) print(`       = ${outcomes.join(", ")}`);
  if ([...outcomes].sort().join() !== [...scene.outcomes].sort().join()) {
    surprise(`expected ${scene.outcomes.join(", ") || "nothing"}; got ${outcomes.join(", ") || "nothing"}`);
  }
  for (const never of scene.never ?? []) {
    const wrong = made.find(({ service, op }) => never === "any" || `${service}:${op}`.startsWith(never));
    if (wrong) surprise(`${wrong.service}:${wrong.op} was called`);
  }
}

/** The counted outcomes in a line of the function's log: those of CloudWatch's embedded metric format. */
function outcomesIn(line: string): string[] {
  if (!line.startsWith('{"_aws"')) return [];
  const metrics: Record<string, unknown> = JSON.parse(line);
  return OUTCOMES.flatMap((outcome) => {
    const value = metrics[outcome];
    const count = Array.isArray(value) ? value.length : Number(value ?? 0);
    return Array.from({ length: count }, () => outcome);
  });
}

function printPeople(
  stage: Stage,
  studio: Config["studios"][number],
  print: (line: string) => void,
  surprise: (text: string) => void,
): void {
  const { identityStore, sagemaker } = stage.deployment.emulator;
  print("");
  print(row("user", "groups", "role", "profile", "status"));
  const profiles = sagemaker.profiles(stage.domainId);
  for (const { userName, userId } of identityStore.users()) {
    const groups = identityStore.groupsOf(userId).map(({ displayName }) => displayName);
    const owned = profiles.filter(({ ssoUser }) => ssoUser === userName);
    const [profile] = owned;
    const roleArn = profile && sagemaker.executionRole(profile);
    const group = studio.groups.find(({ adGroup }) => groups.includes(adGroup));
    print(
      row(userName, groups.join(", "), roleArn?.split("/").at(-1) ?? "-", profile?.name ?? "-", profile?.status ?? "-"),
    );
    if (group && owned.length !== 1) surprise(`${userName} has ${owned.length} profiles`);
    if (!group && roleArn && roleArn !== noAccessRoleArn(studio)) surprise(`${userName} has the role ${roleArn}`);
    if (group && roleArn !== executionRoleArn(studio, group.adGroup)) surprise(`${userName} has the role ${roleArn}`);
    if (group && profile?.tags.get("team") !== group.team) surprise(`${userName} has the wrong team`);
  }
}

function row(...cells: string[]): string {
  const widths = [20, 42, 52, 34, 10];
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(" ")
    .trimEnd();
}

/** Which of their permissions the functions, the provisioner and one group's role used; any other is a surprise. */
function printGrants(
  { world, emulator }: Deployment,
  config: Config,
  print: (line: string) => void,
  surprise: (text: string) => void,
): void {
  const [studio] = config.studios;
  const second = studio?.groups[1];
  if (!studio || !second) return;
  const roles = [
    onboardingRoleArn(config.identityCenter),
    sweepRoleArn(config.identityCenter),
    provisionerRoleArn(studio),
    readerRoleArn(studio),
    executionRoleArn(studio, second.adGroup),
  ];
  print("");
  print("Granted actions, by role");
  for (const roleArn of roles) {
    const used = emulator.usage.list().filter((grant) => grant.roleArn === roleArn);
    print(`  ${roleArn.split("/").at(-1)}`);
    print(
      `    used:   ${used
        .map(({ action }) => action)
        .sort()
        .join(", ")}`,
    );
    for (const arn of world.roles.get(roleArn)?.foreignPolicies ?? []) print(`    not evaluated: ${arn}`);
    const unused = unusedGrants(world, emulator.usage, [roleArn]);
    const byReason = new Map<string, string[]>();
    for (const { sid, action } of unused) {
      const reason = UNUSED_GRANTS[`${sid} ${action}`] ?? UNUSED_STATEMENTS[sid];
      if (reason === undefined) surprise(`${action} is granted to ${roleArn.split("/").at(-1)}, and nothing used it`);
      else byReason.set(reason, [...(byReason.get(reason) ?? []), action]);
    }
    for (const [reason, actions] of byReason) {
      const what = actions.length > 3 ? `${actions.length} actions` : actions.join(", ");
      print(`    unused: ${what} (${reason})`);
    }
  }
}
