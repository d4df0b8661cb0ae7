import { isResourceId } from "./scope";

/** Who made a change stands beside whom it changed: their ids must not be mistaken for each other. */
const ACTOR = /(identity|actor|caller|requester|principal|initiat|createdby|updatedby|invoked)/i;

/**
 * The user and group ids in a notification of the Identity Store. AWS documents neither its fields nor its ARNs in
 * full, so every id is taken whose place says what it is: a key or an ARN with `user`, `member` or `group` in it.
 */
export function idsIn(detail: unknown, resources: readonly string[]): { userIds: string[]; groupIds: string[] } {
  const users = new Set<string>();
  const groups = new Set<string>();
  const take = (value: string, place: readonly string[]) => {
    if (!isResourceId(value)) return;
    const [here = "", above = ""] = [...place].reverse();
    const says = /^(id|value|resourceid)$/i.test(here) ? above : here;
    if (/membership/i.test(says)) return;
    if (/user|member/i.test(says)) users.add(value);
    else if (/group/i.test(says)) groups.add(value);
  };
  const walk = (value: unknown, place: readonly string[]): void => {
    if (typeof value === "string") {
      if (value.startsWith("arn:")) takeArn(value);
      else take(value, place);
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, place);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) if (!ACTOR.test(key)) walk(item, [...place, key]);
    }
  };
  const takeArn = (arn: string) => {
    const [type, id] = arn.split(":").slice(5).join(":").split("/").slice(-2);
    if (type && id) take(id, [type]);
  };
  walk(detail, []);
  for (const arn of resources) takeArn(arn);
  return { userIds: [...users], groupIds: [...groups] };
}
