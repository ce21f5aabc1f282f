import type { Clock } from "../../core/clock.ts";
import { writeResultFile } from "../../local/sandbox/salutespeech-result.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import type { SandboxReply, SandboxRequest } from "../../local/sandbox/server.ts";
import { type Day, randomNumbers } from "./day.ts";
import { indexOfRecording } from "./portal.ts";
import { serveSlowly } from "./slow-server.ts";

/** SaluteSpeech for a company: ten recordings at once, each about ten times as fast as it was spoken. */
export interface LoadRecogniser {
  env: Record<string, string>;
  /** How many tasks were started, by the index of the call: each one would have been paid for. */
  started: Map<number, number>;
  /** How many starts were refused because ten tasks were running. */
  refused(): number;
  close(): Promise<void>;
}

const TASKS_AT_ONCE = 10;
const TIMES_AS_FAST = [8, 13] as const;
const BEFORE_IT_BEGINS_SEC = 1;
const ANSWERS_WITHIN_SEC = [0.1, 0.3] as const;
const TOKEN_LIFETIME_MS = 30 * 60_000;
const json = { "content-type": "application/json" };

export async function startLoadRecogniser(
  day: Day,
  samples: readonly ScenarioCall[],
  clock: Clock,
): Promise<LoadRecogniser> {
  const random = randomNumbers(2);
  const results = samples.map(({ segments }) =>
    JSON.stringify(writeResultFile(segments, { model: "callcenter", channels: 2, separateVoices: false })),
  );
  const started = new Map<number, number>();
  const doneAtMs = new Map<number, number>();
  let running: number[] = [];
  let refused = 0;

  function recognise(request: SandboxRequest): SandboxReply {
    const nowMs = clock.now().getTime();
    running = running.filter((untilMs) => untilMs > nowMs);
    if (running.length >= TASKS_AT_ONCE) {
      refused += 1;
      return { status: 429, body: { status: 429, message: "Too many requests" } };
    }
    const index = Number(JSON.parse(request.body.toString()).request_file_id);
    const [slowest, fastest] = TIMES_AS_FAST;
    const timesAsFast = slowest + (fastest - slowest) * random();
    const takesSec = BEFORE_IT_BEGINS_SEC + day.calls[index]!.portalCall.durationSec / timesAsFast;
    running.push(nowMs + takesSec * 1000);
    doneAtMs.set(index, nowMs + takesSec * 1000);
    started.set(index, (started.get(index) ?? 0) + 1);
    return accepted({ id: String(index), status: "NEW" });
  }

  function poll({ query }: SandboxRequest): SandboxReply {
    const id = query.get("id") ?? "";
    const untilMs = doneAtMs.get(Number(id));
    if (untilMs === undefined) return { status: 404, body: { status: 404, message: "task not found" } };
    const isDone = clock.now().getTime() >= untilMs;
    return accepted(isDone ? { id, status: "DONE", response_file_id: id } : { id, status: "RUNNING" });
  }

  const routes: Record<string, (request: SandboxRequest) => SandboxReply> = {
    "/oauth": () => ({
      body: { access_token: "load", expires_at: clock.now().getTime() + TOKEN_LIFETIME_MS },
    }),
    "/rest/v1/data:upload": ({ body }) => accepted({ request_file_id: String(indexOfRecording(body)) }),
    "/rest/v1/speech:async_recognize": recognise,
    "/rest/v1/task:get": poll,
    "/rest/v1/data:download": ({ query }) => {
      const call = day.calls[Number(query.get("response_file_id"))]!;
      return { headers: json, body: results[call.sample] ?? "" };
    },
  };
  const server = await serveSlowly(
    clock,
    ANSWERS_WITHIN_SEC,
    (request) => routes[request.path]?.(request) ?? { status: 404 },
  );
  return {
    env: {
      SBER_OAUTH_CLIENT_ID: "load",
      SBER_OAUTH_CLIENT_SECRET: "load",
      SALUTESPEECH_SCOPE: "SALUTE_SPEECH_CORP",
      SALUTESPEECH_OAUTH_URL: `${server.url}/oauth`,
      SALUTESPEECH_API_URL: `${server.url}/rest/v1`,
    },
    started,
    refused: () => refused,
    close: server.close,
  };
}

function accepted(result: object): SandboxReply {
  return { body: { status: 200, result } };
}
