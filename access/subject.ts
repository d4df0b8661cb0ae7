import type { Context } from "../rehearsal/policy-simulator";
import type { Role } from "../rehearsal/world";
import type { StudioConfig } from "../stacks/config/schema";
import { exampleArn, type Variables } from "./arn";
import type { KnownType } from "./service-data";
import type { Source } from "./sources";

/** The kinds of what a group has by name. */
export const DATA_KINDS = ["buckets", "keys", "repositories", "databases"] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** Names of one kind: buckets, say. */
export interface Names {
  readonly own: readonly string[];
  readonly anothers: string;
  readonly nobodys: string;
}

/** A role that is asked about, and what is its own, another's and nobody's. */
export interface Subject {
  readonly role: Role;
  readonly sources: readonly Source[];
  readonly studio: StudioConfig;
  readonly partition: string;
  readonly domainId: string;
  readonly homeFileSystemId: string;
  readonly team: string;
  readonly anotherTeam: string;
  /** Whose Studio app asks. A compute role's jobs are nobody's. */
  readonly person: string | undefined;
  /** The role of another team's group, and its tags. */
  readonly anothersRole: string;
  readonly anothersTags: Readonly<Record<string, string>>;
  readonly computeRole: string;
  readonly anothersComputeRole: string;
  readonly data: Readonly<Record<DataKind, Names>>;
}

/** Somebody else in the studio. */
export const ANOTHER_PERSON = "ben";

/** A domain of another studio. */
export const EXAMPLE_DOMAIN = "d-another";

/** An account that has nothing to do with the studio. */
export const FOREIGN_ACCOUNT = "999988887777";

/** An ARN of a type, of the studio's account and Region. */
export function exampleOf(subject: Subject, type: KnownType, values: Readonly<Record<string, string>> = {}): string {
  const { partition, domainId, studio, person } = subject;
  return exampleArn(type.arn, {
    Partition: partition,
    Region: studio.region,
    Account: studio.accountId,
    DomainId: domainId,
    ...(person && { UserProfileName: person }),
    ...values,
  });
}

/** The ARN of a person's profile in the studio. */
export function profileArnOf({ partition, studio, domainId }: Subject, person: string): string {
  return `arn:${partition}:sagemaker:${studio.region}:${studio.accountId}:user-profile/${domainId}/${person}`;
}

/** The values of the policy variables in what a subject asks. */
export function variablesOf(subject: Subject): Variables {
  return variables(subject, subject.role.tags);
}

/** What the variables would be, if another team's role asked. */
export function anothersVariables(subject: Subject): Variables {
  return variables(subject, subject.anothersTags);
}

function variables({ person = "", domainId, studio }: Subject, tags: Readonly<Record<string, string>>): Variables {
  return {
    "aws:PrincipalAccount": studio.accountId,
    "sagemaker:UserProfileName": person,
    "sagemaker:DomainId": domainId,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

/** What AWS tells of any request. */
export function alwaysThere({ studio }: Subject, resource: string): Context {
  const [, , , region, account] = resource.split(":");
  return {
    "aws:PrincipalAccount": studio.accountId,
    "aws:ResourceAccount": account && /^\d+$/.test(account) ? account : studio.accountId,
    "aws:RequestedRegion": region || studio.region,
  };
}
