import type { PolicyDocument } from "../policy-document";
import { syntheticHex } from "../synthetic";

/** A session of a role, authorized against the role's policies. */
export interface RoleSession {
  readonly kind: "role";
  readonly roleArn: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
  /** What the session is limited to, besides what its role may do. */
  readonly policy?: PolicyDocument;
  /** Set where SageMaker made the session for an app: policies may then use the ids of domain and profile. */
  readonly studio?: { readonly domainId: string; readonly userProfileName: string };
}

/** A caller that may do everything, such as the one that deploys. */
export interface Administrator {
  readonly kind: "admin";
  readonly accountId: string;
  /** The role that the administrator acts as, if any. */
  readonly roleArn?: string;
  readonly sessionName?: string;
}

/** Who calls. */
export type Principal = RoleSession | Administrator;

/** Temporary credentials, as the SDKs take them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Who owns which access key. */
export interface Callers {
  /** Makes an access key for a principal. */
  issue(principal: Principal, expiration: Date): Credentials;
  /** Registers an access key that exists elsewhere, for example in a tool's settings. */
  register(accessKeyId: string, principal: Principal): void;
  find(accessKeyId: string): { readonly principal: Principal; readonly expiration: Date | undefined } | undefined;
}

/** A registry of access keys. */
export function createCallers(): Callers {
  const known = new Map<string, { principal: Principal; expiration: Date | undefined }>();
  let issued = 0;
  return {
    issue: (principal, expiration) => {
      issued += 1;
      const accessKeyId = `ASIA${syntheticHex(16, "key", String(issued)).toUpperCase()}`;
      known.set(accessKeyId, { principal, expiration });
      return {
        accessKeyId,
        secretAccessKey: syntheticHex(40, "secret", accessKeyId),
        sessionToken: syntheticHex(64, "token", accessKeyId),
        expiration,
      };
    },
    register: (accessKeyId, principal) => {
      known.set(accessKeyId, { principal, expiration: undefined });
    },
    find: (accessKeyId) => known.get(accessKeyId),
  };
}

/** The account that a principal belongs to. */
export function accountOf(principal: Principal): string {
  return principal.kind === "admin" ? principal.accountId : accountOfArn(principal.roleArn);
}

/** The account in an ARN. */
export function accountOfArn(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** A principal as AWS writes it in its messages. The path of a role is not part of it. */
export function principalArn(principal: Principal): string {
  if (principal.roleArn === undefined) return `arn:aws:iam::${accountOf(principal)}:root`;
  const [, partition = "aws", , , account = "", resource = ""] = principal.roleArn.split(":");
  const role = resource.split("/").at(-1) ?? "";
  return `arn:${partition}:sts::${account}:assumed-role/${role}/${principal.sessionName ?? "admin"}`;
}
