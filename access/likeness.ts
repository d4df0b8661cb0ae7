import { createHash } from "node:crypto";
import { computeRoleTags, executionRoleTags, TAG } from "../naming";
import type { NamedPolicy } from "../rehearsal/world";
import type { Note } from "./notes";
import { concerns } from "./sources";
import type { Member } from "./subjects";

/** A name that is a role's own, and what stands for it when two roles are compared. */
type Own = readonly [placeholder: string, name: string];

/**
 * A text that two roles share only if every question has the same answer for both: each is asked about its own, and
 * all else that their policies and tags hold is the same. Of a thousand groups of a persona one is then evaluated.
 */
export function likeness(member: Member, notes: readonly Note[]): string {
  const { role } = member.subject;
  const own = ownNames(member);
  return JSON.stringify([
    common(member, own),
    member.access,
    notes,
    role.policies.map((policy) => [policy.name, inOwnWords(policy, own)]),
  ]);
}

/** The same for the questions about one action, which no statement decides but those about it. */
export function likenessFor(member: Member, action: string): string {
  const own = ownNames(member);
  const statements = member.subject.sources
    .filter((source) => concerns(source, action))
    .map(({ policy, sid, statement }) => [policy, sid, replaced(JSON.stringify(statement), own)]);
  const named = NAMED_SERVICES.some((service) => action.startsWith(`${service}:`));
  return JSON.stringify([action, common(member, own), named ? own.length : 0, statements]);
}

/** The services whose things are a team's by name. */
const NAMED_SERVICES = ["ecr", "glue", "kms", "s3"];

function common({ subject, kind }: Member, own: readonly Own[]) {
  const { role, studio } = subject;
  const placeholder = (value: string) => own.find(([, each]) => each === value)?.[0] ?? value;
  return [studio.name, kind, Object.entries(role.tags).map(([key, value]) => [key, placeholder(value)])];
}

/** The names that are a role's own: not those that its tags hold, but those that they should hold. */
function ownNames({ subject, kind, name }: Member): readonly Own[] {
  const { role, studio, team, data } = subject;
  const tags =
    kind === "group" ? executionRoleTags(studio.name, { adGroup: name, team }) : computeRoleTags(studio.name, team);
  const { [TAG.managedBy]: _, ...ownTags } = tags;
  return [
    ["<role>", role.name],
    ...Object.entries(ownTags).map(([key, value]): Own => [`<${key}>`, value]),
    ...Object.entries(data).flatMap(([what, names]) => names.own.map((each, at): Own => [`<${what} ${at}>`, each])),
  ];
}

interface Read {
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly digest: string;
}

const read = new WeakMap<NamedPolicy, Read>();

/** What a policy says, with placeholders for the own names in it. Most are shared by many roles, and name none. */
function inOwnWords(policy: NamedPolicy, own: readonly Own[]): string {
  const known = read.get(policy) ?? readPolicy(policy);
  read.set(policy, known);
  const mentioned = own.filter(([, name]) => mentions(known, name));
  if (mentioned.length === 0) return known.digest;
  return replaced(known.text, mentioned);
}

function replaced(text: string, own: readonly Own[]): string {
  return own.reduce((so, [placeholder, name]) => so.replace(whole(name), placeholder), text);
}

function readPolicy({ document }: NamedPolicy): Read {
  const text = JSON.stringify(document);
  const digest = createHash("sha256").update(text).digest("hex");
  return { text, words: new Set(text.split(/[^\w.@-]+/)), digest };
}

function mentions({ text, words }: Read, name: string): boolean {
  return /^[\w.@-]+$/.test(name) ? words.has(name) : text.includes(name);
}

/** A name that is not part of a longer one: `acme` is not in `acme-data`. */
function whole(name: string): RegExp {
  return new RegExp(`(?<![\\w.@-])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w.@-])`, "g");
}
