import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStacks } from "../../rehearsal/terraform";
import type { World } from "../../rehearsal/world";
import { studioApp } from "../../stacks/app";
import { parseConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";

/** One per partition: policies hold ARNs, and ARNs hold the partition. */
export const PARTITIONS = ["aws", "aws-cn", "aws-us-gov"] as const;
export type Partition = (typeof PARTITIONS)[number];

/** Identity Center's account, and that of the studio that lives beside it. */
export const HOME_ACCOUNT = "111122223333";
/** The account of two studios whose names begin alike. */
const STUDIO_ACCOUNT = "444455556666";
/** An account that nothing in the config names. */
export const FOREIGN_ACCOUNT = "999988887777";
export const IDENTITY_STORE = "d-906716eb24";

const REGIONS: Record<Partition, { readonly home: string; readonly studio: string }> = {
  aws: { home: "eu-west-1", studio: "eu-central-1" },
  "aws-cn": { home: "cn-north-1", studio: "cn-northwest-1" },
  "aws-us-gov": { home: "us-gov-west-1", studio: "us-gov-east-1" },
};

const TWO_TEAMS = `
      - { adGroup: ML Fraud Scientists, team: fraud, persona: data-scientist, buckets: [acme-fraud-data, acme-fraud-models] }
      - { adGroup: ML Platform MLOps, team: platform, persona: mlops, buckets: [acme-platform-data] }`;

/** Parts of the example config that a test is about. */
export interface Variation {
  /** The groups of every studio, as YAML. */
  readonly groups?: string;
  readonly sharedSpaces?: "keep" | "delete";
}

/** A config with every optional thing that a policy depends on. */
export function exampleConfig(partition: Partition, variation: Variation = {}): Config {
  const { groups = TWO_TEAMS, sharedSpaces } = variation;
  const { home, studio } = REGIONS[partition];
  const place = "vpcId: vpc-0123456789abcdef0\n    subnetIds: [subnet-0123456789abcdef0]";
  const source = `
identityCenter: {
  accountId: "${HOME_ACCOUNT}", region: ${home}, identityStoreId: ${IDENTITY_STORE},
  instanceArn: "arn:${partition}:sso:::instance/ssoins-1234567890abcdef" }
studios:
  - name: research
    accountId: "${STUDIO_ACCOUNT}"
    region: ${studio}
    ${place}
    kmsKeyArn: arn:${partition}:kms:${studio}:${STUDIO_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab
    groups: ${groups}
  - name: research-two
    accountId: "${STUDIO_ACCOUNT}"
    region: ${studio}
    ${place}
    groups: ${groups}
  - name: home
    accountId: "${HOME_ACCOUNT}"
    region: ${home}
    ${place}
    groups: ${groups}
tags: { cost-center: ml }
${sharedSpaces === undefined ? "" : `deprovisioning: { sharedSpaces: ${sharedSpaces} }`}
`;
  return parseConfig(source, "example.yaml");
}

/** What a synthesis wrote. */
export interface Synthesized {
  readonly config: Config;
  /** The text of each stack's `cdk.tf.json`, by stack name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The stacks as AWS would hold them after an apply. */
  readonly world: World;
}

/** Synthesizes the stacks of a config into a folder that is gone afterwards, and reads them back. */
export function synthesize(config: Config): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    studioApp(config, { outdir }).synth();
    const stacks = join(outdir, "stacks");
    const names = readdirSync(stacks);
    const texts = new Map(names.map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]));
    return { config, texts, world: loadStacks(names.map((name) => join(stacks, name))) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
