import type { Statement } from "../../policies/statement";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../../stacks/config/load";

type Provisioner = typeof import("../../policies/provisioner");
type Rehearsal = typeof import("../../rehearsal/rehearsal");

/** Rehearses the example, with the provisioner's statements changed. */
async function rehearseWith(change: (statements: readonly Statement[]) => readonly Statement[]) {
  jest.resetModules();
  const actual = jest.requireActual<Provisioner>("../../policies/provisioner");
  jest.doMock("../../policies/provisioner", () => ({
    ...actual,
    provisioner: (...limits: Parameters<Provisioner["provisioner"]>) => change(actual.provisioner(...limits)),
  }));
  const { rehearse } = jest.requireActual<Rehearsal>("../../rehearsal/rehearsal");
  const lines: string[] = [];
  return { surprises: await rehearse(loadConfig(DEFAULT_CONFIG_FILE), (line) => lines.push(line)), lines };
}

test("the example's day has no surprise, and tells who has which role", async () => {
  const { surprises, lines } = await rehearseWith((statements) => statements);
  expect(surprises).toEqual([]);
  expect(lines.join("\n")).toMatch(/alice@example.com +ML Fraud Scientists +studio-research\.ml-fraud-scientists-/);
  expect(lines).toContain("Everything happened as it should.");
});

test("a missing permission is a surprise", async () => {
  const { surprises } = await rehearseWith((statements) => statements.filter(({ Sid }) => Sid !== "UnmarkReturned"));
  expect(surprises.length).toBeGreaterThan(0);
});

test("a permission that nothing uses is a surprise", async () => {
  const { surprises } = await rehearseWith((statements) => [
    ...statements,
    { Sid: "Unused", Effect: "Allow", Action: ["sagemaker:DeleteDomain"], Resource: ["*"], wildcard: "a mistake" },
  ]);
  expect(surprises).toEqual(["sagemaker:DeleteDomain is granted to studio-research-provisioner, and nothing used it"]);
});
