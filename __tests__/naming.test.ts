import fc from "fast-check";
import {
  computeRoleArn,
  computeRoleName,
  computeRolePath,
  computeRoleTags,
  executionRoleArn,
  executionRoleName,
  executionRolePath,
  executionRoleTags,
  groupSlug,
  isTagValue,
  noAccessRoleName,
  partitionOf,
  profileName,
  profileTags,
  provisionerRoleName,
  readerRoleName,
  teamPrefix,
} from "../naming";

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const PROFILE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

const studioName = fc.stringMatching(/^[a-z](-?[a-z0-9]){0,11}$/);
const anyTeam = fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,60}$/), fc.stringMatching(/^[\p{L}\p{N}_.:/=+@ -]{1,80}$/u));
const anyName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 128, unit: "grapheme" }),
  fc.string({ minLength: 1, maxLength: 128, unit: "grapheme-ascii" }),
  fc.stringMatching(/^[a-zA-Z0-9._@+ -]{1,80}$/),
);

/** What may never change: these roles and profiles exist somewhere. */
const ROLES = [
  ["ML Fraud Scientists", "studio-research.ml-fraud-scientists-53401e75ab"],
  ["ml fraud scientists", "studio-research.ml-fraud-scientists-53401e75ab"],
  ["ml-fraud", "studio-research.ml-fraud"],
  ["ML-Fraud", "studio-research.ml-fraud"],
  ["team_a+b=c,d.e@f", "studio-research.team_a+b=c,d.e@f"],
  ["研究", "studio-research.x-4ff0f1dda8"],
  ["R&D (Paris)", "studio-research.r-d-paris-3218c35c3f"],
  [`A${"b".repeat(100)}`, "studio-research.abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-6ce005c9df"],
] as const;
const PROFILES = [
  ["alice", "alice"],
  ["Alice", "Alice"],
  ["a-b", "a-b"],
  ["a.b", "a-b-2e7336dc8e"],
  ["A.B", "a-b-2e7336dc8e"],
  ["jane.doe@example.com", "jane-doe-example-com-86e0b9e56c"],
  ["王伟", "x-0c6e5fe880"],
  ["a-b-2e7336dc8e", "a-b-2e7336dc8e-40284ecca5"],
  ["x".repeat(63), "x".repeat(63)],
  ["x".repeat(64), `${"x".repeat(52)}-7ce100971f`],
] as const;

describe("execution roles", () => {
  test.each(ROLES)("%s has the role %s for good", (group, role) => {
    expect(executionRoleName("research", group)).toBe(role);
  });

  test("the ARN is made of partition, account, path and name", () => {
    const studio = { name: "research", accountId: "444455556666", region: "cn-north-1" };
    expect(executionRoleArn(studio, "ml-fraud")).toBe(
      "arn:aws-cn:iam::444455556666:role/studio/research/studio-research.ml-fraud",
    );
  });

  test("AWS takes every name", () => {
    fc.assert(
      fc.property(studioName, anyName, (studio, group) => {
        expect(executionRoleName(studio, group)).toMatch(ROLE_NAME);
      }),
    );
  });

  test("two names are the same exactly if the groups are, whatever their case", () => {
    fc.assert(
      fc.property(studioName, anyName, anyName, (studio, one, other) => {
        const same = one.toLowerCase() === other.toLowerCase();
        expect(executionRoleName(studio, one) === executionRoleName(studio, other)).toBe(same);
      }),
    );
  });

  test("a name that looks like another's result is not that result", () => {
    fc.assert(
      fc.property(studioName, anyName, (studio, group) => {
        const slug = executionRoleName(studio, group).slice(`studio-${studio}.`.length);
        fc.pre(slug !== group.toLowerCase());
        expect(executionRoleName(studio, slug)).not.toBe(executionRoleName(studio, group));
      }),
    );
  });

  test("no studio has a role of another's, nor the name of a role that is not a group's", () => {
    fc.assert(
      fc.property(studioName, studioName, anyName, anyName, (one, other, group, another) => {
        fc.pre(one !== other);
        expect(executionRoleName(one, group)).not.toBe(executionRoleName(other, another));
        for (const reserved of [noAccessRoleName(other), provisionerRoleName(other)]) {
          expect(executionRoleName(one, group)).not.toBe(reserved);
        }
      }),
    );
  });

  test("the longest studio name still leaves room", () => {
    const name = executionRoleName("a".repeat(24), "ML Fraud Scientists of the whole company");
    expect(name).toMatch(ROLE_NAME);
    expect(name).toContain(".ml-fraud-scientists-");
  });
});

describe("profiles", () => {
  test.each(PROFILES)("%s has the profile %s for good", (userName, profile) => {
    expect(profileName(userName)).toBe(profile);
  });

  test("AWS takes every name", () => {
    fc.assert(fc.property(anyName, (userName) => void expect(profileName(userName)).toMatch(PROFILE_NAME)));
  });

  test("two names are the same to AWS, which tells no cases apart, exactly if the users are", () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        const same = one.toLowerCase() === other.toLowerCase();
        expect(profileName(one).toLowerCase() === profileName(other).toLowerCase()).toBe(same);
      }),
    );
  });

  test("a valid name is kept, unless it looks like a shortened one", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/), (userName) => {
        fc.pre(!/-[0-9a-f]{10}$/i.test(userName));
        expect(profileName(userName)).toBe(userName);
      }),
    );
  });

  test("nobody gets another's profile by choosing their user name", () => {
    fc.assert(
      fc.property(anyName, (userName) => {
        const taken = profileName(userName);
        fc.pre(taken.toLowerCase() !== userName.toLowerCase());
        expect(profileName(taken).toLowerCase()).not.toBe(taken.toLowerCase());
      }),
    );
  });
});

describe("a team's compute role", () => {
  // What may never change: these roles exist somewhere.
  test.each([
    ["fraud", "studio-research@fraud"],
    ["Fraud", "studio-research@fraud-1baabd4791"],
    ["fraud & risk", "studio-research@fraud-risk-5616296990"],
    ["研究", "studio-research@x-4ff0f1dda8"],
    ["b".repeat(100), `studio-research@${"b".repeat(37)}-d6cbb053ab`],
  ])("of %s is %s", (team, name) => {
    expect(computeRoleName("research", team)).toBe(name);
  });

  test("has a name that IAM takes, another for each team, and none that another role has", () => {
    fc.assert(
      fc.property(anyTeam, anyTeam, anyName, studioName, studioName, (team, other, adGroup, studio, otherStudio) => {
        const name = computeRoleName(studio, team);
        expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
        // IAM does not tell cases apart.
        expect(name).toBe(name.toLowerCase());
        expect(name === computeRoleName(studio, other)).toBe(team === other);
        expect(name === computeRoleName(otherStudio, team)).toBe(studio === otherStudio);
        const others = [executionRoleName, noAccessRoleName, provisionerRoleName, readerRoleName];
        for (const role of others) expect(role(otherStudio, adGroup)).not.toBe(name);
      }),
    );
  });

  test("has a prefix that begins no other team's names", () => {
    expect(teamPrefix("fraud")).toBe("fraud--");
    fc.assert(
      fc.property(anyTeam, anyTeam, (team, other) => {
        fc.pre(team !== other);
        const prefix = teamPrefix(team);
        expect(prefix).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*--$/);
        expect(`${teamPrefix(other)}job`.startsWith(prefix)).toBe(false);
      }),
    );
    expect("a--b--job".startsWith(teamPrefix("a"))).toBe(true);
    expect(teamPrefix("a--b")).not.toBe("a--b--");
  });

  test("is no role that a profile can be given", () => {
    const studio = { name: "research", accountId: "111122223333", region: "eu-west-1" };
    expect(computeRoleArn(studio, "fraud")).toBe(
      "arn:aws:iam::111122223333:role/studio-compute/research/studio-research@fraud",
    );
    expect(computeRolePath("research").startsWith(executionRolePath("research"))).toBe(false);
  });

  test("is named by the group roles' tags, and so is each role itself, where its name can be a tag", () => {
    expect(executionRoleTags("research", { adGroup: "ML Fraud", team: "fraud" })).toMatchObject({
      studiocomputerole: "studio-research@fraud",
      studioprefix: "fraud--",
      studioexecutionrole: executionRoleName("research", "ML Fraud"),
    });
    expect(executionRoleTags("research", { adGroup: "ml,fraud", team: "fraud" })).not.toHaveProperty(
      "studioexecutionrole",
    );
    expect(computeRoleTags("research", "fraud")).toEqual({
      team: "fraud",
      "studio:managed-by": "studio-onboarding",
      studiocomputerole: "studio-research@fraud",
      studioprefix: "fraud--",
    });
  });
});

test("tags are what AWS takes, whatever the names", () => {
  fc.assert(
    fc.property(anyName, anyName, (userName, adGroup) => {
      const tags = {
        ...profileTags({ userName, userId: "u", adGroup, team: "fraud" }),
        ...executionRoleTags("research", { adGroup, team: "fraud" }),
      };
      for (const [key, value] of Object.entries(tags)) {
        expect(isTagValue(key)).toBe(true);
        expect(isTagValue(value)).toBe(true);
      }
    }),
  );
});

test("a group's short id is a Terraform identifier", () => {
  fc.assert(fc.property(anyName, (group) => void expect(groupSlug(group)).toMatch(/^[a-z0-9-]{1,64}$/)));
});

test.each([
  ["eu-west-1", "aws"],
  ["cn-northwest-1", "aws-cn"],
  ["us-gov-east-1", "aws-us-gov"],
])("%s is in partition %s", (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
