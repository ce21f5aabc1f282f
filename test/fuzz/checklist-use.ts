import { expect } from "vitest";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import type { Reading } from "../../core/checklist-import/reading.ts";
import { Scorecard } from "../../core/scorecard.ts";
import type { Transcript } from "../../core/transcript.ts";
import { judge } from "../../functions/score/judge.ts";
import { textsFor } from "../../locales/index.ts";
import { turnsFrom } from "../core/score/transcripts.ts";
import { jsonAnswer, scriptedLlm } from "../fakes/llm.ts";

/** What must hold of whatever is read as a checklist: calls can be judged by it. */

const transcript: Transcript = {
  callId: "20261120-bitrix24-ABCD.1",
  language: "ru",
  durationSec: 60,
  channels: 2,
  source: { name: "salutespeech", model: null },
  roles: { by: "channel", confidence: 1 },
  turns: turnsFrom(
    "Добрый день! Компания «Север-Окна», меня зовут Анна.",
    "К: Здравствуйте, хочу узнать цену окна.",
    { speaker: "unknown", text: "Алло" },
    "Не подскажете размер? Перезвоню завтра в десять.",
  ),
};

/** A model that says yes with a quote, no, or nothing that could be read, from one criterion to the next. */
function model() {
  return scriptedLlm(({ schema }) => {
    const { verdicts } = (
      schema.json as { properties: { verdicts: { properties: Record<string, unknown> } } }
    ).properties;
    const given = Object.entries(verdicts.properties).map(([id, shape], index) => {
      const { level } = (shape as { properties: { level: { enum?: (string | null)[] } } }).properties;
      const evidence = [{ turn: 3, speaker: "agent", quote: "Не подскажете размер?" }];
      const answers = [
        { verdict: "met", level: level.enum?.[0] ?? null, evidence },
        { verdict: "not_met", level: level.enum?.at(-2) ?? null, evidence },
        { verdict: "maybe" },
      ];
      return [id, answers[index % answers.length]] as const;
    });
    return jsonAnswer({ summary: "…", verdicts: Object.fromEntries(given) });
  });
}

/** A call can be judged by whatever was read as a checklist, with a model and without. */
export async function assertJudges(checklist: Checklist): Promise<void> {
  // It is stored and loaded, and its hash tells whether it is still the same.
  const stored = JSON.stringify(checklist);
  expect(JSON.stringify(readChecklist(JSON.parse(stored)))).toBe(stored);
  for (const llm of [null, model()]) {
    const scorecard = await judge({
      tenant: "default",
      transcript,
      checklist,
      llm,
      callTypes: ["first-sale"],
      keywordContext: { agentName: "Анна Салтыкова-Щедрина", companyNames: ["Север-Окна"] },
      texts: textsFor(checklist.language).verdict,
    });
    const written = JSON.stringify(scorecard);
    expect(JSON.stringify(Scorecard.parse(JSON.parse(written)))).toBe(written);
    expect(scorecard.verdicts.map(({ criterionId }) => criterionId)).toEqual(
      checklist.criteria.map(({ id }) => id),
    );
    for (const percent of [scorecard.percent, scorecard.rawPercent]) {
      expect(percent ?? 0).toBeGreaterThanOrEqual(0);
      expect(percent ?? 0).toBeLessThanOrEqual(100);
    }
    for (const { turn, quote } of scorecard.verdicts.flatMap(({ evidence }) => evidence))
      expect(transcript.turns[turn]?.text).toContain(quote);
  }
}

/** A file gives a checklist or says what is wrong with it, in so many words. */
export async function assertReading({ checklist, mistakes, warnings }: Reading): Promise<void> {
  expect(checklist === undefined).toBe(mistakes.length > 0);
  for (const { message } of [...mistakes, ...warnings]) expect(message).not.toMatch(/^$|\[object/);
  if (checklist) await assertJudges(checklist);
}
