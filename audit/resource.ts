import { z } from "zod";

const request = z.record(z.string(), z.unknown());

/** What says more than the ARN beside it: the data that was asked for, the job that a token is for. */
const TELLING = ["target", "resource", "tableArn"];

/** What a request calls its object, when it is not `<something>Name`. */
const USUAL = ["name", "workGroup"];

/**
 * What something was done to, in the best words that an event has for it.
 * @param arn - the first of the event's resources
 * @param requestParameters - as JSON; CloudTrail leaves it out or cuts it when it is long
 */
export function resourceOf(arn: string | undefined, requestParameters: string | undefined): string {
  const asked = parse(requestParameters);
  const telling = named(asked, TELLING);
  if (telling !== undefined) return telling;
  if (arn) return arn;
  const { databaseName, bucketName, key } = asked;
  if (typeof databaseName === "string")
    return [databaseName, named(asked, ["name", "tableName"])].filter(Boolean).join(".");
  if (typeof bucketName === "string") return ["s3:/", bucketName, ...(typeof key === "string" ? [key] : [])].join("/");
  const ending = (end: RegExp) => Object.keys(asked).filter((each) => end.test(each));
  return named(asked, [...ending(/(Name|Arn)$/), ...USUAL, ...ending(/^id$|Id$/)]) ?? "";
}

function named(asked: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = asked[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    return request.parse(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}
