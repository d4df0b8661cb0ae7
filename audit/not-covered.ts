import type { Person } from "./person";
import type { Recorded } from "./recorded";
import { isoSecond, type Span } from "./span";

/** What is known of the store or the trail that the events come from. What is absent is not known. */
export interface Source {
  /** What messages call it. */
  readonly title: string;
  readonly recorded?: Recorded;
  /** Whether it takes events now. */
  readonly isOn?: boolean;
  /** For how many days it keeps events. */
  readonly retentionDays?: number;
  readonly createdAt?: Date;
  /** Of a table: the first day that it has. */
  readonly beginsAt?: Date;
  /** The Regions and accounts whose events are in it; absent where all are. */
  readonly regions?: readonly string[];
  readonly accounts?: readonly string[];
}

/** What is known of a trail whose files are read by a table. What is in both is in the answer. Pure. */
export function readBy(table: Source, trail: Source): Source {
  const [regions, accounts] = [common(table.regions, trail.regions), common(table.accounts, trail.accounts)];
  return { ...table, ...trail, ...(regions && { regions }), ...(accounts && { accounts }) };
}

function common(some: readonly string[] | undefined, others: readonly string[] | undefined) {
  return some && others ? some.filter((each) => others.includes(each)) : (some ?? others);
}

/** Where the person's events are: the studios', and those of signing in. */
export interface Places {
  readonly regions: readonly string[];
  readonly accounts: readonly string[];
  readonly identityCenter: { readonly accountId: string; readonly region: string };
}

const S3_OBJECTS = "AWS::S3::Object";
const SECOND = 1000;
const DAY = 86_400_000;

/** How late CloudTrail is taken to be. AWS promises nothing. */
const DELIVERY = 15 * 60 * SECOND;

/**
 * What the answer leaves out, a sentence each, so that nobody takes "not found" for "not done". Pure.
 * @param cutAt - the time of the earliest event, if there were more than a query returns
 */
export function notCovered({
  source,
  person,
  span,
  now,
  places,
  cutAt,
}: {
  readonly source: Source;
  readonly person: Person;
  readonly span: Span;
  readonly now: Date;
  readonly places: Places;
  readonly cutAt?: Date;
}): string[] {
  return [
    ...(cutAt ? [ofEarlier(cutAt, span)] : []),
    ...ofTime(source, span, now),
    ...ofPlaces(source, places),
    ...ofRecords(source),
    ...ofPerson(person),
    ...(now.getTime() - span.until.getTime() < DELIVERY
      ? ["What CloudTrail has not delivered yet: the last 15 minutes may be incomplete."]
      : []),
    "What services did for the person without recording whom it was for, and what jobs did without a propagated identity.",
  ];
}

/** The queries return the latest events: what is earlier is asked for by an earlier end. */
function ofEarlier(cutAt: Date, { since, until }: Span): string {
  const afterIt = new Date(cutAt.getTime() + SECOND);
  // Its second may not be here whole. It is asked for again, unless it alone is more than a query returns.
  const next = afterIt < until ? afterIt : cutAt;
  return (
    `More events than a query returns: these are the latest, and what was before ${isoSecond(cutAt)} is missing. ` +
    `It is found with --since ${isoSecond(since)} --until ${isoSecond(next)}.`
  );
}

function ofTime({ title, isOn, retentionDays, createdAt, beginsAt }: Source, { since }: Span, now: Date): string[] {
  const kept = retentionDays === undefined ? undefined : new Date(now.getTime() - retentionDays * DAY);
  return [
    ...(isOn === false ? [`${title} takes no events now: what was done lately is missing.`] : []),
    ...(kept && since < kept
      ? [`${title} keeps events for ${retentionDays} days: what was before ${dayOf(kept)} is gone.`]
      : []),
    ...(beginsAt && since < beginsAt
      ? [
          `The table begins with ${dayOf(beginsAt)}: what was before is not in it, though the trail's files may have it.`,
        ]
      : []),
    ...(createdAt && since < createdAt
      ? [`${title} exists since ${dayOf(createdAt)}: what was before is in it only if it was imported.`]
      : []),
  ];
}

function ofPlaces({ regions, accounts }: Source, places: Places): string[] {
  const missing = (all: readonly string[], has: readonly string[] | undefined) =>
    has === undefined ? [] : all.filter((each) => !has.includes(each));
  const accountsMissing = missing(places.accounts, accounts);
  const regionsMissing = missing(places.regions, regions);
  const { accountId, region } = places.identityCenter;
  const isHome = missing([accountId], accounts).length + missing([region], regions).length === 0;
  return [
    ...(regions ? [`Other Regions than ${regions.join(", ")}: not one of their events is here.`] : []),
    ...(accounts ? [`Other accounts than ${accounts.join(", ")}: not one of their events is here.`] : []),
    ...(regionsMissing.length > 0 ? [`Studios in ${regionsMissing.join(", ")}: not one of their events is here.`] : []),
    ...(accountsMissing.length > 0
      ? [`Studios in account ${accountsMissing.join(", ")}: not one of their events is here.`]
      : []),
    ...(isHome ? [] : [`Identity Center, in account ${accountId} and ${region}: not one sign-in is here.`]),
    `In other accounts than ${places.accounts.join(", ")}, the studios': what a notebook did there with a role that it ` +
      "took on, unless AWS recorded for whom.",
  ];
}

function ofRecords({ title, recorded }: Source): string[] {
  if (recorded === undefined) {
    return [
      "What the trail does not record: give --trail to see it. S3 objects, for one, are not recorded by default.",
    ];
  }
  const { management, data } = recorded;
  const objects = data.get(S3_OBJECTS);
  const types = [...data.keys()].sort();
  return [
    ...(management === "none" ? [`Management events, such as jobs, queries and grants: ${title} records none.`] : []),
    ...(management === "some" ? [`Management events that the selectors of ${title} leave out.`] : []),
    ...(objects === undefined
      ? [`What was read and written in S3: ${title} has no data events of ${S3_OBJECTS}.`]
      : []),
    ...(objects === "some" ? [`Objects in S3 that the selectors of ${title} leave out.`] : []),
    types.length === 0 ? "Data events of any type." : `Data events of other types than ${types.join(", ")}.`,
  ];
}

function ofPerson({ userId, userName, sessionName }: Person): string[] {
  if (userName === undefined) {
    return [
      `Sessions by name: the identity store has no name for ${userId} any more. Give --user too, or --studio-profile.`,
    ];
  }
  return [
    "Studio profiles of another name than --user's: adopted ones, and those of a former user name. Give --studio-profile.",
    ...(sessionName === undefined
      ? [`Sessions named after the person: ${userName} is no name that says whose they are.`]
      : []),
  ];
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
