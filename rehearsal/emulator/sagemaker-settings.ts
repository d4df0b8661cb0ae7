import type { SourceKeys } from "./passed-roles";

/** How SageMaker behaves where AWS does not say, or where it depends on the account. */
export interface SagemakerOptions {
  /** Whether a domain takes two profiles for one SSO user. Default: refused. */
  readonly duplicateSsoUsers?: "refused" | "allowed";
  /** The error for a profile name that exists. Default: `ResourceInUse`. */
  readonly existingProfileError?: "ResourceInUse" | "ValidationException";
  /** Whether an SSO user must be assigned to the domain's application first. Default: yes. */
  readonly requireAssignment?: boolean;
  /** Which keys a trust policy sees when SageMaker takes on a role. Default: both. */
  readonly sourceKeys?: SourceKeys;
  /** When an updated profile shows its new settings. Default: at once. */
  readonly updatesShow?: "at once" | "when done";
  /** Whether an update of a profile replaces the settings that it is not sent, too. Default: no. */
  readonly updateReplacesSettings?: boolean;
  /** How many profiles a domain takes. Default: 60,000. */
  readonly maximumProfiles?: number;
  /** How long changes take, in milliseconds. */
  readonly timings?: Partial<Timings>;
}

/** How long changes take, in milliseconds. */
export interface Timings {
  readonly domain: number;
  readonly profile: number;
  readonly space: number;
  readonly app: number;
}

/** What the operations work with: the options, and what SageMaker asks Identity Center. */
export interface SagemakerSettings extends Required<Omit<SagemakerOptions, "timings">> {
  readonly timings: Timings;
  /** The ids of a user and of the groups that it is in. */
  findUser(userName: string): { readonly principalIds: readonly string[] } | undefined;
  isAssigned(applicationArn: string, principalIds: readonly string[]): boolean;
}
