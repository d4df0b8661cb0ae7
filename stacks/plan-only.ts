import { ConfigError } from "./config/mistake";

const VARIABLE = "STUDIO_PLAN_ONLY";

/**
 * Whether whatever is run works as the roles that may only read, as `STUDIO_PLAN_ONLY` says. Nothing is guessed: what is
 * taken for a "no" works as the roles that deploy.
 * @throws ConfigError for anything but `true` and `false`; nothing at all is `false`
 */
export function isPlanOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  const said = env[VARIABLE] ?? "";
  if (said === "true") return true;
  if (said === "false" || said === "") return false;
  const message = "expected true, to work as the roles that may only read, or false; without it, it is false";
  throw new ConfigError(`${VARIABLE}=${JSON.stringify(said)}`, [{ path: [], message }]);
}
