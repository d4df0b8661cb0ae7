import { partitionOf } from "../naming";
import type { OwnRoles } from "./own-roles";
import type { Person } from "./person";
import type { QueryValues } from "./query-text";
import type { Span } from "./span";

/** Where the person's identity is kept. */
export interface IdentityStorePlace {
  readonly region: string;
  readonly identityStoreId: string;
}

/** No profile and no session is called so. */
const NOBODY = "-";

const DAY = 86_400_000;

/** What the queries compare events with, but for the times. */
function evidence(person: Person, store: IdentityStorePlace, roles: OwnRoles): QueryValues {
  return {
    user_id: person.userId,
    // Which account owns the store, where a delegated administrator manages it, is not documented; its id is unique.
    identity_store: `arn:${partitionOf(store.region)}:identitystore::%:identitystore/${store.identityStoreId}`,
    profile_names: person.profileNames.join(",") || NOBODY,
    accounts: roles.accounts.join(","),
    session_name: person.sessionName ?? NOBODY,
    own_roles: roles.pattern,
  };
}

/**
 * The values of `cloudtrail-lake.sql`.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-queries.html
 */
export function lakeValues(person: Person, store: IdentityStorePlace, roles: OwnRoles, span: Span): QueryValues {
  const time = (date: Date) => date.toISOString().slice(0, 19).replace("T", " ");
  const day = (date: Date) => Number(date.toISOString().slice(0, 10).replaceAll("-", ""));
  return {
    ...evidence(person, store, roles),
    since: time(span.since),
    until: time(span.until),
    first_day: day(span.since),
    last_day: day(span.until),
  };
}

/** The values of `athena.sql`. A file of events stands under the day on which CloudTrail wrote it. */
export function athenaValues(person: Person, store: IdentityStorePlace, roles: OwnRoles, span: Span): QueryValues {
  const time = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
  const day = (date: Date) => date.toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    ...evidence(person, store, roles),
    since: time(span.since),
    until: time(span.until),
    first_day: day(span.since),
    last_day: day(new Date(span.until.getTime() + DAY)),
  };
}
