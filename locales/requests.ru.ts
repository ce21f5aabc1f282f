import { calls } from "./words.ru.ts";

/** How a person is asked for a recording, in Russian. `requests.en.ts` must have the same shape, or the project does not compile. */

export const requestsRu = {
  title: (who: string) => `Нужна запись звонка: ${who}`,
  reasons: {
    "crm.recording_forbidden":
      "Портал не отдаёт запись: владельцу вебхука не хватает прав слушать звонки и читать Диск.",
    "recording.url_refused":
      "Запись лежит на адресе, с которого её нельзя скачать, например во внутренней сети АТС.",
  },
  reason: (code: string) => `Запись не удалось получить (${code}).`,
  how: "Ответьте на это сообщение файлом записи или положите его в хранилище:",
  card: "Карточка в CRM",
  send: "Прислать запись",
  many: (n: number) => `Записи не скачиваются: сегодня уже ${calls(n)}`,
  manyNext:
    "Скорее всего, дело в правах или адресе телефонии, а не в отдельных звонках. Дайте доступ, и недоступные из-за прав записи скачаются сами. Об остальных звонках сегодня сообщений не будет.",
};

export type RequestTexts = typeof requestsRu;
