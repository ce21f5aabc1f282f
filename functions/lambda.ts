import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Tracer } from "@aws-lambda-powertools/tracer";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { describeError } from "../core/describe-error.ts";
import { RetryLaterError } from "../core/errors.ts";
import type { QueueReceiver } from "../core/ports/queue.ts";
import { type Handled, runStage, type Stage, type StagePorts } from "./run-stage.ts";

/** Stages and schedules as functions of Lambda, with their log, metrics and traces. Beside this file and `lambda-http.ts` nothing knows Lambda. */

const serviceName = "call-quality-analyst";
const logger = new Logger({ serviceName });
const tracer = await openTracer();

interface GivesBack {
  queue: Pick<QueueReceiver, "changeVisibility">;
}

/** A failed message comes back after this long, not after its whole visibility: 10 s, then twice as long each time. */
const FIRST_PAUSE_SEC = 10;
const LONGEST_PAUSE_SEC = 900;

/** A stage as the handler of its queue: every message on its own, failures reported by message id. */
export function onQueue<Ports extends StagePorts>(
  stage: Stage<Ports>,
  open: () => Promise<Ports & GivesBack>,
) {
  // One for the stage: to make one for each message costs more than to write the log line.
  const metrics = new Metrics({
    // Several deployments in one account count apart.
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE ?? "CallQualityAnalyst",
    serviceName,
    singleMetric: true,
    defaultDimensions: { stage: stage.name },
  });
  return async (batch: SQSEvent): Promise<SQSBatchResponse> => {
    const opened = open();
    const results = await Promise.all(batch.Records.map((record) => handle(stage, record, opened, metrics)));
    return {
      batchItemFailures: batch.Records.filter((_record, index) => !results[index]).map((record) => ({
        itemIdentifier: record.messageId,
      })),
    };
  };
}

/** True when the message is done with. Ports that cannot be opened fail every message, each with its line in the log. */
async function handle<Ports extends StagePorts>(
  stage: Stage<Ports>,
  record: SQSRecord,
  opened: Promise<Ports & GivesBack>,
  metrics: Metrics,
): Promise<boolean> {
  const startedAt = performance.now();
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  const trace = openTrace(stage.name);
  const finish = (
    handled: Partial<Omit<Handled, "outcome">> & { outcome: Handled["outcome"] | "error" },
    extra: Record<string, unknown> = {},
  ) => {
    const line = {
      stage: stage.name,
      event_id: handled.eventId ?? null,
      event_type: handled.eventType ?? null,
      call_id: handled.callId ?? null,
      trace_id: handled.traceparent?.split("-")[1] ?? null,
      outcome: handled.outcome,
      ...(handled.code === undefined ? {} : { code: handled.code }),
      ...(handled.problem === undefined ? {} : { problem: handled.problem }),
      ms: Math.round(performance.now() - startedAt),
      receive_count: receiveCount,
      ...extra,
    };
    if (handled.outcome === "error") logger.error("handled", line);
    else if (handled.problem !== undefined) logger.warn("handled", line);
    else logger.info("handled", line);
    metrics.addMetric(`outcome.${handled.outcome}`, MetricUnit.Count, 1);
    trace.annotate(line);
  };
  try {
    await runStage(stage, record.body, await opened, finish);
    return true;
  } catch (error) {
    finish({ ...idsOf(record.body), outcome: "error" }, describeError(error));
    await opened
      .then(({ queue }) => queue.changeVisibility(stage.name, record.receiptHandle, pauseSec(receiveCount)))
      .catch(() => undefined);
    return false;
  } finally {
    trace.close();
  }
}

function pauseSec(receiveCount: number): number {
  return Math.min(LONGEST_PAUSE_SEC, FIRST_PAUSE_SEC * 2 ** (receiveCount - 1));
}

/** Ids of a message that failed, as far as it can be read. What does not look like one can be anybody's words. */
function idsOf(body: string): Partial<Omit<Handled, "outcome">> {
  try {
    const { id, type, subject, traceparent } = JSON.parse(body);
    const ids = Object.entries({ eventId: id, eventType: type, callId: subject, traceparent });
    return Object.fromEntries(
      ids.filter(([, value]) => typeof value === "string" && /^[\x21-\x7e]{1,400}$/.test(value)),
    );
  } catch {
    return {};
  }
}

/**
 * As soon as X-Ray's library is loaded it hooks into every promise of the process, which costs each message over a millisecond:
 * only where there is an X-Ray daemon to hear of it (Lambda docs, "Defined runtime environment variables").
 */
async function openTracer(): Promise<Tracer | undefined> {
  if (!process.env.AWS_XRAY_DAEMON_ADDRESS) return undefined;
  const { Tracer } = await import("@aws-lambda-powertools/tracer");
  return new Tracer({ serviceName, captureHTTPsRequests: false });
}

/** One X-Ray subsegment per message, found by the call's id and by the trace that all its events share. */
function openTrace(stage: string) {
  const parent = tracer?.isTracingEnabled() ? tracer.getSegment() : undefined;
  const segment = parent?.addNewSubsegment(`## ${stage}`);
  return {
    annotate: (line: Record<string, unknown>) => {
      for (const name of ["call_id", "event_id", "trace_id", "outcome"]) {
        const value = line[name];
        if (typeof value === "string") segment?.addAnnotation(name, value);
      }
    },
    close: () => segment?.close(),
  };
}

/** What a scheduled function has done. */
export interface ScheduledRun {
  counts: Readonly<Record<string, number>>;
  /** What went wrong although all else was done. */
  error?: unknown;
}

/**
 * A function that runs on a schedule: one line with its counts for each run. It throws what went wrong, so that the platform's alarm sees it,
 * but not "later": the next run is its repetition. The platform counts its runs and errors anyway, and a metric of ours would be paid for in every
 * hour of an idle month. Whoever runs it on one machine can end it early.
 */
export function onSchedule<Ports>(
  name: string,
  work: (ports: Ports, signal?: AbortSignal) => Promise<ScheduledRun>,
  open: () => Promise<Ports>,
) {
  return async (_event?: unknown, context?: { signal?: AbortSignal }): Promise<void> => {
    const startedAt = performance.now();
    const trace = openTrace(name);
    const { counts, error } = await open()
      .then((ports) => work(ports, context?.signal))
      .catch((thrown: unknown): ScheduledRun => ({ counts: {}, error: thrown }));
    const outcome = error === undefined ? "done" : error instanceof RetryLaterError ? "later" : "error";
    const line = {
      schedule: name,
      outcome,
      ...counts,
      ...(error === undefined ? {} : describeError(error)),
      ms: Math.round(performance.now() - startedAt),
    };
    if (outcome === "error") logger.error("ran", line);
    else logger.info("ran", line);
    trace.annotate(line);
    trace.close();
    if (outcome === "error") throw error;
  };
}
