import { FRAUD, PRICING, survives, type Workflow, works } from "./killed";
import { closeStages } from "./stage";

/** Killed at each call of a sweep, and of what it finds. */
afterEach(closeStages);

const WORKFLOWS: readonly (Workflow & { readonly name: string })[] = [
  {
    name: "a sweep of a lost join and a lost departure",
    begins: works,
    happens: ({ leave, join, sweep }) => {
      leave("alice", FRAUD);
      join("bob", PRICING);
      return sweep();
    },
    ends: ({ profile, noAccess, roleOf }) => {
      expect(profile("alice")).toMatchObject({ role: noAccess, portal: "DISABLED" });
      expect(profile("bob")?.role).toBe(roleOf(PRICING));
    },
  },
];

test.each(WORKFLOWS)("$name", survives, 600_000);
