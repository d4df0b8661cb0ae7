import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessDiff, headCommit } from "../../pipeline/git";

let folder: string;

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: folder })
    .toString()
    .trim();

function commit(access: string): string {
  mkdirSync(join(folder, "docs"), { recursive: true });
  writeFileSync(join(folder, "docs", "access.md"), access);
  git("add", ".");
  git("commit", "--quiet", "--no-gpg-sign", "--message", "x");
  return git("rev-parse", "HEAD");
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "git-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the access report is compared with a base, or with where the branch left main", () => {
  git("init", "--quiet", "--initial-branch", "main");
  const first = commit("a | no\n");
  commit("a | yes\n");
  const diff = { kind: "diff", base: first, text: expect.stringContaining("-a | no\n+a | yes") };
  expect(accessDiff(folder, "HEAD^1")).toEqual(diff);
  expect(accessDiff(folder, undefined)).toMatchObject({
    kind: "unknown",
    reason: expect.stringContaining("origin/main"),
  });
  git("update-ref", "refs/remotes/origin/main", first);
  expect(accessDiff(folder, undefined)).toEqual(diff);
  expect(accessDiff(folder, "HEAD")).toMatchObject({ kind: "diff", text: "" });
});

test("a base that is not there, or is none, is no reason to fail", () => {
  git("init", "--quiet");
  const head = commit("a\n");
  expect(headCommit(folder)).toBe(head);
  for (const base of ["HEAD~9", "--output=x", "nothing"]) {
    expect(accessDiff(folder, base)).toEqual({
      kind: "unknown",
      reason: expect.stringContaining(`${base} is not here`),
    });
  }
});

test("outside of a repository there is no commit", () => {
  expect(headCommit(folder)).toBeUndefined();
  expect(accessDiff(folder, undefined)).toMatchObject({ kind: "unknown" });
});
