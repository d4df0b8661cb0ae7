import { isSameUserName, TAG } from "../../naming";

/** The profile that a person should have in a studio. */
export interface DesiredProfile {
  readonly name: string;
  readonly userName: string;
  readonly userId: string;
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A profile as AWS describes it. */
export interface ActualProfile {
  readonly name: string;
  /** As AWS returned it: profile names in it may be in lower case. */
  readonly arn: string;
  readonly status: string;
  /** The Identity Center user name that the profile is linked to for good. */
  readonly userName: string | undefined;
  /** `undefined` where the profile has the domain's default role. */
  readonly roleArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** One step towards the desired profile. */
export type Action =
  | { readonly kind: "create" }
  /** Write the tags. On a profile without the mark this is the adoption. */
  | { readonly kind: "tag"; readonly profile: ActualProfile; readonly adopts: boolean }
  | { readonly kind: "assignRole"; readonly profile: ActualProfile }
  /** Remove what a failed creation left, to create it anew. */
  | { readonly kind: "deleteFailed"; readonly profile: ActualProfile }
  /** AWS is changing the profile: come back later. */
  | { readonly kind: "wait"; readonly reason: string }
  /** The profile belongs to somebody else: touch nothing, and say so. */
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * What to do so that a person who is entitled to a profile has it, with the right role and tags.
 * Pure: the same profiles always give the same actions, in the order in which they must be done.
 * Tags come before the role, because the provisioner may change marked profiles only.
 * @param actual - the person's profile, or the one whose name is in the way; `undefined` if there is none
 */
export function decide(desired: DesiredProfile, actual: ActualProfile | undefined): readonly Action[] {
  if (actual === undefined) return [{ kind: "create" }];
  if (actual.status === "Deleting") {
    return [{ kind: "wait", reason: "the profile is being deleted; it is created anew when it is gone" }];
  }
  const stranger = strangerIn(desired, actual);
  if (stranger) return [{ kind: "refuse", reason: stranger }];
  const isMarked = actual.tags[TAG.managedBy] === desired.tags[TAG.managedBy];
  const tag: Action[] = hasAllTags(desired, actual) ? [] : [{ kind: "tag", profile: actual, adopts: !isMarked }];
  const assignRole: Action = { kind: "assignRole", profile: actual };
  const role = actual.roleArn === desired.roleArn ? [] : [assignRole];
  switch (actual.status) {
    case "Failed":
      // It never worked, so it holds nothing of anybody's.
      return [...tag, { kind: "deleteFailed", profile: actual }];
    case "Update_Failed":
    case "Delete_Failed":
      return [...tag, assignRole];
    case "InService":
      return [...tag, ...role];
    case "Pending":
      // A profile is made with the role that it shows.
      if (role.length === 0) return tag;
      return [...tag, { kind: "wait", reason: "the profile is still being made; its role is changed after that" }];
    default:
      // While AWS updates it, the role it shows may be the one before or the one after.
      return [...tag, { kind: "wait", reason: `the profile is ${actual.status}; its role is compared after that` }];
  }
}

function hasAllTags(desired: DesiredProfile, actual: ActualProfile): boolean {
  return Object.entries(desired.tags).every(([key, value]) => actual.tags[key] === value);
}

/** Why the profile is not this person's, or nothing if it is. */
function strangerIn(desired: DesiredProfile, actual: ActualProfile): string | undefined {
  if (actual.userName === undefined || !isSameUserName(actual.userName, desired.userName)) {
    return `profile ${actual.name} is linked to the user name ${actual.userName ?? "(none)"}, not to ${desired.userName}`;
  }
  const owner = actual.tags[TAG.userId];
  if (owner !== undefined && owner !== desired.userId) {
    // The name was given to another person: what is in the profile is not theirs.
    return `profile ${actual.name} belongs to user id ${owner}, who had the user name ${desired.userName} before`;
  }
  return undefined;
}
