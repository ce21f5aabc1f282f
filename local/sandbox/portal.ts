import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Clock } from "../../core/clock.ts";
import type { SpeechSegment } from "../../core/ports/speech.ts";
import {
  type Bitrix24Sandbox,
  LOGIN_PAGE,
  QUERY_LIMIT_EXCEEDED,
  type SandboxCall,
  startBitrix24Sandbox,
} from "./bitrix24.ts";
import { type ModelSandbox, startModelSandbox } from "./model.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "./salutespeech.ts";
import type { Scenario, ScenarioCall } from "./scenario.ts";
import { startTelegramSandbox, type TelegramSandbox } from "./telegram.ts";

/** All four vendors of the sandbox, playing one scenario. */
export interface SandboxPortal {
  bitrix24: Bitrix24Sandbox;
  saluteSpeech: SaluteSpeechSandbox;
  model: ModelSandbox;
  telegram: TelegramSandbox;
  /** What `.env` would hold for them. */
  env: Record<string, string>;
  /** Of each recording of the scenario, by the slug of its call. */
  hashes: Map<string, string>;
  close(): Promise<void>;
}

const key = "sandbox-key";
const chatId = "-1001234567890";

export async function startSandboxPortal(scenario: Scenario, clock: Clock): Promise<SandboxPortal> {
  const recordings = new Map<string, readonly SpeechSegment[]>();
  const hashes = new Map<string, string>();
  for (const call of scenario.calls) {
    if (call.audio === null) continue;
    const hash = createHash("sha256")
      .update(await readFile(call.audio))
      .digest("hex");
    recordings.set(hash, call.segments);
    hashes.set(call.slug, hash);
  }
  const { agents, departments } = scenario;
  const bitrix24 = await startBitrix24Sandbox({
    calls: scenario.calls.map(sandboxCall),
    agents,
    departments,
    clock,
  });
  const saluteSpeech = await startSaluteSpeechSandbox({
    clientId: key,
    clientSecret: key,
    recordings,
    clock,
  });
  const model = await startModelSandbox({ apiKey: key, calls: scenario.calls });
  const telegram = await startTelegramSandbox({ token: key });
  return {
    bitrix24,
    saluteSpeech,
    model,
    telegram,
    hashes,
    env: {
      BITRIX24_WEBHOOK_URL: bitrix24.webhookUrl,
      BITRIX24_APPLICATION_TOKEN: bitrix24.applicationToken,
      SBER_OAUTH_CLIENT_ID: key,
      SBER_OAUTH_CLIENT_SECRET: key,
      SALUTESPEECH_OAUTH_URL: saluteSpeech.oauthUrl,
      SALUTESPEECH_API_URL: saluteSpeech.apiUrl,
      LLM_BASE_URL: model.baseUrl,
      LLM_API_KEY: key,
      LLM_MODEL: "sandbox-judge",
      TELEGRAM_BOT_TOKEN: key,
      TELEGRAM_CHAT_ID: chatId,
      TELEGRAM_API_ROOT: telegram.url,
    },
    close: async () => {
      await Promise.all([bitrix24, saluteSpeech, model, telegram].map((server) => server.close()));
    },
  };
}

/** Each vendor has a bad moment, as they do: too many requests at the portal, at the recogniser, at the model and at Telegram. */
export function addBadMoments({ bitrix24, saluteSpeech, model, telegram }: SandboxPortal): void {
  bitrix24.fail("voximplant.statistic.get", QUERY_LIMIT_EXCEEDED);
  saluteSpeech.fail("async_recognize", {
    status: 429,
    headers: { "retry-after": "5" },
    body: { status: 429, message: "Too many requests" },
  });
  model.fail("chat/completions", {
    status: 429,
    headers: { "retry-after": "5" },
    body: { error: { message: "Rate limit", code: "rate_limit_exceeded" } },
  });
  telegram.fail("sendMessage", {
    status: 429,
    body: {
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 2",
      parameters: { retry_after: 2 },
    },
  });
}

function sandboxCall(call: ScenarioCall): SandboxCall {
  const { nativeId, callType, startedAt, durationSec, failedCode, agentId, phone, line, category } = call;
  return {
    nativeId,
    callType,
    startedAt,
    durationSec,
    failedCode,
    agentId,
    phone,
    line,
    category,
    ...(call.entity ? { entity: call.entity } : {}),
    ...(call.activityId ? { activityId: call.activityId } : {}),
    ...recordingOf(call),
  };
}

function recordingOf(call: ScenarioCall): Pick<SandboxCall, "recording"> {
  const availableAfterSec = call.recordingAfterSec;
  if (call.recordingIsHtml) {
    const file = Buffer.from(String(LOGIN_PAGE.body));
    return { recording: { file, contentType: "text/html; charset=UTF-8", availableAfterSec } };
  }
  return call.audio === null ? {} : { recording: { file: call.audio, availableAfterSec } };
}
