import {
  computeRoleArn,
  executionRoleArn,
  noAccessRoleArn,
  provisionerRoleArn,
  readerRoleArn,
  studioStackName,
} from "../../../naming";
import type { ActivityName, PersonaName } from "../../../policies/personas";
import { isObject, parseJson } from "../../../rehearsal/json";
import { type PolicyDocument, parseIdentityPolicy, parsePolicy } from "../../../rehearsal/policy-document";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { NamedPolicy, Role, World } from "../../../rehearsal/world";
import type { StudioConfig } from "../../../stacks/config/schema";
import { LIBRARY, type Partition, type Synthesized } from "../synthesized";
import { type Domain, domainOf, found } from "./scene";

/** What the tables of activities, guardrails and limits are written with: the one studio of the library's config. */
export interface Library extends Domain {
  readonly partition: Partition;
  readonly world: World;
  readonly config: StudioConfig;
  readonly accountId: string;
  readonly region: string;
  /** A domain beside it that is nobody's here, whose id begins alike. */
  readonly alike: Domain;
  /** The id of the file system with everybody's homes. */
  readonly homeFileSystemId: string;
  /** Each team, seen from its own side: both in one partition, and in the others, whose text is the same, one. */
  readonly sides: readonly [Side, ...Side[]];
  readonly noAccess: Role;
  readonly provisioner: Role;
  readonly reader: Role;
  /** A role of the account with every right. */
  readonly adminArn: string;
  /** An ARN in this partition. */
  arn(service: string, region: string, account: string, resource: string): string;
  /** The ARN of something of SageMaker in the studio's account and Region. */
  sageMaker(path: string): string;
  /** A managed policy of the studio, whether a role has it or not. */
  policy(name: string): NamedPolicy;
  /** What the trust policy of a federated role needs besides, by the ARN of the identity provider. */
  readonly federatedTrusts: ReadonlyMap<string, PolicyDocument>;
}

/** A team, one of its people, and the team that it must be kept apart from. */
export interface Side {
  readonly team: Team;
  readonly other: Team;
  readonly person: string;
}

/** A team of the library. */
export interface Team {
  readonly name: "fraud" | "platform";
  /** The names and ARNs of what is the team's by name. */
  readonly bucket: string;
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly repositoryArn: string;
  readonly database: string;
  readonly compute: Role;
  /** The role of the team's group with one persona or one activity. */
  role(access: PersonaName | ActivityName): Role;
}

/** The library that a config makes, by its studio's name. */
export function libraryOf(
  partition: Partition,
  { config, world }: Synthesized,
  name: string = LIBRARY.studio,
): Library {
  const studio = found(
    config.studios.find((each) => each.name === name),
    `studio ${name}`,
  );
  const block = found(
    world.blocks.find(({ type, stack }) => type === "aws_sagemaker_domain" && stack.name === studioStackName(name)),
    `domain of ${name}`,
  );
  const domain = found(
    world.domains.find((each) => each.name === name),
    `domain ${name}`,
  );
  const { accountId, region } = studio;
  const arn = (service: string, place: string, account: string, resource: string) =>
    `arn:${partition}:${service}:${place}:${account}:${resource}`;
  const sageMaker = (path: string) => arn("sagemaker", region, accountId, path);
  const role = (roleArn: string): Role => found(world.roles.get(roleArn), `role ${roleArn}`);

  function teamOf(team: Team["name"]): Team {
    const group = found(
      studio.groups.find((each) => each.team === team),
      `group of ${team}`,
    );
    const { buckets = [], keys = [], repositories = [], databases = [] } = group;
    const bucket = found(buckets[0], "bucket");
    return {
      name: team,
      bucket,
      bucketArn: arn("s3", "", "", bucket),
      keyArn: found(keys[0], "key"),
      repositoryArn: arn("ecr", region, accountId, `repository/${found(repositories[0], "repository")}`),
      database: found(databases[0], "database"),
      compute: role(computeRoleArn(studio, team)),
      role: (access) => role(executionRoleArn(studio, LIBRARY.group(team, access))),
    };
  }

  const [fraud, platform] = [teamOf("fraud"), teamOf("platform")];
  return {
    ...domainOf(sageMaker, domain.id),
    alike: domainOf(sageMaker, `${domain.id}0`),
    partition,
    world,
    config: studio,
    accountId,
    region,
    homeFileSystemId: String(block.attribute("home_efs_file_system_id")),
    sides: [
      { team: fraud, other: platform, person: "ana" },
      ...(partition === "aws" ? [{ team: platform, other: fraud, person: "pat" }] : []),
    ],
    noAccess: role(noAccessRoleArn(studio)),
    provisioner: role(provisionerRoleArn(studio)),
    reader: role(readerRoleArn(studio)),
    adminArn: arn("iam", "", accountId, "role/Admin"),
    arn,
    sageMaker,
    policy: (policy) => policyOf(world, `${studioStackName(name)}-${policy}`),
    federatedTrusts: federatedTrustsOf(world, name),
  };
}

/** Somebody's session in an app of the library's domain. */
export function session({ domainId }: Library, role: Role, profile: string): Caller {
  return { kind: "role", role, studio: { domainId, profile } };
}

/** A managed policy, attached or not. */
function policyOf({ blocks }: World, name: string): NamedPolicy {
  const block = blocks.find(({ type, config }) => type === "aws_iam_policy" && config.name === name);
  const text = String(found(block, `policy ${name}`).config.policy);
  return { name, document: parseIdentityPolicy(parseJson(text), name) };
}

function federatedTrustsOf({ outputs }: World, studio: string): Map<string, PolicyDocument> {
  const output = "federated-trust-policies";
  const texts = outputs.get(studioStackName(studio))?.[output];
  return new Map(
    Object.entries(isObject(texts) ? texts : {}).map(([arn, text]) => [
      arn,
      parsePolicy(parseJson(String(text)), output),
    ]),
  );
}
