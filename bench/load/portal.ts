import { readFile } from "node:fs/promises";
import type { Clock } from "../../core/clock.ts";
import { QUERY_LIMIT_EXCEEDED } from "../../local/sandbox/bitrix24.ts";
import { statisticRow, userRow, webhookForm } from "../../local/sandbox/bitrix24-rows.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import type { SandboxReply, SandboxRequest } from "../../local/sandbox/server.ts";
import type { Day, DayCall } from "./day.ts";
import { serveSlowly } from "./slow-server.ts";

/** A portal of any number of calls, of which it knows those that have ended. */
export interface LoadPortal {
  env: Record<string, string>;
  /** The call is over: from now on the statistics have it. Answers the body of the notice. */
  end(call: DayCall): string;
  /** How often each method was asked, and how often it was refused for the portal's limit. */
  asked: Map<string, number>;
  refused(): number;
  close(): Promise<void>;
}

const TOKEN = "load-application-token";
const PATH = "/rest/1/load/";
const PAGE_SIZE = 50;
/** Zero is how a portal says that there is no file. */
const FIRST_FILE_ID = 9001;
/** The portal's bucket (Bitrix24 docs, limits): so many at once, drained at so many a second. */
const BUCKET = { size: 50, drainPerSec: 2 };
const ANSWERS_WITHIN_SEC = [0.2, 0.5] as const;
/** The start of a sample: enough for its header to be read. */
const HEAD_BYTES = 4096;
const INDEX_BYTES = 4;

/** How long the file of a call is: its head and its mark, and what `bytesPerSec` makes of the call's length. */
const sizeOf = (call: DayCall, bytesPerSec: number) =>
  Math.max(HEAD_BYTES + INDEX_BYTES, bytesPerSec * call.portalCall.durationSec);

/** The last bytes of each recording tell whose it is, so that no two are alike. */
export function indexOfRecording(recording: Buffer): number {
  return recording.readUInt32BE(recording.length - INDEX_BYTES);
}

export async function startLoadPortal(
  day: Day,
  samples: readonly ScenarioCall[],
  clock: Clock,
  /** Of a recording; left out: a file is no longer than its head. */
  bytesPerSec = 0,
): Promise<LoadPortal> {
  const sounds = await Promise.all(
    samples.map(async ({ audio }) => (await readFile(audio ?? "")).subarray(0, HEAD_BYTES)),
  );
  const ended: { call: DayCall; startedAtMs: number; recordedAtMs: number }[] = [];
  const rowByNativeId = new Map<string, number>();
  const agents = new Map(day.agents.map((agent) => [agent.id, agent]));
  const asked = new Map<string, number>();
  const takeDrop = leakyBucket(clock);
  let refused = 0;

  function rowAt(row: number) {
    const { call, recordedAtMs } = ended[row]!;
    return statisticRow(
      call.portalCall,
      row,
      clock.now().getTime() >= recordedAtMs ? FIRST_FILE_ID + call.index : null,
    );
  }

  function statistic({ FILTER = {}, start = 0 }: { FILTER?: Record<string, string>; start?: number }) {
    const found = findRows(FILTER);
    const next = start + PAGE_SIZE;
    return {
      result: found.slice(start, next).map(rowAt),
      ...(next < found.length ? { next } : {}),
      total: found.length,
    };
  }

  /** In the order of their ids, which is that of their ends. A filter that this portal does not know would measure something else. */
  function findRows(filter: Record<string, string>): number[] {
    const { CALL_ID, ...dates } = filter;
    const bounds = Object.entries(dates).map(([key, value]) => boundOf(key, Date.parse(value)));
    const row = rowByNativeId.get(CALL_ID ?? "");
    const candidates = CALL_ID === undefined ? ended.keys() : row === undefined ? [] : [row];
    return [...candidates].filter((at) => bounds.every((isWithin) => isWithin(ended[at]!.startedAtMs)));
  }

  const methods: Record<string, (parameters: Record<string, unknown>) => object> = {
    "voximplant.statistic.get": statistic,
    "disk.file.get": ({ id }) => ({
      result: {
        ID: String(id),
        SIZE: String(sizeOf(day.calls[Number(id) - FIRST_FILE_ID]!, bytesPerSec)),
        DOWNLOAD_URL: `${server.url}/disk/${id}`,
      },
    }),
    "user.get": ({ ID }) => {
      const agent = agents.get(String(ID));
      return { result: agent ? [userRow(agent)] : [] };
    },
    "department.get": ({ ID }) => ({
      result: [ID].flat().map((id) => ({ ID: String(id), NAME: `Отдел продаж ${id}` })),
    }),
  };

  function answer({ path, body }: SandboxRequest): SandboxReply {
    if (path.startsWith("/disk/")) {
      const index = Number(path.slice("/disk/".length)) - FIRST_FILE_ID;
      return {
        headers: { "content-type": "audio/mpeg" },
        body: recordingOf(day.calls[index]!, sounds, bytesPerSec),
      };
    }
    const name = path.slice(PATH.length).replace(/\.json$/, "");
    asked.set(name, (asked.get(name) ?? 0) + 1);
    if (!takeDrop()) {
      refused += 1;
      return QUERY_LIMIT_EXCEEDED;
    }
    const method = methods[name];
    return method ? { body: method(JSON.parse(body.toString())) } : { status: 404, body: {} };
  }

  const server = await serveSlowly(clock, ANSWERS_WITHIN_SEC, answer);
  return {
    env: { BITRIX24_WEBHOOK_URL: `${server.url}${PATH}`, BITRIX24_APPLICATION_TOKEN: TOKEN },
    end(call) {
      const nowMs = clock.now().getTime();
      rowByNativeId.set(call.portalCall.nativeId, ended.length);
      ended.push({
        call,
        startedAtMs: Date.parse(call.portalCall.startedAt),
        recordedAtMs: nowMs + 1000 * (call.recordingAfterSec ?? Number.POSITIVE_INFINITY),
      });
      return webhookForm(call.portalCall, TOKEN, Math.floor(nowMs / 1000)).toString();
    },
    asked,
    refused: () => refused,
    close: server.close,
  };
}

function boundOf(key: string, boundMs: number): (startedAtMs: number) => boolean {
  switch (key) {
    case ">=CALL_START_DATE":
      return (startedAtMs) => startedAtMs >= boundMs;
    case ">CALL_START_DATE":
      return (startedAtMs) => startedAtMs > boundMs;
    case "<=CALL_START_DATE":
      return (startedAtMs) => startedAtMs <= boundMs;
    case "<CALL_START_DATE":
      return (startedAtMs) => startedAtMs < boundMs;
    default:
      throw new Error(`the portal of the load test knows no filter ${key}`);
  }
}

function recordingOf(call: DayCall, sounds: readonly Buffer[], bytesPerSec: number): Buffer {
  const recording = Buffer.alloc(sizeOf(call, bytesPerSec));
  sounds[call.sample]!.copy(recording);
  recording.writeUInt32BE(call.index, recording.length - INDEX_BYTES);
  return recording;
}

/** False when the bucket is full. */
function leakyBucket(clock: Clock): () => boolean {
  let level = 0;
  let atMs = clock.now().getTime();
  return () => {
    const nowMs = clock.now().getTime();
    level = Math.max(0, level - ((nowMs - atMs) / 1000) * BUCKET.drainPerSec);
    atMs = nowMs;
    if (level + 1 > BUCKET.size) return false;
    level += 1;
    return true;
  };
}
