import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { startFauxqs } from "fauxqs";
import { serveS3 } from "../../test/adapters/store/s3-server.ts";
import { dayClock } from "./day-clock.ts";
import { openLedger } from "./ledger.ts";
import { startLoadService } from "./service-process.ts";
import { countingSqs } from "./sqs-counter.ts";
import { loadDay, startLoadVendors } from "./vendors.ts";
import { nothingPosted, postDay } from "./webhooks.ts";

/** What a call asks of S3 and of SQS, as it was seen on the wire. */
export interface RequestCounts {
  calls: number;
  /** By operation, all of them together, from the first notice to the last row. */
  s3: Map<string, number>;
  sqs: Map<string, number>;
}

const BUCKET = "call-quality";
const LEAD_MS = 3000;
const GIVE_UP_MS = 300_000;
const LOOK_EVERY_MS = 50;

/** Lets the service live through a short day on loopback servers that speak S3's and SQS's protocols. */
export async function countRequests(options: {
  calls: number;
  speed: number;
  dataDir: string;
}): Promise<RequestCounts> {
  const { calls, speed, dataDir } = options;
  const { day, samples } = await loadDay(calls);
  const time = { setAtMs: Date.now(), showsMs: day.beginsAtMs - LEAD_MS * speed, speed };
  const clock = dayClock(time);
  const vendors = await startLoadVendors(day, samples, clock);
  const s3 = await serveS3({ bucket: BUCKET, exists: false });
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const sqs = await countingSqs(`http://127.0.0.1:${fauxqs.port}`, speed);
  const ledger = openLedger(clock);
  const posted = nothingPosted();
  try {
    const service = await startLoadService({
      env: {
        ...vendors.env,
        DATA_DIR: dataDir,
        PORT: "0",
        DIGEST_AT: "23:59",
        BUCKET,
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_SQS: sqs.url,
        AWS_ACCESS_KEY_ID: "key",
        AWS_SECRET_ACCESS_KEY: "secret",
      },
      time,
      reportEveryMs: 1000,
      onLine: ledger.hear,
      onSample: () => undefined,
    });
    try {
      // What the start asks for is not a call's.
      s3.requests.length = 0;
      sqs.counts.clear();
      const { signal } = new AbortController();
      await postDay({ day, portal: vendors.portal, clock, url: service.url, posted, signal });
      const giveUpAt = Date.now() + GIVE_UP_MS;
      while (ledger.endedAtMs.size < calls) {
        if (service.hasEnded()) throw new Error("the service ended by itself");
        if (Date.now() > giveUpAt) throw new Error(`${ledger.endedAtMs.size} of ${calls} calls have ended`);
        await setTimeout(LOOK_EVERY_MS);
      }
      const s3Counts = new Map<string, number>();
      for (const { method, key, query } of s3.requests) {
        const operation = s3Operation(method, key, query);
        s3Counts.set(operation, (s3Counts.get(operation) ?? 0) + 1);
      }
      return { calls, s3: s3Counts, sqs: new Map(sqs.counts) };
    } finally {
      await service.stop();
    }
  } finally {
    await Promise.all([vendors.close(), sqs.close(), s3.close()]);
    await fauxqs.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function s3Operation(method: string, key: string, query: URLSearchParams): string {
  if (method === "GET" && key === "") return "LIST";
  return method === "POST" || query.has("uploadId") ? `${method} (in parts)` : method;
}
