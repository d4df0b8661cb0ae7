/** Whose memberships to read. Only a sweep can answer for a group or for everyone. */
export type Scope =
  | {
      readonly kind: "user";
      readonly userId: string;
      /** The group through which the hint came, where it names one: an unmanaged group changes nothing. */
      readonly groupId?: string;
    }
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
