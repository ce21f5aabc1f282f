import { number } from "./words.ru.ts";

/** What code writes under a verdict, in Russian. `verdict.en.ts` must have the same shape, or the project does not compile. By themselves, since the stage that scores needs no other text. */

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

export const verdictRu = {
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
};

export type VerdictTexts = typeof verdictRu;
