import type { Role, World } from "../rehearsal/world";
import type { Config } from "../stacks/config/schema";
import { type Section, sections } from "./activities";
import { foreignPolicy } from "./foreign";
import { grantedActions } from "./granted";
import { likeness, likenessFor } from "./likeness";
import type { Note } from "./notes";
import { type Row, rowsAbout } from "./rows";
import { sourcesOf } from "./sources";
import { synthesizeStudios } from "./stacks";
import { type Member, membersOf } from "./subjects";

/** What a role may do. */
export interface Access {
  /** What could not be evaluated, or only in part. */
  readonly notes: readonly Note[];
  readonly sections: readonly Section[];
}

/** One role of the report. Roles that are answered alike have the same `access`. */
export interface Entry {
  readonly member: Member;
  readonly access: Access;
}

/** Evaluates what every role of a config may do, from the policies that its stacks would make. */
export async function accessReport(config: Config): Promise<readonly Entry[]> {
  return reportOn(config, synthesizeStudios(config));
}

/** The same, of stacks that were read already. */
export async function reportOn(config: Config, world: World): Promise<readonly Entry[]> {
  const known = new Map<string, Access>();
  const knownRows = new Map<string, readonly Row[]>();
  const rows = async (member: Member, action: string): Promise<readonly Row[]> => {
    const key = likenessFor(member, action);
    const found = knownRows.get(key) ?? (await rowsAbout(world, member.subject, action));
    knownRows.set(key, found);
    return found;
  };
  const entries: Entry[] = [];
  for (const member of membersOf(config, world)) {
    const { role } = member.subject;
    const { attached, notes } = await withForeign(role);
    const subject = { ...member.subject, role: attached, sources: sourcesOf(attached.policies) };
    const whole: Member = { ...member, subject };
    const key = likeness(whole, notes);
    const access = known.get(key) ?? (await evaluated(whole, notes, rows));
    known.set(key, access);
    entries.push({ member: whole, access });
  }
  return entries;
}

/** A role with the policies of other accounts whose text is at hand, and what there is to say about the others. */
async function withForeign(role: Role): Promise<{ attached: Role; notes: Note[] }> {
  const foreign = await Promise.all((role.foreignPolicies ?? []).map(foreignPolicy));
  const policies = [...role.policies, ...foreign.flatMap(({ policy }) => policy ?? [])];
  const notes = foreign.map(({ note }) => note);
  if (role.boundary) {
    const text = "the permissions boundary; it may deny what is allowed here";
    notes.push({ gap: "Not evaluated", policy: role.boundary.arn, text });
  }
  return { attached: { ...role, policies }, notes };
}

async function evaluated(
  member: Member,
  notes: readonly Note[],
  rowsOf: (member: Member, action: string) => Promise<readonly Row[]>,
): Promise<Access> {
  const { subject, activities } = member;
  const { actions, boundless } = await grantedActions(subject.sources);
  const rows: Row[] = [];
  for (const action of actions) rows.push(...(await rowsOf(member, action)));
  const limits = boundless.map((policy): Note => {
    const text = "allows actions of every service; only those of services that some policy names are looked at";
    return { gap: "Not complete", policy, text };
  });
  return { notes: [...notes, ...limits], sections: sections(subject, activities, rows) };
}
