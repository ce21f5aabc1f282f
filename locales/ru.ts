/** Every text a customer reads, in Russian. `en.ts` must have the same shape, or the project does not compile. */

const plurals = new Intl.PluralRules("ru");

function count(n: number, one: string, few: string, many: string): string {
  const forms: Record<string, string> = { one, few, many, other: many };
  return `${number(n)} ${forms[plurals.select(n)]}`;
}

const decimal = new Intl.NumberFormat("ru", { maximumFractionDigits: 1 });
const number = (value: number) => decimal.format(value);
const calls = (n: number) => count(n, "звонок", "звонка", "звонков");

const whose = { agent: "менеджера", client: "клиента", any: "обеих сторон" };

const metrics: Record<string, { name: string; show: (value: number) => string }> = {
  agentTalkShare: { name: "доля речи менеджера", show: (value) => `${number(value * 100)} %` },
  longestAgentTurnSec: { name: "самый длинный монолог менеджера", show: (value) => `${number(value)} с` },
  silenceShare: { name: "доля тишины", show: (value) => `${number(value * 100)} %` },
  interruptionsByAgent: { name: "перебивания клиента", show: number },
  overlapSec: { name: "одновременная речь", show: (value) => `${number(value)} с` },
  agentWordsPerMinute: { name: "темп речи менеджера", show: (value) => `${number(value)} слов в минуту` },
  agentFillersPerMinute: {
    name: "слова-паразиты менеджера",
    show: (value) => `${number(value)} в минуту`,
  },
  clientQuestions: { name: "вопросы клиента", show: number },
  agentQuestions: { name: "вопросы менеджера", show: number },
  patienceSec: { name: "пауза перед ответом менеджера", show: (value) => `${number(value)} с` },
};

const metric = (name: string) => metrics[name] ?? { name, show: number };

/** Reasons in the middle of a line: «пропущенный — 2». */
const outcomes = {
  "call.missed": "не состоялся",
  "call.too_short": "слишком короткий",
  "call.internal": "внутренний",
  "call.info": "автоматический обзвон",
  "call.voicemail": "автоответчик",
  "call.menu": "голосовое меню",
  "call.wrong_number": "ошиблись номером",
  "call.type_unclear": "не ясно, что за звонок",
  "call.unknown": "нет в статистике портала",
  "recording.absent": "нет записи",
  "recording.empty": "запись пуста",
  "recording.not_audio": "вместо записи другой файл",
  "recording.unsupported_format": "формат записи не поддерживается",
  "recording.truncated": "запись скачалась не целиком",
  "recording.too_large": "запись больше 1 ГБ",
  "recording.url_refused": "запись лежит на недоверенном адресе",
  "speech.rejected_audio": "распознавание не приняло запись",
  "speech.undecodable": "запись не читается распознаванием",
  "speech.task_failed": "распознавание не справилось",
  "speech.task_lost": "задача распознавания потеряна",
  "speech.timed_out": "распознавание не ответило вовремя",
  "transcript.no_speech": "на записи нет речи",
  "transcript.bad_audio": "запись неразборчива",
  "checklist.none": "нет подходящего чек-листа",
  "checklist.invalid": "чек-лист с ошибкой",
  "llm.input_too_long": "разговор длиннее, чем помещается в модель",
};

const outcome = (code: string) =>
  Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;

export const ru = {
  outcomes,
  verdict: {
    heard: "Прозвучало.",
    notHeard: ({
      speaker,
      phrases,
      firstSec,
      lastSec,
    }: {
      speaker: "agent" | "client" | "any";
      phrases: string[];
      firstSec?: number;
      lastSec?: number;
    }) => {
      const where = [
        `в репликах ${whose[speaker]}`,
        ...(firstSec === undefined ? [] : [`в первые ${number(firstSec)} с разговора`]),
        ...(lastSec === undefined ? [] : [`в последние ${number(lastSec)} с разговора`]),
      ].join(" ");
      return `Не прозвучало: ${phrases.map((phrase) => `«${phrase}»`).join(", ")} и подобное. Искали ${where}.`;
    },
    companyNameNotSet: "Название компании не задано в настройках, поэтому не проверялось.",
    violationNotHeard: "Нарушения не слышно.",
    violationHeard: "Прозвучало то, чего быть не должно.",
    speakersUnknown: "Это прозвучало, но на одноканальной записи не ясно, кто говорит.",
    metric: (name: string, value: number, { min, max }: { min?: number; max?: number }) => {
      const { name: title, show } = metric(name);
      const norm = [
        ...(min === undefined ? [] : [`не меньше ${show(min)}`]),
        ...(max === undefined ? [] : [`не больше ${show(max)}`]),
      ].join(" и ");
      return `Измерено: ${title} — ${show(value)}; норма — ${norm}.`;
    },
    metricUnknown: (name: string) => `Не измерено: ${metric(name).name}. По этой записи не определить.`,
    modelNotConfigured: "Модель не подключена, критерий не оценён.",
    modelRefused: "Модель отказалась отвечать, критерий не оценён.",
    modelCut: "Ответ модели оборвался, критерий не оценён.",
    modelUnreadable: "Ответ модели не удалось прочитать, критерий не оценён.",
    modelIncomplete: "Модель не дала полного ответа по критерию, он не оценён.",
    quoteRefused: "Модель не подтвердила вывод точной цитатой, критерий не оценён.",
  },
  digest: {
    title: (date: string) => `Сводка за ${date}`,
    nothing: "Звонков за день не было.",
    scored: (scored: number, total: number) => `Оценено ${scored} из ${calls(total)}`,
    average: (percent: string) => `Средний балл — ${percent} из 100`,
    passed: (passed: number, scored: number) => `Прошли порог: ${passed} из ${scored}`,
    review: (n: number) => `На проверку человеку: ${calls(n)}`,
    inProgress: (n: number) => `Ещё в работе: ${calls(n)}`,
    agents: "Менеджеры",
    agent: (name: string, percent: string, n: number) => `${name} — ${percent} (${calls(n)})`,
    smallSample: "Меньше десяти звонков на человека — сравнивать менеджеров рано.",
    attention: "Требуют внимания",
    best: "Лучший звонок",
    call: (time: string, agent: string, percent: string) => `${time}, ${agent} — ${percent}`,
    autoFail: (criterion: string) => `Критическое нарушение: ${criterion}`,
    failedCriterion: (criterion: string) => `Не выполнено: ${criterion}`,
    quote: (quote: string, at: string) => `«${quote}» (${at})`,
    notScored: "Не оценены",
    reason: (code: string, n: number) => `${outcome(code)} — ${n}`,
    late: (n: number, percent: string | null) =>
      `За прошлые дни досчитано: ${calls(n)}${percent === null ? "" : `, средний балл — ${percent}`}`,
    unknownAgent: "менеджер не указан",
    upload: (title: string) => `файл «${title}»`,
  },
  scorecard: {
    title: (percent: string) => `Оценка звонка: ${percent} из 100`,
    verdicts: {
      met: "выполнено",
      partly: "частично",
      not_met: "не выполнено",
      not_applicable: "не применимо",
      uncertain: "на проверку",
    },
    violation: "нарушение",
    noViolation: "нарушения нет",
    weight: (weight: string) => `вес ${weight}`,
    advice: "Как сказать лучше",
    summary: "Коротко",
    need: "Что нужно клиенту",
    nextStep: "Следующий шаг",
    noNextStep: "не договорились",
    capped: (raw: string) => `Сумма без критического нарушения — ${raw}`,
    review: "Звонок ждёт проверки человеком.",
    transcript: "Расшифровка",
    speakers: { agent: "Менеджер", client: "Клиент", unknown: "Голос" },
    play: (at: string) => `Послушать с ${at}`,
  },
  number,
  calls,
};

export type Texts = typeof ru;
