import { bitrix24 } from "../../adapters/crm/bitrix24.ts";
import { type OpenAiCompatibleOptions, openAiCompatible } from "../../adapters/llm/openai-compatible.ts";
import { telegram } from "../../adapters/notify/telegram.ts";
import { type SaluteSpeechOptions, saluteSpeech } from "../../adapters/speech/salutespeech.ts";
import type { Clock } from "../../core/clock.ts";
import { withFallback } from "../../core/fallback-llm.ts";
import { guarded, type HealthNews } from "../../core/guarded-vendor.ts";
import { dayPeriod } from "../../core/report-period.ts";
import type { VendorName } from "../../core/vendor-health.ts";
import { CallEnded } from "../../events/call-ended.ts";
import { type DigestDue, digestDue as digestDueFor } from "../../events/digest-due.ts";
import { VendorPaused } from "../../events/vendor-paused.ts";
import { VendorRecovered } from "../../events/vendor-recovered.ts";
import { publish } from "../../functions/run-stage.ts";
import { type Bitrix24Sandbox, startBitrix24Sandbox } from "../../local/sandbox/bitrix24.ts";
import { type ModelSandbox, startModelSandbox } from "../../local/sandbox/model.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../../local/sandbox/salutespeech.ts";
import { loadScenario, type ScenarioCall } from "../../local/sandbox/scenario.ts";
import { startTelegramSandbox, type TelegramSandbox } from "../../local/sandbox/telegram.ts";
import { mp3Silence, sha256 } from "../speech/recordings.ts";
import type { Base } from "./ground.ts";
import type { Vendors } from "./line.ts";

/** The vendors as servers that can be made to fail, and the real drivers for them, guarded as in service. */
export interface Sandbox {
  bitrix24: Bitrix24Sandbox;
  saluteSpeech: SaluteSpeechSandbox;
  model: ModelSandbox;
  /** The model that is asked while the first is down. */
  secondModel: ModelSandbox;
  telegram: TelegramSandbox;
  vendors(base: Base): Vendors;
  close(): Promise<void>;
}

export interface SandboxOptions {
  clock: Clock;
  /** How long a driver waits for an answer, where a vendor falls silent. */
  patienceSec?: number | undefined;
  /** Of the recording; the usual one has 14 KB. */
  recordingFrames?: number | undefined;
  secondModel?: boolean | undefined;
  /** Other addresses than the sandbox's own. */
  at?: { portal?: string; speech?: string; model?: string; telegram?: string };
  pollsUntilDone?: number;
  /** How many of {@link calls} the portal has. */
  calls?: number;
}

const KEY = "sandbox-key";
const CHAT = "-1001234567890";
const scenario = await loadScenario();

/** Two calls whose every side is on a channel of its own, and that the model judges in one request. */
const played = ["office", "balcony"].map((slug) => scenario.calls.find((call) => call.slug === slug));
export const calls = played.filter((call): call is ScenarioCall => call !== undefined);

export function callIdOf({ nativeId }: ScenarioCall): string {
  return `20261119-bitrix24-${nativeId}`;
}

export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, patienceSec, recordingFrames = 200, at = {}, pollsUntilDone = 1 } = options;
  const had = calls.slice(0, options.calls ?? 1);
  // A length of its own makes each file another one.
  const audio = had.map((_call, index) => Buffer.from(mp3Silence("8000 stereo", recordingFrames + index)));
  const sandboxes = {
    bitrix24: await startBitrix24Sandbox({
      calls: had.map((call, index) => ({
        nativeId: call.nativeId,
        callType: call.callType,
        startedAt: call.startedAt,
        durationSec: call.durationSec,
        failedCode: call.failedCode,
        agentId: call.agentId,
        phone: call.phone,
        line: call.line,
        recording: { file: audio[index] ?? Buffer.alloc(0) },
      })),
      agents: scenario.agents,
      departments: scenario.departments,
      clock,
    }),
    saluteSpeech: await startSaluteSpeechSandbox({
      clientId: KEY,
      clientSecret: KEY,
      recordings: new Map(had.map((call, index) => [sha256(audio[index] ?? Buffer.alloc(0)), call.segments])),
      pollsUntilDone,
      clock,
    }),
    model: await startModelSandbox({ apiKey: KEY, calls }),
    secondModel: await startModelSandbox({ apiKey: KEY, calls }),
    telegram: await startTelegramSandbox({ token: KEY }),
  };
  const impatient = patienceSec === undefined ? {} : { fetch: impatientFetch(patienceSec) };
  const timeout = patienceSec === undefined ? {} : { timeoutSec: patienceSec };

  const speechOptions: SaluteSpeechOptions = {
    clientId: KEY,
    clientSecret: KEY,
    scope: "SALUTE_SPEECH_PERS",
    oauthUrl: `${at.speech ?? new URL(sandboxes.saluteSpeech.oauthUrl).origin}/api/v2/oauth`,
    apiUrl: `${at.speech ?? new URL(sandboxes.saluteSpeech.apiUrl).origin}/rest/v1`,
    clock,
    ...timeout,
  };
  const modelOptions: OpenAiCompatibleOptions = {
    baseUrl: `${at.model ?? sandboxes.model.url}/v1`,
    apiKey: KEY,
    model: "sandbox-judge",
    clock,
    ...timeout,
  };

  return {
    ...sandboxes,
    vendors(base) {
      const watched = <Port extends object>(vendor: VendorName, port: Port) => guardedAs(vendor, port, base);
      const first = watched("llm", openAiCompatible(modelOptions));
      const second = watched(
        "llm-fallback",
        openAiCompatible({
          ...modelOptions,
          baseUrl: sandboxes.secondModel.baseUrl,
          variables: "LLM_FALLBACK",
        }),
      );
      return {
        crm: watched("crm", bitrix24({ webhookUrl: webhookUrl(), clock, ...impatient })),
        speech: watched("speech", saluteSpeech(speechOptions)),
        llm: options.secondModel ? withFallback(first, second) : first,
        notifier: watched(
          "notify",
          telegram({
            token: KEY,
            chatId: CHAT,
            apiRoot: at.telegram ?? sandboxes.telegram.url,
            clock,
            ...impatient,
          }),
        ),
      };
    },
    async close() {
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
    },
  };

  function webhookUrl(): string {
    const own = new URL(sandboxes.bitrix24.webhookUrl);
    return `${at.portal ?? own.origin}${own.pathname}`;
  }
}

/** As the composition root does it. */
export function guardedAs<Port extends object>(
  vendor: VendorName,
  port: Port,
  { store, queue, clock }: Base,
): Port {
  return guarded(port, { vendor, tenant: "default", store, clock, announce });

  async function announce({ kind, ...data }: HealthNews): Promise<void> {
    const common = { tenant: "default", subject: vendor, time: clock.now(), distinct: data.since };
    await publish(
      [
        kind === "paused"
          ? VendorPaused.create({ ...common, data: data as VendorPaused["data"] })
          : VendorRecovered.create({ ...common, data }),
      ],
      queue,
    );
  }
}

/** For the drivers that wait half a minute: gives up as they do, only sooner. */
function impatientFetch(patienceSec: number): typeof fetch {
  return (input, init) => {
    const signals = [AbortSignal.timeout(patienceSec * 1000), ...(init?.signal ? [init.signal] : [])];
    return fetch(input, { ...init, signal: AbortSignal.any(signals) });
  };
}

export function callEnded(call: ScenarioCall, clock: Clock): CallEnded {
  return CallEnded.create({
    tenant: "default",
    subject: callIdOf(call),
    time: clock.now(),
    data: {
      source: "bitrix24",
      nativeId: call.nativeId,
      startedAt: call.startedAt,
      durationSec: call.durationSec,
      direction: "incoming",
      kind: null,
      missed: false,
      agentId: call.agentId,
    },
  });
}

export const DAY = "2026-11-19";

export function digestDue(clock: Clock): DigestDue {
  return digestDueFor({ tenant: "default", period: dayPeriod(DAY), time: clock.now() });
}
