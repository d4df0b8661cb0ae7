import {
  computeRoleArn,
  executionRoleArn,
  noAccessRoleArn,
  onboardingRoleArn,
  provisionerRoleArn,
  readerRoleArn,
  sweepRoleArn,
} from "../../../naming";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { Role, World } from "../../../rehearsal/world";
import type { Partition, Synthesized } from "../synthesized";

/** What the tables are written with: the roles and the things of the synthesized stacks, by what they are. */
export interface Scene {
  readonly partition: Partition;
  readonly world: World;
  /** The studio that most is tried on; its domain has a customer managed key. */
  readonly research: Studio;
  /** In the same account and Region, with a name that begins alike. */
  readonly researchTwo: Studio;
  /** In Identity Center's own account. */
  readonly home: Studio;
  readonly onboarding: Role;
  readonly sweep: Role;
  readonly homeRegion: string;
  readonly membershipQueueArn: string;
  readonly sweepQueueArn: string;
  readonly deadLettersArn: string;
  /** The rules that take Identity Center's events. */
  readonly eventRuleArns: readonly string[];
  /** The rules that only the time sets off. */
  readonly scheduleArns: readonly string[];
  /** Whether the config lets shared spaces go with their owner. */
  readonly deletesSharedSpaces: boolean;
  /** An ARN in this partition. */
  arn(service: string, region: string, account: string, resource: string): string;
}

/** The things of a SageMaker domain. */
export interface Domain {
  readonly domainId: string;
  readonly domainArn: string;
  profile(name: string): string;
  space(name: string): string;
  /** An app in a space, or of a profile: their ARNs are alike. */
  app(holder: string): string;
}

/** One studio of the scene. */
export interface Studio extends Domain {
  readonly accountId: string;
  readonly region: string;
  /** A domain beside it that is nobody's here, whose id begins alike. */
  readonly alike: Domain;
  readonly keyArn: string | undefined;
  readonly fraud: Role;
  readonly platform: Role;
  /** What team fraud's jobs run with. */
  readonly fraudCompute: Role;
  readonly noAccess: Role;
  readonly provisioner: Role;
  readonly reader: Role;
  /** A person's session in an app of this studio's domain. */
  session(role: Role, profile: string): Caller;
}

/** The scene that the example config makes. */
export function sceneOf(partition: Partition, { config, world }: Synthesized): Scene {
  const arn = (service: string, region: string, account: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const role = (roleArn: string): Role => found(world.roles.get(roleArn), `role ${roleArn}`);
  const queue = (name: string) => found(world.queues.find((each) => each.name === name)?.arn, `queue ${name}`);

  function studioOf(name: string): Studio {
    const studio = found(
      config.studios.find((each) => each.name === name),
      `studio ${name}`,
    );
    const domain = found(
      world.domains.find((each) => each.name === name),
      `domain ${name}`,
    );
    const sageMaker = (path: string) => arn("sagemaker", studio.region, studio.accountId, path);
    return {
      ...domainOf(sageMaker, domain.id),
      alike: domainOf(sageMaker, `${domain.id}0`),
      accountId: studio.accountId,
      region: studio.region,
      keyArn: studio.kmsKeyArn,
      fraud: role(executionRoleArn(studio, "ML Fraud Scientists")),
      platform: role(executionRoleArn(studio, "ML Platform MLOps")),
      fraudCompute: role(computeRoleArn(studio, "fraud")),
      noAccess: role(noAccessRoleArn(studio)),
      provisioner: role(provisionerRoleArn(studio)),
      reader: role(readerRoleArn(studio)),
      session: (who, profile) => ({ kind: "role", role: who, studio: { domainId: domain.id, profile } }),
    };
  }

  return {
    partition,
    world,
    research: studioOf("research"),
    researchTwo: studioOf("research-two"),
    home: studioOf("home"),
    onboarding: role(onboardingRoleArn(config.identityCenter)),
    sweep: role(sweepRoleArn(config.identityCenter)),
    homeRegion: config.identityCenter.region,
    membershipQueueArn: queue("studio-membership"),
    sweepQueueArn: queue("studio-sweep"),
    deadLettersArn: queue("studio-membership-dead-letters"),
    eventRuleArns: world.rules.filter(({ pattern }) => pattern !== undefined).map((rule) => rule.arn),
    scheduleArns: world.rules.filter(({ pattern }) => pattern === undefined).map((rule) => rule.arn),
    deletesSharedSpaces: config.deprovisioning.sharedSpaces === "delete",
    arn,
  };
}

/** A domain and what is in it. */
export function domainOf(sageMaker: (path: string) => string, domainId: string): Domain {
  return {
    domainId,
    domainArn: sageMaker(`domain/${domainId}`),
    profile: (profile) => sageMaker(`user-profile/${domainId}/${profile}`),
    space: (space) => sageMaker(`space/${domainId}/${space}`),
    app: (holder) => sageMaker(`app/${domainId}/${holder}/JupyterLab/default`),
  };
}

/** What the stacks must have. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the stacks have no ${what}`);
  return value;
}
