import type { Question } from "../question";
import type { KnownAction, KnownType } from "../service-data";
import { type DataKind, exampleOf, type Names, type Subject } from "../subject";

/** A resource type whose things are a team's by name, and the placeholder in its ARN that holds the name. */
interface NamedType {
  readonly kind: DataKind;
  readonly placeholder: string;
  readonly words: string;
}

const NAMED_TYPES: Readonly<Record<string, NamedType>> = {
  "s3 bucket": { kind: "buckets", placeholder: "BucketName", words: "bucket" },
  "s3 object": { kind: "buckets", placeholder: "BucketName", words: "objects of the bucket" },
  "ecr repository": { kind: "repositories", placeholder: "RepositoryName", words: "repository" },
  "glue database": { kind: "databases", placeholder: "DatabaseName", words: "database" },
  "glue table": { kind: "databases", placeholder: "DatabaseName", words: "tables of the database" },
  "kms key": { kind: "keys", placeholder: "KeyId", words: "key" },
};

/** The group's bucket (key, repository, database), another team's, and any other. Undefined for other types. */
export function teamData(subject: Subject, { service }: KnownAction, type: KnownType): Question[] | undefined {
  const named = NAMED_TYPES[`${service} ${type.name}`];
  if (named === undefined) return undefined;
  const { own, anothers, nobodys }: Names = subject.data[named.kind];
  // A key is given by its ARN, the others by their names.
  const ask = (name: string) => ({
    resource: named.kind === "keys" ? name : exampleOf(subject, type, { [named.placeholder]: name }),
    context: {},
  });
  const others = { anothers: ask(anothers), nobodys: ask(nobodys) };
  if (own.length === 0) return [{ on: named.words, asks: { own: undefined, ...others } }];
  return own.map((name) => ({ on: named.words, name, asks: { own: ask(name), ...others } }));
}
