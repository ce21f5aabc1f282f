import { alertsRu } from "./alerts.ru.ts";
import { appeals } from "./appeals.ru.ts";
import { coaching, digest } from "./digest.ru.ts";
import { outcomes } from "./outcomes.ru.ts";
import { requestsRu } from "./requests.ru.ts";
import { calls, number } from "./words.ru.ts";

/**
 * Digests, alerts, and what else comes by itself, in Russian. `messages.en.ts` must have the same shape, or the project does not compile. Most runs of
 * `report` need nothing else, and load nothing else.
 */

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

export const messagesRu = {
  outcomes,
  digest,
  coaching,
  appeals,
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
  number,
  calls,
};

export type MessageTexts = typeof messagesRu;
