import { readFile } from "node:fs/promises";
import type { Crm, CrmCall } from "../core/ports/crm.ts";
import type { Llm, LlmAnswer } from "../core/ports/llm.ts";
import type { Speech } from "../core/ports/speech.ts";
import { CallEnded } from "../events/call-ended.ts";
import type { ScenarioCall } from "../local/sandbox/scenario.ts";

/** Vendors that answer at once and do next to nothing, so that what is measured is ours. */

const CHUNK_BYTES = 64 * 1024;

export function nativeIdOf(index: number): string {
  return `BENCH.${String(index).padStart(6, "0")}`;
}

export function callEndedOf(index: number, call: ScenarioCall): CallEnded {
  const day = call.startedAt.slice(0, 10).replaceAll("-", "");
  return CallEnded.create({
    tenant: "default",
    subject: `${day}-bitrix24-${nativeIdOf(index)}`,
    time: new Date(),
    data: {
      source: "bitrix24",
      nativeId: nativeIdOf(index),
      startedAt: call.startedAt,
      durationSec: call.durationSec,
      direction: "incoming",
      kind: "client",
      missed: false,
      agentId: call.agentId,
    },
  });
}

/** Every call is the same sample call under another id. */
export async function instantCrm(call: ScenarioCall): Promise<Crm> {
  const recording = await readFile(call.audio ?? "");
  const crmCall: Omit<CrmCall, "nativeId"> = {
    startedAt: call.startedAt,
    durationSec: call.durationSec,
    direction: "incoming",
    kind: "client",
    missed: false,
    agentId: call.agentId,
    clientPhone: call.phone,
    line: call.line,
    entity: null,
    activityId: call.activityId,
    recording: { fileId: "1" },
  };
  return {
    findCall: async (nativeId) => ({ nativeId, ...crmCall }),
    async *listCalls() {},
    findAgent: async (id) => ({ id, name: "Мария Кузнецова", departments: ["4"] }),
    openRecording: async () => ({
      body: ReadableStream.from(piecesOf(recording)),
      sizeBytes: recording.length,
      contentType: "audio/mpeg",
    }),
  };
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

export function instantSpeech(call: ScenarioCall): Speech {
  return {
    name: "instant",
    async upload({ body }) {
      for await (const _chunk of body);
      return { fileId: "file" };
    },
    start: async () => ({ taskId: "task" }),
    result: async () => ({ state: "done", recognised: { model: "instant", segments: call.segments } }),
  };
}

const CALL_TYPE = "first-sale";

interface VerdictsSchema {
  properties: { verdicts: { required: string[] } };
}

/** Finds every criterion met, with the call's first words as the quote: an answer that is wholly accepted. */
export function instantLlm(): Llm {
  return {
    async ask({ input, schema }): Promise<LlmAnswer> {
      const [, turn, speaker, quote] = /^\[(\d+)\] (\w+): (.*)$/m.exec(input) ?? [];
      const usage = { model: "instant", promptTokens: 1830, cachedTokens: 1024, completionTokens: 410 };
      if (schema.name === "call_type") {
        const value = { evidence: { turn: Number(turn), quote }, callType: CALL_TYPE };
        return { kind: "json", value, usage };
      }
      const evidence = [{ turn: Number(turn), speaker, quote }];
      const criteria = (schema.json as unknown as VerdictsSchema).properties.verdicts.required;
      const verdict = { evidence, comment: "Сказано.", verdict: "met", level: null, advice: null };
      return {
        kind: "json",
        value: {
          callType: CALL_TYPE,
          summary: "Клиент узнал цену.",
          clientNeed: "Окна в офис.",
          verdicts: Object.fromEntries(criteria.map((id) => [id, verdict])),
          objections: [],
          nextStep: null,
          advice: [],
        },
        usage,
      };
    },
  };
}
