/** What is said about verdicts that somebody does not agree with, in Russian. `appeals.en.ts` must have the same shape. */

export const appeals = {
  button: "Не согласен",
  cardButton: "Почему так",
  which: "С каким критерием вы не согласны?",
  nothing: "Оспорить нечего: все критерии засчитаны полностью.",
  askReason: (criterion: string) =>
    `«${criterion}»: почему вы не согласны? Следующее сообщение уйдёт руководителю как причина. В группе ответьте на это сообщение.`,
  sent: (criterion: string) => `«${criterion}»: возражение отправлено руководителю. Решение придёт сюда.`,
  sentAlready: (criterion: string) => `«${criterion}»: такое возражение уже отправлено.`,
  title: (who: string) => `Возражение: ${who}`,
  judged: (verdict: string) => `Программа: ${verdict}`,
  now: (verdict: string) => `Сейчас: ${verdict}`,
  reason: (words: string) => `Причина: ${words}`,
  reject: "Отклонить",
  confirmAccept: (verdict: string) => `Изменить вердикт на «${verdict}»?`,
  confirmReject: "Отклонить возражение?",
  confirm: "Да",
  accepted: (verdict: string) => `Возражение принято: ${verdict}.`,
  rejected: "Возражение отклонено: вердикт остаётся.",
  score: (before: string, after: string) =>
    before === after ? `Балл: ${after}` : `Балл: ${before} → ${after}`,
  errors: {
    "appeal.removed": "Расшифровка этого звонка уже удалена: проверить, что в нём было сказано, не по чему.",
    "appeal.no_scorecard": "У этого звонка нет оценки, или её сейчас пересчитывают.",
    "appeal.no_checklist": "Чек-лист этой оценки больше не читается, поэтому изменить её нельзя.",
    "appeal.unknown_criterion": "Такого критерия в этой оценке нет.",
    "appeal.not_yours": "Оспорить можно только свои звонки.",
    "appeal.no_reason": "Напишите причину словами: что именно программа не услышала или поняла не так?",
    "appeal.open_already": "По этому критерию уже есть возражение, оно ждёт решения руководителя.",
    "appeal.decided": "По этому критерию руководитель уже принял решение.",
    "appeal.none_open": "По этому критерию нет возражения, которое ждёт решения.",
    "appeal.not_supervisor": "Решать возражения может только руководитель.",
    "appeal.unknown_verdict": "Такого вердикта у этого критерия нет.",
    "appeal.same_verdict": "Такой вердикт уже стоит.",
  },
};

export type AppealTexts = typeof appeals;
