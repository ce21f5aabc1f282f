import { calls, number } from "./words.ru.ts";

/** What MCP says to an assistant beside the data, and the prompts that a person picks. */
export const mcp = {
  managers: (n: number) => `Менеджеров со звонками: ${number(n)}.`,
  found: (total: number | null, shown: number) =>
    total === null
      ? `Показано звонков: ${number(shown)}.`
      : `Нашлось: ${calls(total)}, показано: ${number(shown)}.`,
  more: "Есть ещё: повторите запрос с cursor из next_cursor.",
  compact: "Ответ велик, поэтому показана краткая форма; подробности — get_call и get_scorecard.",
  nothing: (from: string, to: string) =>
    from === to ? `За ${from} ничего не нашлось.` : `С ${from} по ${to} ничего не нашлось.`,
  noScore: (code: string) => `Оценки нет: ${code}.`,
  score: (percent: string | null) => (percent === null ? "без балла" : `${percent}/100`),
  mistakes: "Ошибки:",
  noMistakes: "Ошибок не найдено.",
  unsure: (criteria: string) => `Решает человек: ${criteria}.`,
  advice: (text: string) => `Совет: ${text}`,
  quote: (quote: string, at: string) => `«${quote}» (${at})`,
  average: (percent: string, of: number) => `Средний балл ${percent}/100 по ${number(of)} звонкам с оценкой.`,
  unknownAgent: "без менеджера",
  transcript: (n: number, of: number) => `Реплик: ${number(n)} из ${number(of)}.`,
  link: "Ссылка на запись звонка готова.",
  task: {
    working: (stage: string) => `В работе: ${stage}. Спросите get_task с этим task_id.`,
    completed: "Готово.",
    failed: (code: string) => `Не получилось: ${code}.`,
  },
  stages: {
    queued: "в очереди",
    fetched: "звонок найден",
    recorded: "запись получена",
    transcribed: "расшифровано",
    scored: "оценено",
  },
  checklists: (n: number) => `Чек-листов: ${number(n)}.`,
  checklistSaved: (id: string, version: number, isNew: boolean) =>
    isNew ? `Сохранено: ${id}@${version}.` : `Ничего не изменилось: ${id}@${version}.`,
  checklistRemoved: (id: string) => `Чек-лист ${id} больше не используется; прежние оценки остались.`,
  rescored: (before: string, after: string) => `Было ${before}, стало ${after}.`,
  published: "Новая оценка показана в отчётах.",
  notPublished: "Отчёты не изменились: повторите с publish: true, чтобы показать новую оценку.",
  objections: (n: number) => `Возражений: ${number(n)}.`,
  handlings: {
    handled: "отработано",
    partly: "отработано частично",
    unhandled: "не отработано",
    ignored: "осталось без ответа",
  },
  agreement: (appealed: number, changed: number) =>
    `Оспорено вердиктов: ${number(appealed)}, изменено человеком: ${number(changed)}.`,
  appealed: (existed: boolean): string =>
    existed ? "Такая апелляция уже есть." : "Апелляция принята, ждёт решения.",
  resolved: (before: string, after: string) => `Апелляция решена. Было ${before}, стало ${after}.`,
  agreementOf: (criterion: string, appealed: number, changed: number) =>
    `${criterion}: оспорено ${number(appealed)}, изменено ${number(changed)}`,
  difference: (agent: string, points: string, isHigher: boolean, first: string, isChance: boolean) =>
    `${agent}: на ${points} п. ${isHigher ? "выше" : "ниже"}, чем ${first}${isChance ? " (может быть случайно)" : ""}.`,
  prompts: {
    review: {
      title: "Разбор звонка",
      description: "Разобрать один звонок: что вышло, что упущено, что сказать иначе",
      text: (callId: string) =>
        `Разбери звонок ${callId}. Возьми get_scorecard и get_transcript. Назови балл, сильные стороны и ошибки; к каждой — дословную цитату с секундой и фразу, которую стоило сказать. Не придумывай цитат: бери только те, что есть в расшифровке. Вердикты «uncertain» назови отдельно: их решает человек.`,
    },
    plan: {
      title: "План развития менеджера",
      description: "Что менеджеру тренировать, с примерами из его звонков",
      text: (agent: string, period: string) =>
        `Составь план развития менеджера ${agent} за период «${period}». Возьми agent_report и худшие звонки из search_calls. Выбери не больше двух навыков; к каждому — цитата из звонка, как сказать лучше, упражнение и как проверить через неделю. Скажи, если звонков мало для выводов.`,
    },
    checklist: {
      title: "Собрать чек-лист из описания",
      description: "Из описания продаж словами — чек-лист, который можно сохранить",
      text: (text: string) =>
        `Собери чек-лист оценки звонка из описания ниже и сохрани его черновиком через create_or_update_checklist (status: "draft"). Каждый критерий — одно проверяемое действие; check_type "keyword" только там, где хватит слов, иначе "semantic". Сначала покажи критерии человеку.\n\nОписание:\n${text}`,
    },
  },
};
