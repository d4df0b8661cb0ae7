import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACTIVITY_NAMES, type ActivityName, PERSONA_NAMES, type PersonaName } from "../../policies/personas";
import { loadStacks } from "../../rehearsal/terraform";
import type { World } from "../../rehearsal/world";
import { studioApp } from "../../stacks/app";
import { parseConfig } from "../../stacks/config/load";
import type { Config } from "../../stacks/config/schema";
import { untraced } from "../../stacks/untraced";

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

/** What any group has; {@link libraryConfig} has the personas and everything else that one can have. */
const TWO_TEAMS = `
      - { adGroup: ML Fraud Scientists, team: fraud, activities: [private-spaces], buckets: [acme-fraud-data, acme-fraud-models] }
      - { adGroup: ML Platform MLOps, team: platform, activities: [private-spaces], buckets: [acme-platform-data] }`;

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

/** The studio of {@link libraryConfig}, and the names of its groups. */
export const LIBRARY = {
  studio: "library",
  /** Both teams have a group for each persona and each activity, so that each can be tried alone. */
  group: (team: "fraud" | "platform", access: PersonaName | ActivityName) => `${team} ${access}`,
} as const;

/** The studios of {@link librariesConfig} that prescribe something, and the groups that they have. */
export const LIMITED = {
  network: `${LIBRARY.studio}-network`,
  encryption: `${LIBRARY.studio}-encryption`,
  groups: ["hub", "manage-jobs", "manage-models", "manage-endpoints", "access-aws-services"],
} as const;

/** What the library's studio prescribes, and what its teams have. */
export interface LibraryVariation {
  /** Without: a group for each persona and each activity. */
  readonly groups?: readonly (PersonaName | ActivityName)[];
  readonly network?: boolean;
  readonly encryption?: boolean;
  readonly outsideIdentityCenter?: boolean;
}

/** A config with a group for each persona and each activity, of two teams that have all that a team can have. */
export function libraryConfig(partition: Partition, variation: LibraryVariation = {}): Config {
  const { home, studio: region } = REGIONS[partition];
  const key = (id: number) =>
    `arn:${partition}:kms:${region}:${STUDIO_ACCOUNT}:key/${id}234abcd-12ab-34cd-56ef-1234567890ab`;
  const groups = (["fraud", "platform"] as const).flatMap((team, index) => {
    const data = {
      team,
      buckets: [`acme-${team}-data`],
      keys: [key(index + 1)],
      repositories: [`${team}/training`],
      databases: [`${team}_features`],
    };
    return [
      ...PERSONA_NAMES.map((persona) => ({ adGroup: LIBRARY.group(team, persona), persona, ...data })),
      ...ACTIVITY_NAMES.map((name) => ({ adGroup: LIBRARY.group(team, name), activities: [name], ...data })),
    ].filter(
      ({ adGroup }) =>
        variation.groups === undefined || variation.groups.some((name) => adGroup === LIBRARY.group(team, name)),
    );
  });
  const library = {
    name: LIBRARY.studio,
    accountId: STUDIO_ACCOUNT,
    region,
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0"],
    kmsKeyArn: key(9),
    ...(variation.network && {
      network: {
        subnetIds: ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
        securityGroupIds: ["sg-0aaaaaaaaaaaaaaaa"],
      },
    }),
    ...(variation.encryption && { encryption: { volumeKeyArns: [key(7)], outputKeyArns: [key(8)] } }),
    ...(variation.outsideIdentityCenter && {
      outsideIdentityCenter: {
        domainId: "d-byhandbyhand",
        samlProviderArns: [`arn:${partition}:iam::${STUDIO_ACCOUNT}:saml-provider/corporate`],
      },
    }),
    groups,
  };
  const identityCenter = {
    accountId: HOME_ACCOUNT,
    region: home,
    identityStoreId: IDENTITY_STORE,
    instanceArn: `arn:${partition}:sso:::instance/ssoins-1234567890abcdef`,
  };
  return parseConfig(JSON.stringify({ identityCenter, studios: [library] }), "library.yaml");
}

/** The library's studio three times, so that one synthesis serves all: as it is, in a network, and encrypted. */
export function librariesConfig(partition: Partition): Config {
  const [plain, network, encryption] = [
    libraryConfig(partition, { outsideIdentityCenter: true }),
    libraryConfig(partition, { network: true, groups: LIMITED.groups }),
    libraryConfig(partition, { encryption: true, groups: LIMITED.groups }),
  ];
  const named = ({ studios }: Config, name: string) => studios.map((studio) => ({ ...studio, name }));
  return {
    ...plain,
    studios: [...plain.studios, ...named(network, LIMITED.network), ...named(encryption, LIMITED.encryption)],
  };
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
    untraced(() => studioApp(config, { outdir }).synth());
    const stacks = join(outdir, "stacks");
    const names = readdirSync(stacks);
    const texts = new Map(names.map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]));
    return { config, texts, world: loadStacks(names.map((name) => join(stacks, name))) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
