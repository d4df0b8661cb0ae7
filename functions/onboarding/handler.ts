import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { STSClient } from "@aws-sdk/client-sts";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { provisionerRoleArn } from "../../naming";
import { CLIENT_SETTINGS, sageMakerClient, sqsClient } from "../membership/aws-clients";
import { MalformedMessage, TryLater } from "../membership/failures";
import { followUp, waitForStudio } from "../membership/follow-up";
import { parseHint } from "../membership/hint";
import { identityStore } from "../membership/identity-store";
import { loggable } from "../membership/loggable";
import { type ProfileStore, profileStore } from "../membership/profile-store";
import { queueSender } from "../membership/queue-sender";
import type { Reconciled } from "../membership/reconcile";
import type { Scope, UserScope } from "../membership/scope";
import { readSettings, type Studio } from "../membership/settings";
import { isStudioFailure, StudioDown, studioHealth } from "../membership/studio-health";
import { countIn } from "../membership/studio-metric";
import { timeLeft } from "../membership/time-left";
import { type Visit, type Visitor, visit } from "../membership/visit";

const MINUTE = 60_000;

/** When a membership is read again that was not as its event said, in seconds. */
const EARLY = 60;

const logger = new Logger();
const metrics = new Metrics();
const processor = new BatchProcessor(EventType.SQS);

const settings = readSettings(process.env, __dirname);
const time = timeLeft();
const { hasTime } = time;

const sts = new STSClient(CLIENT_SETTINGS);
const sqs = sqsClient();
const membershipQueue = queueSender(sqs, settings.membershipQueueUrl);
const sweepQueue = queueSender(sqs, settings.sweepQueueUrl);
const stores = new Map<string, ProfileStore>();
const visitor: Visitor = {
  studios: settings.studios,
  deprovisioning: settings.deprovisioning,
  health: studioHealth(Date.now),
  identityStore: identityStore(
    new IdentitystoreClient(CLIENT_SETTINGS),
    settings.identityStoreId,
    settings.studios.flatMap(({ groups }) => groups.map(({ adGroup }) => adGroup)),
    hasTime,
    10 * MINUTE,
  ),
  hasTime,
  profilesOf(studio: Studio): ProfileStore {
    const store =
      stores.get(studio.name) ??
      profileStore(sageMakerClient(studio, provisionerRoleArn(studio), "keep", sts), studio, hasTime);
    stores.set(studio.name, store);
    return store;
  },
};

/** Visits of the same person wait for one another: in one batch they would only be in each other's way. */
const visits = new Map<string, Promise<unknown>>();

/**
 * Answers the membership hints of a batch.
 * @returns the messages that are to be tried again
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  time.begin(context);
  try {
    return await processPartialResponse(event, answer, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    metrics.publishStoredMetrics();
  }
}

async function answer(record: SQSRecord): Promise<void> {
  const { messageId } = record;
  let scopes: readonly Scope[] = [];
  try {
    const hint = parseHint(record.body, settings.identityStoreId);
    if ("ignored" in hint) {
      metrics.addMetric("dropped", MetricUnit.Count, 1);
      logger.info("no hint", { messageId, reason: hint.ignored });
      return;
    }
    scopes = hint.scopes;
    const visited = await Promise.allSettled(
      scopes.map(async (scope) => finish(messageId, scope, await inTurn(scope))),
    );
    const failed = visited.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
  } catch (error) {
    if (error instanceof MalformedMessage) {
      metrics.addMetric("dropped", MetricUnit.Count, 1);
      logger.warn("malformed message dropped", { messageId, reason: error.message });
      return;
    }
    if (isOutlived(scopes, record)) {
      metrics.addMetric("failed", MetricUnit.Count, 1);
      logger.error("failed, left to the next sweep", { messageId, error: loggable(error) });
      return;
    }
    if (error instanceof TryLater) {
      metrics.addMetric("waiting", MetricUnit.Count, 1);
      logger.info("tried again later", { messageId, reason: error.message });
    } else {
      metrics.addMetric("failed", MetricUnit.Count, 1);
      logger.error("failed, tried again later", { messageId, error: loggable(error) });
    }
    throw error;
  }
}

/** Whether a sweep sent the message, so long ago that the next one has sent another: there must not be ever more of them. */
function isOutlived(scopes: readonly Scope[], { attributes }: SQSRecord): boolean {
  const bySweep = scopes.some((scope) => scope.kind === "user" && scope.bySweep);
  return bySweep && Date.now() - Number(attributes.SentTimestamp) > settings.sweep.everyMinutes * MINUTE;
}

async function inTurn(scope: Scope): Promise<Visit> {
  if (scope.kind !== "user") return visit(scope, visitor);
  const before = visits.get(scope.userId) ?? Promise.resolve();
  const turn = before
    .catch(() => undefined)
    .then(() => {
      if (!hasTime()) throw new TryLater("no time left in this invocation");
      return visit(scope, visitor);
    });
  visits.set(scope.userId, turn);
  try {
    return await turn;
  } finally {
    if (visits.get(scope.userId) === turn) visits.delete(scope.userId);
  }
}

/** Says what became of a scope, and sees to what is left of it. */
async function finish(messageId: string, scope: Scope, result: Visit): Promise<void> {
  if (result.kind === "unmanaged") {
    metrics.addMetric("dropped", MetricUnit.Count, 1);
    logger.info("no managed group", { messageId, ...scope });
  } else if (result.kind === "sweepNeeded") {
    await askForSweep(messageId, scope);
  } else if (scope.kind === "user") {
    for (const done of result.results) await finishOne(messageId, scope, done);
    if (result.isEarly) for (const { studio } of result.results) await lookAgain(messageId, scope, studio);
    const isAlone = result.failures.length === 1 && result.results.length === 0;
    for (const { studio, error } of result.failures) {
      if (isStudioFailure(error)) await wait(messageId, scope, studio, error);
      else if (isAlone) throw error;
      // Each on its own: what went well elsewhere must not be done again with it.
      else await tryAlone(messageId, scope, studio, error);
    }
  }
}

async function finishOne(
  messageId: string,
  scope: UserScope,
  { wrote, progressed, needsSweep, isRemoval, ...done }: Reconciled,
): Promise<void> {
  const { userId } = scope;
  // A sweep says of what it thinks a removal: it has its own messages. Whoever is entitled after all has none yet.
  const isOld = scope.since?.getTime() === 0;
  const since = isOld && !isRemoval ? undefined : scope.since;
  const { studio, outcome, again, profile = scope.profile } = done;
  if (again === undefined || (wrote && outcome !== "waiting")) metrics.addMetric(outcome, MetricUnit.Count, 1);
  logger.info(outcome, { messageId, userId, ...done });
  if (done.stalled !== undefined && isOld && !progressed) {
    metrics.addMetric("removalStalled", MetricUnit.Count, 1);
    logger.warn("a removal makes no progress", { messageId, userId, studio, reason: done.stalled });
  }
  if (outcome === "unknown") metrics.addMetric("groupsMissing", MetricUnit.Count, 1);
  if (needsSweep) await askForSweep(messageId, scope);
  if (again === undefined) return;
  metrics.addMetric("waiting", MetricUnit.Count, 1);
  const message = followUp({ userId, studio, profile, since }, progressed, new Date());
  if (message) await membershipQueue.send(message);
  // A removal is taken up by the next sweep. Whoever waits for access is a matter for on-call.
  else if (!isRemoval) throw new Error(`for hours nothing has changed: ${again}`);
}

/** Once, and without what the event told of: whatever is read then is so. */
async function lookAgain(messageId: string, { userId }: UserScope, studio: string): Promise<void> {
  logger.info("not as the event says, looked at again", { messageId, userId, studio });
  await membershipQueue.send({ body: JSON.stringify({ scope: "user", userId, studio }), delaySeconds: EARLY });
}

/** Where a studio fails as a whole, what it is to do waits for it, on its own and for as long as it takes. */
async function wait(messageId: string, scope: UserScope, studio: string, error: unknown): Promise<void> {
  const { userId, profile, since, bySweep, failingSince = new Date() } = scope;
  countIn(metrics, studio, "studioFailing");
  if (error instanceof StudioDown) logger.info("waiting", { messageId, userId, studio, reason: error.message });
  else logger.error("the studio fails, tried again later", { messageId, userId, studio, error: loggable(error) });
  const unfinished = { userId, studio, profile, since, bySweep };
  const message = waitForStudio(unfinished, failingSince, settings.sweep.everyMinutes, new Date());
  if (message) await membershipQueue.send(message);
}

/** A person who fails in one studio goes on as a message of its own, which is tried for hours. */
async function tryAlone(messageId: string, { userId, profile }: UserScope, studio: string, error: unknown) {
  metrics.addMetric("failed", MetricUnit.Count, 1);
  logger.error("failed, tried again later", { messageId, userId, studio, error: loggable(error) });
  const body = JSON.stringify({ scope: "user", userId, studio, profile });
  await membershipQueue.send({ body, delaySeconds: 60 });
}

async function askForSweep(messageId: string, scope: Scope): Promise<void> {
  await sweepQueue.send({ body: JSON.stringify({ scope: "everyone" }), delaySeconds: 0 });
  metrics.addMetric("sweepNeeded", MetricUnit.Count, 1);
  logger.info("left to the sweep", { messageId, ...scope });
}
