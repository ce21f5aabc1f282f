import { tokenize } from "../score/text.ts";
import { sameWord } from "../score/word-forms.ts";
import { isKnownWord } from "./known-words.ts";
import { numberWordOf } from "./number-words.ts";
import { type Piece, piecesOf, type Span } from "./words.ts";

/** What became of a call, as far as somebody can ask for it. */
export type AskedStatus =
  | "no_recording"
  | "not_scored"
  | "needs_review"
  | "failed"
  | "not_passed"
  | "violations"
  | "in_progress";

const word = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu");

const STATUSES: readonly (readonly [AskedStatus, RegExp])[] = [
  ["no_recording", word("(?:без|нет)\\s+запис(?:и|ей)|(?:no|without(?:\\s+a)?)\\s+recordings?")],
  [
    "not_scored",
    word(
      "не\\s?(?:был[аио]?\\s+)?оцен[её]н\\p{L}*|неоцен[её]нн\\p{L}*|не\\s?оценил\\p{L}*|без\\s+оцен(?:ки|ок)|не\\s?проверен\\p{L}*|not\\s+scored|unscored",
    ),
  ],
  [
    "needs_review",
    word(
      "(?:на|ждут|ждет|ждёт|для|требу\\p{L}+)\\s+(?:ручн\\p{L}+\\s+)?(?:проверк\\p{L}+|разбор\\p{L}*)|спорн\\p{L}+|сомнительн\\p{L}+|под\\s+вопросом|(?:needs?|for)\\s+review",
    ),
  ],
  [
    "violations",
    word(
      "(?:с\\s+)?(?:груб\\p{L}+\\s+|критич\\p{L}+\\s+)?нарушени\\p{L}+|критичн\\p{L}+|критическ\\p{L}+|violations?",
    ),
  ],
  ["not_passed", word("не\\s+(?:прош|сда)\\p{L}+|провал\\p{L}+|not\\s+passed|failed")],
  [
    "failed",
    word("не\\s+обработа\\p{L}+|не\\s+распозна\\p{L}+|сломал\\p{L}+|(?:с|со)\\s+сбо\\p{L}+|сбойн\\p{L}+"),
  ],
  ["in_progress", word("в\\s+(?:обработке|очереди|работе)|ещ[её]\\s+не\\s+готов\\p{L}*|in\\s+progress")],
];

const DIRECTIONS: readonly (readonly ["incoming" | "outgoing", RegExp])[] = [
  ["incoming", word("входящ\\p{L}+|incoming|inbound")],
  ["outgoing", word("исходящ\\p{L}+|outgoing|outbound")],
];

const first = <Value>(table: readonly (readonly [Value, RegExp])[], text: string) => {
  for (const [value, pattern] of table) {
    const match = pattern.exec(text);
    if (match) return { value, span: { start: match.index, end: match.index + match[0].length } };
  }
  return undefined;
};

export const findStatus = (text: string) => first(STATUSES, text);
export const findDirection = (text: string) => first(DIRECTIONS, text);

export type Order = "worst" | "best" | "latest";

const ORDERED =
  "(?:(?:сам\\p{L}+|наиболее)\\s+)?(?:(худш|хужш|плох|слаб|проблемн|низк|worst|bad|lowest)|(лучш|хорош|сильн|удачн|высок|best|top|good))\\p{L}*";
/** «топ 5», «3 худших», «худшие 3», «5 звонков»: the count stands on either side. */
const COUNT_BEFORE = new RegExp(`(\\d{1,3}|\\p{L}{2,12})\\s+${ORDERED}`, "iu");
const COUNT_AFTER = new RegExp(`${ORDERED}\\s+(\\d{1,3})(?![\\d.:%])(?!\\s*(?:%|балл|процент))`, "iu");
const TOP = /(?<!\p{L})(?:топ|top)\s*-?\s*(\d{1,3})?(?!\p{L})/iu;
const FIRST = /(?<!\p{L})(?:первые|первых|first)\s+(\d{1,3})(?!\d)/iu;
/** «худший звонок» is one. */
const SINGULAR =
  /(?<!\p{L})(?:сам(?:ый|ого)\s+)?(?:худш|лучш|плох|слаб|хорош|удачн)(?:ий|его|ой|ого|ый)\s+звон(?:ок|ка)(?!\p{L})/iu;
const COUNTED_CALLS = /(?<![\p{L}\d.:])(\d{1,2})\s+(?:звонк(?:а|ов)|calls?)(?!\p{L})/iu;
/** Of «/worst 5», where there is nothing else to count. */
const BARE = /(?<![\p{L}\d.:№#])(\d{1,2})(?![\p{L}\d.:%])/u;
const MAX_LIMIT = 50;

/** Which end of the list is asked for, and how much of it. */
export function findOrder(
  text: string,
  isCommand: boolean,
): { order?: Order; limit?: number; spans: Span[] } {
  const spans: Span[] = [];
  const take = (match: RegExpExecArray) =>
    void spans.push({ start: match.index, end: match.index + match[0].length });
  const top = TOP.exec(text);
  const ordered = new RegExp(`(?<!\\p{L})${ORDERED}`, "iu").exec(text);
  const order: Order | undefined = ordered ? (ordered[1] ? "worst" : "best") : undefined;
  const before = COUNT_BEFORE.exec(text);
  const after = COUNT_AFTER.exec(text);
  const candidates: [RegExpExecArray | null, string | undefined][] = [
    [top, top?.[1]],
    [before, before?.[1]],
    [after, after?.[3]],
    [FIRST.exec(text), FIRST.exec(text)?.[1]],
    [COUNTED_CALLS.exec(text), COUNTED_CALLS.exec(text)?.[1]],
    ...(isCommand
      ? [[BARE.exec(text), BARE.exec(text)?.[1]] as [RegExpExecArray | null, string | undefined]]
      : []),
  ];
  if (ordered) take(ordered);
  if (top) take(top);
  let limit: number | undefined;
  for (const [match, count] of candidates) {
    const number = count === undefined ? undefined : countOf(count);
    if (!match || number === undefined) continue;
    limit = Math.min(number, MAX_LIMIT);
    take(match);
    break;
  }
  if (limit === undefined && SINGULAR.test(text)) limit = 1;
  const found = order ?? (top ? "best" : undefined);
  return { ...(found ? { order: found } : {}), ...(limit === undefined ? {} : { limit }), spans };
}

function countOf(written: string): number | undefined {
  const number = /^\d+$/.test(written) ? Number(written) : undefined;
  const word = number === undefined ? numberWordOf(written.toLowerCase().replaceAll("ё", "е")) : undefined;
  const count = number ?? (word?.kind === "n" ? word.value : undefined);
  return count !== undefined && count > 0 ? count : undefined;
}

/** What calls are to be about. */
export interface Topic {
  words: string;
  /** `criterion`: how the agent did it; `mention`: what was spoken of. */
  of: "criterion" | "mention";
  /** It was not done. */
  isFailed: boolean;
}

const WHERE = /(?<!\p{L})(?:где|в\s+котор\p{L}+|котор\p{L}+|кто|when|where|who)\s+([\p{L}\p{M}\s-]{3,80})/iu;
const WITHOUT = /(?<!\p{L})(?:без|without)\s+((?:[\p{L}\p{M}-]+\s?){1,4})/iu;
const CRITERION = /(?<!\p{L})(?:критери\p{L}+|пункт\p{L}*|criterion)\s+[«"]?([\p{L}\p{M}\s-]{3,80})/iu;
const ABOUT = /(?<!\p{L})(?:про|насч[её]т|about)\s+((?:[\p{L}\p{M}-]+\s?){1,4})/iu;
const FAILED =
  /(?<!\p{L})(?:не|нет|забыл\p{L}*|провал\p{L}*|пропуст\p{L}*|not?|didn.?t|failed|forgot)(?!\p{L})/iu;

/** What is said of the content of the calls. Everything else is blank already. */
export function findTopic(text: string): { topic: Topic; span: Span } | undefined {
  const tries: [RegExp, (words: string) => Omit<Topic, "words">][] = [
    [CRITERION, (words) => ({ of: "criterion", isFailed: FAILED.test(words) })],
    [WHERE, (words) => ({ of: FAILED.test(words) ? "criterion" : "mention", isFailed: FAILED.test(words) })],
    [WITHOUT, () => ({ of: "criterion", isFailed: true })],
    [ABOUT, () => ({ of: "mention", isFailed: false })],
  ];
  for (const [pattern, kind] of tries) {
    const match = pattern.exec(text);
    const said = match?.[1]?.replaceAll(/\s+/g, " ").trim() ?? "";
    if (!match || said === "") continue;
    const words = said.replace(/^(?:не|нет|not?|didn.?t)\s+/iu, "");
    if (words.length < 3 || (pattern === WHERE && saysNothing(match[0], said))) continue;
    return {
      topic: { words, ...kind(said) },
      span: { start: match.index, end: match.index + match[0].length },
    };
  }
  return undefined;
}

/** «кто вчера лучше всех» and «где оценка ниже 60» ask for nothing more. */
function saysNothing(clause: string, said: string): boolean {
  const isOfPeople = /^(?:кто|who)/iu.test(clause) && !FAILED.test(said);
  return isOfPeople || piecesOf(said).every(({ form }) => isKnownWord(form));
}

export interface NamedChecklist {
  id: string;
  name: string;
}

/** The checklist whose whole name stands in the text, in any case form; two words of it, or one after «чек-лист». */
export function findChecklist(
  text: string,
  checklists: readonly NamedChecklist[],
): { id: string; span: Span } | undefined {
  const words = tokenize(text.slice(0, 1000));
  const pieces = piecesOf(text);
  const isLed = pieces.some(({ form }: Piece) => /^(чек|чеклист|checklist)/.test(form));
  for (const { id, name } of checklists) {
    const wanted = tokenize(name);
    if (wanted.length === 0 || (wanted.length < 2 && !isLed)) continue;
    for (let at = 0; at + wanted.length <= words.length; at++) {
      const start = words[at]?.start ?? 0;
      const end = words[at + wanted.length - 1]?.end ?? 0;
      const fits = wanted.every((word, offset) => {
        const typed = words[at + offset];
        return typed !== undefined && (sameWord(typed, word) || typed.stem === word.stem);
      });
      if (fits) return { id, span: { start, end } };
    }
  }
  return undefined;
}
