import { computeRolePath, executionRolePath, partitionOf, type StudioPlace } from "../naming";

/** What the roles of some studios have in common. */
export interface OwnRoles {
  /** The studios' accounts. */
  readonly accounts: readonly string[];
  /** A regular expression for the ARNs of their execution and compute roles, without any character to escape. */
  readonly pattern: string;
}

/**
 * The roles that SageMaker alone can assume: nobody else gives their sessions a name or a source identity, because
 * their trust policies (`executionRoleTrust`) let nobody.
 */
export function ownRoles(studios: readonly StudioPlace[]): OwnRoles {
  const accounts = distinct(studios.map(({ accountId }) => accountId));
  const partitions = distinct(studios.map(({ region }) => partitionOf(region)));
  const folders = [executionRolePath, computeRolePath].map((path) => path("*").slice(0, -"*/".length));
  const names = studios.map(({ name }) => name);
  const any = (texts: readonly string[]) => `(${texts.join("|")})`;
  return { accounts, pattern: `^arn:${any(partitions)}:iam::${any(accounts)}:role${any(folders)}${any(names)}/` };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
