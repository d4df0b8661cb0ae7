import { attacks } from "./attacks";
import { executionRoles } from "./execution-roles";
import { noAccess } from "./no-access";
import { onboardingFunction } from "./onboarding-function";
import { provisioner } from "./provisioner";
import { queues } from "./queues";
import { reader } from "./reader";
import type { Scene } from "./scene";
import { sweepFunction } from "./sweep-function";
import { type Row, rowsOf } from "./table";
import { trust } from "./trust";

/** All tables, by what they are about. */
export function everyRow(scene: Scene): Readonly<Record<string, readonly Row[]>> {
  return {
    "execution roles": rowsOf(executionRoles(scene)),
    "the role without access": rowsOf(noAccess(scene)),
    "the provisioner": rowsOf(provisioner(scene)),
    "the reader": rowsOf(reader(scene)),
    "the onboarding function": rowsOf(onboardingFunction(scene)),
    "the sweep function": rowsOf(sweepFunction(scene)),
    trust: rowsOf(trust(scene)),
    queues: rowsOf(queues(scene)),
    attacks: attacks(scene),
  };
}
