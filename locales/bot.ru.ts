import { outcome } from "./outcomes.ru.ts";
import { calls, count, number, plural } from "./words.ru.ts";

/** What the bot says, in Russian. */

type Scores = {
  below?: number;
  above?: number;
  atLeast?: number;
  atMost?: number;
  band?: "red" | "yellow" | "green";
};
const bands = { red: "красная зона", yellow: "жёлтая зона", green: "зелёная зона" };

export const bot = {
  stranger:
    "Этот бот отвечает только сотрудникам компании. Если вы один из них, попросите у руководителя код и пришлите его сюда.",
  failed:
    "Не получилось ответить: что-то сломалось с нашей стороны. Попробуйте ещё раз через несколько минут.",
  linked: (name: string) =>
    `Готово: теперь вы видите свои звонки как ${name}. Спросите, например: «мои звонки за неделю».`,
  wrongCode: "Код не подошёл: он неверный, уже использован или старше суток. Попросите у руководителя новый.",
  linkWhom: "Кому дать доступ? Напишите команду с именем, например: /link Анна Петрова",
  code: (name: string, hours: number) =>
    `Код для сотрудника ${name}. Пусть отправит боту в личные сообщения эту строку. Код одноразовый и действует ${number(hours)} ч.`,
  unlinkButton: "Отвязать всех, кто привязан",
  unlinked: (name: string, n: number) =>
    n === 0
      ? `${name}: никто не был привязан.`
      : `${name}: доступ закрыт (${count(n, "человек", "человека", "человек")}).`,
  onlyOwn: "Вам видны только ваши звонки.",
  yourCalls: "ваши звонки",

  subjects: {
    digest: "Сводка",
    calls: "Звонки",
    agent: "Менеджер",
    team: "Менеджеры",
    agents: "Менеджеры",
    compare: "Сравнение",
    objections: "Возражения",
    score: "Оценки звонков",
    checklists: "Чек-листы",
  },
  filters: {
    order: { worst: "сначала худшие", best: "сначала лучшие" },
    limit: (n: number) => `не больше ${number(n)}`,
    scores: ({ below, above, atLeast, atMost, band }: Scores) =>
      [
        ...(below === undefined ? [] : [`ниже ${below}`]),
        ...(above === undefined ? [] : [`выше ${above}`]),
        ...(atLeast === undefined ? [] : [`от ${atLeast}`]),
        ...(atMost === undefined ? [] : [`до ${atMost}`]),
        ...(band === undefined ? [] : [bands[band]]),
      ].join(" "),
    status: {
      no_recording: "без записи",
      not_scored: "без оценки",
      needs_review: "ждут проверки",
      failed: "не обработаны",
      not_passed: "ниже порога",
      violations: "с критическими нарушениями",
      in_progress: "в работе",
    },
    direction: { incoming: "входящие", outgoing: "исходящие" },
    topic: (words: string, isCriterion: boolean, isFailed: boolean) =>
      isCriterion ? `критерий «${words}» ${isFailed ? "не выполнен" : "выполнен"}` : `упоминается «${words}»`,
  },
  except: (name: string) => `кроме: ${name}`,
  withoutWeekends: "без выходных",
  moscow: "мск",
  cutShort: "Показаны последние 400 дней: больше за один раз не посчитать.",
  notUnderstood: (words: string) => `Не понял слова: ${words}`,
  guessed: (typed: string, name: string) => `«${typed}» — прочитал как ${name}.`,
  heard: (text: string) =>
    `Услышал: «${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}»`,
  otherReading: (days: string) => `Или: ${days}`,

  found: (n: number, page: { from: number; to: number } | null) =>
    `${plural(n, "Нашёлся", "Нашлось", "Нашлось")} ${calls(n)}${page ? `, здесь ${page.from}–${page.to}` : ""}.`,
  averageOf: (percent: string, n: number) => `Средний балл — ${percent} (по ${ofScores(n)}).`,
  outcome,
  pageBack: "‹ назад",
  pageNext: "дальше ›",
  dayButton: (day: string) => `Сводка: ${day}`,
  noCalls: "За это время звонков нет.",
  noneOfThem: "Звонки за это время есть, но таких среди них нет.",
  nearest: (day: string) => `Ближайший день со звонками: ${day}`,
  inProgress: (n: number) => (n === 0 ? "Все звонки обработаны." : `Ещё в работе: ${calls(n)}.`),
  whichPerson: (typed: string) => `Кто имеется в виду — «${typed}»?`,
  nobody: (typed: string) => `Никого с именем «${typed}» в звонках последних месяцев нет. Список — /agents`,

  whichCall:
    "О каком звонке речь? Ответьте на сообщение о нём, назовите день и время («вчера в 14:35») или нажмите номер в списке.",
  callNotFound: "Такого звонка не нашлось. Проверьте день и время или откройте список: «звонки за вчера».",
  chooseCall: (n: number) => `Подходит ${calls(n)}. Какой?`,
  missed: "Что упущено",
  nothingMissed: "Ни одного замечания.",
  met: (n: number) => `Выполнено: ${number(n)}`,
  uncertain: (n: number) => `Не оценено: ${count(n, "критерий", "критерия", "критериев")}, решать человеку.`,
  cost: (points: string) => `−${points}`,
  capped: (criterion: string, raw: string) => `Критическое нарушение: ${criterion}. Без него было бы ${raw}.`,
  agreed: "договорились",
  notScored: (why: string) => `Оценки нет: ${why}.`,
  noScorecard: "Подробная оценка этого звонка больше не хранится.",
  noSummary: "Краткого содержания у этого звонка нет.",
  noTranscript: "Расшифровки этого звонка нет.",
  transcriptRemoved: (days: number | null) =>
    days === null
      ? "Расшифровка этого звонка удалена по просьбе."
      : `Расшифровка этого звонка удалена: расшифровки хранятся ${count(days, "день", "дня", "дней")}.`,
  noRecording: "Записи этого звонка нет: она не сохранилась.",
  recordingRemoved: (days: number | null) => {
    if (days === null) return "Запись этого звонка удалена по просьбе.";
    if (days === 0) return "Запись этого звонка удалена: записи не хранятся, после оценки их удаляют.";
    return `Запись этого звонка удалена: записи хранятся ${count(days, "день", "дня", "дней")}.`;
  },
  recordingTooLarge: "Запись слишком большая, чтобы отправить её сюда.",
  transcriptButton: "Расшифровка",
  recordingButton: "Запись",
  worstButton: "Худшие звонки",
  worstWords: "худшие звонки",
  digestWords: "сводка",

  ofAll: (n: number) => `всего ${calls(n)}`,
  periodAverage: (period: string, percent: string, margin: string | null, n: number) =>
    `${period}: ${percent}${margin === null ? "" : ` ± ${margin}`} (${calls(n)})`,
  nothingToCompare: "Сравнить нечего: за один из периодов оценок нет.",
  difference: (points: number, isChance: boolean) => {
    if (points === 0) return "Разницы нет.";
    const size = `${number(Math.abs(points))} ${plural(Math.abs(points), "балл", "балла", "баллов")}`;
    return `${points > 0 ? "Выше" : "Ниже"} на ${size}${isChance ? ", но это в пределах погрешности" : ""}.`;
  },
  unanswered: "Остались без ответа",
  noObjections: "Возражений за это время не было.",

  noChecklists: "Чек-листов пока нет.",
  checklist: (name: string, version: number, n: number, isDraft: boolean) =>
    `${name}, версия ${number(version)}: ${count(n, "критерий", "критерия", "критериев")}${isDraft ? ", черновик" : ""}`,
  critical: "критично",
  sent: {
    ask: "Пришлите файл записи следующим сообщением или ответом на это: MP3, WAV, OGG Opus или FLAC, до 20 МБ.",
    taken: "Спасибо, запись принята: звонок идёт дальше, оценка появится через несколько минут.",
    onlySupervisors: "Присылать записи может только руководитель.",
    alreadyThere: "Запись этого звонка уже есть, присылать её не нужно.",
    notWanted: "Этот звонок закрыт по другой причине, запись ему не поможет.",
    tooLarge: "Файл больше 20 МБ, Telegram его боту не отдаст. Положите его в хранилище под этим именем:",
    gone: "Telegram больше не отдаёт этот файл. Пришлите его ещё раз.",
    notAudio: "Это не похоже на запись разговора. Пришлите файл MP3, WAV, OGG Opus или FLAC.",
    unsupported: "Запись в формате, который не читается. Подойдут MP3, WAV (16 бит), OGG Opus и FLAC.",
  },
  oldButton: "Эта кнопка устарела. Задайте вопрос ещё раз.",

  unclear: {
    period: "За какой период?",
    intent: "Не понял, что показать. Попробуйте так:",
    command: "Такой команды нет. Все команды — /help",
    ahead: "Этот период ещё не наступил. Может быть, так:",
    text: "Пустой вопрос. Попробуйте так:",
  },
  freeNothing: "Не нашёл в звонках ничего, что ответило бы на этот вопрос.",
  freeNote: "Ответила модель. Каждое утверждение можно проверить по звонкам.",

  voiceTooLong:
    "Голосовой вопрос может быть не длиннее полутора минут. Запись звонка для оценки загрузите через npx cqa upload.",
  voiceUnclear: "Не удалось разобрать слова. Скажите ещё раз или напишите.",
  voiceSlow: "Распознавание сейчас медлит. Напишите, пожалуйста, текстом.",

  help: {
    what: "Спрашивайте обычными словами о звонках: кто, какие, за какое время. Числа те же, что в сводках.",
    commands: [
      "/digest — сводка: /digest вчера, /digest неделя",
      "/agents — менеджеры и их средние баллы",
      "/call — один звонок: /call вчера в 14:35",
      "/checklists — по каким критериям оцениваем",
      "/appeal — не согласиться с оценкой звонка: ответьте этим на сообщение о нём",
      "/link — дать менеджеру доступ к его звонкам: /link Анна",
    ].join("\n"),
    notes: "Чтобы спросить о звонке из списка, нажмите его номер, а потом напишите «почему?». Можно голосом.",
    examples: [
      "худшие звонки вчера",
      "сводка за неделю",
      "звонки ниже 50 за последние 3 дня",
      "возражения за неделю",
    ],
    agentExamples: ["мои звонки за неделю", "мои худшие звонки за месяц", "возражения за неделю"],
  },
};

/** After «по»: «по 1 оценке», «по 5 оценкам». */
function ofScores(n: number): string {
  return `${number(n)} ${plural(n, "оценке", "оценкам", "оценкам")}`;
}
