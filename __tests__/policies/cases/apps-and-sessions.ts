import type { ActivityName } from "../../../policies/personas";
import { job } from "./callers";
import { type Library, type Side, session } from "./library";
import type { Allowed, Change, Table } from "./table";
import { tagging } from "./tags";

/** What is decided by whose profile calls and not by tags: Studio's screens, apps of a profile, shells in a space. */
export function appsAndSessions(library: Library): Table {
  return {
    allowed: library.sides.flatMap((side) => [
      ...(["private-spaces", "studio-apps", "view"] as const).flatMap((activity) => screens(library, side, activity)),
      ...appsOfOwnProfile(library, side),
      ...tagsOfNewApps(library, side),
      sessions(library, side),
    ]),
    refused: library.sides.flatMap(({ team, person }) => [
      {
        name: "an app in their own private space, without the activity for it",
        who: session(library, team.role("studio-apps"), person),
        action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
        resource: library.app("notes"),
        context: { "sagemaker:OwnerUserProfileArn": library.profile(person), "sagemaker:SpaceSharingType": "Private" },
      },
      {
        name: "an app of their own profile, without the activity for it",
        who: session(library, team.role("view"), person),
        action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
        resource: library.app(person),
      },
      {
        name: "a shell in their own space, without the activity for it",
        who: session(library, team.role("private-spaces"), person),
        action: "sagemaker:StartSession",
        resource: library.space("notes"),
        context: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": library.profile(person) },
      },
    ]),
  };
}

function screens(library: Library, { team, person }: Side, activity: ActivityName): Allowed[] {
  const who = session(library, team.role(activity), person);
  const { alike } = library;
  const inAlike = "in a domain whose id begins alike";
  const own = (deniedBy?: string): Partial<Allowed> => {
    const denied = deniedBy === undefined ? {} : { deniedBy };
    return {
      who,
      resource: library.profile(person),
      by: "OpenOwnProfile",
      ...(deniedBy && { deniedElsewhere: deniedBy }),
      butNot: {
        "another person's": { resource: library.profile("ben"), ...denied },
        "that of a person whose name begins alike": { resource: library.profile(`${person}-2`), ...denied },
        [inAlike]: { resource: alike.profile(person), ...denied },
        "from a job": { who: job(team.role(activity)), ...denied },
      },
    };
  };
  const base = { who, resource: library.profile(person), by: "OpenOwnProfile" };
  return [
    {
      name: "what Studio's screens list",
      who,
      action: ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      resource: "*",
      by: "ListStudio",
      butNot: { "what they do not list": { action: "sagemaker:ListStudioLifecycleConfigs" } },
    },
    {
      name: "the studio's domain",
      who,
      action: "sagemaker:DescribeDomain",
      resource: library.domainArn,
      by: "DescribeDomain",
      butNot: {
        "one whose id begins alike": { resource: alike.domainArn },
        "its tags": { action: "sagemaker:ListTags" },
      },
    },
    { ...base, name: "their own profile", action: "sagemaker:DescribeUserProfile", ...own() },
    { ...base, name: "their own Studio", action: "sagemaker:CreatePresignedDomainUrl", ...own("OthersProfiles") },
    {
      name: "anybody's space",
      who,
      action: "sagemaker:DescribeSpace",
      resource: library.space("somebodys"),
      by: "DescribeSpacesAndApps",
      butNot: { [inAlike]: { resource: alike.space("somebodys") }, "its tags": { action: "sagemaker:ListTags" } },
    },
    {
      name: "anybody's app",
      who,
      action: "sagemaker:DescribeApp",
      resource: library.app("somebodys"),
      by: "DescribeSpacesAndApps",
      butNot: { [inAlike]: { resource: alike.app("somebodys") }, "its tags": { action: "sagemaker:ListTags" } },
    },
  ];
}

/** Of such an app AWS sends neither an owner nor a sharing type. */
function appsOfOwnProfile(library: Library, { team, person }: Side): Allowed[] {
  const inSpace = (owner: string | undefined, type: string | undefined, ...deniedBy: readonly string[]): Change => ({
    context: { "sagemaker:OwnerUserProfileArn": owner, "sagemaker:SpaceSharingType": type },
    ...(deniedBy.length > 0 && { deniedBy }),
  });
  const withoutOwner = { deniedBy: "OthersAppsWithoutOwner" };
  const own = library.profile(person);
  return [
    {
      name: "an app of their own profile",
      who: session(library, team.role("studio-apps"), person),
      action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
      resource: library.app(person),
      by: "AppsOfOwnProfile",
      deniedElsewhere: "OthersAppsWithoutOwner",
      butNot: {
        "of another person's": { resource: library.app("ben"), ...withoutOwner },
        "of a person whose name begins alike": { resource: library.app(`${person}-2`), ...withoutOwner },
        "in a domain whose id begins alike": { resource: library.alike.app(person), ...withoutOwner },
        "in another person's space of that name": inSpace(library.profile("ben"), "Private", "OthersSpacesAndApps"),
        "in another person's shared space of that name": inSpace(
          library.profile("ben"),
          "Shared",
          "OthersSpacesAndApps",
          "SharedSpaces",
        ),
        "in their own shared space of that name": inSpace(own, "Shared", "SharedSpaces"),
        "in their own private space of that name": inSpace(own, "Private"),
        "in a shared space of that name that is nobody's": inSpace(undefined, "Shared", "SharedSpaces"),
        "in a private space of that name that is nobody's": inSpace(undefined, "Private"),
        "in a space of that name and of unknown sharing": inSpace(own, undefined),
        "from a job": { who: job(team.role("studio-apps")), ...withoutOwner },
      },
    },
  ];
}

function tagsOfNewApps(library: Library, { team, other, person }: Side): Allowed[] {
  const who = session(library, team.role("studio-apps"), person);
  const resource = library.app(person);
  const onWhatExists = ["TagsOfOthersThings", "TagsOfPeoplesThings"];
  return [
    {
      name: "their team's tag, on an app of their own profile that they create",
      who,
      action: "sagemaker:AddTags",
      resource,
      context: { ...tagging(team.name), "sagemaker:TaggingAction": "CreateApp" },
      by: "TagNewApps",
      butNot: {
        "another team's": { context: { "aws:RequestTag/team": other.name }, deniedBy: "OtherTeamsTag" },
        "on what exists": {
          context: { "sagemaker:TaggingAction": undefined },
          deniedBy: [...onWhatExists, "TeamOfWhatExists"],
        },
        "by another operation": { context: { "sagemaker:TaggingAction": "CreateSpace" } },
        "of another person's profile": { resource: library.app("ben") },
        "of a person whose name begins alike": { resource: library.app(`${person}-2`) },
        "in a domain whose id begins alike": { resource: library.alike.app(person) },
        "to take tags away": {
          action: "sagemaker:DeleteTags",
          ignored: ["sagemaker:TaggingAction"],
          deniedBy: [...onWhatExists, "TeamOfWhatExists"],
        },
      },
    },
    {
      name: "Studio's own tags, on an app of their own profile that they create",
      who,
      action: "sagemaker:AddTags",
      resource,
      context: {
        "sagemaker:TaggingAction": "CreateApp",
        "aws:RequestTag/sagemaker:domain-arn": library.domainArn,
        "aws:TagKeys": ["sagemaker:domain-arn"],
      },
      by: "TagNewApps",
      deniedElsewhere: "NewWithoutTeam",
    },
  ];
}

/** Studio tags every space with the profile that made it. */
function sessions(library: Library, { team, person }: Side): Allowed {
  const madeBy = (profile: string | undefined): Change => ({
    context: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": profile },
    deniedBy: "SessionsInOthersSpaces",
  });
  return {
    name: "a shell in their own space",
    who: session(library, team.role("remote-sessions"), person),
    action: "sagemaker:StartSession",
    resource: library.space("notes"),
    context: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": library.profile(person) },
    by: "ConnectToOwnSpaces",
    butNot: {
      "in another person's": madeBy(library.profile("ben")),
      "in that of a person whose name begins alike": madeBy(library.profile(`${person}-2`)),
      "in that of a namesake in another domain": madeBy(library.alike.profile(person)),
      "in one that does not say whose it is": madeBy(undefined),
      "in a domain whose id begins alike": { resource: library.alike.space("notes") },
      "from a job": { who: job(team.role("remote-sessions")), deniedBy: "SessionsInOthersSpaces" },
      "to change it": { action: "sagemaker:UpdateSpace", deniedBy: "SpacesWithoutOwner" },
    },
  };
}
