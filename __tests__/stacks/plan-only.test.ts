import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isPlanOnly } from "../../stacks/plan-only";

const ROOT = resolve(__dirname, "../..");

test.each([
  ["true", true],
  ["false", false],
  ["", false],
  [undefined, false],
])("STUDIO_PLAN_ONLY may be %p", (said, expected) => {
  expect(isPlanOnly({ STUDIO_PLAN_ONLY: said })).toBe(expected);
});

test.each(["TRUE", "True", "yes", "1", "0", "no", "true ", " true", "tru"])(
  "what cannot be meant is refused: %p",
  (said) => {
    expect(() => isPlanOnly({ STUDIO_PLAN_ONLY: said })).toThrow(
      `STUDIO_PLAN_ONLY=${JSON.stringify(said)}: expected true, to work as the roles that may only read, or false`,
    );
  },
);

describe("where it is misspelt", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-only-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["main.ts"],
    ["pipeline/plan.ts"],
    ["pipeline/apply.ts"],
    ["scripts/background-sessions.ts", "research"],
    ["scripts/workgroups.ts", "research"],
  ])("%s does nothing, and says so", (script, ...args) => {
    const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
    const { status, stdout, stderr } = spawnSync("node", ["--import", tsx, join(ROOT, script), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        NODE_NO_WARNINGS: "1",
        STUDIO_CONFIG: join(ROOT, "docs/identity/example.yaml"),
        STUDIO_PLAN_ONLY: "TRUE",
        // Whoever goes on all the same reaches nothing.
        AWS_ENDPOINT_URL: "http://127.0.0.1:9",
        TERRAFORM_BINARY_NAME: join(folder, "no-terraform"),
      },
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^STUDIO_PLAN_ONLY="TRUE": expected true[^\n]*\n$/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
