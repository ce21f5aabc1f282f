import { number } from "./words.ru.ts";

/** Texts of the Excel file, in Russian. `spreadsheet.en.ts` must have the same shape, or the project does not compile. */

export const spreadsheetRu = {
  /** At most 31 signs, none of []/\:*? */
  sheets: {
    summary: "Сводка",
    calls: "Звонки",
    agents: "Менеджеры",
    criteria: "Критерии",
    objections: "Возражения",
    objectionQuotes: "Возражения в звонках",
  },

  summary: {
    period: "Период",
    from: "с",
    to: "по",
    madeAt: "Составлено",
    timeZone: "Часовой пояс дат и времени",
    calls: "Звонков",
    scored: "Оценено",
    skipped: "Пропущено",
    failed: "Не удалось обработать",
    inProgress: "Ещё в работе",
    average: "Средний балл из 100",
    margin: "Точность среднего, ±",
    change: "Изменение к прошлому периоду",
    passed: "Прошли порог",
    passedShare: "Доля прошедших порог",
    needsReview: "На проверку человеку",
    autoFailed: "Критические нарушения",
    green: "Зелёная зона",
    yellow: "Жёлтая зона",
    red: "Красная зона",
    duration: "Время разговоров",
    late: "Досчитано за прошлые дни",
    lateAverage: "Средний балл досчитанных",
    speech: "Распознано речи",
    promptTokens: "Токены запросов к модели",
    completionTokens: "Токены ответов модели",
    cost: (currency: string) => `Стоимость, ${currency}`,
    notScored: (reason: string) => `Не оценены: ${reason}`,
    meaning: "Что в столбцах",
    columns: {
      percent:
        "Балл — от 0 до 100, по чек-листу компании. «Балл без обнуления» — каким он был бы без критического нарушения.",
      share: "Доли — от 0 до 100 %: сколько из возможного набрано там, где критерий применим и оценён.",
      margin:
        "Точность, ± — в этих пределах настоящий средний балл лежит с вероятностью 95 %. Чем меньше звонков, тем она ниже.",
      change: "Изменение — на сколько больше или меньше, чем в прошлом периоде такой же длины.",
      duration: "Длительности — часы, минуты и секунды; их можно складывать.",
      empty: "Пустая клетка — не известно или не применимо, это не ноль.",
    },
    cut: (shown: number, all: number) =>
      `На листе «Звонки» первые ${number(shown)} звонков из ${number(all)}: выберите период короче, чтобы видеть все. Итоги посчитаны по всем.`,
    smallSample: (enough: number) =>
      `Не у всех менеджеров есть ${number(enough)} оценённых звонков: сравнивать их рано.`,
  },

  calls: {
    startedAt: "Начало",
    duration: "Длительность",
    agent: "Менеджер",
    departments: "Отделы",
    direction: "Направление",
    line: "Линия",
    title: "Файл",
    status: "Итог",
    reason: "Причина",
    callType: "Вид звонка",
    checklist: "Чек-лист",
    checklistVersion: "Версия",
    percent: "Балл",
    rawPercent: "Балл без обнуления",
    passed: "Прошёл порог",
    band: "Зона",
    needsReview: "На проверку",
    autoFailedBy: "Критическое нарушение",
    worst: "Главное, что не выполнено",
    worstQuote: "Цитата",
    worstAt: "На",
    objections: "Возражения",
    nextStepAgreed: "Договорились о шаге",
    nextStep: "Следующий шаг",
    clientNeed: "Что нужно клиенту",
    summary: "Коротко",
    agentTalkShare: "Доля речи менеджера",
    speech: "Распознано речи",
    promptTokens: "Токены запросов",
    completionTokens: "Токены ответов",
    tags: "Метки",
    callId: "Номер звонка",
    directions: { incoming: "входящий", outgoing: "исходящий" },
    statuses: { scored: "оценён", skipped: "пропущен", failed: "не обработан" },
    bands: { green: "зелёная", yellow: "жёлтая", red: "красная" },
  },

  agents: {
    average: "Средний балл",
    margin: "Точность, ±",
    change: "Изменение",
    passed: "Прошли порог",
    needsReview: "На проверку",
    autoFailed: "Критические нарушения",
    id: "Номер в CRM",
  },

  objections: {
    handling: "Как отработано",
    quote: "Цитата",
    at: "На",
    handlings: {
      handled: "отработано",
      partly: "частично",
      unhandled: "не отработано",
      ignored: "без ответа",
    },
  },
};

export type SpreadsheetTexts = typeof spreadsheetRu;
