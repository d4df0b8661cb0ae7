import { readFileSync } from "node:fs";
import fc from "fast-check";
import {
  type ActualProfile,
  type Belongings,
  type Departure,
  type DesiredProfile,
  decide,
  decideDeparture,
  type Space,
} from "../../functions/membership/decide";
import { MANAGED_BY, profileTags, TAG } from "../../naming";
import {
  ACCESSES,
  DATES,
  diagramOf,
  GROUP_ROLE,
  HANGINGS,
  NO_ACCESS,
  NOW,
  OWNER,
  profileIn,
  type Row,
  STANDINGS,
  STATUSES,
  TABLE,
  TAGS,
} from "./decide-table";

const DAY = 24 * 60 * 60 * 1000;
const NOTHING: Belongings = { apps: [], spaces: [] };
const entitled: DesiredProfile = {
  kind: "entitled",
  name: "alice",
  userName: "alice",
  userId: OWNER.userId,
  roleArn: GROUP_ROLE,
  tags: TAGS,
};
const departed: Departure = {
  kind: "departed",
  userId: OWNER.userId,
  roleArn: NO_ACCESS,
  retain: 7 * DAY,
  deletesSharedSpaces: false,
};

/** Every combination of what can be the case, with its row of the table. */
const COMBINATIONS = STANDINGS.flatMap((standing) =>
  STATUSES.flatMap((status) =>
    keysOf(ACCESSES).flatMap((access) =>
      keysOf(DATES).flatMap((date) =>
        Object.entries(HANGINGS).flatMap(([hanging, variants]) =>
          variants.map((belongings) => ({ standing, status, access, date, hanging, belongings })),
        ),
      ),
    ),
  ),
);

function rowsFor(wanted: Omit<(typeof COMBINATIONS)[number], "belongings">): Row[] {
  const fits = (pattern: string, value: string) => pattern === "*" || pattern.split("|").includes(value);
  return TABLE.filter(
    (row) =>
      row.standing === wanted.standing &&
      fits(row.status, wanted.status) &&
      fits(row.access, wanted.access) &&
      fits(row.date, wanted.date) &&
      fits(row.hanging, wanted.hanging),
  );
}

describe("the whole table", () => {
  test("has one row for every combination", () => {
    const others = COMBINATIONS.filter((each) => rowsFor(each).length !== 1);
    expect(others.slice(0, 3)).toEqual([]);
  });

  test.each(TABLE.map((row) => [`${row.standing}: ${row.status}, ${row.access}, ${row.date}, ${row.hanging}`, row]))(
    "%s",
    (_, row) => {
      const covered = COMBINATIONS.filter((each) => rowsFor(each)[0] === row);
      expect(covered.length).toBeGreaterThan(0);
      for (const { standing, status, access, date, belongings } of covered) {
        const actual = status === "none" ? undefined : profileIn(status, access, date);
        const actions =
          standing === "entitled" ? decide(entitled, actual) : decideDeparture(departed, actual, belongings, NOW);
        expect(actions.map(({ kind }) => kind)).toEqual(row.actions);
      }
    },
  );

  test("is the state diagram of the documentation", () => {
    expect(readFileSync("docs/states.md", "utf8")).toContain(diagramOf(TABLE));
  });
});

describe("leaving", () => {
  const actionsOf = (departure: Departure, actual: ActualProfile, belongings: Belongings = NOTHING) =>
    decideDeparture(departure, actual, belongings, NOW);

  test("the date of removal is the end of the grace period", () => {
    const [mark] = actionsOf(departed, profileIn("InService", "group", "none"));
    expect(mark).toMatchObject({ kind: "mark", removeAfter: new Date("2026-11-27T08:00:00.000Z") });
  });

  test("a date of an earlier departure does not shorten this one's grace period", () => {
    const [mark] = actionsOf(departed, profileIn("InService", "group", "past"));
    expect(mark).toMatchObject({ kind: "mark", removeAfter: new Date("2026-11-27T08:00:00.000Z") });
  });

  test("without a grace period what hangs on the profile goes as soon as the date is written", () => {
    const now = { ...departed, retain: 0 };
    expect(actionsOf(now, profileIn("InService", "nothing", "none")).map(({ kind }) => kind)).toEqual(["mark", "wait"]);
    expect(actionsOf(now, profileIn("InService", "nothing", "now")).map(({ kind }) => kind)).toEqual([
      "deleteProfile",
      "wait",
    ]);
  });

  test("shared spaces go too if the config says so, with what runs in them", () => {
    const shared: Space = { name: "team", status: "InService", sharing: "Shared" };
    const app = { type: "JupyterLab", name: "default", status: "InService", space: "team" } as const;
    const all = { ...departed, deletesSharedSpaces: true };
    const due = profileIn("InService", "nothing", "past");
    const kinds = (belongings: Belongings) => actionsOf(all, due, belongings).map(({ kind }) => kind);
    expect(kinds({ apps: [app], spaces: [shared] })).toEqual(["deleteApp", "wait"]);
    expect(kinds({ apps: [], spaces: [shared] })).toEqual(["deleteSpace", "wait"]);
    expect(kinds({ apps: [], spaces: [{ ...shared, sharing: undefined }] })).toEqual(["keep"]);
  });

  test("an app is in its space, however the list of apps spells that", () => {
    const mine: Space = { name: "mine", status: "InService", sharing: "Private" };
    const app = { type: "JupyterLab", name: "default", status: "InService", space: "MINE" } as const;
    const actions = actionsOf(departed, profileIn("InService", "nothing", "future"), { apps: [app], spaces: [mine] });
    expect(actions).toMatchObject([{ kind: "deleteApp", app }, { kind: "wait" }]);
  });

  test("private spaces go, and shared ones stay, with the profile", () => {
    const due = profileIn("InService", "nothing", "past");
    const mine: Space = { name: "mine", status: "InService", sharing: "Private" };
    const team: Space = { name: "team", status: "InService", sharing: "Shared" };
    const actions = actionsOf(departed, due, { apps: [], spaces: [mine, team] });
    expect(actions).toMatchObject([{ kind: "deleteSpace", space: { name: "mine" } }, { kind: "wait" }]);
    expect(actionsOf(departed, due, { apps: [], spaces: [team] })).toEqual([
      { kind: "keep", reason: "the profile owns the shared space team" },
    ]);
  });

  test.each<[string, Partial<ActualProfile>]>([
    ["without the mark", { tags: { ...TAGS, [TAG.managedBy]: "somebody" } }],
    ["without any tag", { tags: {} }],
    ["of another person", { tags: { ...TAGS, [TAG.userId]: "93f7a2c4-0000-4000-8000-000000000002" } }],
  ])("a profile %s is left alone, whatever its state", (_, other) => {
    for (const status of STATUSES) {
      for (const access of keysOf(ACCESSES)) {
        for (const date of keysOf(DATES)) {
          const actual = { ...profileIn(status, access, date), ...other };
          expect(actionsOf(departed, actual, HANGINGS["private spaces"]?.[0])).toEqual([]);
        }
      }
    }
  });

  test("a person's other profile is cut off and kept for ever", () => {
    const kept = { ...departed, retain: undefined };
    for (const [hanging, variants] of Object.entries(HANGINGS)) {
      for (const belongings of variants) {
        for (const date of keysOf(DATES)) {
          const before = actionsOf(kept, profileIn("InService", "group", date), belongings).map(({ kind }) => kind);
          expect(before.find((kind) => kind !== "unmark")).toBe("cutOff");
          // A date of a time when the person was away must not wait for them to leave again.
          expect(before.includes("unmark")).toBe(date !== "none");
          const after = actionsOf(kept, profileIn("InService", "nothing", date), belongings).map(({ kind }) => kind);
          expect([...before, ...after]).not.toContain("mark");
          expect([...before, ...after]).not.toContain("deleteSpace");
          expect([...before, ...after]).not.toContain("deleteProfile");
          if (!hanging.includes("apps")) expect(after).toEqual(date === "none" ? [] : ["unmark"]);
        }
      }
    }
  });
});

function keysOf<T extends object>(record: T): (keyof T & string)[] {
  const keys: (keyof T & string)[] = [];
  for (const key in record) keys.push(key);
  return keys;
}

const owner = { userName: "alice", userId: "u-1", adGroup: "ML Fraud", team: "fraud" };
const desired: DesiredProfile = {
  kind: "entitled",
  name: "alice",
  userName: "alice",
  userId: "u-1",
  roleArn: "arn:fraud",
  tags: profileTags(owner),
};
const right: ActualProfile = {
  name: "alice",
  arn: "arn:profile",
  status: "InService",
  userName: "alice",
  roleArn: "arn:fraud",
  isPortalDisabled: false,
  tags: desired.tags,
};
const otherRole = { roleArn: "arn:pricing" };
const otherTeam = { tags: { ...desired.tags, [TAG.team]: "pricing" } };
const unmarked = { tags: { "cost-center": "7" } };

/** What is there → what is done, in order. */
const CASES: readonly [what: string, actual: Partial<ActualProfile> | undefined, actions: readonly string[]][] = [
  ["nothing", undefined, ["create"]],
  ["the right profile", {}, []],
  ["the right profile, named in another case", { userName: "ALICE" }, []],
  ["more tags than ours", { tags: { ...desired.tags, "cost-center": "7" } }, []],
  ["another role", otherRole, ["assignRole"]],
  ["a portal that somebody disabled", { isPortalDisabled: true }, ["assignRole"]],
  ["the domain's default role", { roleArn: undefined }, ["assignRole"]],
  ["another team", otherTeam, ["tag"]],
  ["another group", { ...otherRole, ...otherTeam }, ["tag", "assignRole"]],
  ["one made by hand for the same person", { ...unmarked, ...otherRole }, ["tag:adopts", "assignRole"]],
  ["one made by hand, with the right role", unmarked, ["tag:adopts"]],
  ["one still being made, right", { status: "Pending" }, []],
  ["one still being made, with another role", { status: "Pending", ...otherRole }, ["wait"]],
  ["one being updated, that shows the right role", { status: "Updating" }, ["wait"]],
  ["one being updated, that shows another role", { status: "Updating", ...otherRole }, ["wait"]],
  ["one being updated, of another team", { status: "Updating", ...otherTeam }, ["tag", "wait"]],
  ["one being deleted", { status: "Deleting" }, ["wait"]],
  ["a stranger's, being deleted", { status: "Deleting", userName: "bob" }, ["wait"]],
  ["one whose creation failed", { status: "Failed" }, ["deleteFailed"]],
  ["one made by hand whose creation failed", { status: "Failed", ...unmarked }, ["tag:adopts", "deleteFailed"]],
  ["one whose update failed", { status: "Update_Failed" }, ["assignRole"]],
  ["one whose deletion failed", { status: "Delete_Failed" }, ["assignRole"]],
  ["a status that AWS has yet to invent", { status: "Resting", ...otherRole }, ["wait"]],
  ["a stranger's", { userName: "bob" }, ["refuse"]],
  ["a stranger's without the mark", { userName: "bob", ...unmarked }, ["refuse"]],
  ["a stranger's whose creation failed", { userName: "bob", status: "Failed" }, ["refuse"]],
  ["one linked to nobody", { userName: undefined }, ["refuse"]],
  ["that of a look-alike", { userName: "aliCe".replace("C", "\u0421") }, ["refuse"]],
  ["that of who had the user name before", { tags: { ...desired.tags, [TAG.userId]: "u-0" } }, ["refuse"]],
];

test.each(CASES)("%s", (_, actual, actions) => {
  const decided = decide(desired, actual && { ...right, ...actual });
  expect(decided.map((action) => (action.kind === "tag" && action.adopts ? "tag:adopts" : action.kind))).toEqual(
    actions,
  );
});

const anyProfile: fc.Arbitrary<ActualProfile> = fc.record({
  name: fc.constant("alice"),
  arn: fc.constant("arn:profile"),
  status: fc.constantFrom("InService", "Pending", "Updating", "Deleting", "Failed", "Update_Failed", "Delete_Failed"),
  userName: fc.constantFrom("alice", "Alice", "bob", undefined),
  roleArn: fc.constantFrom("arn:fraud", "arn:pricing", undefined),
  isPortalDisabled: fc.boolean(),
  tags: fc.constantFrom(desired.tags, otherTeam.tags, unmarked.tags, {}, { [TAG.managedBy]: MANAGED_BY }),
});

test("what is done leads to the desired profile, after which nothing is left to do", () => {
  fc.assert(
    fc.property(anyProfile, (actual) => {
      const after = settle(actual);
      if (after === "left alone") return;
      expect(after).toMatchObject({ roleArn: desired.roleArn, tags: desired.tags, status: "InService" });
      expect(decide(desired, after)).toEqual([]);
    }),
  );
});

test("nothing is ever done to a profile that is linked to somebody else", () => {
  fc.assert(
    fc.property(anyProfile, (actual) => {
      fc.pre(actual.userName?.toLowerCase() !== "alice");
      expect(["refuse", "wait"]).toContain(decide(desired, actual)[0]?.kind);
      expect(decide(desired, actual)).toHaveLength(1);
    }),
  );
});

test("no profile is changed before it bears the mark: the provisioner may change no other", () => {
  fc.assert(
    fc.property(anyProfile, (actual) => {
      fc.pre(actual.tags[TAG.managedBy] === undefined);
      const kinds = decide(desired, actual).map(({ kind }) => kind);
      const change = kinds.findIndex((kind) => kind === "assignRole" || kind === "deleteFailed");
      if (change >= 0) expect(kinds.indexOf("tag")).toBeLessThan(change);
      if (change >= 0) expect(kinds).toContain("tag");
    }),
  );
});

/** Carries out decisions as AWS would, until nothing is left to do. */
function settle(start: ActualProfile): ActualProfile | "left alone" {
  let actual: ActualProfile | undefined = start;
  for (let visit = 0; visit < 5; visit++) {
    const actions = decide(desired, actual);
    if (actions.length === 0) return actual ? { ...actual, status: "InService" } : "left alone";
    for (const action of actions) {
      if (action.kind === "refuse") return "left alone";
      if (action.kind === "create") actual = { ...right, status: "Pending" };
      else if (actual === undefined) throw new Error(`${action.kind} of nothing`);
      else if (action.kind === "tag") actual = { ...actual, tags: { ...actual.tags, ...desired.tags } };
      else if (action.kind === "assignRole")
        actual = { ...actual, roleArn: desired.roleArn, isPortalDisabled: false, status: "InService" };
      else if (action.kind === "deleteFailed") actual = undefined;
      else actual = actual.status === "Deleting" ? undefined : { ...actual, status: "InService" };
    }
  }
  throw new Error("does not settle");
}
