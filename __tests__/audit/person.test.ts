import { ownRoles } from "../../audit/own-roles";
import { person } from "../../audit/person";
import { computeRoleArn, executionRoleArn, noAccessRoleArn, profileName, provisionerRoleArn } from "../../naming";
import { ALICE } from "./config";

const of = (userName: string | undefined, profiles: readonly string[] = []) => person(ALICE, userName, { profiles });

test("a person's sessions have the name of their profile, or their user name", () => {
  expect(of("Jane.Doe@example.com")).toEqual({
    userId: ALICE,
    userName: "Jane.Doe@example.com",
    profileNames: [profileName("Jane.Doe@example.com")],
    sessionName: "jane.doe@example.com",
  });
});

test("other profiles count too, each once, whatever their case", () => {
  expect(of("alice", ["Alice-Old", "ALICE"]).profileNames).toEqual(["alice", "alice-old"]);
});

test.each(["SageMaker", "sagemaker", "o'brien", "a", "é.lise", "x".repeat(65)])(
  "a user name that sessions of others could have, or none can, names no session: %s",
  (userName) => {
    expect(of(userName)).not.toHaveProperty("sessionName");
  },
);

test("somebody without a name has the profiles that are given, and no others", () => {
  expect(of(undefined)).toEqual({ userId: ALICE, profileNames: [] });
  expect(of(undefined, ["alice"]).profileNames).toEqual(["alice"]);
});

describe("the project's own roles", () => {
  const studio = { name: "research", accountId: "444455556666", region: "eu-west-1" };
  const other = { name: "handel", accountId: "777788889999", region: "cn-north-1" };
  const pattern = new RegExp(ownRoles([studio, other]).pattern);

  test.each([
    executionRoleArn(studio, "ML Fraud"),
    executionRoleArn(other, "ML Fraud"),
    computeRoleArn(studio, "fraud"),
    noAccessRoleArn(studio),
  ])("%s is one", (arn) => {
    expect(arn).toMatch(pattern);
  });

  test.each([
    provisionerRoleArn(studio),
    executionRoleArn({ ...studio, name: "research-2" }, "ML Fraud"),
    executionRoleArn({ ...studio, accountId: "999988887777" }, "ML Fraud"),
    "arn:aws:iam::444455556666:role/admin",
    "arn:aws:iam::444455556666:role/x/studio/research/y",
    "arn:aws:sts::444455556666:assumed-role/studio/research/y",
  ])("%s is none", (arn) => {
    expect(arn).not.toMatch(pattern);
  });

  test("are in the studios' accounts", () => {
    expect(ownRoles([studio, other, studio]).accounts).toEqual(["444455556666", "777788889999"]);
  });
});
