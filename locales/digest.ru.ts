import { outcome } from "./outcomes.ru.ts";
import { calls, count, number, ofCalls, plural } from "./words.ru.ts";

/** The digest and what each agent gets of it, in Russian. */

type Kind = "day" | "week" | "month" | "range";

const titles: Record<Kind, (when: string) => string> = {
  day: (when) => `Сводка за ${when}`,
  week: (when) => `Сводка за неделю, ${when}`,
  month: (when) => `Сводка за ${when}`,
  range: (when) => `Сводка за период, ${when}`,
};
const nothing: Record<Kind, string> = {
  day: "Звонков за день не было.",
  week: "Звонков за неделю не было.",
  month: "Звонков за месяц не было.",
  range: "Звонков за это время не было.",
};
/** What the change is against; a day is named. */
const before: Record<Kind, (when: string) => string> = {
  day: (when) => when,
  week: () => "неделей раньше",
  month: () => "месяцем раньше",
  range: () => "за столько же дней до этого",
};

const points = (n: number) => count(n, "балл", "балла", "баллов");

export const digest = {
  title: (kind: Kind, when: string) => titles[kind](when),
  /** Of a day the weekday stands behind: «за 20 ноября, пятница» needs no declension. */
  day: (date: string, weekday: string) => `${date}, ${weekday}`,
  month: (name: string, year: string) => `${name} ${year} года`,
  nothing: (kind: Kind) => nothing[kind],
  scored: (scored: number, total: number) => {
    if (total === 1) return scored === 1 ? "Был 1 звонок, он оценён" : "Был 1 звонок, он не оценён";
    if (scored === 0) return `${plural(total, "Был", "Было", "Было")} ${calls(total)}, ни один не оценён`;
    return `${plural(scored, "Оценён", "Оценено", "Оценено")} ${number(scored)} из ${ofCalls(total)}`;
  },
  notScored: (reasons: string[]) => `Не оценены: ${reasons.join(", ")}`,
  reason: (code: string, n: number) => `${outcome(code)} — ${number(n)}`,
  average: (percent: string, margin: string | null) =>
    `Средний балл — ${percent}${margin === null ? "" : ` ± ${margin}`} из 100`,
  change: (change: number, kind: Kind, when: string, isChance: boolean) => {
    const than = before[kind](when);
    if (change === 0) return `▬ столько же, сколько ${than}`;
    const size = points(Math.abs(change));
    const chance = isChance ? ", но это в пределах погрешности" : "";
    return change > 0 ? `▲ на ${size} выше, чем ${than}${chance}` : `▼ на ${size} ниже, чем ${than}${chance}`;
  },
  passed: (passed: number, scored: number, share: string) =>
    `Прошли порог: ${number(passed)} из ${number(scored)} (${share} %)`,
  review: (n: number) => `Ждут проверки человеком: ${calls(n)}`,
  overridden: (n: number) => `Оценку пересмотрел руководитель: ${calls(n)}`,
  overriddenMark: "пересмотрено руководителем",
  inProgress: (n: number) => `Ещё в работе: ${calls(n)}`,
  agents: "Менеджеры",
  agent: (name: string, percent: string, margin: string | null, n: number) =>
    `${name} — ${percent}${margin === null ? "" : ` ± ${margin}`} (${calls(n)})`,
  agentChange: (change: number) => {
    if (change === 0) return "▬ без изменений";
    return change > 0 ? `▲ на ${number(change)} выше` : `▼ на ${number(-change)} ниже`;
  },
  strongest: (criterion: string) => `лучше всего: ${criterion}`,
  weakest: (criterion: string) => `слабее всего: ${criterion}`,
  moreAgents: (n: number) => `и ещё ${count(n, "менеджер", "менеджера", "менеджеров")}`,
  mostCallsFirst: "Здесь те, у кого больше всего звонков.",
  smallSample: "Не у всех набралось десять звонков, сравнивать менеджеров рано.",
  smallTotal: "Звонков меньше десяти: средний балл ещё мало о чём говорит.",
  margin: "Число после ± — погрешность: чем меньше звонков, тем она больше.",
  criteria: "Больше всего замечаний",
  criterion: (text: string, missed: number, of: number) => `${text} — в ${number(missed)} из ${ofCalls(of)}`,
  attention: "Требуют внимания",
  best: "Лучший звонок",
  call: (time: string, agent: string, percent: string) => `${time}, ${agent} — ${percent}`,
  autoFail: (criterion: string) => `Критическое нарушение: ${criterion}`,
  failedCriterion: (criterion: string) => `Замечание: ${criterion}`,
  quote: (speaker: string | null, quote: string, at: string) =>
    `${speaker === null ? "" : `${speaker}: `}«${quote}» (${at})`,
  objections: (total: number, unanswered: number) =>
    unanswered > 0
      ? `Возражения без ответа: ${number(unanswered)} из ${number(total)}`
      : `Возражений — ${number(total)}, без ответа не осталось ни одного`,
  said: (time: string, agent: string, what: string) => `${time}, ${agent}: ${what}`,
  more: (n: number | null) => (n === null ? "и другие" : `и ещё ${number(n)}`),
  nextSteps: "Договорились с клиентами",
  cost: (minutes: string, tokens: number, money: string | null) =>
    `Расход: ${minutes} мин распознавания, ${count(tokens, "токен", "токена", "токенов")} модели${money === null ? "" : `, примерно ${money}`}`,
  late: (n: number, percent: string | null) =>
    `За прошлые дни досчитано: ${calls(n)}${percent === null ? "" : `, средний балл — ${percent}`}`,
  unknownAgent: "менеджер не указан",
  upload: (title: string) => `файл «${title}»`,
};

export const coaching = {
  title: (name: string, when: string) => `${name}: ${when}`,
  nothing: "Оценённых звонков за это время нет.",
  passed: (passed: number, scored: number) => `Прошли порог: ${number(passed)} из ${ofCalls(scored)}`,
  strengths: "Что получается",
  practise: "Над чем поработать",
  missed: (criterion: string, missed: number, of: number) =>
    `${criterion} — замечания в ${number(missed)} из ${ofCalls(of)}`,
  quote: (quote: string, call: string, at: string) => `«${quote}» (${call}, на ${at})`,
  advice: (advice: string) => `Как сказать лучше: ${advice}`,
  nothingToPractise: "Повторяющихся замечаний нет.",
  smallSample: (n: number) => `Оценено всего ${calls(n)}: выводы предварительные.`,
};
