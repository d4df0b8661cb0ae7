import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  configDigest,
  filesOf,
  type PlanIndex,
  readIndex,
  reasonsAgainst,
  writeIndex,
} from "../../pipeline/plan-index";
import { configWith, FRAUD, PLATFORM } from "./example";

const STACK = "studio-research";
const config = configDigest(configWith([PLATFORM]));
const present = { commit: "c1", config };

let out: string;

const write = (file: string, content: string) => writeFileSync(join(out, "stacks", STACK, file), content);

function index(more: Partial<PlanIndex> = {}): PlanIndex {
  const planned = { kind: "planned", stack: STACK, hasChanges: true, digest: "d", ...filesOf(STACK, out) } as const;
  return { format: 1, planOnly: false, commit: "c1", config, stacks: [planned], ...more };
}

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "index-"));
  mkdirSync(join(out, "stacks", STACK, "assets", "sweep"), { recursive: true });
  mkdirSync(join(out, "stacks", STACK, ".terraform"));
  write("plan.tfplan", "plan");
  write("cdk.tf.json", "{}");
  write("assets/sweep/archive.zip", "zip");
  write(".terraform.lock.hcl", "lock");
});

afterEach(() => rmSync(out, { recursive: true }));

const against = (made: PlanIndex, now = present) => reasonsAgainst(made, now, out).join("; ");

describe("saved plans", () => {
  test("can be applied where nothing changed since", () => {
    writeIndex(index(), out);
    expect(against(readIndex(out))).toBe("");
    // What Terraform leaves behind, and what it downloads again.
    const made = index();
    write(".terraform/provider", "binary");
    write("errored.tfstate", "state");
    expect(against(made)).toBe("");
    // Outside of a repository nobody knows the commit.
    expect(against(index({ commit: null }))).toBe("");
  });

  test.each([
    ["the plan file", "plan.tfplan", /plan file is another/],
    ["the stack", "cdk.tf.json", /synthesized anew/],
    ["an archive of a function", "assets/sweep/archive.zip", /synthesized anew/],
    ["the lock of the providers", ".terraform.lock.hcl", /synthesized anew/],
    ["a file that was not there", "more.tf.json", /synthesized anew/],
  ])("cannot with another %s", (_, file, reason) => {
    const made = index();
    write(file, "other");
    expect(against(made)).toMatch(reason);
  });

  test("cannot be applied without their file, of another config or commit, or by whom may only read", () => {
    expect(against(index({ config: configDigest(configWith([FRAUD])) }))).toMatch(/config is another/);
    expect(against(index(), { ...present, commit: "c2" })).toMatch(/at commit c1, and this is c2/);
    expect(against(index({ planOnly: true }))).toMatch(/STUDIO_PLAN_ONLY/);
    expect(against(index({ stacks: [{ kind: "failed", stack: STACK, reason: "x" }] }))).toMatch(/could not be planned/);
    const made = index();
    rmSync(join(out, "stacks", STACK, "plan.tfplan"));
    expect(against(made)).toMatch(/plan file is missing/);
  });

  test("of no index, or of another version's, are none", () => {
    expect(() => readIndex(out)).toThrow(/no plans to apply; run npm run plan/);
    writeFileSync(join(out, "plans.json"), '{"format":2}');
    expect(() => readIndex(out)).toThrow(/not written by this version/);
  });
});
