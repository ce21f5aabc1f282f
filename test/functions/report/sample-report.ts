import type { CallRow } from "../../../core/call-row.ts";
import { ENOUGH_CALLS, Report } from "../../../core/report.ts";

/** Reports as a company gets them, made by arithmetic alone: the same arguments give the same report. */

interface SampleOptions {
  agents?: number;
  criteria?: number;
  /** Of the trend; the last of them is the last day of the period. */
  days?: number;
  callsPerAgent?: number;
}

const LAST_DAY = "2026-11-20";
const DAY_MS = 86_400_000;

const surnames =
  "Иванова Петров-Водкин Салтыкова-Щедрина Ёлкина Ким Щербаков Жукова Нгуен Абдурахманов Цой Королёва Мамин-Сибиряк Юсупова Эйхенбаум Фёдоров".split(
    " ",
  );
const firstNames = ["Анна", "Пётр", "Алёна", "Тимур", "Ольга", "Семён", "Зухра", "Игорь"];

const criterionTexts = [
  "Поздоровался, назвал себя и компанию",
  "Выяснил задачу клиента открытыми вопросами и уточнил сроки, бюджет и того, кто принимает решение",
  "Назвал цену только после пользы",
  "Договорился о следующем шаге: дата, время, кто звонит",
  "Отработал возражение «дорого» без скидки",
  "Не перебивал клиента",
  "Обратился по имени хотя бы два раза",
  "Подвёл итог разговора",
  "Предложил выезд на замер",
  "Спросил, откуда клиент узнал о компании",
  "Не говорил плохо о конкурентах",
  "Рассказал о гарантии и рассрочке",
  "Уточнил адрес объекта и удобное время",
  "Проверил, что клиент всё понял",
  "Попрощался вежливо",
];

const quotes = [
  "Ну я не знаю, это дороговато, у соседей за 90 000 ₽ сделали.",
  "Добрый день, студия «Балкон+», меня зовут Анна, чем могу помочь?",
  "Давайте я вам перезвоню как-нибудь на неделе, хорошо?",
  "А вы точно в пятницу приедете? Ещё раз ждать я не буду.",
];

/** Numbers from 0 to 1 that are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const tenth = (value: number) => Math.round(value * 10) / 10;
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

export function sampleReport(options: SampleOptions = {}): Report {
  const { agents: agentCount = 6, criteria: criterionCount = 8, days = 14, callsPerAgent = 17 } = options;
  const random = sequence(agentCount * 1000 + criterionCount);
  const criteria = Array.from({ length: criterionCount }, (_value, index) => sampleCriterion(index, random));
  criteria.sort((a, b) => b.notMet + b.partly - a.notMet - a.partly);
  const agents = Array.from({ length: agentCount }, (_value, index) =>
    sampleAgent(index, { random, criteria, calls: Math.max(1, callsPerAgent - (index % 5) * 3) }),
  );
  agents.sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  const calls = sum(agents.map((agent) => agent.calls));
  const scored = sum(agents.map((agent) => agent.scored));
  const green = Math.floor(scored * 0.4);
  const yellow = Math.floor(scored * 0.35);
  const first = days >= 7 ? dayBefore(LAST_DAY, 6) : LAST_DAY;
  return Report.parse({
    tenant: "default",
    period: { kind: days >= 7 ? "week" : "day", from: first, to: LAST_DAY },
    previous: { kind: "week", from: dayBefore(first, 7), to: dayBefore(first, 1) },
    madeAt: "2026-11-20T16:00:00.000Z",
    totals: {
      calls,
      scored,
      skipped: calls - scored,
      failed: 0,
      inProgress: 2,
      passed: sum(agents.map((agent) => agent.passed)),
      needsReview: sum(agents.map((agent) => agent.needsReview)),
      autoFailed: sum(agents.map((agent) => agent.autoFailed)),
      bands: { green, yellow, red: scored - green - yellow },
      average: { percent: 71.4, of: scored, margin: 3.7, change: -2.3 },
      durationSec: scored * 187.5,
    },
    trend: Array.from({ length: days }, (_value, index) =>
      sampleDay(dayBefore(LAST_DAY, days - 1 - index), random),
    ),
    agents,
    comparable: agents.every((agent) => agent.scored >= ENOUGH_CALLS),
    criteria,
    attention: [0, 1, 2].map((index) =>
      sampleRow(index, { percent: 12.5 + index * 7, autoFailed: index === 0, band: "red" }),
    ),
    best: [sampleRow(4, { percent: 100, autoFailed: false, band: "green" })],
    objections: [
      { category: "дорого", total: 31, handled: 14, partly: 6, unhandled: 8, ignored: 3 },
      { category: "надо подумать", total: 12, handled: 5, partly: 2, unhandled: 4, ignored: 1 },
      {
        category: "у конкурентов дешевле & быстрее",
        total: 3,
        handled: 0,
        partly: 0,
        unhandled: 3,
        ignored: 0,
      },
    ],
    unhandled: [0, 1].map((index) => ({
      callId: callId(index),
      startedAt: startedAt(index),
      agentName: "Анна Салтыкова-Щедрина",
      category: "дорого",
      quote: quotes[0],
      startSec: 74.5 + index,
    })),
    nextSteps: [2, 3].map((index) => ({
      callId: callId(index),
      startedAt: startedAt(index),
      agentName: pick(firstNames, index),
      text: "Отправить смету на почту до пятницы и перезвонить в понедельник в 11:00",
    })),
    notScored: [
      { code: "call.missed", calls: 9 },
      { code: "recording.absent", calls: 2 },
      { code: "something.new", calls: 1 },
    ],
    cost: {
      speechSec: scored * 375,
      promptTokens: scored * 1830,
      completionTokens: scored * 410,
      money: { amount: tenth(scored * 4.27), currency: "RUB" },
    },
    late: { calls: 2, averagePercent: 55.5 },
    callIds: [],
  });
}

function sampleCriterion(index: number, random: () => number): Report["criteria"][number] {
  const notMet = Math.floor(random() * 40);
  const partly = Math.floor(random() * 15);
  const met = 20 + Math.floor(random() * 60);
  return {
    checklistId: "first-sale",
    criterionId: `criterion-${index}`,
    text:
      index < criterionTexts.length
        ? criterionTexts[index]!
        : `${pick(criterionTexts, index)} (${index + 1})`,
    stage: index % 3 === 2 ? null : pick(["Контакт", "Потребность", "Предложение", "Завершение"], index),
    met,
    partly,
    notMet,
    notApplicable: index,
    uncertain: index % 2,
    share: tenth(((met + partly / 2) / (met + partly + notMet)) * 100) / 100,
    change: index % 4 === 0 ? null : tenth((random() - 0.5) * 20) / 100,
  };
}

function sampleAgent(
  index: number,
  { random, criteria, calls }: { random: () => number; criteria: Report["criteria"]; calls: number },
): Report["agents"][number] {
  const scored = Math.max(1, calls - (index % 3));
  const percent = tenth(40 + random() * 58);
  const quote = (of: number) => ({
    callId: callId(of),
    startedAt: startedAt(of),
    evidence: {
      turn: 4,
      speaker: "agent" as const,
      startSec: 61.2 + of,
      endSec: 66,
      quote: pick(quotes, of),
    },
  });
  return {
    id: String(100 + index),
    name: `${pick(firstNames, index)} ${pick(surnames, index)}${index >= surnames.length ? ` ${Math.floor(index / surnames.length) + 1}-я` : ""}`,
    departments: [pick(["Розница", "Опт"], index)],
    calls,
    scored,
    passed: Math.floor(scored * 0.6),
    needsReview: index % 4,
    autoFailed: index % 7 === 0 ? 1 : 0,
    average: {
      percent,
      of: scored,
      margin: scored < 2 ? null : tenth(2 + random() * 9),
      change: index % 5 === 0 ? null : tenth((random() - 0.5) * 20),
    },
    best: criteria.at(-1) ?? null,
    weakest: criteria[0] ?? null,
    shares: Object.fromEntries(
      criteria.map(({ criterionId }) => [
        criterionId,
        random() < 0.06 ? null : Math.round(random() * 100) / 100,
      ]),
    ),
    strengths: criteria
      .slice(-2)
      .map(({ criterionId, text }, place) => ({ criterionId, criterion: text, quote: quote(place + 1) })),
    practise: criteria.slice(0, 2).map(({ criterionId, text }, place) => ({
      criterionId,
      criterion: text,
      missed: 3 + place,
      of: scored + 3,
      advice: "Спросите: «Что для вас важнее — срок или цена?», и дождитесь ответа.",
      quote: place === 0 ? quote(place) : null,
    })),
  };
}

/** Weekends are days without calls. */
function sampleDay(day: string, random: () => number): Report["trend"][number] {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  const percent = tenth(45 + random() * 50);
  const calls = 5 + Math.floor(random() * 40);
  if (weekday === 0 || weekday === 6) return { day, calls: 0, scored: 0, averagePercent: null };
  return { day, calls, scored: calls - 3, averagePercent: percent };
}

export function sampleRow(index: number, differs: Partial<CallRow> = {}): CallRow {
  const evidence = {
    turn: 3,
    speaker: "agent" as const,
    startSec: 74.5,
    endSec: 79,
    quote: pick(quotes, index),
  };
  return {
    callId: callId(index),
    startedAt: startedAt(index),
    durationSec: 61.4 + index,
    direction: index % 2 === 0 ? "incoming" : "outgoing",
    agentId: String(100 + (index % 50)),
    agentName: `${pick(firstNames, index)} ${pick(surnames, index)}`,
    departments: ["Розница"],
    line: "Основная",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 3,
    checklistName: "Первая продажа",
    callType: "first-sale",
    percent: 72.5,
    rawPercent: 80,
    passed: true,
    needsReview: index % 3 === 0,
    overridden: 0,
    band: "yellow",
    autoFailed: false,
    autoFailedBy: differs.autoFailed ? "Грубил клиенту" : null,
    criteria: [],
    worst: { criterion: pick(criterionTexts, index), evidence },
    best: { criterion: pick(criterionTexts, index + 1), evidence: { ...evidence, quote: quotes[1]! } },
    objections: [{ category: "дорого", handling: "unhandled", quote: quotes[0]!, startSec: 74.5 }],
    nextStep: { agreed: true, text: "Прислать смету" },
    summary: "Клиент хочет остеклить балкон до Нового года; договорились о замере.",
    clientNeed: "Тёплый балкон",
    tags: [],
    cost: { speechSec: 122.8, promptTokens: 1830, completionTokens: 410 },
    agentTalkShare: 0.58,
    ...differs,
  };
}

/** A day on which nothing was heard. */
export function emptyReport(): Report {
  return Report.parse({
    ...sampleReport({ agents: 0, criteria: 0, days: 1 }),
    period: { kind: "day", from: LAST_DAY, to: LAST_DAY },
    previous: null,
    totals: {
      calls: 0,
      scored: 0,
      skipped: 0,
      failed: 0,
      inProgress: 0,
      passed: 0,
      needsReview: 0,
      autoFailed: 0,
      bands: { green: 0, yellow: 0, red: 0 },
      average: { percent: null, of: 0, margin: null, change: null },
      durationSec: 0,
    },
    trend: [{ day: LAST_DAY, calls: 0, scored: 0, averagePercent: null }],
    attention: [],
    best: [],
    objections: [],
    unhandled: [],
    nextSteps: [],
    notScored: [],
    cost: { speechSec: 0, promptTokens: 0, completionTokens: 0, money: null },
    late: { calls: 0, averagePercent: null },
  });
}

/** One call on one day by one agent, nothing before it. */
export function oneCallReport(): Report {
  const report = sampleReport({ agents: 1, criteria: 3, days: 1, callsPerAgent: 1 });
  return Report.parse({
    ...report,
    previous: null,
    totals: {
      ...report.totals,
      calls: 1,
      scored: 1,
      skipped: 0,
      bands: { green: 0, yellow: 1, red: 0 },
      average: { percent: 72.5, of: 1, margin: null, change: null },
    },
    attention: [],
    best: [],
  });
}

function callId(index: number): string {
  return `20261120-bitrix24-ABCD1234.${1_790_000_000 + index}.555`;
}

function startedAt(index: number): string {
  return new Date(Date.parse("2026-11-20T06:15:30Z") + (index % 500) * 61_000).toISOString();
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
