import type { Statement } from "../../policies/statement";
import { loadConfig } from "../../stacks/config/load";
import { EXAMPLE } from "./scene";

type Policies = typeof import("../../policies/team-data");
type Story = typeof import("../../rehearsal/identity-story");

/** Rehearses the example, with the statements about a group's data changed. */
async function rehearseWith(change: (statement: Statement) => readonly Statement[]): Promise<readonly string[]> {
  jest.resetModules();
  const actual = jest.requireActual<Policies>("../../policies/team-data");
  jest.doMock("../../policies/team-data", () => ({
    teamData: (...limits: Parameters<Policies["teamData"]>) => actual.teamData(...limits).flatMap(change),
  }));
  const { rehearseIdentity } = jest.requireActual<Story>("../../rehearsal/identity-story");
  return rehearseIdentity(loadConfig(EXAMPLE), () => undefined);
}

test("the example has no surprise", async () => {
  expect(await rehearseWith((statement) => [statement])).toEqual([]);
});

test("a role that may reach granted data itself is a surprise", async () => {
  const opened = await rehearseWith((statement) =>
    statement.Sid === "NoGrantedObjectsWithoutGrant" ? [{ ...statement, Effect: "Allow" }] : [statement],
  );
  expect(opened).toEqual([expect.stringMatching(/^alice, with the role alone: reads s3:/)]);
});

test("a role that may not show the person is a surprise", async () => {
  const silent = await rehearseWith((statement) => (statement.Sid === "ShowThePersonToGrants" ? [] : [statement]));
  expect(silent).toHaveLength(2);
});
