import fc from "fast-check";
import { readChecklist } from "../../core/checklist.ts";
import type { Transcript } from "../../core/transcript.ts";
import { turnsFrom } from "../core/score/transcripts.ts";
import { nearValid } from "./near-valid.ts";
import { nearValidText } from "./near-valid-text.ts";

/** A call, a checklist with every kind of semantic criterion, a good answer about it, and replies that are almost that. */

export const turns = [
  ...turnsFrom(
    "Добрый день! Компания «Север-Окна», меня зовут Анна.",
    "К: Здравствуйте, хочу узнать цену окна — 10 % скидки есть?",
    "Какой у вас размер проёма и для какой комнаты?",
    "К: Для кухни. Мой номер 8 912 345-67-89, почта ivan собака mail точка ru.",
    { speaker: "unknown", text: "Алло, 😀 вы тут?" },
    "Записываю: 8 912 345-67-89. Перезвоню завтра в десять. Перезвоню завтра в десять.",
  ),
];
export const transcript: Transcript = {
  callId: "20261120-bitrix24-ABCD.1",
  language: "ru",
  durationSec: 60,
  channels: 2,
  source: { name: "salutespeech", model: "callcenter" },
  roles: { by: "channel", confidence: 1 },
  turns,
};

const levels = [
  { id: "full", points: 1, text: "…" },
  { id: "partly", points: 0.4, text: "…" },
  { id: "none", points: 0, text: "…" },
];
const semantic = (id: string, rest: object = {}) => ({ id, text: "…", check: "semantic", ...rest });
const ids = ["needs", "next-step", "rude", "client-agrees", "constructor", "__proto__"];
export const checklist = readChecklist({
  id: "first-sale",
  version: 1,
  name: "Первая продажа",
  status: "published",
  criteria: [
    { id: "greeting", text: "…", check: "keyword", phrases: [["добрый день"]], weight: 10 },
    semantic("needs", { weight: 30, levels }),
    semantic("next-step", { weight: 10, mandatory: true }),
    semantic("rude", { polarity: "prohibited", autoFail: true }),
    semantic("client-agrees", { speaker: "client" }),
    semantic("constructor", { speaker: "any", weight: 0.1 }),
    semantic("__proto__", { levels: levels.slice(1) }),
  ],
});

export const quote = (turn: number, text: string) => ({ turn, speaker: turns[turn]?.speaker, quote: text });
export const verdict = (value: string, evidence: object[] = [], level: string | null = null) => ({
  evidence,
  comment: "Так и было.",
  verdict: value,
  level,
  advice: null,
});
const verdicts = [
  ["needs", verdict("met", [quote(2, "Какой у вас размер проёма")], "full")],
  ["next-step", verdict("met", [quote(5, "перезвоню завтра в десять"), quote(5, "Записываю: [ТЕЛЕФОН_1]")])],
  ["rude", verdict("met")],
  ["client-agrees", verdict("partly", [quote(3, "Для кухни")])],
  ["constructor", verdict("not_met")],
  ["__proto__", verdict("not_met", [], "none")],
] as const;
const rest = {
  callType: "first-sale",
  summary: "Клиент спросил цену, номер [ТЕЛЕФОН_1].",
  clientNeed: "окно в кухню",
  objections: [{ evidence: [quote(1, "10 % скидки есть?")], category: "цена", handling: "ignored" }],
  nextStep: { agreed: true, text: "Перезвонить" },
  advice: [{ evidence: quote(2, "для какой комнаты?"), text: "Спросить о сроках" }],
};
/** As asked for, and as models without a strict schema answer. */
export const named = { ...rest, verdicts: Object.fromEntries(verdicts) };
const listed = { ...rest, verdicts: verdicts.map(([criterionId, one]) => ({ criterionId, ...one })) };

const words = [
  ...ids,
  ...[
    "met",
    "partly",
    "not_met",
    "not_applicable",
    "uncertain",
    "full",
    "none",
    "agent",
    "client",
    "unknown",
  ],
  ...turns.map(({ text }) => text),
  ...[
    "Для кухни.",
    "меня зовут Анна",
    "не говорил этого",
    "10 %",
    "[ТЕЛЕФОН_1]",
    "[ТЕЛЕФОН_9]",
    "[ПОЧТА_1]",
    "😀",
  ],
];

const content = fc.oneof(
  { weight: 4, arbitrary: nearValidText([named, listed], words) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("", "<think>{}</think>", "Вот:\n```json\n", "{".repeat(1500), '{"call_score":'),
        nearValidText([named], words),
        fc.constantFrom("", "\n```", "}", " готово {"),
      )
      .map((parts) => parts.join("")),
  },
);
export const completionOf = (
  text: string | null,
  reason: string | null = "stop",
  refusal: string | null = null,
) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "model-2026-11",
  choices: [{ index: 0, message: { role: "assistant", content: text, refusal }, finish_reason: reason }],
  usage: { prompt_tokens: 1830, completion_tokens: 410, prompt_tokens_details: { cached_tokens: 1024 } },
});
export const refusals = [
  completionOf(null, "stop", "Не могу"),
  completionOf("{", "length"),
  completionOf("", "content_filter"),
];
export const reply: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: content.map((text) => completionOf(text)) },
  {
    weight: 2,
    arbitrary: fc.tuple(content).chain(([text]) => nearValid([completionOf(text)], ["length", "stop"])),
  },
  { weight: 1, arbitrary: nearValid(refusals) },
);
