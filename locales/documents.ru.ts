import { calls, number, ofCalls } from "./words.ru.ts";

/** Texts of the PDF, the Excel file and the charts, in Russian. `documents.en.ts` must have the same shape, or the project does not compile. */

export const documentsRu = {
  title: "Качество звонков",
  author: "Call Quality Analyst",
  madeAt: (moment: string) => `Составлено ${moment}`,
  page: (page: number, pages: number) => `стр. ${page} из ${pages}`,
  fileName: (period: string) => `Качество звонков ${period}`,
  none: "—",
  unknownAgent: "Менеджер не указан",
  yes: "да",
  no: "нет",
  percent: (share: number) => `${number(share * 100)} %`,
  withMargin: (percent: string, margin: string) => `${percent} ± ${margin}`,
  moreBy: (points: string) => `на ${points} больше`,
  lessBy: (points: string) => `на ${points} меньше`,
  duration: (hours: number, minutes: number) =>
    hours === 0 ? `${number(minutes)} мин` : `${number(hours)} ч ${number(minutes)} мин`,
  secondOf: (at: string) => `на ${at}`,
  quoted: (quote: string) => `«${quote}»`,

  key: {
    average: "Средний балл из 100",
    comparedWith: (period: string) => `Изменения посчитаны к периоду ${period}`,
    higher: (points: string) => `на ${points} выше прошлого`,
    lower: (points: string) => `на ${points} ниже прошлого`,
    same: "как в прошлом периоде",
    scored: "Оценено звонков",
    ofCalls: (n: number) => `из ${ofCalls(n)}`,
    passed: "Прошли порог",
    ofScored: (share: string) => `${share} оценённых`,
    autoFailed: "Критические нарушения",
    review: "На проверку человеку",
    duration: "Время разговоров",
    inProgress: (n: number) => `ещё в работе: ${calls(n)}`,
    bands: { green: "зелёная зона", yellow: "жёлтая зона", red: "красная зона" },
    skipped: "Пропущено",
    failed: "Не удалось обработать",
    late: (n: number, percent: string | null) =>
      `За прошлые дни досчитано: ${calls(n)}${percent === null ? "" : `, средний балл — ${percent}`}.`,
    nothing: "Звонков за этот период не было.",
    nothingScored: "Оценённых звонков за этот период нет.",
  },

  trend: {
    title: "Средний балл и звонки по дням",
    score: "Средний балл",
    calls: "Звонки",
    scored: "оценено",
    notScored: "без оценки",
    period: "отчётный период",
    empty: "Данных пока нет",
  },

  heatMap: {
    title: "Кто какой критерий выполняет",
    legend: "Доля выполнения, %",
    cut: (shown: number, all: number) => `Показаны критерии, где теряют больше всего: ${shown} из ${all}.`,
    empty: "Данных пока нет",
  },

  missed: {
    title: "Что чаще всего не выполняют",
    notMet: "не выполнено",
    partly: "частично",
    of: (missed: number, judged: number) => `${number(missed)} из ${number(judged)}`,
    empty: "Пропущенных критериев нет",
  },

  agents: {
    title: "Менеджеры",
    name: "Менеджер",
    departments: "Отделы",
    calls: "Звонки",
    scored: "Оценено",
    average: "Балл",
    margin: "Точность, ±",
    change: "Изменение",
    passed: "Порог",
    review: "Проверка",
    autoFailed: "Крит.",
    best: "Сильнее всего",
    weakest: "Слабее всего",
    columns:
      "Балл — средний, ± показывает, насколько он точен: в этих пределах настоящий средний балл лежит с вероятностью 95 %. Порог — сколько звонков его прошли. Проверка — звонки, которые должен послушать человек. Крит. — критические нарушения.",
    smallSample: (enough: number) =>
      `Не у всех есть ${number(enough)} оценённых звонков: сравнивать менеджеров между собой рано.`,
  },

  criteria: {
    title: "Критерии",
    text: "Критерий",
    stage: "Этап",
    met: "Выполнено",
    partly: "Частично",
    notMet: "Не выполнено",
    notApplicable: "Не применимо",
    uncertain: "Не ясно",
    share: "Доля",
    change: "Изменение",
    checklist: "Чек-лист",
    columns:
      "Доля — сколько из возможного набрано по критерию в тех звонках, где он применим и оценён. Изменение — в процентных пунктах.",
  },

  attention: {
    title: "Звонки, которые требуют внимания",
    best: "Лучший звонок",
    autoFail: (criterion: string) => `Критическое нарушение: ${criterion}`,
    failedCriterion: (criterion: string) => `Не выполнено: ${criterion}`,
    metCriterion: (criterion: string) => `Удалось: ${criterion}`,
    review: "ждёт проверки человеком",
    upload: (title: string) => `файл «${title}»`,
    call: (callId: string) => `Звонок ${callId}`,
  },

  objections: {
    title: "Возражения клиентов",
    category: "Возражение",
    total: "Всего",
    handled: "Отработано",
    partly: "Частично",
    unhandled: "Не отработано",
    ignored: "Без ответа",
    unanswered: "Остались без ответа",
  },

  nextSteps: { title: "Что обещали клиентам" },

  notScored: { title: "Почему не оценены", reason: "Причина", calls: "Звонки" },

  coaching: {
    title: "Разбор для менеджера",
    result: (percent: string, n: number) => `Средний балл — ${percent}, оценено: ${calls(n)}.`,
    tooFew: (enough: number) => `Оценено меньше ${ofCalls(enough)}: это наблюдения, а не оценка работы.`,
    strengths: "Что получается",
    practise: "Над чем поработать",
    missed: (missed: number, of: number) => `Не получилось в ${number(missed)} из ${ofCalls(of)}.`,
    instead: (advice: string) => `Как сказать лучше: ${advice}`,
  },

  cost: {
    title: "Во что обошлось",
    speech: (duration: string) => `Распознано речи: ${duration}.`,
    tokens: (prompt: string, completion: string) =>
      `Языковая модель: ${prompt} токенов запросов и ${completion} токенов ответов.`,
    money: (amount: string) => `Всего: ${amount}.`,
  },

  notes: {
    title: "Как читать отчёт",
    margin:
      "Знак ± показывает точность среднего: чем меньше звонков, тем она ниже. Если пределы двух оценок пересекаются, разница может быть случайной.",
    machine:
      "Оценки ставит программа по чек-листу компании; у каждой есть цитата или указание, где искали. Со спорной оценкой можно не согласиться и пересмотреть её.",
  },
};

export type DocumentTexts = typeof documentsRu;
