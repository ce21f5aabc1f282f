import { findPhrase } from "./score/keyword.ts";
import { tokenize } from "./score/text.ts";
import type { Transcript } from "./transcript.ts";

/** What people say in each kind of call, with how much it tells. Kinds that the tenant does not have are left out. */
const SIGNS: Readonly<Record<string, [phrase: string, weight: number][]>> = {
  "first-sale": [
    ["оставляли заявку", 4],
    ["хочу узнать цену", 2],
    ["сколько стоит", 2],
    ["первый раз", 2],
    ["коммерческое предложение", 1],
    ["рассчитать стоимость", 2],
    ["замер", 1],
  ],
  "repeat-sale": [
    ["вы у нас покупали", 3],
    ["вы у нас заказывали", 3],
    ["прошлый заказ", 3],
    ["в прошлый раз", 1],
    ["повторный заказ", 3],
    ["продлить", 2],
    ["постоянный клиент", 2],
  ],
  booking: [
    ["записаться", 3],
    ["запись на прием", 3],
    ["записать вас", 3],
    ["на какое время", 2],
    ["перенести запись", 3],
    ["свободное время", 2],
  ],
  support: [
    ["не работает", 3],
    ["сломался", 3],
    ["номер заявки", 2],
    ["техподдержка", 3],
    ["служба поддержки", 3],
    ["перезагрузить", 3],
    ["ошибка", 1],
  ],
};

/** A kind is named only with this much more evidence than the next one: a wrong kind means a wrong checklist. */
const CLEAR_MARGIN = 4;

/** The kind of call by what was said; null when the words do not decide. */
export function callTypeByRules(transcript: Transcript, callTypes: readonly string[]): string | null {
  const tokens = transcript.turns.flatMap((turn) => tokenize(turn.text));
  const scores = callTypes
    .map((type) => ({
      type,
      score: (Object.hasOwn(SIGNS, type) ? (SIGNS[type] ?? []) : []).reduce(
        (sum, [phrase, weight]) => sum + (findPhrase(tokenize(phrase), tokens) ? weight : 0),
        0,
      ),
    }))
    .sort((a, b) => b.score - a.score);
  const [best, second] = scores;
  if (!best || best.score < CLEAR_MARGIN) return null;
  return best.score - (second?.score ?? 0) >= CLEAR_MARGIN ? best.type : null;
}
