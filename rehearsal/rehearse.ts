import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import { rehearseIdentity } from "./identity-story";
import { rehearse } from "./rehearsal";

/** Has a group whose people reach data as themselves. */
const IDENTITY_EXAMPLE = "docs/identity/example.yaml";

/** `npm run rehearse`: the example configs, through a day. Exit code 1 on any surprise. */
async function main(): Promise<void> {
  const surprises = [
    ...(await rehearse(loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE), console.log)),
    ...(await rehearseIdentity(loadConfig(IDENTITY_EXAMPLE), console.log)),
  ];
  process.exitCode = surprises.length === 0 ? 0 : 1;
}

void main();
