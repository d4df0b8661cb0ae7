import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { parse } from "yaml";
import { executionRoleArn, profileTags } from "../naming";
import { deploy } from "../rehearsal/deployment";
import { identityCenterEvents } from "../rehearsal/events";
import type { JsonObject } from "../rehearsal/json";
import { DEFAULT_CONFIG_FILE, loadConfig, parseConfig } from "../stacks/config/load";
import { bundleFunction } from "../stacks/constructs/function-archive";

/** How often each process is started; the median counts. */
const STARTS = 9;
const SYNTHS = 3;

/** What a function needs to start. */
const SETTINGS = {
  studios: [],
  deprovisioning: { retainDays: 7, sharedSpaces: "keep" },
  sweep: { everyMinutes: 60, maxRemovals: 10 },
};

/** `npm run bench`: what events, removals and sweeps cost, how large the bundle is, how fast it starts, how synthesis grows. */
async function main(): Promise<void> {
  await callsPerEvent();
  await removal();
  await sweeps();
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    coldStarts(folder);
    syntheses(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function callsPerEvent(): Promise<void> {
  const config = loadConfig(DEFAULT_CONFIG_FILE);
  const [first, second] = config.studios[0]?.groups ?? [];
  if (!first || !second) throw new Error("the example has too few groups");
  const deployment = await deploy(config);
  try {
    const { emulator, clock } = deployment;
    const { identityStore } = emulator;
    const events = identityCenterEvents({ ...config.identityCenter, now: () => clock.now() });
    const idOf = (name: string) => (identityStore.findGroupByName(name) ?? identityStore.createGroup(name)).groupId;
    const [one, other, unmanaged] = [idOf(first.adGroup), idOf(second.adGroup), idOf("Finance")];
    const calls = async (event: JsonObject): Promise<string[]> => {
      const before = emulator.calls.length;
      deployment.publish(event);
      await deployment.drain();
      clock.advance(30_000);
      return emulator.calls.slice(before).map(({ op }) => op);
    };
    const join_ = (name: string) => {
      const { userId } = identityStore.createUser(name);
      identityStore.addMember(other, userId);
      return userId;
    };
    const cold = await calls(events.addedByApi(join_("first"), other));
    const userId = join_("second");
    const rows: [string, string[]][] = [
      ["the first join of a container", cold],
      ["a join", await calls(events.addedByApi(userId, other))],
      ["a duplicate", await calls(events.addedByApi(userId, other))],
    ];
    identityStore.removeMember(other, userId);
    identityStore.addMember(one, userId);
    rows.push(["a move", await calls(events.addedByApi(userId, one))]);
    rows.push(["an event of an unmanaged group", await calls(events.addedByApi(userId, unmanaged))]);
    console.log("AWS calls per event");
    for (const [what, made] of rows) {
      const besides = made.filter((op) => op !== "AssumeRole");
      console.log(`  ${what.padEnd(32)} ${String(besides.length).padStart(2)}  ${made.join(" ")}`);
    }
  } finally {
    await deployment.close();
  }
}

/** Somebody who works in two private spaces, and an app of the profile itself, leaves; AWS takes a minute for an app. */
async function removal(): Promise<void> {
  const config = loadConfig(DEFAULT_CONFIG_FILE);
  const adGroup = config.studios[0]?.groups[0]?.adGroup ?? "";
  const deployment = await deploy(config);
  try {
    const { emulator, clock, world } = deployment;
    const { identityStore, sagemaker } = emulator;
    const events = identityCenterEvents({ ...config.identityCenter, now: () => clock.now() });
    const groupId = identityStore.findGroupByName(adGroup)?.groupId ?? "";
    const domainId = world.domains[0]?.id ?? "";
    const calls = async (): Promise<string[]> => {
      const before = emulator.calls.length;
      await deployment.drain();
      clock.advance(30_000);
      return emulator.calls.slice(before).flatMap(({ op }) => (op === "AssumeRole" ? [] : [op]));
    };
    const { userId } = identityStore.createUser("leaver");
    identityStore.addMember(groupId, userId);
    deployment.publish(events.addedByApi(userId, groupId));
    await calls();
    for (const name of ["one", "two"]) {
      sagemaker.addSpace(domainId, { name, owner: "leaver" });
      sagemaker.addApp(domainId, { spaceName: name });
    }
    sagemaker.addApp(domainId, { profileName: "leaver", type: "Canvas" });
    identityStore.removeMember(groupId, userId);
    deployment.publish(events.removedInConsole(userId, groupId));
    const visits = () => deployment.lambda.logs.filter((line) => line.startsWith('{"_aws"')).length;
    const before = visits();
    const cut = await calls();
    const between = visits();
    clock.advance(8 * 24 * 60 * 60 * 1000);
    deployment.tick();
    const gone = await calls();
    console.log("\nA removal: two private spaces, three apps");
    console.log(`  cut off     ${cut.length} calls in ${between - before} visits`);
    console.log(`  removed     ${gone.length} calls in ${visits() - between} visits and a sweep`);
  } finally {
    await deployment.close();
  }
}

/** A studio in which everything is as it should be, seen by a new container and by the same one an hour later. */
async function sweeps(): Promise<void> {
  const example = parse(readFileSync(DEFAULT_CONFIG_FILE, "utf8"));
  console.log("\nA sweep without differences, against an emulator on the same machine");
  console.log(
    "  the least: a page for 100 members of each group, a page for 100 profiles, two calls a profile looked at",
  );
  for (const people of [100, 1000, 5000]) {
    const groups = Array.from({ length: people / 100 }, (_, group) => ({
      adGroup: `ML Team ${group}`,
      team: `team-${group}`,
      persona: "data-scientist",
    }));
    const content = { ...example, studios: [{ ...example.studios[0], groups }] };
    const config = parseConfig(JSON.stringify(content), "bench.yaml");
    const [studio] = config.studios;
    if (!studio) throw new Error("the config has no studio");
    const deployment = await deploy(config);
    try {
      const { emulator, clock, world, sweeper } = deployment;
      for (const { adGroup, team } of studio.groups) {
        const names = Array.from({ length: 100 }, (_, person) => `${team}-${person}`);
        const groupId = emulator.identityStore.findGroupByName(adGroup)?.groupId ?? "";
        for (const { userId, userName } of emulator.identityStore.createMembers(groupId, names)) {
          emulator.sagemaker.addProfile(world.domains[0]?.id ?? "", {
            name: userName,
            ssoUser: userName,
            executionRole: executionRoleArn(studio, adGroup),
            tags: profileTags({ userName, userId, adGroup, team }),
          });
        }
      }
      clock.advance(60 * 60 * 1000);
      const lists = people / 100 + people / 100;
      for (const container of ["a new container", "the same, an hour later"]) {
        const before = emulator.calls.length;
        const start = performance.now();
        deployment.tick();
        await deployment.drain();
        const seconds = (performance.now() - start) / 1000;
        const made = emulator.calls.slice(before).flatMap(({ op }) => (op === "AssumeRole" ? [] : [op]));
        const count = (...ops: string[]) => made.filter((op) => ops.includes(op)).length;
        const least = lists + count("DescribeUserProfile", "ListTags");
        console.log(
          `  ${String(people).padStart(4)} people in ${String(groups.length).padStart(2)} groups, ${container.padEnd(22)} ` +
            `${String(made.length).padStart(5)} calls: ${count("ListGroupMemberships", "ListUserProfiles")} lists of members ` +
            `and profiles, ${count("ListUsers")} of users, ${count("DescribeUserProfile")} profiles looked at; ` +
            `${(made.length / least).toFixed(2)} of the least; ${seconds.toFixed(1)} s, ${Math.round(sweeper.peakMemory())} MB`,
        );
        clock.advance(60 * 60 * 1000);
      }
    } finally {
      await deployment.close();
    }
  }
}

function coldStarts(folder: string): void {
  const { files } = bundleFunction("onboarding");
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, "settings.json"), JSON.stringify(SETTINGS));
  writeFileSync(join(folder, "empty.js"), "exports.handler = async () => ({});\n");
  writeFileSync(join(folder, "empty.py"), "def handler(event, context): return {}\n");
  const code = files["index.js"] ?? new Uint8Array();
  console.log("\nBundle");
  console.log(
    `  minified ${kilobytes(code)}, compressed ${kilobytes(gzipSync(code))}, archive ${kilobytes(zipSync(files))}`,
  );

  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    IDENTITY_STORE_ID: "d-906716eb24",
    STUDIO_DOMAIN_IDS: "{}",
    MEMBERSHIP_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/studio-membership",
    SWEEP_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/studio-sweep",
    POWERTOOLS_SERVICE_NAME: "bench",
    POWERTOOLS_METRICS_NAMESPACE: "bench",
  };
  const start =
    (command: string, ...args: string[]) =>
    () =>
      run(command, args, env).milliseconds;
  const python = (file: string) => start("python3", "-c", `import runpy; runpy.run_path(${JSON.stringify(file)})`);
  const emptyNode = start(process.execPath, join(folder, "empty.js"));
  const ours = start(process.execPath, "--enable-source-maps", join(folder, "index.js"));
  console.log(`\nCold start: medians of ${STARTS} processes, Node.js ${process.version}`);
  if (spawnSync("python3", ["-c", "import boto3"], { env }).status !== 0) {
    const [empty = 0, full = 0] = medians(STARTS, [emptyNode, ours]);
    printStart("the onboarding function", full, empty);
    console.log("  the plain Python way (boto3)  not measured: no python3 with boto3 here");
    return;
  }
  const emptyPython = python(join(folder, "empty.py"));
  const boto3 = python(resolve("scripts/plain_boto3.py"));
  const [empty = 0, full = 0, emptyPy = 0, plain = 0] = medians(STARTS, [emptyNode, ours, emptyPython, boto3]);
  printStart("the onboarding function", full, empty);
  printStart("the plain Python way (boto3)", plain, emptyPy);
  console.log(`  ours is ${((full - empty) / (plain - emptyPy)).toFixed(2)} of theirs`);
}

function printStart(what: string, full: number, empty: number): void {
  const over = Math.round(full - empty);
  console.log(
    `  ${what.padEnd(30)} ${over} ms over an empty function (${Math.round(full)} ms, ${Math.round(empty)} ms)`,
  );
}

function syntheses(folder: string): void {
  const counts = [10, 1000];
  const example = parse(readFileSync(DEFAULT_CONFIG_FILE, "utf8"));
  const results: { seconds: number; memory: number }[] = [];
  const runs = counts.map((count, index) => {
    const file = join(folder, `${count}.yaml`);
    const groups = Array.from({ length: count }, (_, group) => ({
      adGroup: `ML Team ${group} Scientists`,
      team: `team-${group}`,
      persona: "data-scientist",
      buckets: [`acme-team-${group}`],
    }));
    writeFileSync(file, JSON.stringify({ ...example, studios: [{ ...example.studios[0], groups }] }));
    const env = { PATH: process.env.PATH, CHECKPOINT_DISABLE: "1", STUDIO_CONFIG: file };
    const script = "require('./main.ts'); console.log(process.resourceUsage().maxRSS)";
    const app = run(process.execPath, ["--import", "tsx", "-e", script], { ...env, CDKTF_OUTDIR: join(folder, "app") });
    results[index] = { seconds: app.milliseconds / 1000, memory: Number(app.output) / 1024 };
    return () => run("npx", ["cdktf", "synth", "-o", join(folder, `out-${count}`)], env).milliseconds;
  });
  const times = medians(SYNTHS, runs);
  console.log(`\nSynthesis (cdktf synth): medians of ${SYNTHS}`);
  for (const [index, count] of counts.entries()) {
    const seconds = ((times[index] ?? 0) / 1000).toFixed(1);
    const ratio = ((times[index] ?? 0) / (times[0] ?? 1)).toFixed(2);
    const { seconds: own = 0, memory = 0 } = results[index] ?? {};
    const app = `the app itself ${own.toFixed(1)} s, ${Math.round(memory)} MB`;
    console.log(`  ${String(count).padStart(4)} groups  ${seconds} s (${ratio} of 10 groups); ${app}`);
  }
}

/** Runs everything in turn, again and again, so that a busy moment of the machine meets all alike. */
function medians(rounds: number, runs: readonly (() => number)[]): number[] {
  const times = runs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, once] of runs.entries()) times[index]?.push(once());
  }
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0);
}

function run(command: string, args: string[], env: Record<string, string | undefined>) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: "utf8" });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return { milliseconds, output: stdout };
}

function kilobytes(bytes: Uint8Array): string {
  return `${Math.round(bytes.length / 1024)} KB`;
}

void main();
