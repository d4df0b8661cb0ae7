import fc from "fast-check";
import { type ActualProfile, type DesiredProfile, decide } from "../../functions/membership/decide";
import { MANAGED_BY, profileTags, TAG } from "../../naming";

const owner = { userName: "alice", userId: "u-1", adGroup: "ML Fraud", team: "fraud" };
const desired: DesiredProfile = {
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
      else if (action.kind === "assignRole") actual = { ...actual, roleArn: desired.roleArn, status: "InService" };
      else if (action.kind === "deleteFailed") actual = undefined;
      else actual = actual.status === "Deleting" ? undefined : { ...actual, status: "InService" };
    }
  }
  throw new Error("does not settle");
}
