import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploymentPolicies } from "../policies/deployment/deployment-policies";
import { OwnBoundaryError } from "../policies/deployment/roles";
import { policyDocument } from "../policies/statement";
import { studioApp } from "../stacks/app";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import type { Config } from "../stacks/config/schema";
import { untraced } from "../stacks/untraced";
import { commandLine } from "./command-line";
import { failAtCommandLine } from "./fail-at-command-line";
import { UsageError } from "./usage-error";

const OUT = "dist/deploy-policies";

/** `npm run deploy-policy`: what the roles that deploy and plan the config need, as documents for IAM. */
function main(): void {
  commandLine({}, "npm run deploy-policy, which takes nothing else; STUDIO_CONFIG names another config");
  const config = loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE);
  const policies = deploymentPolicies(config, synthesized(config));
  // What an earlier config needed is not to be taken for this one's.
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const { name, statements } of policies) {
    const document = policyDocument(statements);
    const file = join(OUT, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(JSON.parse(document), undefined, 2)}\n`);
    console.log(`wrote ${file} (${statements.length} statements, ${document.length} of 6,144 characters)`);
  }
  for (const [stack, { accountId, deployRoleArn }] of Object.entries(placesOf(config))) {
    if (deployRoleArn) continue;
    console.log(`${stack} has no deployRoleArn: whoever runs Terraform needs ${accountId}-deploy themselves`);
  }
}

function synthesized(config: Config): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), "deploy-policy-"));
  try {
    untraced(() => studioApp(config, { outdir }).synth());
    const stacks = join(outdir, "stacks");
    const text = (name: string) => readFileSync(join(stacks, name, "cdk.tf.json"), "utf8");
    return new Map(readdirSync(stacks).map((name) => [name, text(name)]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function placesOf({ identityCenter, studios }: Config) {
  return { identityCenter, ...Object.fromEntries(studios.map((studio) => [`studio ${studio.name}`, studio])) };
}

try {
  main();
} catch (error) {
  failAtCommandLine(error instanceof OwnBoundaryError ? new UsageError(error.message) : error);
}
