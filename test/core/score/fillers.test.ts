import { expect, it } from "vitest";
import { countFillers } from "../../../core/score/fillers.ts";
import { measure } from "../../../core/score/metrics.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { turnsFrom } from "./transcripts.ts";

const count = (...lines: string[]) => countFillers(turnsFrom(...lines));

it.each<[text: string, fillers: number]>([
  ["Это, как бы, наш лучший профиль.", 1],
  ["Короче, берите этот.", 1],
  ["Мы это самое сделаем завтра.", 1],
  ["Так сказать, с запасом.", 1],
  ["В общем, решайте.", 1],
  ["Скажем так, дороже не будет.", 1],
  ["Типа акция у нас.", 1],
  ["Э, сейчас посмотрю.", 1],
  ["Эм, ну, как бы да.", 3],
  ["Ну, смотрите.", 0.5],
  ["Вот, пожалуйста.", 0.5],
  ["Смотрите, ну, вот, берите.", 2],
  ["Собственно, всё.", 1],
  ["Um, you know, it is sort of fine.", 3],
])("«%s» holds %d", (text, fillers) => {
  expect(count(text)).toBe(fillers);
});

it.each([
  "Есть два типа стекла.",
  "Окна нового типа.",
  "Ну-ну, посмотрим.",
  "Возьмите вот это.",
  "Вот почему дороже.",
  "Как бы вы хотели оплатить?",
  "Значит, договорились на вторник.",
  "Получается восемьдесят тысяч.",
  "Это самый тёплый профиль.",
  "Так и скажем.",
  "Общем весом в сорок килограммов.",
  "What kind of window is it?",
  "Добрый день, компания «Север-Окна».",
])("«%s» holds none", (text) => {
  expect(count(text)).toBe(0);
});

it("counts a loop of recognition once", () => {
  expect(count("Ладно вот вот вот вот вот вот вот")).toBe(1);
  expect(count("Ладно вот вот")).toBe(2);
});

it("counts over all turns", () => {
  expect(count("Ну, да.", "Берите, короче.", "Хорошо.")).toBe(1.5);
});

const call = (agent: string, client: string, agentSec = 30): Transcript => ({
  callId: "c",
  language: "ru",
  durationSec: 600,
  channels: 2,
  source: { name: "test", model: null },
  roles: { by: "channel", confidence: 1 },
  turns: turnsFrom(
    { speaker: "agent", text: agent, startSec: 0, endSec: agentSec },
    { speaker: "client", text: client, startSec: agentSec + 1, endSec: agentSec + 30 },
  ),
});

it("is measured per minute of the agent's own speech, whatever the client says", () => {
  const said = call("Берите, короче, это, как бы, дёшево.", "Ну, э, типа, не знаю.", 120);
  expect(measure(said).agentFillersPerMinute).toBe(1);
});

it("makes no habit of two slips in half a minute", () => {
  expect(measure(call("Берите, короче, это, как бы, дёшево.", "Да.")).agentFillersPerMinute).toBe(2);
});

it("is not known of a long text from which they were cleaned", () => {
  const clean = "слово ".repeat(200);
  expect(measure(call(clean, clean)).agentFillersPerMinute).toBeNull();
  expect(measure(call(clean, `${clean} ну да короче`)).agentFillersPerMinute).toBe(0);
  expect(measure(call("Добрый день.", "Здравствуйте.")).agentFillersPerMinute).toBe(0);
});
