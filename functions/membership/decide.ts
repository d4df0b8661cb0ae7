import { isSameUserName, MANAGED_BY, TAG } from "../../naming";

/** The profile that a person who is entitled to one should have in a studio. */
export interface DesiredProfile {
  readonly kind: "entitled";
  readonly name: string;
  readonly userName: string;
  readonly userId: string;
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What should become of a profile whose person is not entitled to it. */
export interface Departure {
  readonly kind: "departed";
  readonly userId: string;
  /** The role that may do nothing. */
  readonly roleArn: string;
  /**
   * How long spaces and profile are kept, in milliseconds; `undefined` for ever: the person is still entitled, to
   * another profile.
   */
  readonly retain: number | undefined;
  /** Whether shared spaces that the person owns are deleted too. */
  readonly deletesSharedSpaces: boolean;
}

/** What AWS calls the types of apps. */
export type AppType =
  | "Canvas"
  | "CodeEditor"
  | "DetailedProfiler"
  | "JupyterLab"
  | "JupyterServer"
  | "KernelGateway"
  | "RSessionGateway"
  | "RStudioServerPro"
  | "TensorBoard";

/** An app. It hangs on a profile or on a space. */
export interface App {
  readonly type: AppType;
  readonly name: string;
  readonly status: string;
  /** `undefined` for an app of the profile itself. */
  readonly space: string | undefined;
}

/** A space that a profile owns. */
export interface Space {
  readonly name: string;
  readonly status: string;
  /** `undefined` where AWS does not say: then it is nobody's to delete. */
  readonly sharing: "Private" | "Shared" | undefined;
}

/** What hangs on a profile and is in the way of its removal. */
export interface Belongings {
  readonly apps: readonly App[];
  readonly spaces: readonly Space[];
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
  readonly isPortalDisabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** One step towards the desired state. */
export type Action =
  | { readonly kind: "create" }
  /** Write the tags. On a profile without the mark this is the adoption. */
  | { readonly kind: "tag"; readonly profile: ActualProfile; readonly adopts: boolean }
  /** Take the date of removal away from somebody who came back. */
  | { readonly kind: "unmark"; readonly profile: ActualProfile }
  /** Give the role, and the portal where it is disabled. */
  | { readonly kind: "assignRole"; readonly profile: ActualProfile }
  /** Remove what a failed creation left. */
  | { readonly kind: "deleteFailed"; readonly profile: ActualProfile }
  /** Write the date of removal. */
  | { readonly kind: "mark"; readonly profile: ActualProfile; readonly removeAfter: Date }
  /** Give the role that may do nothing, and disable the portal. */
  | { readonly kind: "cutOff"; readonly profile: ActualProfile }
  | { readonly kind: "deleteApp"; readonly profile: ActualProfile; readonly app: App }
  | { readonly kind: "deleteSpace"; readonly profile: ActualProfile; readonly space: Space }
  | { readonly kind: "deleteProfile"; readonly profile: ActualProfile }
  /** The removal ends here: what is left is somebody else's work. */
  | { readonly kind: "keep"; readonly reason: string }
  /** AWS is changing something: come back later. */
  | { readonly kind: "wait"; readonly reason: string }
  /** The profile belongs to somebody else: touch nothing, and say so. */
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * What to do so that a person who is entitled to a profile has it, with the right role and tags.
 * Pure: the same profiles always give the same actions, in the order in which they must be done.
 * Tags come before all else, because the provisioner may change marked profiles only; a date of removal goes before the
 * role, because a later departure must not find it.
 * @param actual - the person's profile, or the one whose name is in the way; `undefined` if there is none
 */
export function decide(desired: DesiredProfile, actual: ActualProfile | undefined): readonly Action[] {
  if (actual === undefined) return [{ kind: "create" }];
  if (actual.status === "Deleting") {
    return [{ kind: "wait", reason: "the profile is being deleted; it is created anew when it is gone" }];
  }
  const stranger = strangerIn(desired, actual);
  if (stranger) return [{ kind: "refuse", reason: stranger }];
  const profile = actual;
  const tag: Action[] = hasAllTags(desired, actual) ? [] : [{ kind: "tag", profile, adopts: !isMarked(actual) }];
  const unmark: Action[] = TAG.removeAfter in actual.tags ? [{ kind: "unmark", profile }] : [];
  const assignRole: Action = { kind: "assignRole", profile };
  const isRight = actual.roleArn === desired.roleArn && !actual.isPortalDisabled;
  const before = [...tag, ...unmark];
  switch (actual.status) {
    case "Failed":
      // It never worked, so it holds nothing of anybody's.
      return [...tag, { kind: "deleteFailed", profile }];
    case "Update_Failed":
    case "Delete_Failed":
      return [...before, assignRole];
    case "InService":
      return isRight ? before : [...before, assignRole];
    case "Pending":
      // A profile is made with the role that it shows.
      if (isRight) return before;
      return [...before, { kind: "wait", reason: "the profile is still being made; its role is changed after that" }];
    default:
      // While AWS updates it, the role it shows may be the one before or the one after.
      return [...before, { kind: "wait", reason: `the profile is ${actual.status}; its role is compared after that` }];
  }
}

/**
 * What to do now about the profile of somebody who is not entitled to it: cut off at once, remove after a grace period.
 * Pure, as {@link decide}. Apps go first, then spaces, then the profile; each visit begins what AWS can begin.
 * The date is written before the access is cut: a date from an earlier departure must not count for this one.
 * @param actual - a profile that may be the person's; any other is left alone
 * @param now - decides whether the grace period is over
 */
export function decideDeparture(
  departure: Departure,
  actual: ActualProfile | undefined,
  { apps, spaces }: Belongings,
  now: Date,
): readonly Action[] {
  if (actual === undefined || !isMarked(actual) || actual.tags[TAG.userId] !== departure.userId) return [];
  const profile = actual;
  if (actual.status === "Deleting") return [{ kind: "wait", reason: "the profile is being deleted" }];
  if (actual.status === "Failed") return [{ kind: "deleteFailed", profile }];

  const isSettled = ["InService", "Update_Failed", "Delete_Failed"].includes(actual.status);
  const hasAccess = actual.roleArn !== departure.roleArn || !actual.isPortalDisabled;
  const needsCut = isSettled && (hasAccess || actual.status === "Update_Failed");
  const actions: Action[] = [];

  // A date of a time when the person had no other profile must not count when they leave again.
  if (departure.retain === undefined && TAG.removeAfter in actual.tags) actions.push({ kind: "unmark", profile });
  const marked = removalDate(actual);
  const isDateStale = marked === undefined || (needsCut && hasAccess);
  if (departure.retain !== undefined && isDateStale) {
    actions.push({ kind: "mark", profile, removeAfter: new Date(now.getTime() + departure.retain) });
  }
  if (needsCut) actions.push({ kind: "cutOff", profile });

  const doomed = spaces.filter(
    ({ sharing }) => sharing === "Private" || (sharing === "Shared" && departure.deletesSharedSpaces),
  );
  // AWS does not tell the cases of such names apart.
  const isDoomed = new Set(doomed.map(({ name }) => name.toLowerCase()));
  // An app in another's space, or in a shared one, is others' work.
  const live = apps.filter((app) => isLive(app) && (app.space === undefined || isDoomed.has(app.space.toLowerCase())));
  for (const app of live) if (app.status !== "Deleting") actions.push({ kind: "deleteApp", profile, app });
  const wait = (reason: string) => [...actions, { kind: "wait", reason } as const];
  if (live.length > 0) return wait(`${live.length} apps are being deleted`);
  if (needsCut || !isSettled) return wait("the profile is being changed");

  if (departure.retain === undefined) return actions;
  if (isDateStale) return departure.retain === 0 ? wait("spaces and profile are removed next") : actions;
  if (now < marked) return actions;

  for (const space of doomed) if (space.status !== "Deleting") actions.push({ kind: "deleteSpace", profile, space });
  if (doomed.length > 0) return wait(`${doomed.length} spaces are being deleted`);
  if (spaces.length > 0) {
    const names = spaces.map(({ name }) => name).sort();
    return [...actions, { kind: "keep", reason: `the profile owns the shared space ${names.join(", ")}` }];
  }
  actions.push({ kind: "deleteProfile", profile });
  return wait("the profile is being deleted");
}

/** When a marked profile may be removed; `undefined` without a date that can be read. */
export function removalDate(actual: ActualProfile): Date | undefined {
  const date = new Date(actual.tags[TAG.removeAfter] ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Whether an app still runs or is about to: `Deleted` rows stay listed, and an app in `Failed` is gone. */
function isLive({ status }: App): boolean {
  return status !== "Deleted" && status !== "Failed";
}

function isMarked(actual: ActualProfile): boolean {
  return actual.tags[TAG.managedBy] === MANAGED_BY;
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
