import { describe, expect, it } from "vitest";
import { noConversation } from "../../core/no-conversation.ts";
import type { Speaker, Transcript } from "../../core/transcript.ts";
import { turnsFrom } from "./score/transcripts.ts";

/** A bare line is said by the agent, «К:» by the client, «?:» by somebody whom nobody could name. */
function call(lines: readonly string[], part: Partial<Transcript> = {}): Transcript {
  const turns = turnsFrom(
    ...lines.map((line) =>
      line.startsWith("?:") ? { speaker: "unknown" as Speaker, text: line.slice(2).trim() } : line,
    ),
  );
  return {
    callId: "20261120-upload-1",
    language: "ru",
    durationSec: turns.at(-1)?.endSec ?? 0,
    channels: 2,
    source: { name: "test", model: null },
    roles: { by: "channel", confidence: 1 },
    turns,
    ...part,
  };
}

const machines: [string, string[]][] = [
  ["call.voicemail", ["К: Оставьте сообщение после сигнала."]],
  [
    "call.voicemail",
    ["К: Вас приветствует автоответчик.", "Добрый день, это «Север-Окна», перезвоните нам."],
  ],
  ["call.voicemail", ["К: абонент временно недоступен попробуйте позвонить позднее"]],
  ["call.voicemail", ["К: Аппарат абонента выключен или находится вне зоны действия сети.", "Ясно."]],
  ["call.voicemail", ["К: Телефон выключен или вне зоны действия сети."]],
  ["call.voicemail", ["К: The subscriber cannot answer. Leave a message after the tone."]],
  ["call.voicemail", ["К: Абонент не может ответить на ваш звонок.", "Алло? Алло!", "Понятно."]],
  ["call.voicemail", ["К: Говорите после звукового сигнала."]],
  // Nobody could be named on one channel.
  ["call.voicemail", ["?: Это голосовая почта Ольги.", "?: Ольга, добрый день, перезвоните."]],
  // The message has pauses, and the machine has the last word.
  [
    "call.voicemail",
    [
      "К: Здравствуйте. Оставьте ваше сообщение.",
      "Ольга, добрый день.",
      "Это «Север-Окна».",
      "Мы рассчитали окно, перезвоните нам.",
      "До свидания.",
      "К: Спасибо, до свидания.",
    ],
  ],
  [
    "call.voicemail",
    ["?: Голосовая почта.", "?: Добрый день.", "?: Это Анна.", "?: Перезвоните.", "?: До свидания."],
  ],
  ["call.menu", ["К: Для связи с отделом продаж нажмите один."]],
  ["call.menu", ["К: нажмите 1", "К: нажмите 2", "К: нажмите 0"]],
  ["call.menu", ["К: Наберите добавочный номер или дождитесь ответа оператора.", "Так, жду."]],
  ["call.menu", ["К: Ваш звонок очень важен для нас.", "Опять эта музыка."]],
  ["call.menu", ["К: For sales press one."]],
  ["call.menu", ["К: после набора нажмите решётку"]],
  // A menu speaks for minutes: its many turns are still nobody's conversation.
  [
    "call.menu",
    [
      "К: Здравствуйте.",
      "К: Вы позвонили в банк.",
      "К: Для частных лиц нажмите 1.",
      "К: Для компаний нажмите 2.",
      "К: Все операторы заняты.",
      "К: Ваш звонок очень важен для нас.",
      "К: Вы третий в очереди.",
    ],
  ],
  ["call.wrong_number", ["Добрый день, «Север-Окна».", "К: Вы ошиблись номером.", "Извините."]],
  ["call.wrong_number", ["Алло.", "К: Это поликлиника?", "Нет, вы не туда попали.", "К: Простите."]],
  ["call.wrong_number", ["Слушаю.", "К: Ой, я, наверное, ошиблась номером."]],
  ["call.wrong_number", ["Hello, is it Anna?", "К: No, you have the wrong number."]],
  ["call.wrong_number", ["?: Алло?", "?: Извините, ошибся номером."]],
];

const conversations: [string, string[]][] = [
  [
    "a greeting of a voicemail before a short talk",
    [
      "К: Вас приветствует автоответчик, оставьте сообщение после сигнала.",
      "К: Алло, слушаю!",
      "Ольга, это «Север-Окна», замер завтра в три?",
      "К: Да, жду.",
      "Спасибо, до свидания.",
    ],
  ],
  [
    "a menu before a short talk",
    [
      "К: Для связи с менеджером нажмите 1.",
      "К: Компания «Снабжение», слушаю.",
      "Здравствуйте, вам нужны окна?",
      "К: Пришлите прайс на почту.",
      "Пришлю сегодня до шести.",
    ],
  ],
  [
    "the company's own greeting before a short talk",
    [
      "Ваш звонок очень важен для нас, дождитесь ответа оператора.",
      "Добрый день, «Север-Окна», Анна.",
      "К: Сколько стоит замер?",
      "Замер бесплатный, записать вас?",
      "К: Запишите на среду.",
    ],
  ],
  [
    "«ошиблись номером» in a long talk",
    [
      "Добрый день, «Север-Окна».",
      "К: Мне вчера звонили и сказали, что ошиблись номером.",
      "Давайте проверю, как вас зовут?",
      "К: Ольга.",
      "Ольга, вижу вашу заявку на окно.",
      "К: Да, расскажите о цене.",
    ],
  ],
  [
    "a wrong number that was none",
    ["Вы не ошиблись номером, это «Север-Окна».", "К: Хорошо, мне нужно окно."],
  ],
  [
    "«голосовая почта» as what is sold",
    [
      "Облачная телефония, Анна.",
      "К: Голосовая почта входит в тариф?",
      "Да, входит.",
      "К: А сколько это стоит?",
      "Триста рублей.",
      "К: Подключайте.",
    ],
  ],
  [
    "«нажмите один» as the agent's help",
    [
      "Нажмите один раз красную кнопку.",
      "К: Нажала.",
      "Горит?",
      "К: Горит.",
      "Отлично, теперь всё работает.",
      "К: Спасибо!",
    ],
  ],
  ["a short question", ["«Север-Окна», Анна.", "К: До скольки вы работаете?", "До девяти."]],
  ["a short refusal", ["Добрый день, вам удобно говорить?", "К: Нет, не интересно."]],
  ["one side alone", ["Добрый день, «Север-Окна», меня зовут Анна."]],
  ["voices without names", ["?: Добрый день.", "?: Сколько стоит окно?", "?: Десять тысяч."]],
  ["somebody who asks for a message", ["К: Его нет, хотите оставить сообщение?", "Нет, я перезвоню."]],
  ["an abonent in somebody's words", ["К: Я абонент номер пять.", "Слушаю вас."]],
  ["a press that is no menu", ["Нажмите на ручку сильнее.", "К: Получилось."]],
  ["an important call", ["Нам очень важно ваше мнение.", "К: Всё понравилось."]],
  ["being somewhere else", ["Курьер попал не в тот подъезд.", "К: Я его встречу."]],
];

describe("what is no conversation", () => {
  it.each(machines)("%s: %j", (code, lines) => {
    expect(noConversation(call(lines))).toBe(code);
  });
});

describe("what is a conversation", () => {
  it.each(conversations)("%s", (_what, lines) => {
    expect(noConversation(call(lines))).toBeNull();
  });

  it("is one of numbered voices behind a machine", () => {
    const spoken = call([
      "?: Оставьте сообщение после сигнала.",
      "?: Алло!",
      "?: Ольга?",
      "?: Да.",
      "?: Жду вас завтра.",
    ]);
    const turns = spoken.turns.map((turn) => ({ ...turn, voice: turn.n % 2 }));
    expect(noConversation({ ...spoken, turns })).toBeNull();
    const alone = spoken.turns.map((turn) => ({ ...turn, voice: turn.n === 0 ? 0 : 1 }));
    expect(noConversation({ ...spoken, turns: alone })).toBe("call.voicemail");
  });
});

describe("the share of speech", () => {
  /** So many turns of three seconds, `everySec` apart, in a recording of `durationSec`. */
  const sparse = (count: number, everySec: number, durationSec: number) => {
    const { turns } = call(Array.from({ length: count }, (_n, n) => (n % 2 ? "К: Да, окно." : "Окно, да.")));
    return call([], {
      durationSec,
      turns: turns.map((turn) => ({ ...turn, startSec: turn.n * everySec, endSec: turn.n * everySec + 3 })),
    });
  };

  it.each<[string, string | null, number, number, number]>([
    ["fragments all over a recording", "transcript.bad_audio", 6, 20, 120],
    ["pauses to think after every sentence", null, 6, 12, 72],
    ["fragments a minute apart, whose pauses are too many for holds", "transcript.bad_audio", 10, 60, 600],
    ["a few words in a long recording", "transcript.bad_audio", 2, 5, 120],
    ["just under the least share", "transcript.bad_audio", 5, 4, 63.4],
    ["just the least share", null, 5, 4, 63.3],
    ["a dense talk", null, 8, 4, 32],
    ["a recording of unknown length", null, 2, 5, 0],
    ["a line that nobody hung up after the talk", null, 10, 4, 400],
  ])("%s: %s", (_what, code, count, everySec, durationSec) => {
    expect(noConversation(sparse(count, everySec, durationSec))).toBe(code);
  });

  const shifted = (transcript: Transcript, from: number, bySec: number): Transcript => ({
    ...transcript,
    durationSec: transcript.durationSec + bySec,
    turns: transcript.turns.map((turn) =>
      turn.n < from ? turn : { ...turn, startSec: turn.startSec + bySec, endSec: turn.endSec + bySec },
    ),
  });
  const talk = sparse(12, 4, 48);

  it.each([
    ["at the start, in a queue", shifted(talk, 0, 300)],
    ["in the middle", shifted(talk, 6, 300)],
    ["twice", shifted(shifted(talk, 4, 200), 8, 200)],
  ])("leaves a long hold out: %s", (_where, held) => {
    expect(noConversation(held)).toBeNull();
  });

  it("does not take a long pause between two fragments for a hold", () => {
    expect(noConversation(shifted(sparse(4, 4, 16), 2, 300))).toBe("transcript.bad_audio");
  });

  it("counts what two people say at once once, in whatever order the turns stand", () => {
    const both = call([], {
      durationSec: 40,
      turns: talk.turns.slice(0, 4).map((turn) => ({ ...turn, startSec: 1, endSec: 11 })),
    });
    expect(noConversation(both)).toBe("transcript.bad_audio");
    expect(
      noConversation({ ...shifted(talk, 6, 300), turns: shifted(talk, 6, 300).turns.toReversed() }),
    ).toBeNull();
  });
});
