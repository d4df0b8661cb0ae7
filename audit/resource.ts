import { z } from "zod";

const fields = z.record(z.string(), z.unknown());

type Fields = Readonly<Record<string, unknown>>;

/** What says more than the ARN beside it: the data that was asked for, the job that a token is for. */
const TELLING = ["target", "resource", "tableArn"];

/** What a request calls its object, when it is not `<something>Name`. */
const USUAL = ["name", "workGroup"];

/** A role is what something is done with. */
const ROLE = /role(Arn|Name)$/i;

/**
 * What something was done to, in the best words that an event has for it. In what order the request has its keys says
 * nothing: a trail's files have the service's, CloudTrail Lake sorts them.
 * @param action - its words name its object: `CreateTransformJob` has a `transformJobName`
 * @param arn - the first of the event's resources
 * @param requestParameters - as JSON; CloudTrail leaves it out or cuts it when it is long
 */
export function resourceOf(action: string, arn: string | undefined, requestParameters: string | undefined): string {
  const asked = parsed(requestParameters);
  const telling = named(asked, TELLING) ?? insideOf(asked.resource);
  if (telling !== undefined) return telling;
  if (arn) return arn;
  const { bucketName, key } = asked;
  const inDatabase = inDatabaseOf(asked);
  if (inDatabase !== undefined) return inDatabase;
  if (typeof bucketName === "string") return ["s3:/", bucketName, ...(typeof key === "string" ? [key] : [])].join("/");
  const ending = (end: RegExp) =>
    Object.keys(asked)
      .filter((each) => end.test(each) && !ROLE.test(each))
      .sort();
  const others = [...ending(/Name$/), ...ending(/Arn$/), ...USUAL, ...ending(/^id$|Id$/)];
  return named(asked, [...keysOf(action, asked), ...others]) ?? "";
}

/** The keys that an action's words lead to: of `StartPipelineExecution` `pipelineExecutionName`, then `pipelineName`. */
function keysOf(action: string, asked: Fields): string[] {
  const [, ...words] = action.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [];
  const keys = new Map(Object.keys(asked).map((key) => [key.toLowerCase(), key]));
  return words.flatMap((_, dropped) => {
    const noun = words.slice(0, words.length - dropped).join("");
    return ["Name", "Arn", "Id"].flatMap((end) => keys.get(`${noun}${end}`.toLowerCase()) ?? []);
  });
}

/** Lake Formation's resource: `{ table: { databaseName, name } }`. In CloudTrail Lake it is a text with JSON in it. */
function insideOf(resource: unknown): string | undefined {
  const outer = typeof resource === "string" ? parsed(resource) : (fields.safeParse(resource).data ?? {});
  for (const inner of Object.values(outer)) {
    const { data = {} } = fields.safeParse(inner);
    const found = inDatabaseOf(data) ?? named(data, ["name", "resourceArn"]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inDatabaseOf(asked: Fields): string | undefined {
  const database = named(asked, ["databaseName"]);
  return database && [database, named(asked, ["name", "tableName"])].filter(Boolean).join(".");
}

/** The first of these that is a name. An object is none, nor is the text that CloudTrail Lake makes of it. */
function named(asked: Fields, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = asked[key];
    if (typeof value === "string" && /^[^{[]/.test(value)) return value;
  }
  return undefined;
}

function parsed(text: string | undefined): Fields {
  try {
    return fields.parse(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}
