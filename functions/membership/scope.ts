/** Whose memberships to read. Only a sweep can answer for a group or for everyone. */
export type Scope = UserScope | SweepScope;

/** One person. */
export interface UserScope {
  readonly kind: "user";
  readonly userId: string;
  /** The group through which the hint came, where it names one: an unmanaged group changes nothing. */
  readonly groupId?: string | undefined;
  /** Whether that group should have the person now: if it does not look so, the event came before what it tells of. */
  readonly joined?: boolean | undefined;
  /** The one studio that the hint is about; all, if absent. */
  readonly studio?: string | undefined;
  /** A profile that a sweep saw to bear the person's id. */
  readonly profile?: string | undefined;
  /** When what is left to do made its last progress. */
  readonly since?: Date | undefined;
  /** A sweep found a difference: while there is one, the next sweep finds it again. */
  readonly bySweep?: boolean | undefined;
  /** Since when the studio as a whole has failed, as far as this hint has seen. */
  readonly failingSince?: Date | undefined;
}

/** Everybody, or the members of a group. */
export type SweepScope =
  | {
      readonly kind: "group";
      readonly groupId: string;
      /** The group was deleted, or may have another name now. */
      readonly replaced?: boolean;
    }
  | { readonly kind: "everyone" };

const RESOURCE_ID = /^([0-9a-f]{10}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * True for an id of the Identity Store's users and groups; false for what CloudTrail put in its place
 * ("HIDDEN_DUE_TO_SECURITY_REASONS").
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html
 */
export function isResourceId(text: string): boolean {
  return RESOURCE_ID.test(text);
}
