import { DEFAULT_CONFIG_FILE, loadConfig } from "../stacks/config/load";
import { rehearse } from "./rehearsal";

/** `npm run rehearse`: the example config, through a day. Exit code 1 on any surprise. */
async function main(): Promise<void> {
  const surprises = await rehearse(loadConfig(process.env.STUDIO_CONFIG || DEFAULT_CONFIG_FILE), console.log);
  process.exitCode = surprises.length === 0 ? 0 : 1;
}

void main();
