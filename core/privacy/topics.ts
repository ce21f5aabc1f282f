import type { Kind } from "./kinds.ts";

/** What a number that follows is about, by the nearest word that tells. `other`: an order, an invoice, an article. */
export interface Topic {
  kind: Exclude<Kind, "email"> | "other";
  /** Only words such as «номер» and «это» stand between it and the number. */
  direct: boolean;
}

/** So many words later a topic is forgotten. */
export const TOPIC_REACH_WORDS = 8;

const TOPICS: readonly (readonly [Topic["kind"], RegExp])[] = [
  [
    "phone",
    /^(телефон|мобильн|сотов|городско[йм]|вотсап|ватсап|вацап|вайбер|телеграм|позвон|перезвон|звонит|набер|набира|phone|cell|mobile|whatsapp|call$|dial)/,
  ],
  ["card", /^(карт(а|ы|е|у|ой|ам|ах)?|карточк[аиеу]|карточкой|cards?)$/],
  ["passport", /^(паспорт|passport|сери(я|и|ю|ей)$)/],
  ["inn", /^(инн|инэнэн)$/],
  ["snils", /^(снилс|страхово(е|го|му)$)/],
  [
    "other",
    /^(заказ|заявк|артикул|договор(а|у|ом|е|ы|ов)?$|счет(а|у|ом|е|ы|ов)?$|накладн|чек(а|у|ом|е|и)?$|трек|квитанц|полис|обращени|тикет|инцидент|модел|серийн|инвентарн|штрихкод|штрих$|order|invoice|ticket|tracking|serial|article|sku$)/,
  ],
];

export function topicOf(form: string): Topic["kind"] | undefined {
  return TOPICS.find(([, pattern]) => pattern.test(form))?.[0];
}

/** Said between the groups of one number. They neither end it nor count as words. */
const FILLERS = new Set(
  "э ээ эээ эм м мм ну так вот да ага угу дальше далее потом затем значит и код номер тире дефис минус скобка okay ok dash and uh um er number".split(
    " ",
  ),
);
/** Said between what a number is and the number. */
const CONNECTING = new Set("это под номером номера такой мой моя ваш ваша is my".split(" "));

export const isFiller = (form: string) => FILLERS.has(form);
export const isConnecting = (form: string) => FILLERS.has(form) || CONNECTING.has(form);
