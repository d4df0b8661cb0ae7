import type { ActualProfile, App, Belongings, Space } from "../../functions/membership/decide";
import { profileTags, TAG } from "../../naming";

/** Everything that can be the case at a person's profile, and what is done about it. */

export const NOW = new Date("2026-11-20T08:00:00.000Z");

export const OWNER = {
  userName: "alice",
  userId: "93f7a2c4-0000-4000-8000-000000000001",
  adGroup: "ML Fraud",
  team: "fraud",
};
export const TAGS = profileTags(OWNER);
export const GROUP_ROLE = "arn:aws:iam::123456789012:role/studio/research/studio-research.ml-fraud";
export const NO_ACCESS = "arn:aws:iam::123456789012:role/studio/research/studio-research-no-access";

export const STANDINGS = ["entitled", "departed"] as const;

/** The states that AWS gives a user profile, and one that it has yet to invent. */
export const STATUSES = [
  "none",
  "Pending",
  "InService",
  "Updating",
  "Update_Failed",
  "Deleting",
  "Delete_Failed",
  "Failed",
  "Resting",
] as const;

/** What a profile gives: its group's role, another one, the domain's, or nothing at all. */
export const ACCESSES = {
  group: GROUP_ROLE,
  other: "arn:aws:iam::123456789012:role/studio/research/studio-research.ml-pricing",
  domain: undefined,
  nothing: NO_ACCESS,
} as const;

/** The date of removal on it. */
export const DATES = {
  none: undefined,
  unreadable: "next week",
  future: "2026-11-20T08:00:00.001Z",
  now: NOW.toISOString(),
  past: "2026-11-13T08:00:00.000Z",
} as const;

const space = (status: string, sharing: Space["sharing"]): Space => ({ name: "notebooks", status, sharing });
const app = (status: string, holder: string | undefined): App => ({
  type: "JupyterLab",
  name: "default",
  status,
  space: holder,
});

/** What hangs on it. */
export const HANGINGS: Readonly<Record<string, readonly Belongings[]>> = {
  nothing: [
    { apps: [], spaces: [] },
    { apps: [app("Deleted", undefined), app("Failed", undefined)], spaces: [] },
  ],
  "running apps": [
    { apps: [app("InService", undefined)], spaces: [] },
    { apps: [app("Pending", "notebooks")], spaces: [space("InService", "Private")] },
  ],
  "apps being deleted": [{ apps: [app("Deleting", "notebooks")], spaces: [space("InService", "Private")] }],
  "private spaces": [
    { apps: [], spaces: [space("InService", "Private")] },
    { apps: [app("Deleted", "notebooks"), app("Failed", "notebooks")], spaces: [space("Delete_Failed", "Private")] },
  ],
  "spaces being deleted": [{ apps: [], spaces: [space("Deleting", "Private")] }],
  "a shared space": [
    { apps: [], spaces: [space("InService", "Shared")] },
    { apps: [], spaces: [space("InService", undefined)] },
    // What runs in it is others' work, whoever owns it.
    { apps: [app("InService", "notebooks"), app("InService", "another's")], spaces: [space("InService", "Shared")] },
  ],
};

export function profileIn(status: string, access: keyof typeof ACCESSES, date: keyof typeof DATES): ActualProfile {
  const mark = DATES[date];
  return {
    name: "alice",
    arn: "arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-1/alice",
    status,
    userName: "alice",
    roleArn: ACCESSES[access],
    isPortalDisabled: access === "nothing",
    tags: mark === undefined ? TAGS : { ...TAGS, [TAG.removeAfter]: mark },
  };
}

/** One row: `|` separates what is alike, `*` is anything. */
export interface Row {
  readonly standing: (typeof STANDINGS)[number];
  readonly status: string;
  readonly access: string;
  readonly date: string;
  readonly hanging: string;
  /** The state in the diagram of docs/states.md, and the one that follows. */
  readonly from: string;
  readonly to: string;
  /** The kinds of actions, in their order. */
  readonly actions: readonly string[];
}

const row = (
  standing: Row["standing"],
  [status, access, date, hanging]: readonly [string, string, string, string],
  from: string,
  actions: string,
  to: string,
): Row => ({
  standing,
  status,
  access,
  date,
  hanging,
  from,
  to,
  actions: actions === "" ? [] : actions.split(" "),
});

const WRONG = "other|domain|nothing";
const ACCESS = "group|other|domain";
const NO_DATE = "none|unreadable";
const DATE = "future|now|past";
const DUE = "now|past";
const MARKED = "unreadable|future|now|past";
const NO_APPS = "nothing|private spaces|spaces being deleted|a shared space";

/** What decide does, for every combination exactly one row. */
export const TABLE: readonly Row[] = [
  row("entitled", ["none", "*", "*", "*"], "Absent", "create", "Making"),
  row("entitled", ["Pending", "group", "none", "*"], "Making", "", "Working"),
  row("entitled", ["Pending", "group", MARKED, "*"], "Making", "unmark", "Working"),
  row("entitled", ["Pending", WRONG, "none", "*"], "Making", "wait", "Working"),
  row("entitled", ["Pending", WRONG, MARKED, "*"], "Making", "unmark wait", "Working"),
  row("entitled", ["InService", "group", "none", "*"], "Working", "", "Working"),
  row("entitled", ["InService", "group", MARKED, "*"], "Working", "unmark", "Working"),
  row("entitled", ["InService", "other|domain", "none", "*"], "Working", "assignRole", "Changing"),
  row("entitled", ["InService", "other|domain", MARKED, "*"], "Working", "unmark assignRole", "Changing"),
  row("entitled", ["InService", "nothing", "none", "*"], "CutOff", "assignRole", "Changing"),
  row("entitled", ["InService", "nothing", "unreadable|future", "*"], "CutOff", "unmark assignRole", "Changing"),
  row("entitled", ["InService", "nothing", DUE, "*"], "Due", "unmark assignRole", "Changing"),
  row("entitled", ["Updating|Resting", "*", "none", "*"], "Changing", "wait", "Working"),
  row("entitled", ["Updating|Resting", "*", MARKED, "*"], "Changing", "unmark wait", "Working"),
  row("entitled", ["Update_Failed|Delete_Failed", "*", "none", "*"], "Broken", "assignRole", "Changing"),
  row("entitled", ["Update_Failed|Delete_Failed", "*", MARKED, "*"], "Broken", "unmark assignRole", "Changing"),
  row("entitled", ["Failed", "*", "*", "*"], "Failed", "deleteFailed", "Absent"),
  row("entitled", ["Deleting", "*", "*", "*"], "Deleting", "wait", "Absent"),

  row("departed", ["none", "*", "*", "*"], "Absent", "", "Absent"),
  row("departed", ["Pending", "*", NO_DATE, "running apps"], "Making", "mark deleteApp wait", "Working"),
  row("departed", ["Pending", "*", NO_DATE, `apps being deleted|${NO_APPS}`], "Making", "mark wait", "Working"),
  row("departed", ["Pending", "*", DATE, "running apps"], "Making", "deleteApp wait", "Working"),
  row("departed", ["Pending", "*", DATE, `apps being deleted|${NO_APPS}`], "Making", "wait", "Working"),
  row("departed", ["InService", ACCESS, "*", "running apps"], "Working", "mark cutOff deleteApp wait", "CutOff"),
  row("departed", ["InService", ACCESS, "*", `apps being deleted|${NO_APPS}`], "Working", "mark cutOff wait", "CutOff"),
  row("departed", ["InService", "nothing", NO_DATE, "running apps"], "CutOff", "mark deleteApp wait", "CutOff"),
  row("departed", ["InService", "nothing", NO_DATE, "apps being deleted"], "CutOff", "mark wait", "CutOff"),
  row("departed", ["InService", "nothing", NO_DATE, NO_APPS], "CutOff", "mark", "CutOff"),
  row("departed", ["InService", "nothing", "future", "running apps"], "CutOff", "deleteApp wait", "CutOff"),
  row("departed", ["InService", "nothing", "future", "apps being deleted"], "CutOff", "wait", "CutOff"),
  row("departed", ["InService", "nothing", "future", NO_APPS], "CutOff", "", "Due"),
  row("departed", ["InService", "nothing", DUE, "running apps"], "Due", "deleteApp wait", "Due"),
  row("departed", ["InService", "nothing", DUE, "apps being deleted"], "Due", "wait", "Due"),
  row("departed", ["InService", "nothing", DUE, "private spaces"], "Due", "deleteSpace wait", "Due"),
  row("departed", ["InService", "nothing", DUE, "spaces being deleted"], "Due", "wait", "Due"),
  row("departed", ["InService", "nothing", DUE, "a shared space"], "Due", "keep", "Due"),
  row("departed", ["InService", "nothing", DUE, "nothing"], "Due", "deleteProfile wait", "Deleting"),
  row("departed", ["Updating|Resting", "*", NO_DATE, "running apps"], "Changing", "mark deleteApp wait", "Working"),
  row(
    "departed",
    ["Updating|Resting", "*", NO_DATE, `apps being deleted|${NO_APPS}`],
    "Changing",
    "mark wait",
    "Working",
  ),
  row("departed", ["Updating|Resting", "*", DATE, "running apps"], "Changing", "deleteApp wait", "Working"),
  row("departed", ["Updating|Resting", "*", DATE, `apps being deleted|${NO_APPS}`], "Changing", "wait", "Working"),
  row("departed", ["Update_Failed", ACCESS, "*", "running apps"], "Broken", "mark cutOff deleteApp wait", "CutOff"),
  row(
    "departed",
    ["Update_Failed", ACCESS, "*", `apps being deleted|${NO_APPS}`],
    "Broken",
    "mark cutOff wait",
    "CutOff",
  ),
  row(
    "departed",
    ["Update_Failed", "nothing", NO_DATE, "running apps"],
    "Broken",
    "mark cutOff deleteApp wait",
    "CutOff",
  ),
  row(
    "departed",
    ["Update_Failed", "nothing", NO_DATE, `apps being deleted|${NO_APPS}`],
    "Broken",
    "mark cutOff wait",
    "CutOff",
  ),
  row("departed", ["Update_Failed", "nothing", DATE, "running apps"], "Broken", "cutOff deleteApp wait", "CutOff"),
  row(
    "departed",
    ["Update_Failed", "nothing", DATE, `apps being deleted|${NO_APPS}`],
    "Broken",
    "cutOff wait",
    "CutOff",
  ),
  row("departed", ["Delete_Failed", ACCESS, "*", "running apps"], "Broken", "mark cutOff deleteApp wait", "CutOff"),
  row(
    "departed",
    ["Delete_Failed", ACCESS, "*", `apps being deleted|${NO_APPS}`],
    "Broken",
    "mark cutOff wait",
    "CutOff",
  ),
  row("departed", ["Delete_Failed", "nothing", NO_DATE, "running apps"], "Broken", "mark deleteApp wait", "CutOff"),
  row("departed", ["Delete_Failed", "nothing", NO_DATE, "apps being deleted"], "Broken", "mark wait", "CutOff"),
  row("departed", ["Delete_Failed", "nothing", NO_DATE, NO_APPS], "Broken", "mark", "CutOff"),
  row("departed", ["Delete_Failed", "nothing", "future", "running apps"], "Broken", "deleteApp wait", "CutOff"),
  row("departed", ["Delete_Failed", "nothing", "future", "apps being deleted"], "Broken", "wait", "CutOff"),
  row("departed", ["Delete_Failed", "nothing", "future", NO_APPS], "Broken", "", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "running apps"], "Broken", "deleteApp wait", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "apps being deleted"], "Broken", "wait", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "private spaces"], "Broken", "deleteSpace wait", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "spaces being deleted"], "Broken", "wait", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "a shared space"], "Broken", "keep", "Due"),
  row("departed", ["Delete_Failed", "nothing", DUE, "nothing"], "Broken", "deleteProfile wait", "Deleting"),
  row("departed", ["Failed", "*", "*", "*"], "Failed", "deleteFailed", "Absent"),
  row("departed", ["Deleting", "*", "*", "*"], "Deleting", "wait", "Absent"),
];

/** What can be done on the way from one state to the next, in its order. */
const STEPS = [
  "create",
  "unmark",
  "assignRole",
  "mark",
  "cutOff",
  "deleteApp",
  "deleteSpace",
  "keep",
  "deleteProfile",
  "deleteFailed",
];

/** The table as a state diagram in Mermaid's language, without what changes nothing. */
export function diagramOf(table: readonly Row[]): string {
  const edges = new Map<string, Set<string>>();
  for (const { standing, from, to, actions } of table) {
    const steps = actions.filter((action) => action !== "wait");
    if (from === to && steps.length === 0) continue;
    const edge = `${from} --> ${to}: ${standing}`;
    edges.set(edge, new Set([...(edges.get(edge) ?? []), ...steps]));
  }
  const lines = [...edges].map(([edge, steps]) => {
    const ordered = STEPS.filter((step) => steps.has(step));
    return `  ${edge}${ordered.length > 0 ? ` / ${ordered.join(", ")}` : ""}`;
  });
  return ["stateDiagram-v2", "  [*] --> Absent", ...lines].join("\n");
}
