import { checklistKey, latestChecklistKey } from "../../../core/bucket-layout.ts";
import type { Llm } from "../../../core/ports/llm.ts";
import type { Scorecard } from "../../../core/scorecard.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { Transcript, Turn } from "../../../core/transcript.ts";
import { CallTranscribed } from "../../../events/call-transcribed.ts";
import { type LlmScript, scriptedLlm } from "../../fakes/llm.ts";
import { makeWorld, readObject, type World } from "../world.ts";

export const CALL_ID = "20261120-bitrix24-ABCD.1";
export const FOLDER = `calls/default/2026-11-20/${CALL_ID}/`;

export const transcribed = CallTranscribed.create({
  tenant: "default",
  subject: CALL_ID,
  time: new Date("2026-11-20T10:00:00Z"),
  data: { transcriptKey: `${FOLDER}transcript.json` },
});

function turn(n: number, speaker: Turn["speaker"], startSec: number, text: string): Turn {
  const words = text.split(" ").map((word, index) => ({
    text: word,
    startSec: startSec + index * 0.5,
    endSec: startSec + index * 0.5 + 0.4,
  }));
  const channel = speaker === "client" ? 1 : 0;
  return { n, speaker, channel, startSec, endSec: words.at(-1)?.endSec ?? startSec, text, words };
}

export const turns = [
  turn(0, "agent", 1, "Добрый день, компания «Север-Окна», меня зовут Анна."),
  turn(1, "client", 8, "Здравствуйте, хочу узнать цену окна."),
  turn(2, "agent", 12, "Какой у вас размер проёма и для какой комнаты?"),
  turn(3, "client", 18, "Для кухни, метр на полтора."),
];

export function transcriptOf(list: readonly Turn[]): Transcript {
  return {
    callId: CALL_ID,
    language: "ru",
    durationSec: 40,
    channels: 2,
    source: { name: "scripted", model: "callcenter" },
    roles: { by: "channel", confidence: 1 },
    turns: [...list],
  };
}

export function checklistJson(differs: Record<string, unknown> = {}) {
  return {
    id: "first-sale",
    version: 1,
    name: "Первая продажа",
    language: "ru",
    status: "published",
    criteria: [
      { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]], weight: 10 },
      { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 30 },
      { id: "next-step", text: "Договорился о шаге", check: "semantic", weight: 10 },
    ],
    ...differs,
  };
}

export const goodQuote = { turn: 2, speaker: "agent", quote: "Какой у вас размер проёма" };
export const inventedQuote = { turn: 2, speaker: "agent", quote: "Расскажите о вашей задаче" };

export function verdict(value: string, evidence: object[] = [], comment = "") {
  return { evidence, comment, verdict: value, level: null, advice: null };
}

export function answerWith(verdicts: Record<string, unknown>) {
  return {
    callType: "first-sale",
    summary: "Клиент спросил цену.",
    clientNeed: "окно в кухню",
    verdicts,
    objections: [],
    nextStep: { agreed: false, text: null },
    advice: [],
  };
}

export const goodAnswer = answerWith({
  needs: verdict("met", [goodQuote], "Спросил о размере и комнате."),
  "next-step": verdict("not_met", [], "О следующем шаге не говорили."),
});

export interface ScoreWorld extends World {
  model: ReturnType<typeof scriptedLlm>;
  llm(): Promise<Llm | null>;
}

/** A transcript and a checklist in a bucket, and a model with its lines. */
export async function scoreWorld(
  script: LlmScript,
  options: { turns?: readonly Turn[]; checklists?: Record<string, unknown>[] } = {},
): Promise<ScoreWorld> {
  const world = makeWorld();
  const model = scriptedLlm(script);
  await writeJson(world.store, `${FOLDER}transcript.json`, transcriptOf(options.turns ?? turns));
  for (const checklist of options.checklists ?? [checklistJson()]) await putChecklist(world, checklist);
  return { ...world, model, llm: async () => model };
}

export function putChecklist({ store }: World, checklist: Record<string, unknown>) {
  return writeJson(
    store,
    checklistKey("default", String(checklist.id), Number(checklist.version)),
    checklist,
  );
}

export function pointLatestAt({ store }: World, id: string, version: number) {
  return writeJson(store, latestChecklistKey("default", id), { version });
}

export async function readScorecard({ store }: World, name = "first-sale@1"): Promise<Scorecard> {
  return (await readObject(store, `${FOLDER}scorecard/${name}.json`)) as Scorecard;
}
