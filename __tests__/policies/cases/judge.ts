import { decide } from "../../../rehearsal/policy-simulator";
import type { World } from "../../../rehearsal/world";
import type { Row } from "./table";

/** The rows that are decided otherwise than they should be, or by other statements. */
export async function misjudged(world: World, rows: readonly Row[]): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const { name, request, ...expected } of rows) {
    const { verdict, by, ignored } = await decide(world, request);
    const decided = { verdict, by: [...by].sort(), ignored: [...ignored].sort() };
    if (JSON.stringify(decided) !== JSON.stringify(expected)) wrong.push({ name, expected, decided });
  }
  return wrong;
}
