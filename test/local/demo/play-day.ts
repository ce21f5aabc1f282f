import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { indexDayPrefix, uploadsPrefix } from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import { setClock } from "../../../core/clock.ts";
import type { Store } from "../../../core/ports/store.ts";
import { dayPeriod } from "../../../core/report-period.ts";
import { readJson } from "../../../core/store-json.ts";
import { digestDue } from "../../../events/digest-due.ts";
import { type StageName, stageNames, visibilitySec } from "../../../events/pipeline.ts";
import {
  base,
  closeDeps,
  configure,
  openIngest,
  openReport,
  openScore,
  openTranscribe,
  openWebhook,
} from "../../../functions/deps.ts";
import { ingest } from "../../../functions/ingest/stage.ts";
import { receiveWebhook } from "../../../functions/ingest/webhook.ts";
import { report } from "../../../functions/report/stage.ts";
import { publish, runStage } from "../../../functions/run-stage.ts";
import { score } from "../../../functions/score/stage.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { alertsIn, digestsIn } from "../../../local/demo/wait.ts";
import { startSandboxPortal } from "../../../local/sandbox/portal.ts";
import { loadScenario } from "../../../local/sandbox/scenario.ts";
import { seedChecklists } from "../../../local/seed-checklists.ts";

export const DAY = "2026-11-19";
const TODAY = "2026-11-20";
const TENANT = "default";
const QUIET_ADVANCE_SEC = 30;

export interface PlayedDay {
  rows: CallRow[];
  /** As Telegram shows them. */
  alerts: string[];
  digest: string;
}

/**
 * The day of the demo without its pumps, processes and waiting: the same stages, adapters and sandbox vendors, fed in turn, on
 * a clock that is moved on whenever nothing is left to do. So it plays the same every time, however busy the machine is.
 */
export async function playDay(upload: { name: string; of: string }): Promise<PlayedDay> {
  const dataDir = await mkdtemp(join(tmpdir(), "call-quality-"));
  const clock = setClock(`${TODAY}T09:00:00+03:00`);
  const scenario = await loadScenario();
  const portal = await startSandboxPortal(scenario, clock);
  configure({ env: { ...portal.env, DATA_DIR: dataDir }, clock });
  const { store, queue } = base();
  const webhook = await serveWebhook();
  try {
    await seedChecklists(store, TENANT, "ru");
    for (const { nativeId } of scenario.calls) {
      await portal.bitrix24.postWebhook(webhook.url, nativeId);
    }
    const audio = scenario.calls.find((call) => call.slug === upload.of)?.audio;
    await store.put(`${uploadsPrefix(TENANT)}${upload.name}`, await readFile(audio ?? ""));
    await queue.send("ingest", [{ body: notification(`${uploadsPrefix(TENANT)}${upload.name}`) }]);
    await drain(clock);
    const due = digestDue({ tenant: TENANT, period: dayPeriod(DAY), time: clock.now() });
    await publish([due], queue);
    await drain(clock);
    return {
      rows: await rowsOf(store),
      alerts: alertsIn(portal.telegram),
      digest: digestsIn(portal.telegram).join("\n\n"),
    };
  } finally {
    await webhook.close();
    closeDeps();
    await portal.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function serveWebhook(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const contentType = headers["content-type"] ?? null;
    const { status, body } = await receiveWebhook(
      { method, path, contentType, body: await buffer(request) },
      await openWebhook(),
    );
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/bitrix24`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs every stage until its queue is empty; time passes only while all of them wait. */
async function drain(clock: { advance(sec: number): void }): Promise<void> {
  const { queue } = base();
  for (;;) {
    let handled = 0;
    for (const stage of stageNames) handled += await runWaiting(stage);
    if (handled > 0) continue;
    const stats = await Promise.all(stageNames.map((stage) => queue.stats(stage)));
    if (stats.some(({ dead }) => dead > 0)) throw new Error("a message became a dead letter");
    if (stats.every(({ visible, delayed, inFlight }) => visible + delayed + inFlight === 0)) return;
    clock.advance(QUIET_ADVANCE_SEC);
  }
}

async function runWaiting(stage: StageName): Promise<number> {
  const { queue } = base();
  const messages = await queue.receive(stage, {
    max: 10,
    waitSec: 0,
    visibilitySec: visibilitySec(stage),
  });
  for (const { body, handle } of messages) {
    await run[stage](body);
    await queue.delete(stage, [handle]);
  }
  return messages.length;
}

const run: Record<StageName, (body: string) => Promise<void>> = {
  ingest: async (body) => runStage(ingest, body, await openIngest(), ignore),
  transcribe: async (body) => runStage(transcribe, body, await openTranscribe(), ignore),
  score: async (body) => runStage(score, body, await openScore(), ignore),
  report: async (body) => runStage(report, body, await openReport(), ignore),
};

function ignore(): void {}

function notification(key: string): string {
  const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), eTag: "etag" };
  const record = {
    eventName: "ObjectCreated:Put",
    eventTime: `${TODAY}T06:00:00.000Z`,
    s3: { object },
  };
  return JSON.stringify({ Records: [record] });
}

async function rowsOf(store: Store): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for (const day of [DAY, TODAY]) {
    for await (const { key } of store.list(indexDayPrefix(TENANT, day))) {
      const row = await readJson(store, key, CallRow);
      if (row) rows.push(row.value);
    }
  }
  return rows;
}
