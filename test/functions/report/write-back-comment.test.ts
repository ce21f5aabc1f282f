import { describe, expect, it } from "vitest";
import { Checklist } from "../../../core/checklist.ts";
import { unknownMetrics } from "../../../core/score/metrics.ts";
import { Scorecard } from "../../../core/scorecard.ts";
import { commentText } from "../../../functions/report/write-back-comment.ts";
import { verdictJson } from "./report-world.ts";

const CALL = "20261120-bitrix24-ABCD.1";

const checklist = Checklist.parse({
  id: "first-sale",
  version: 3,
  name: "Первая продажа",
  status: "published",
  criteria: [
    { id: "greeting", text: "Поздоровался", check: "semantic" },
    { id: "needs", text: "Выяснил задачу клиента", check: "semantic" },
    { id: "price", text: "Назвал цену", check: "semantic" },
    { id: "rude", text: "Грубил [клиенту]", check: "semantic", polarity: "prohibited", autoFail: true },
    { id: "close", text: "Попрощался", check: "semantic" },
  ],
});

function scorecard(differs: object = {}): Scorecard {
  return Scorecard.parse({
    callId: CALL,
    tenant: "default",
    checklist: { id: "first-sale", version: 3, hash: "sha256:0", name: "Первая продажа" },
    callType: "first-sale",
    percent: 72.5,
    rawPercent: 72.5,
    passed: true,
    autoFailedBy: null,
    needsReview: false,
    verdicts: [verdictJson("greeting", "met", "Добрый день.")],
    metrics: unknownMetrics,
    summary: null,
    clientNeed: null,
    objections: [],
    nextStep: null,
    advice: [],
    model: null,
    ...differs,
  });
}

describe("the comment on a card", () => {
  it("of a call without faults is short, and its last line names the call", () => {
    expect(commentText(scorecard(), checklist, "ru")).toBe(
      [
        "🟡 [b]Оценка звонка: 72,5 из 100[/b]",
        "Порог пройден.",
        "",
        `[i]Чек-лист «Первая продажа», версия 3 · ${CALL}[/i]`,
      ].join("\n"),
    );
  });

  it("says what failed the call, what cost most with quotes, seconds and advice, and what was agreed", () => {
    const text = commentText(
      scorecard({
        percent: 0,
        rawPercent: 64,
        passed: false,
        autoFailedBy: "rude",
        needsReview: true,
        summary: "Клиент звонил\nпо окнам.",
        verdicts: [
          verdictJson("greeting", "met", "Добрый день."),
          { ...verdictJson("close", "not_met"), weight: 1 },
          { ...verdictJson("needs", "partly", "Что вам нужно?"), points: 0.5, advice: "Спросите [сами]." },
          { ...verdictJson("price", "not_met"), weight: 20 },
          { ...verdictJson("rude", "not_met", "Вы [b]глухой[/b]?"), weight: 0 },
        ],
        nextStep: { agreed: true, text: "Замер в четверг" },
      }),
      checklist,
      "ru",
    );
    expect(text).toBe(
      [
        "🔴 [b]Оценка звонка: 0 из 100[/b]",
        "Порог не пройден.",
        "[b]Критическое нарушение: Грубил (клиенту)[/b]",
        "Сумма без критического нарушения — 64",
        "Звонок ждёт проверки человеком.",
        "",
        "Клиент звонил по окнам.",
        "",
        "[b]Что просело[/b]",
        "• Грубил (клиенту) — нарушение",
        "Менеджер: «Вы (b)глухой(/b)?» (1:14)",
        "• Назвал цену — не выполнено",
        "• Выяснил задачу клиента — частично",
        "Менеджер: «Что вам нужно?» (1:14)",
        "[i]Как сказать лучше:[/i] Спросите (сами).",
        "",
        "[b]Следующий шаг:[/b] Замер в четверг",
        "",
        `[i]Чек-лист «Первая продажа», версия 3 · ${CALL}[/i]`,
      ].join("\n"),
    );
  });

  it("is in the reader's language", () => {
    const text = commentText(scorecard({ nextStep: { agreed: false, text: null } }), checklist, "en");
    expect(text).toContain("[b]Call score: 72.5 of 100[/b]\nPassed.");
    expect(text).toContain("[b]Next step:[/b] none was agreed");
    expect(text).toContain(`[i]Checklist “Первая продажа”, version 3 · ${CALL}[/i]`);
  });

  it("of a call that nobody could judge claims neither a score nor a threshold", () => {
    const text = commentText(scorecard({ percent: null, passed: false, needsReview: true }), checklist, "ru");
    expect(text.split("\n").slice(0, 2)).toEqual([
      "[b]Оценка звонка: — из 100[/b]",
      "Звонок ждёт проверки человеком.",
    ]);
  });

  it("names criteria by their ids where the checklist is gone, and cuts a monologue", () => {
    const verdicts = [verdictJson("needs", "not_met", `${"слово ".repeat(80)}конец`)];
    const text = commentText(scorecard({ verdicts }), undefined, "ru");
    expect(text).toContain("• needs — не выполнено");
    expect(text).toMatch(/слово…» \(1:14\)/);
    expect(text).not.toContain("конец");
  });
});
