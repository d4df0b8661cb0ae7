import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { STSClient } from "@aws-sdk/client-sts";
import type { Context, SQSBatchResponse } from "aws-lambda";
import { readerRoleArn } from "../../naming";
import { CLIENT_SETTINGS, sageMakerClient, sqsClient } from "../membership/aws-clients";
import { eachOf } from "../membership/cache";
import { isAwsError, MalformedMessage } from "../membership/failures";
import { guard } from "../membership/guard";
import { identityStore } from "../membership/identity-store";
import { loggable } from "../membership/loggable";
import { profileReader } from "../membership/profile-reader";
import { queueSender } from "../membership/queue-sender";
import { readSettings, type Studio } from "../membership/settings";
import { countIn } from "../membership/studio-metric";
import { type Difference, type Sweeper, sweep } from "../membership/sweep";
import { createSweepMemory } from "../membership/sweep-memory";
import { parseSweepMessage, parseSweepRequest, type SweepMessage } from "../membership/sweep-request";
import { timeLeft } from "../membership/time-left";

/** For how long a scheduled sweep relies on the ids of groups, in milliseconds, as long as nobody would be removed. */
const GROUP_MEMORY = 6 * 60 * 60 * 1000;

/** How often a sweep whose reads fail is tried again before it is left to the schedule, and a request for one is made. */
const ATTEMPTS = 6;
const FIRST_DELAY = 30;
const LONGEST_DELAY = 900;

/** How long to wait for IAM to know a new permission everywhere, in milliseconds, by attempt. */
const PROPAGATION = 5_000;

const logger = new Logger();
const metrics = new Metrics();

const settings = readSettings(process.env, __dirname);
const time = timeLeft();
const { hasTime } = time;

const sts = new STSClient(CLIENT_SETTINGS);
const sqs = sqsClient();
const membershipQueue = queueSender(sqs, settings.membershipQueueUrl);
const sweepQueue = queueSender(sqs, settings.sweepQueueUrl);
const store = identityStore(
  new IdentitystoreClient(CLIENT_SETTINGS),
  settings.identityStoreId,
  settings.studios.flatMap(({ groups }) => groups.map(({ adGroup }) => adGroup)),
  hasTime,
  GROUP_MEMORY,
);
const sweepers = new Map<string, Sweeper>(
  settings.studios.map((studio) => {
    const profiles = profileReader(sageMakerClient(studio, readerRoleArn(studio), "look", sts), studio, hasTime);
    const memory = createSweepMemory();
    return [studio.name, { identityStore: store, profiles, settings, memory, hasTime, now: () => new Date() }];
  }),
);

/** Studios at a time. */
const LANES = 2;

/** Studios whose last sweep failed, or did not come to its end: others go first. */
const troubled = new Set<string>();

/** How many profiles the alarm's line names; each has a line of its own besides. */
const NAMED = 100;

interface CallOptions {
  readonly dryRun?: boolean | undefined;
  readonly maxRemovals?: number | string | undefined;
}

/** What a sweep of a studio says to whoever called. */
interface Report {
  readonly studio: string;
  readonly profiles: number;
  /** What is handed on to the onboarding function; in a dry run, what would be. */
  readonly differences: readonly Difference[];
  /** Who is not removed although they should be, because of `stopped`. */
  readonly withheld: readonly Difference[];
  readonly stopped?: string | undefined;
  readonly kept: readonly string[];
  readonly ownerless: readonly string[];
}

/**
 * Sweeps: for the messages of a batch once, or for a call by hand.
 * @returns what was found, to a call by hand; to the queue, that no message needs to come back
 * @throws the failure of a studio that could not be swept at all: its messages come back
 */
export async function handler(event: unknown, context: Context): Promise<readonly Report[] | SQSBatchResponse> {
  logger.addContext(context);
  time.begin(context);
  // One list of everybody serves every studio, and no later invocation.
  store.forgetEveryone();
  try {
    const request = parseSweepRequest(event);
    if (request.kind === "messages") {
      await answer(request.bodies);
      return { batchItemFailures: [] };
    }
    if (request.later) {
      await askSoon();
      return [];
    }
    const studios = studiosOf(request.studio);
    const reports: Report[] = [];
    for (const studio of studios) reports.push(await sweepOne(studio, { scope: "everyone" }, request));
    return reports;
  } finally {
    metrics.publishStoredMetrics();
  }
}

/** Asks for a sweep. A deployment does so seconds after it gave the permission, which may not count everywhere yet. */
async function askSoon(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sweepQueue.send({ body: JSON.stringify({ scope: "everyone" }), delaySeconds: 0 });
    } catch (error) {
      if (attempt >= ATTEMPTS || !isAwsError(error, "AccessDenied", "AccessDeniedException")) throw error;
      await new Promise((resolve) => setTimeout(resolve, PROPAGATION));
    }
  }
}

/** Many requests make one sweep of each studio that they are about. */
async function answer(bodies: readonly string[]): Promise<void> {
  const asked = new Map<Studio, SweepMessage>();
  for (const body of bodies) {
    const message = parse(body);
    if (!message) continue;
    for (const studio of studiosOf(message.studio)) {
      const before = asked.get(studio);
      // Whoever has a reason to look again prevails over the schedule.
      if (!before || before.trigger === "schedule") asked.set(studio, message);
    }
  }
  const failures: unknown[] = [];
  const rank = ({ name }: Studio) => Number(troubled.has(name));
  const inTurn = [...asked].sort(([one], [other]) => rank(one) - rank(other));
  await eachOf(inTurn, LANES, async ([studio, message]) => {
    try {
      if (hasTime()) await sweepOne(studio, message);
      else await goOn(studio, message);
    } catch (error) {
      countIn(metrics, studio.name, "sweepFailed");
      logger.error("sweep failed", { studio: studio.name, error: loggable(error) });
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

function parse(body: string): SweepMessage | undefined {
  try {
    return parseSweepMessage(body);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    metrics.addMetric("dropped", MetricUnit.Count, 1);
    logger.warn("malformed message dropped", { reason: error.message });
    return undefined;
  }
}

function studiosOf(name: string | undefined): readonly Studio[] {
  return settings.studios.filter((studio) => name === undefined || studio.name === name);
}

async function sweepOne(
  studio: Studio,
  message: SweepMessage,
  { dryRun, maxRemovals = settings.sweep.maxRemovals }: CallOptions = {},
): Promise<Report> {
  const sweeper = sweepers.get(studio.name);
  if (!sweeper) throw new Error(`no studio ${studio.name}`);
  const findings = await sweep(studio, sweeper, message.trigger === "schedule");
  const { handedOn, withheld, stopped } = guard(findings, maxRemovals);
  const { managed, missing, failures, kept, ownerless, isFinished } = findings;
  const report = { studio: studio.name, profiles: managed, differences: handedOn, withheld, stopped, kept, ownerless };
  if (isFinished && failures.length === 0) troubled.delete(studio.name);
  else troubled.add(studio.name);
  if (dryRun) return report;

  // A domain that was there before is not changed until its owner has seen what would be, and said so in the config.
  const isReport = dryRun === undefined && (studio.reportsOnly ?? false);
  // Where the list of profiles fails again and again, nobody is said to have none more than once.
  const isRepeated = failures.length > 0 && (message.attempt ?? 0) > 0;
  const isChange = new Set(findings.changes);
  const hints = isReport ? [] : handedOn.filter(({ profile }) => profile !== undefined || !isRepeated);
  await membershipQueue.sendAll(hints.map((difference) => hint(studio, difference, !isChange.has(difference))));
  const counts = { differences: handedOn.length, withheld: withheld.length };
  logger.info(isReport ? "swept, and changed nothing" : "swept", { ...report, ...counts, isFinished });
  for (const each of handedOn) logger.info("difference", { studio: studio.name, ...each });
  metrics.addMetric("differences", MetricUnit.Count, handedOn.length);
  metrics.addMetric("kept", MetricUnit.Count, kept.length);
  metrics.addMetric("ownerless", MetricUnit.Count, ownerless.length);
  if (missing.length > 0) {
    metrics.addMetric("groupsMissing", MetricUnit.Count, missing.length);
    logger.error("groups of the config cannot be found: renamed or deleted", { studio: studio.name, missing });
  }
  if (stopped !== undefined && isFinished) {
    metrics.addMetric("removalsWithheld", MetricUnit.Count, findings.removals.length);
    const names = withheld.slice(0, NAMED).map(({ profile }) => profile);
    logger.error("nobody is removed", { studio: studio.name, stopped, profiles: withheld.length, withheld: names });
    for (const each of withheld) logger.warn("not removed", { studio: studio.name, ...each });
  }
  if (failures.length > 0) {
    countIn(metrics, studio.name, "sweepFailed");
    const errors = failures.slice(0, 10).map(loggable);
    logger.error("reads failed", { studio: studio.name, failures: failures.length, errors });
  }
  if (!isFinished) await goOn(studio, message);
  else if (failures.length > 0) await tryAgain(studio, message);
  else countIn(metrics, studio.name, "swept");
  return report;
}

/**
 * The message that hands a difference on. A removal may have messages of its own already: this one must not become
 * another chain of them, unless it finds something to begin.
 */
function hint(studio: Studio, { userId, profile }: Difference, isRemoval: boolean): string {
  const since = isRemoval ? new Date(0).toISOString() : undefined;
  return JSON.stringify({ scope: "user", userId, studio: studio.name, profile, since, bySweep: true });
}

/** What is not finished goes on in another invocation, where it was: what was seen is remembered. */
async function goOn(studio: Studio, message: SweepMessage): Promise<void> {
  await sweepQueue.send({ body: JSON.stringify({ ...message, studio: studio.name }), delaySeconds: FIRST_DELAY });
}

/** A sweep that could not read everything is tried again after a growing delay, then left to the schedule. */
async function tryAgain(studio: Studio, { attempt = 0 }: SweepMessage): Promise<void> {
  if (attempt >= ATTEMPTS) return;
  const body = JSON.stringify({ scope: "everyone", studio: studio.name, attempt: attempt + 1 });
  await sweepQueue.send({ body, delaySeconds: Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt) });
}
