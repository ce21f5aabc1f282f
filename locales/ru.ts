import { alertsRu } from "./alerts.ru.ts";
import { bot } from "./bot.ru.ts";
import { coaching, digest } from "./digest.ru.ts";
import { documentsRu } from "./documents.ru.ts";
import { mcp } from "./mcp.ru.ts";
import { outcomes } from "./outcomes.ru.ts";
import { requestsRu } from "./requests.ru.ts";
import { spreadsheetRu } from "./spreadsheet.ru.ts";
import { calls, number } from "./words.ru.ts";

/** Every text a customer reads, in Russian. `en.ts` must have the same shape, or the project does not compile. */

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

/** Why a vendor does not serve us, and what to do, by the code of the error. */
const vendorReasons = {
  "crm.unauthorized":
    "Портал не принимает входящий вебхук: он удалён, истёк или записан с ошибкой. Проверьте BITRIX24_WEBHOOK_URL.",
  "crm.forbidden":
    "Портал не разрешает чтение или запись: проверьте права вебхука и его владельца, и входит ли REST в тариф.",
  "crm.field_missing":
    "В сделках или лидах портала нет поля для оценки: создайте его командой npx cqa crm-setup или уберите field из BITRIX24_WRITE_BACK.",
  "crm.insufficient_scope": "У вебхука не хватает прав: отметьте нужные в настройках входящего вебхука.",
  "crm.payment_required": "Портал удалён или не оплачен.",
  "crm.blocked": "Битрикс24 заблокировал REST для портала: обратитесь в его поддержку.",
  "crm.moved": "Портал переехал на другой адрес: поправьте BITRIX24_WEBHOOK_URL.",
  "crm.not_found":
    "По адресу BITRIX24_WEBHOOK_URL портал не отвечает как портал: проверьте адрес и права вебхука.",
  "crm.unreachable": "С порталом нет связи.",
  "speech.unauthorized": "Сбер не принимает ключ: проверьте SBER_OAUTH_CLIENT_ID и SBER_OAUTH_CLIENT_SECRET.",
  "speech.no_money": "Закончились оплаченные минуты: пополните проект SaluteSpeech в кабинете Сбера.",
  "speech.forbidden": "Ключу не разрешено распознавание: проверьте SALUTESPEECH_SCOPE.",
  "speech.untrusted_certificate":
    "Сертификату Сбера нет доверия: выполните npx cqa fetch-ca и укажите SALUTESPEECH_CA_FILE.",
  "speech.unreachable": "С SaluteSpeech нет связи.",
  "speech.oauth_unavailable": "Сервер авторизации Сбера не отвечает.",
  "speech.unavailable": "SaluteSpeech отвечает ошибкой.",
  "llm.unauthorized": "Сервис модели не принимает ключ: проверьте его и адрес сервиса.",
  "llm.no_money": "На счёте сервиса модели закончились деньги: пополните его.",
  "llm.unknown_model": "Сервис не знает такой модели: проверьте её название и адрес сервиса.",
  "llm.region_refused": "Сервис модели не обслуживает эту страну: выберите другой или свой шлюз.",
  "llm.wrong_address": "По адресу модели отвечает что-то другое: проверьте адрес сервиса.",
  "llm.rejected_request": "Модель не принимает запросы в таком виде: выберите другую модель.",
  "llm.timeout": "Модель не успевает ответить.",
  "llm.unreachable": "С сервисом модели нет связи.",
};

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
  digest,
  coaching,
  bot,
  mcp,
  alerts: alertsRu,
  requests: requestsRu,
  vendorAlert: {
    vendors: {
      crm: "Битрикс24",
      "crm-comment": "Битрикс24, комментарии в карточках",
      "crm-transcript": "Битрикс24, расшифровки в карточках",
      "crm-field": "Битрикс24, оценки в карточках",
      speech: "SaluteSpeech",
      llm: "Языковая модель",
      "llm-fallback": "Запасная модель",
      notify: "Telegram",
    },
    paused: (vendor: string, since: string) => `${vendor}: не работает с ${since}`,
    recovered: (vendor: string) => `${vendor}: снова работает`,
    reasons: vendorReasons,
    reason: (code: string): string =>
      Object.hasOwn(vendorReasons, code)
        ? vendorReasons[code as keyof typeof vendorReasons]
        : `Запросы остаются без ответа (${code}).`,
    nothingLost: "Ни один звонок не потерян: отложенные обработаются сами, когда причина будет устранена.",
    goesOn: "Отложенные звонки уже обрабатываются, делать ничего не нужно.",
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
    people: { agent: "Менеджер", supervisor: "Руководитель" },
    overridden: (who: string, when: string, before: string) =>
      `Вердикт изменён: ${who}, ${when}. Программа считала: ${before}.`,
    changed: (before: string) => `До пересмотра человеком — ${before}`,
    appeal: (who: string, when: string, reason: string) => `Апелляция (${who}, ${when}): ${reason}`,
    decisions: {
      open: "Апелляция ждёт решения.",
      accepted: "Апелляция принята.",
      rejected: "Апелляция отклонена.",
    },
    transcript: "Расшифровка",
    speakers: { agent: "Менеджер", client: "Клиент", unknown: "Голос" },
    play: (at: string) => `Послушать с ${at}`,
  },
  crmComment: {
    passed: "Порог пройден.",
    notPassed: "Порог не пройден.",
    weakest: "Что просело",
    nextStepAgreed: "договорились",
    source: (checklist: string, version: number) => `Чек-лист «${checklist}», версия ${number(version)}`,
    field: "Оценка последнего звонка",
  },
  documents: documentsRu,
  spreadsheet: spreadsheetRu,
  number,
  calls,
};

export type Texts = typeof ru;
