import { isResourceId } from "./scope";

/** Who made a change stands beside whom it changed: their ids must not be mistaken for each other. */
const ACTOR =
  /^(useridentity|actor|caller|requester|requestedby|principal|initiator|onbehalfof|(initiated|created|updated|modified|deleted|performed|changed|invoked)by)$/i;

/** Nothing that AWS sends is nested more deeply. */
const DEPTH = 20;

/**
 * The user and group ids in an event. Each is taken whose place says what it is: a key or an ARN with `user`, `member` or
 * `group` in it, or, under a key that says nothing, the event's own type. AWS documents neither the fields nor the ARNs
 * of the Identity Store's notifications in full.
 * @param type - the event's type or name, such as `User Updated`
 */
export function idsIn(
  detail: unknown,
  type: string,
  resources: readonly string[] = [],
): { userIds: string[]; groupIds: string[] } {
  const users = new Set<string>();
  const groups = new Set<string>();
  const take = (value: string, ...places: readonly string[]) => {
    if (!isResourceId(value)) return;
    for (const place of places) {
      if (/membership/i.test(place)) return;
      if (/user|member/i.test(place)) return void users.add(value);
      if (/group/i.test(place)) return void groups.add(value);
    }
  };
  const takeArn = (arn: string) => {
    const [kind, ...rest] = arn.split(":").slice(5).join(":").split("/");
    const id = rest.at(-1);
    if (kind && id) take(id, kind);
  };
  const walk = (value: unknown, here: string, above: string, depth: number): void => {
    if (depth > DEPTH) return;
    if (typeof value === "string") {
      if (value.startsWith("arn:")) takeArn(value);
      else if (/^(id|value|resourceid|principalid)$/i.test(here)) take(value, above, type);
      else take(value, here);
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, here, above, depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) if (!ACTOR.test(key)) walk(item, key, here, depth + 1);
    }
  };
  walk(detail, "", "", 0);
  for (const arn of resources) takeArn(arn);
  return { userIds: [...users], groupIds: [...groups] };
}
