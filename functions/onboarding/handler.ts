import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { STSClient } from "@aws-sdk/client-sts";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { MalformedMessage, TryLater } from "../membership/failures";
import { parseHint } from "../membership/hint";
import { identityStore } from "../membership/identity-store";
import { loggable } from "../membership/loggable";
import { type ProfileStore, profileStore } from "../membership/profile-store";
import { CLIENT_SETTINGS, provisionerClient } from "../membership/provisioner";
import type { Scope } from "../membership/scope";
import { readSettings, type Studio } from "../membership/settings";
import { type Visit, type Visitor, visit } from "../membership/visit";

/** The share of an invocation's time in which calls are begun; the rest is for those that are under way to end. */
const BEGINNING = 2 / 3;

const logger = new Logger();
const metrics = new Metrics();
const processor = new BatchProcessor(EventType.SQS);

const settings = readSettings(process.env, __dirname);
/** Until when the present invocation may begin another call, in milliseconds since the epoch. */
let deadline = 0;
const hasTime = () => Date.now() < deadline;

const sts = new STSClient(CLIENT_SETTINGS);
const stores = new Map<string, ProfileStore>();
const visitor: Visitor = {
  studios: settings.studios,
  identityStore: identityStore(
    new IdentitystoreClient(CLIENT_SETTINGS),
    settings.identityStoreId,
    settings.studios.flatMap(({ groups }) => groups.map(({ adGroup }) => adGroup)),
    hasTime,
  ),
  profilesOf(studio: Studio): ProfileStore {
    const store = stores.get(studio.name) ?? profileStore(provisionerClient(studio, sts), studio, hasTime);
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
  deadline = Date.now() + BEGINNING * context.getRemainingTimeInMillis();
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
  try {
    const hint = parseHint(record.body, settings.identityStoreId);
    if ("ignored" in hint) {
      metrics.addMetric("dropped", MetricUnit.Count, 1);
      logger.info("no hint", { messageId, reason: hint.ignored });
      return;
    }
    const visited = await Promise.allSettled(
      hint.scopes.map(async (scope) => report(messageId, scope, await inTurn(scope))),
    );
    const failed = visited.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
  } catch (error) {
    if (error instanceof MalformedMessage) {
      metrics.addMetric("dropped", MetricUnit.Count, 1);
      logger.warn("malformed message dropped", { messageId, reason: error.message });
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

function report(messageId: string, scope: Scope, result: Visit): void {
  if (result.kind === "unmanaged") {
    metrics.addMetric("dropped", MetricUnit.Count, 1);
    logger.info("no managed group", { messageId, ...scope });
  } else if (result.kind === "sweepNeeded") {
    metrics.addMetric("sweepNeeded", MetricUnit.Count, 1);
    logger.info("left to the sweep", { messageId, ...scope });
  } else {
    for (const done of result.results) {
      metrics.addMetric(done.outcome, MetricUnit.Count, 1);
      logger.info(done.outcome, { messageId, userId: scope.kind === "user" ? scope.userId : undefined, ...done });
    }
  }
}
