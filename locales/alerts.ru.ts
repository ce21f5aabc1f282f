import { calls, number } from "./words.ru.ts";

/** Alerts about single calls and about chats, in Russian. `alerts.en.ts` must have the same shape, or the project does not compile. */

export const alertsRu = {
  autoFail: (who: string) => `Критическое нарушение: ${who}`,
  low: (who: string) => `Низкая оценка: ${who}`,
  score: (moment: string, percent: string) => `${moment} — ${percent} из 100`,
  scoreWithout: (moment: string, percent: string, raw: string) =>
    `${moment} — ${percent} из 100, без этого нарушения было бы ${raw}`,
  checklist: (name: string) => `Чек-лист «${name}»`,
  notMet: (criterion: string) => `Не выполнено: ${criterion}`,
  violation: (criterion: string) => `Нарушение: ${criterion}`,
  partly: (criterion: string) => `Выполнено частично: ${criterion}`,
  objection: "Возражение осталось без ответа:",
  review: "Оценка предварительная: часть критериев должен проверить человек.",
  callButton: "Звонок",
  agentButton: "Менеджер",

  bundle: {
    title: (n: number) => `Ещё ${calls(n)} с низкой оценкой за час`,
    hour: (day: string, from: string, to: string) => `${day}, с ${from} до ${to}`,
    call: (time: string, who: string, percent: string) => `${time}, ${who} — ${percent}`,
    autoFail: (criterion: string) => `критическое нарушение: ${criterion}`,
    more: (n: number) => `…и ещё ${calls(n)}: все есть в сводке.`,
    button: (time: string, who: string, percent: string) => `${time} ${who} — ${percent}`,
  },

  recipient: {
    title: (chat: string) => `Сообщения больше не доходят: чат ${chat}`,
    reasons: {
      blocked: "Человек заблокировал бота.",
      removed: "Бота удалили из чата.",
      deactivated: "Аккаунт удалён.",
      not_found: "Чат не найден, или в нём ещё не нажимали «Старт».",
      no_rights: "У бота нет права писать в этот чат.",
    },
    next: "Туда больше ничего не отправляется. Чтобы сообщения возобновились, в этом чате нужно снова нажать «Старт» или вернуть бота.",
  },
  percent: (value: number | null) => (value === null ? "—" : number(value)),
};

export type AlertTexts = typeof alertsRu;
