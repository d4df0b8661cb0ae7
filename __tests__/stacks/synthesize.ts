import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { studioStackName } from "../../naming";
import { studioApp } from "../../stacks/app";
import { parseConfig } from "../../stacks/config/load";
import { untraced } from "../../stacks/untraced";

const resource = z.record(z.string(), z.unknown());
const stack = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), resource)),
  data: z.optional(z.record(z.string(), z.record(z.string(), resource))),
  output: z.record(z.string(), z.looseObject({ value: z.unknown() })),
  terraform: z.looseObject({ required_providers: z.record(z.string(), z.looseObject({ version: z.string() })) }),
});

/** A synthesized stack: Terraform's JSON, and its archives by path. */
export interface Synthesized {
  readonly json: z.infer<typeof stack>;
  readonly text: string;
  readonly archive: (path: string) => Buffer;
}

/** Synthesizes a config as `main.ts` does, into a folder that is gone after. */
export function synthesize(source: string, planOnly = false): Record<string, Synthesized> {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const config = parseConfig(source, "studio.yaml");
    untraced(() => studioApp(config, { outdir, planOnly }).synth());
    const names = [...config.studios.map(({ name }) => studioStackName(name)), "onboarding"];
    return Object.fromEntries(names.map((name) => [name, read(join(outdir, "stacks", name))]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function read(folder: string): Synthesized {
  const text = readFileSync(join(folder, "cdk.tf.json"), "utf8");
  const json = stack.parse(JSON.parse(text));
  const archives = new Map<string, Buffer>();
  for (const { filename } of Object.values(json.resource.aws_lambda_function ?? {})) {
    if (typeof filename === "string") archives.set(filename, readFileSync(join(folder, filename)));
  }
  return {
    json,
    text,
    archive(path) {
      const bytes = archives.get(path);
      if (!bytes) throw new Error(`no archive ${path}`);
      return bytes;
    },
  };
}

/** The text of a config with a studio per name, and these groups in each. */
export function configOf(groups: readonly string[], studioNames: readonly string[] = ["research"]): string {
  const studios = studioNames.map((name) => ({
    name,
    accountId: "444455556666",
    region: "eu-west-1",
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    groups: groups.map((adGroup, index) => ({
      adGroup,
      team: `team ${index % 7}`,
      persona: "data-scientist",
      ...(index % 2 === 0 && { buckets: ["acme-data"] }),
    })),
  }));
  // JSON is YAML.
  return JSON.stringify({
    identityCenter: {
      accountId: "111122223333",
      region: "eu-west-1",
      identityStoreId: "d-906716eb24",
      instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
    },
    studios,
  });
}
