import { s3Store } from "../../adapters/store/s3.ts";
import type { Clock } from "../../core/clock.ts";
import { pipeline, type StageName, stageNames } from "../../events/pipeline.ts";
import { seedChecklists } from "../../local/seed-checklists.ts";
import { serveS3 } from "../../test/adapters/store/s3-server.ts";
import type { Day } from "../load/day.ts";
import { loadDay, startLoadVendors } from "../load/vendors.ts";
import { environmentsOf } from "./environments.ts";
import { type Leavings, leavings } from "./leavings.ts";
import { logCounter } from "./log-counter.ts";
import { add, addS3, emptyTally, sumOf, type Tally, type Worker } from "./tally.ts";
import { timedQueues } from "./timed-queues.ts";

/** What calls have asked of the cloud. */
export interface Counted {
  day: Day;
  callsPerDay: number;
  /** How long it lasted on its own clock. */
  playedSec: number;
  tallies: Map<Worker, Tally>;
  log: Map<string, { bytes: number; lines: number }>;
  /** Each is billed as one metric for the hours in which it was written. */
  metrics: string[];
  /** To vendors, over the internet. */
  sentBytes: number;
  left: Leavings;
}

/** How often a schedule runs a function, in seconds. */
export const everySec = { sweep: 600, schedule: 300 } as const;
/** What it takes an S3 or SQS request to be answered within a region. Not measured here; tens of milliseconds at most are what is seen. */
export const AWS_ANSWERS_MS = 20;
/** From so much memory on a function has a whole processor, below it a share (Lambda docs, "Configure memory"). */
export const MB_PER_CORE = 1769;
/** What telephony writes: MP3 at 32 kbit/s. */
export const RECORDING_BYTES_PER_SEC = 4000;
const BUCKET = "call-quality";
const DIGEST_AT = "19:00";
/** The play ends when the digest of the day must have been sent; schedules stop then. */
const ENDS_AT = "19:20";
const WEBHOOKS_AT_ONCE = 50;
const STARTED_ENOUGH_SEC = 1;

/**
 * Plays a part of a day as Lambda would run it: event by event on a clock of its own, each run in an environment of its function, between vendors
 * that answer at once and say how long they would have taken. What is on the wire to S3 and SQS is counted.
 */
export async function play(calls: number, callsPerDay: number, endsAt = ENDS_AT): Promise<Counted> {
  const { day, samples } = await loadDay(calls, callsPerDay);
  let nowMs = day.beginsAtMs - STARTED_ENOUGH_SEC * 1000;
  let vendorMs = 0;
  let sentBytes = 0;
  const clock: Clock & { asked(request: { body: Buffer }): void } = {
    now: () => new Date(nowMs),
    fromSystem: (moment) => moment,
    // Asked once for each answer: the wait is noted instead of waited for.
    realMs: (durationMs) => {
      vendorMs += durationMs;
      return 0;
    },
    asked: ({ body }) => {
      sentBytes += body.length;
    },
  };
  const vendors = await startLoadVendors(day, samples, clock, RECORDING_BYTES_PER_SEC);
  const s3 = await serveS3({ bucket: BUCKET });
  const queues = await timedQueues();
  const env = {
    ...vendors.env,
    DIGEST_AT,
    BUCKET,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const log = logCounter();
  const concurrency = (name: StageName) => ({ env, log, most: pipeline[name].concurrency });
  const environments = {
    webhook: environmentsOf("webhook", { env, log, most: WEBHOOKS_AT_ONCE }),
    ingest: environmentsOf("ingest", concurrency("ingest")),
    transcribe: environmentsOf("transcribe", concurrency("transcribe")),
    score: environmentsOf("score", concurrency("score")),
    report: environmentsOf("report", concurrency("report")),
    sweep: environmentsOf("sweep", { env, log, most: 1 }),
    schedule: environmentsOf("schedule", { env, log, most: 1 }),
  };
  type Played = keyof typeof environments;
  const tallies = new Map<Worker, Tally>();

  /** One run, its requests and its time set down to the worker. */
  async function run(name: Played, worker: Worker, event: () => unknown): Promise<unknown> {
    const tally = tallies.get(worker) ?? emptyTally();
    tallies.set(worker, tally);
    s3.requests.length = 0;
    queues.counts.clear();
    vendorMs = 0;
    const { answer, cpuMs, peakRssBytes, isCold, free } = await environments[name].run(nowMs, event());
    addS3(tally, s3.requests);
    for (const [operation, count] of queues.counts) add(tally.sqs, operation, count);
    tally.runs += 1;
    if (isCold) tally.coldRuns += 1;
    tally.cpuMs += cpuMs;
    tally.vendorMs += vendorMs;
    tally.peakRssBytes = Math.max(tally.peakRssBytes, peakRssBytes);
    const waitedMs = (s3.requests.length + sumOf(queues.counts)) * AWS_ANSWERS_MS;
    const doneMs = nowMs + cpuMs + vendorMs + waitedMs;
    free(doneMs);
    queues.settle(doneMs);
    return answer;
  }

  async function handle(stage: StageName): Promise<void> {
    queues.counts.clear();
    const batch = queues.take(stage, pipeline[stage].batchSize, nowMs);
    const received = [...queues.counts];
    const isDigest = batch.Records.some(({ body }) => body.includes('"type":"digest.due"'));
    const answer = await run(stage, isDigest ? "digest" : stage, () => {
      for (const [operation, count] of received) add(queues.counts, operation, count);
      return batch;
    });
    const { batchItemFailures } = answer as { batchItemFailures: unknown[] };
    if (batchItemFailures.length > 0) throw new Error(`${stage} failed: ${log.complaints().join("\n")}`);
  }

  const begun = nowMs;
  const endMs = Date.parse(`${day.date}T${endsAt}:00+03:00`);
  const ticks = { sweep: nowMs, schedule: nowMs };
  const left = [...day.calls];
  try {
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
    await seedChecklists(s3Store({ bucket: BUCKET, endpoint: s3.endpoint, credentials }), "default", "ru");
    for (;;) {
      const post = left[0];
      const moments: [number, () => Promise<unknown>][] = [
        ...(Object.keys(ticks) as (keyof typeof ticks)[]).map((name): [number, () => Promise<unknown>] => [
          ticks[name] < endMs ? ticks[name] : Number.POSITIVE_INFINITY,
          () => {
            ticks[name] += everySec[name] * 1000;
            return run(name, name, () => ({}));
          },
        ]),
        ...stageNames.map((stage): [number, () => Promise<unknown>] => [
          environments[stage].freeAt(queues.nextDueMs(stage)),
          () => handle(stage),
        ]),
      ];
      if (post) {
        const atMs = day.beginsAtMs + post.endsAtSec * 1000;
        moments.push([
          atMs,
          async () => {
            left.shift();
            const form = vendors.portal.end(post);
            const answer = await run("webhook", "webhook", () => httpEvent("/webhooks/bitrix24", form));
            if ((answer as { statusCode: number }).statusCode !== 200)
              throw new Error("a notice was not taken");
          },
        ]);
      }
      const [atMs, act] = moments.sort(([one], [other]) => one - other)[0]!;
      if (!Number.isFinite(atMs)) break;
      nowMs = Math.max(nowMs, atMs);
      await act();
    }
    const found = leavings(s3.objects, day);
    await Promise.all(Object.values(environments).map((each) => each.end()));
    return {
      day,
      callsPerDay,
      playedSec: (nowMs - begun) / 1000,
      tallies,
      log: await log.count(),
      metrics: [...log.metrics].sort(),
      sentBytes,
      left: found,
    };
  } finally {
    await Promise.all(Object.values(environments).map((each) => each.end()));
    await Promise.all([vendors.close(), queues.close(), s3.close()]);
  }
}

/** A form as the gateway hands it over: Base64, since it takes only text and JSON for text (Lambda docs, function URLs). */
function httpEvent(path: string, form: string) {
  return {
    version: "2.0",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    requestContext: { http: { method: "POST", path } },
    body: Buffer.from(form).toString("base64"),
    isBase64Encoded: true,
  };
}
