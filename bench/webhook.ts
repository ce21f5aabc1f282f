import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bitrix24Webhook } from "../adapters/crm/bitrix24-webhook.ts";
import { defaultSettings } from "../core/settings.ts";
import { callEndedFrom } from "../functions/ingest/call-id.ts";
import { webhookForm } from "../local/sandbox/bitrix24-rows.ts";
import { serveSandbox } from "../local/sandbox/server.ts";
import { startChild } from "./child.ts";
import { nativeIdOf } from "./instant-vendors.ts";
import { percentile, ratioOf } from "./statistics.ts";
import { figure, type Row } from "./table.ts";
import { inTemporaryFolder } from "./temporary.ts";
import { type AnswerTimes, postInBursts, postWithoutPause } from "./webhook-load.ts";

const GOAL_P99_MS = 50;
/** About what portals take; one that answers at once would set ingest a pace that no portal allows. */
const PORTAL_ANSWERS_AFTER_MS = 200;
const TOKEN = "bench-application-token";

export interface WebhookSize {
  connections: number;
  /** In each round, of each kind, to each of the two. */
  requests: number;
  rounds: number;
}

/** By the kind of load. */
interface Answers {
  burst: AnswerTimes;
  steady: AnswerTimes;
}

/** How long the portal waits for its 200: the real service at work beside a server that does nothing but put a message on its queue. */
export function benchWebhook({ connections, requests, rounds }: WebhookSize) {
  return inTemporaryFolder(async (folder): Promise<{ rows: Row[]; notes: string[] }> => {
    // It knows no call yet, so ingest is kept busy with what comes in: ever more files and messages to write.
    const portal = await serveSandbox(() =>
      setTimeout(PORTAL_ANSWERS_AFTER_MS, { body: { result: [], total: 0 } }),
    );
    const service = startChild("webhook-service.ts");
    const floor = startChild("webhook-floor.ts");
    try {
      const env = serviceEnv(join(folder, "service"), portal.url);
      const file = join(folder, "floor", "queues.sqlite");
      const ports = {
        service: (await service.ask<{ port: number }>({ env })).port,
        floor: (await floor.ask<{ port: number }>({ file, messageBytes: messageBytes() })).port,
      };
      let calls = 0;
      const post = async (port: number): Promise<Answers> => {
        const load = { port, connections, requests, body: () => noticeOf(calls++) };
        return { burst: await postInBursts(load), steady: await postWithoutPause(load) };
      };
      await post(ports.service);
      await post(ports.floor);
      const answers: { service: Answers[]; floor: Answers[] } = { service: [], floor: [] };
      for (let round = 0; round < rounds; round += 1) {
        answers.service.push(await post(ports.service));
        answers.floor.push(await post(ports.floor));
      }
      return { rows: rowsOf(answers), notes: [noteOf({ connections, requests, rounds })] };
    } finally {
      await Promise.all([service.end(), floor.end()]);
      await portal.close();
    }
  });
}

function rowsOf({ service, floor }: { service: Answers[]; floor: Answers[] }): Row[] {
  const row = (what: string, load: keyof Answers, percent: number, goalMs?: number): Row => {
    const of = (rounds: Answers[]) =>
      percentile(
        rounds.flatMap((round) => round[load]),
        percent,
      );
    const each = (rounds: Answers[]) => rounds.map((round) => percentile(round[load], percent));
    return {
      part: "webhook",
      what,
      measured: figure(of(service)),
      floor: figure(of(floor)),
      ratio: ratioOf(each(service), each(floor)),
      goal: goalMs === undefined ? null : { text: `< ${goalMs}`, met: of(service) < goalMs },
    };
  };
  return [
    row("new connections, p50 ms", "burst", 50),
    row("new connections, p99 ms", "burst", 99, GOAL_P99_MS),
    row("new connections, max ms", "burst", 100),
    row("kept open, p50 ms", "steady", 50),
    row("kept open, p99 ms", "steady", 99, GOAL_P99_MS),
    row("kept open, max ms", "steady", 100),
  ];
}

function noteOf({ connections, requests, rounds }: WebhookSize): string {
  return `webhook: ${connections} connections at once; of each kind ${requests * rounds} requests to each side, after ${requests} to warm up`;
}

function serviceEnv(dataDir: string, portalUrl: string): Record<string, string> {
  return {
    PORT: "0",
    DATA_DIR: dataDir,
    BITRIX24_WEBHOOK_URL: `${portalUrl}/rest/1/bench/`,
    BITRIX24_APPLICATION_TOKEN: TOKEN,
    SBER_OAUTH_CLIENT_ID: "bench",
    SBER_OAUTH_CLIENT_SECRET: "bench",
    LLM_BASE_URL: "off",
    TELEGRAM_BOT_TOKEN: "off",
  };
}

/** What the portal posts when a call has ended, each of another call. */
function noticeOf(index: number): string {
  const now = Date.now();
  const call = {
    nativeId: nativeIdOf(index),
    callType: "2" as const,
    startedAt: new Date(now - 300_000).toISOString(),
    durationSec: 240,
    failedCode: "200",
    agentId: "14",
    phone: "+79990000104",
    line: "+74950000042",
  };
  return webhookForm(call, TOKEN, Math.floor(now / 1000)).toString();
}

/** Of the message that the service puts on its queue for such a notice. */
function messageBytes(): number {
  const reading = bitrix24Webhook({ applicationToken: TOKEN }).read(noticeOf(0), null);
  if (reading.kind !== "call-ended") throw new Error("the notice is no ended call");
  return JSON.stringify(callEndedFrom(reading.notice, "default", defaultSettings, new Date())).length;
}
