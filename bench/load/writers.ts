import { createHash } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { startModelSandbox } from "../../local/sandbox/model.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import { startTelegramSandbox } from "../../local/sandbox/telegram.ts";
import { serveSlowly } from "./slow-server.ts";

/** A model that takes its time over each answer. */
export interface LoadModel {
  env: Record<string, string>;
  answers(): number;
  close(): Promise<void>;
}

/** A Telegram that hears what is sent. */
export interface LoadMessenger {
  env: Record<string, string>;
  heard(): { messages: number; files: number };
  close(): Promise<void>;
}

const THINKS_SEC = [5, 20] as const;
const TELEGRAM_TAKES_SEC = [0.25, 0.35] as const;
const json = { "content-type": "application/json" };

/** The sandbox's model thinks up the answer to each question once; the same question is asked for every call of a sample. */
export async function startLoadModel(samples: readonly ScenarioCall[], clock: Clock): Promise<LoadModel> {
  const sandbox = await startModelSandbox({ apiKey: "load", calls: samples });
  const known = new Map<string, Promise<string>>();
  let answers = 0;
  const server = await serveSlowly(clock, THINKS_SEC, async ({ path, headers, body }) => {
    answers += 1;
    const question = createHash("sha1").update(body).digest("hex");
    let answer = known.get(question);
    if (!answer) {
      answer = think(`${sandbox.url}${path}`, headers.authorization ?? "", body);
      known.set(question, answer);
    }
    return { headers: json, body: await answer };
  });
  return {
    env: { LLM_BASE_URL: `${server.url}/v1`, LLM_API_KEY: "load", LLM_MODEL: "load-judge" },
    answers: () => answers,
    close: async () => void (await Promise.all([server.close(), sandbox.close()])),
  };
}

async function think(url: string, authorization: string, body: Buffer): Promise<string> {
  const headers = { authorization, ...json };
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  if (!response.ok) throw new Error(`the sandbox's model answered ${response.status}`);
  return response.text();
}

/** The sandbox's Telegram, as strict as the real one, behind the time that a message takes. */
export async function startLoadMessenger(clock: Clock): Promise<LoadMessenger> {
  const sandbox = await startTelegramSandbox({ token: "load" });
  const server = await serveSlowly(
    clock,
    TELEGRAM_TAKES_SEC,
    async ({ path, query, method, headers, body }) => {
      const asked = fetch(`${sandbox.url}${path}?${query}`, {
        method,
        headers: { "content-type": headers["content-type"] ?? "" },
        ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
      });
      sandbox.requests.length = 0;
      return asked.then(
        async (response) => ({ status: response.status, headers: json, body: await response.text() }),
        // A long poll that is under way when all is closed.
        () => ({ status: 502 }),
      );
    },
  );
  return {
    env: { TELEGRAM_BOT_TOKEN: "load", TELEGRAM_CHAT_ID: "-1001234567890", TELEGRAM_API_ROOT: server.url },
    heard: () => ({ messages: sandbox.messages.length, files: sandbox.files.length }),
    close: async () => void (await Promise.all([server.close(), sandbox.close()])),
  };
}
