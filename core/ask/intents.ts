import { isKnownWord } from "./known-words.ts";
import { nearest } from "./typos.ts";
import { piecesOf } from "./words.ts";

/** What somebody wants, before it is known of whom and when. */
export type Intent =
  | "appeal"
  | "why"
  | "link"
  | "transcript"
  | "summary"
  | "recording"
  | "objections"
  | "compare"
  | "score"
  | "calls"
  | "checklists"
  | "agents"
  | "team"
  | "digest"
  | "agent"
  | "help";

const word = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})`, "u");

/** The first that fits decides: from the most telling words to the plainest. */
const INTENTS: readonly (readonly [Intent, RegExp])[] = [
  [
    "appeal",
    word(
      "не\\s?согласн|не\\s?согласен|оспор|апелляц|пересмотр|обжал|несправедлив|неправильн\\p{L}* оцен|неверн\\p{L}* оцен|ошибк\\p{L}* в оценк|disagree|appeal",
    ),
  ],
  ["why", word("почему|за что|отчего|из-за чего|из - за чего|why|how come")],
  [
    "link",
    word("привяж|привяз|подключи\\p{L}* (?:меня|аккаунт|бот)|войти|вход в|link (?:my )?account|log ?in"),
  ],
  ["transcript", word("расшифровк|транскри|(?:полный )?текст (?:разговор|звонк|последн)|transcript")],
  [
    "recording",
    word(
      "послушать|прослушать|дай запись|пришли запись|скинь запись|запись звонк|запись разговор|аудио|listen|recording of",
    ),
  ],
  [
    "summary",
    word(
      "кратко о|краткое|резюме|суть (?:звонк|разговор)|о ч[её]м (?:был|говор|шел|шла|звон)|что было (?:в|на) звонк|итог звонк|summary of (?:the )?call|summari[sz]e",
    ),
  ],
  ["objections", word("возражени|отработк|objection")],
  [
    "compare",
    word(
      "сравн|compare|кто (?:\\p{L}+ ){0,2}(?:лучше|хуже|сильнее|слабее)|who (?:is|was) (?:the )?(?:best|worst)|тренд|динамик",
    ),
  ],
  [
    "checklists",
    word(
      "какие (?:есть )?чек|список чек|все чек|покажи чек|^чек ?- ?лист\\p{L}*$|^чеклист\\p{L}*$|критери\\p{L}* оценк|по каким критери|(?:list|show) (?:the )?checklists?|^checklists?$",
    ),
  ],
  [
    "agents",
    word(
      "список (?:менеджер|сотрудник|продав|агент|операт)|кто (?:есть )?в (?:команде|отделе|списке)|какие (?:есть )?(?:менеджер|сотрудник)|покажи (?:всех )?(?:менеджер|сотрудник)|^(?:все )?(?:менеджеры|сотрудники|agents)$|(?:list|show) (?:the )?agents",
    ),
  ],
  [
    "score",
    word(
      "оцени(?:те|ть)?(?!\\p{L})|проскор|проанализируй|разбери|проверь|переоцени|посчитай оценк|score (?:the )?calls?|evaluate|rate (?:the )?calls?",
    ),
  ],
  [
    "team",
    word(
      "рейтинг|лидерборд|как (?:от)?работал\\p{L}* (?:команд|отдел|менеджер|все)|отч[её]т по (?:команде|отделу|менеджерам|всем|сотрудникам)|по (?:всем )?(?:менеджерам|сотрудникам|агентам)|кто (?:худш|лучш|отста|просел|провал)|по (?:нашему )?(?:отделу|команде)(?!\\p{L})|(?:топ|худш|лучш|слаб|сильн)\\p{L}* (?:- )?(?:\\d+ )?(?:менеджер|сотрудник|продав|агент|операт)|how is the team|team report|leaderboard|ranking",
    ),
  ],
  [
    "digest",
    word(
      "сводк|дайджест|digest|итоги|что (?:там )?по звонкам|сколько (?:было |всего )?звонков|как прош[её]?л|summary",
    ),
  ],
];

const CALLS = word("звон|разговор|calls?(?!\\p{L})");
const REPORT = word(
  "отч[её]т|статистик|показател|результат|как дела|как (?:от)?работа|оценк|балл|процент|качеств|report|how is|how did|stats|scores?(?!\\p{L})|динамик|эффективн",
);
const HELP = word(
  "помощь|помоги|справк|что (?:ты )?умеешь|что (?:ты )?можешь|как (?:тобой )?пользоваться|команды|инструкц|help|привет|здравствуй|добрый день|доброе утро|старт$|hello|^hi(?!\\p{L})",
);

/** What is left to people, filters and the rest of the sentence: a list, a report, or help. */
export function intentOf(text: string): {
  intent: Intent | undefined;
  hasCalls: boolean;
  isReport: boolean;
  isHelp: boolean;
} {
  const intent = INTENTS.find(([, pattern]) => pattern.test(text))?.[0];
  return { intent, hasCalls: CALLS.test(text), isReport: REPORT.test(text), isHelp: HELP.test(text) };
}

const WORTH_GUESSING = (
  "звонки звонок звонков худшие худших лучшие лучших почему сводка сводку сводки дайджест отчет отчета сравни сравнить возражения возражений расшифровка расшифровку " +
  "чеклисты чеклист менеджеры менеджеров менеджер рейтинг оцени оценить оценка оценки покажи помощь итоги статистика согласен аудио запись последние " +
  "входящие исходящие сотрудники команда команды нарушения приветствия worst calls digest summary compare transcript objections checklists agents"
).split(" ");

/** The sentence with the slips in its own words mended, and where they stood; names are no slips. */
export function mended(
  text: string,
  isName: (form: string) => boolean,
): { text: string; spans: { start: number; end: number }[] } {
  const spans: { start: number; end: number }[] = [];
  const words = piecesOf(text).map(({ form, start, end }) => {
    if (form.length < 4 || isKnownWord(form) || isName(form) || !/^\p{L}+$/u.test(form)) return form;
    const [meant] = nearest(form, WORTH_GUESSING, form.length < 8 ? 1 : 2);
    if (meant === undefined) return form;
    spans.push({ start, end });
    return meant;
  });
  return { text: words.join(" "), spans };
}
