import { execFileSync } from "node:child_process";

/** The report that `npm run access` writes. */
const ACCESS = "docs/access.md";

/** How what each group may do differs from a base; or why nobody can tell. */
export type AccessDiff =
  | { readonly kind: "diff"; readonly base: string; readonly text: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** The commit that is checked out; `undefined` outside of a repository. */
export function headCommit(cwd: string): string | undefined {
  return git(cwd, "rev-parse", "--verify", "HEAD");
}

/**
 * How `docs/access.md` differs from a base.
 * @param base - a commit; if absent, the one at which the branch left `origin/main`
 */
export function accessDiff(cwd: string, base: string | undefined): AccessDiff {
  const name = base ?? git(cwd, "merge-base", "HEAD", "origin/main");
  if (name === undefined) {
    return { kind: "unknown", reason: "there is no origin/main to compare with; name a commit in STUDIO_PLAN_BASE" };
  }
  const commit = git(cwd, "rev-parse", "--verify", "--end-of-options", `${name}^{commit}`);
  if (commit === undefined) return { kind: "unknown", reason: `the commit ${name} is not here: fetch more of history` };
  const text = git(cwd, "diff", "--no-color", "--no-ext-diff", "--unified=0", commit, "--", ACCESS);
  if (text === undefined) return { kind: "unknown", reason: `${ACCESS} cannot be compared with ${name}` };
  return { kind: "diff", base: commit, text };
}

function git(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    const output = execFileSync("git", args, { cwd, stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 });
    return output.toString().trim();
  } catch {
    return undefined;
  }
}
