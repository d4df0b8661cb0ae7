import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "access-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [["report"], "stacks/studio.yaml", /^Unexpected argument 'report'\nUsage: npm run access -- \[--out <file>\]\n$/],
  [["--output", "x"], "stacks/studio.yaml", /^Unknown option '--output'\nUsage: [^\n]*\n$/],
  [[], "nowhere.yaml", /^nowhere\.yaml: does not exist; [^\n]*\n$/],
])("npm run access with %j and the config %s says what is wrong, and writes nothing", (args, config, message) => {
  const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const { status, stdout, stderr } = spawnSync("node", ["--import", tsx, join(ROOT, "scripts/access.ts"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_NO_WARNINGS: "1", STUDIO_CONFIG: config },
  });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(readdirSync(folder)).toEqual([]);
});
