import { expect, it } from "vitest";
import { callTypeByRules } from "../../core/call-type.ts";
import { defaultSettings } from "../../core/settings.ts";
import type { Transcript } from "../../core/transcript.ts";
import { turnsFrom } from "./score/transcripts.ts";

const transcript = (...lines: string[]): Transcript => ({
  callId: "20261120-upload-1",
  language: "ru",
  durationSec: 60,
  channels: 1,
  source: { name: "test", model: null },
  roles: { by: "channel", confidence: 1 },
  turns: turnsFrom(...lines),
});

it.each<[string | null, string[]]>([
  ["first-sale", ["Вы оставляли заявку на окна.", "К: Да. Сколько стоит замер?"]],
  ["repeat-sale", ["Вы у нас заказывали окна.", "К: Да, прошлый заказ понравился."]],
  ["booking", ["К: Хочу записаться.", "Записать вас на вторник?"]],
  ["support", ["К: У меня не работает ручка.", "Номер заявки подскажите?"]],
  [null, ["Алло.", "К: Алло."]],
  [null, []],
  // Words of two kinds: nobody guesses.
  [
    null,
    ["Вы оставляли заявку, сколько стоит, скажу.", "К: Хочу записаться, и у меня не работает интернет."],
  ],
  // One word alone does not decide.
  [null, ["К: Когда замер?"]],
])("%s: %j", (type, lines) => {
  expect(callTypeByRules(transcript(...lines), defaultSettings.callTypes)).toBe(type);
});

it("a kind that the company does not have is never named", () => {
  const call = transcript("К: Хочу записаться.", "Записать вас на вторник?");
  expect(callTypeByRules(call, ["first-sale", "support"])).toBeNull();
  expect(callTypeByRules(call, [])).toBeNull();
  expect(callTypeByRules(call, ["constructor"])).toBeNull();
});
