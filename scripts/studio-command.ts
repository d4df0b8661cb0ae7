import type { STSClient } from "@aws-sdk/client-sts";
import { assumedRole } from "../functions/membership/assumed-role";
import type { Config } from "../stacks/config/schema";
import { type TerraformRoles, terraformRole } from "../stacks/terraform-role";
import { commandLine } from "./command-line";
import { UsageError } from "./usage-error";

/** What the commands have in common that an operator runs for one studio: `npm run <name> -- <studio> [wish]`. */
export interface StudioCommand<Wish extends string> {
  readonly name: string;
  /** The first is what is done if nothing is said. */
  readonly wishes: readonly [Wish, ...Wish[]];
}

/**
 * Reads the command line.
 * @param argv - without node and the script
 * @throws UsageError that says what would be right
 */
export function studioArguments<Wish extends string>(
  { name, wishes }: StudioCommand<Wish>,
  argv: readonly string[],
  { studios }: Pick<Config, "studios">,
) {
  const usage = `npm run ${name} -- <studio> [${wishes.join(" | ")}]`;
  const { positionals } = commandLine({ args: [...argv], allowPositionals: true }, usage);
  const [studioName, said = wishes[0], ...more] = positionals;
  const names = studios.map((each) => each.name).join(", ");
  if (studioName === undefined || more.length > 0) throw new UsageError(`${usage}\n\nstudios of the config: ${names}`);
  const studio = studios.find((each) => each.name === studioName);
  if (!studio) throw new UsageError(`no studio ${studioName}; the config has ${names}`);
  const wish = wishes.find((each) => each === said);
  if (wish === undefined) {
    const expected = [wishes.slice(0, -1).join(", "), wishes.at(-1)].join(" or ");
    throw new UsageError(`${said}: expected ${expected}\n\n${usage}`);
  }
  return { studio, wish };
}

/**
 * How a client works as Terraform would in a place: as the role of the account, or else with the credentials that the
 * command is run with.
 * @param readOnly - as the role that can only read, if there is one
 * @param name - the command's, which CloudTrail shows as the session's
 */
export function clientSettings(
  place: TerraformRoles & { readonly region: string },
  readOnly: boolean,
  sts: STSClient,
  name: string,
) {
  const RoleArn = terraformRole(place, readOnly);
  const credentials = () => assumedRole(sts, { RoleArn, RoleSessionName: name });
  return { region: place.region, ...(RoleArn && { credentials }) };
}

/** Identity Center asks to try again when a write before has not arrived everywhere. */
const ATTEMPTS = 3;

/** Does a write of Identity Center's, again while another has not arrived everywhere. */
export async function untilNoConflict(
  write: () => Promise<unknown>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isNamed(error, "ConflictException") || attempt === ATTEMPTS) throw error;
      await wait(attempt * 1000);
    }
  }
}

/** Whether an error is AWS's of this name. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
