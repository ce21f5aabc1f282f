import { CallRow } from "../core/call-row.ts";
import type { VerdictValue } from "../core/scorecard.ts";

/** Rows of a large company, the same ones every time: their words are chance, their lengths and shares as in life. */

const AGENTS = 400;
const DEPARTMENTS = ["Продажи Москва", "Продажи Казань", "Продажи Урал", "Сопровождение", "Поддержка"];
const LINES = ["+74950000041", "+74950000042", "+78430000043"];
const CHECKLISTS = [
  { id: "first-sale", version: 3, name: "Первая продажа" },
  { id: "repeat-sale", version: 2, name: "Повторная продажа" },
  { id: "support", version: 5, name: "Поддержка" },
];
const CRITERIA = [
  "Поздоровался и назвал себя и компанию",
  "Обратился по имени",
  "Выяснил задачу клиента",
  "Задал уточняющие вопросы",
  "Рассказал о выгодах, а не о свойствах",
  "Назвал цену уверенно",
  "Отработал возражение",
  "Предложил следующий шаг",
  "Договорился о дате",
  "Подвёл итог разговора",
  "Не перебивал",
  "Не грубил",
];
const STAGES = ["Контакт", "Потребность", "Предложение", "Завершение"];
const CATEGORIES = ["price", "time", "competitor", "trust", "need"];
const HANDLINGS = ["handled", "partly", "unhandled", "ignored"] as const;
const CODES = ["call.missed", "call.too_short", "recording.absent"];
/** Up to which chance, and how many points. */
const VERDICTS: readonly [number, VerdictValue, number | null][] = [
  [0.6, "met", 1],
  [0.7, "partly", 0.5],
  [0.9, "not_met", 0],
  [0.97, "not_applicable", null],
  [1, "uncertain", null],
];
const ROOTS =
  "дого клие цен разго менед встре поку зака дост услов отве вопро пред сроч гото реше довер каче скид опла".split(
    " ",
  );
const ENDINGS =
  "вор нта ами ний жер чи пки зов авки иях тил сам лагал но вый ния ия ство ка ту ем ить али ёт ого ыми".split(
    " ",
  );

const unscored = { checklistId: null, checklistVersion: null, percent: null, passed: null, band: null };

export function rowsOfDay(day: string, count: number): CallRow[] {
  const chance = seeded(Date.parse(day) / 86_400_000);
  return Array.from({ length: count }, (_value, n) => rowOf(day, n, chance));
}

function rowOf(day: string, n: number, chance: () => number): CallRow {
  const below = (most: number) => Math.floor(chance() * most);
  const pick = <Item>(list: readonly Item[]): Item => list[below(list.length)]!;
  const words = (least: number, most: number) =>
    Array.from({ length: least + below(most - least) }, () => pick(ROOTS) + pick(ENDINGS)).join(" ");
  const agent = Math.floor(AGENTS * chance() ** 1.5);
  const durationSec = Math.round(20 + 400 * chance() ** 2);
  const base = {
    callId: `${day.replaceAll("-", "")}-bitrix24-${below(0xffffff).toString(16).toUpperCase()}.${n}`,
    startedAt: new Date(Date.parse(`${day}T05:00:00Z`) + below(36_000) * 1000).toISOString(),
    durationSec,
    direction: chance() < 0.4 ? "incoming" : "outgoing",
    agentId: String(100 + agent),
    agentName: `${ROOTS[agent % ROOTS.length]}${ENDINGS[agent % ENDINGS.length]} ${agent}`,
    departments: [DEPARTMENTS[agent % DEPARTMENTS.length]],
    line: pick(LINES),
    title: null,
    autoFailed: false,
  };
  if (chance() < 0.2) {
    const ended = { status: "skipped", code: pick(CODES), needsReview: false, worst: null, best: null };
    return CallRow.parse({ ...base, ...unscored, ...ended });
  }

  const checklist = CHECKLISTS[agent % CHECKLISTS.length]!;
  const criteria = CRITERIA.map((text, index) => {
    const drawn = chance();
    const [, verdict, points] = VERDICTS.find(([upTo]) => drawn < upTo)!;
    return { id: `criterion-${index}`, text, stage: STAGES[index % 4], verdict, points, weight: 5 + index };
  });
  const judged = criteria.filter(({ points }) => points !== null);
  const weight = judged.reduce((sum, one) => sum + one.weight, 0);
  const reached = judged.reduce((sum, one) => sum + one.weight * one.points!, 0);
  const percent = weight === 0 ? null : Math.round((reached / weight) * 1000) / 10;
  const said = () => ({ startSec: below(durationSec), quote: words(5, 18) });
  const moment = () => ({
    criterion: pick(CRITERIA),
    evidence: { turn: 4, speaker: "agent", endSec: durationSec, ...said() },
  });
  return CallRow.parse({
    ...base,
    status: "scored",
    code: null,
    checklistId: checklist.id,
    checklistVersion: checklist.version,
    checklistName: checklist.name,
    callType: checklist.id,
    percent,
    rawPercent: percent,
    passed: (percent ?? 0) >= 60,
    needsReview: chance() < 0.08,
    band: percent === null ? null : percent >= 80 ? "green" : percent >= 60 ? "yellow" : "red",
    criteria,
    worst: moment(),
    best: moment(),
    objections: chance() < 0.35 ? [{ category: pick(CATEGORIES), handling: pick(HANDLINGS), ...said() }] : [],
    nextStep: chance() < 0.6 ? { agreed: true, text: words(4, 10) } : { agreed: false, text: null },
    summary: words(20, 50),
    clientNeed: words(6, 15),
    cost: {
      speechSec: durationSec * 2,
      promptTokens: 1500 + below(2000),
      completionTokens: 200 + below(500),
    },
    agentTalkShare: below(1000) / 1000,
  });
}

/** Mulberry32: the same numbers for the same seed on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
