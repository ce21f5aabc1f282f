import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText } from "../../../adapters/notify/telegram-html.ts";
import { splitIntoParts } from "../../../adapters/notify/telegram-parts.ts";
import { indexRowKey } from "../../../core/bucket-layout.ts";
import type { CallRow } from "../../../core/call-row.ts";
import type { Report, ReportPeriod } from "../../../core/report.ts";
import { dayPeriod, monthPeriod, rangePeriod, weekPeriod } from "../../../core/report-period.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { writeJson } from "../../../core/store-json.ts";
import { digestMessage } from "../../../functions/report/digest-message.ts";
import { agentMessage } from "../../../functions/report/digest-message-agent.ts";
import { makeReport } from "../../../functions/report/make-report.ts";
import { anyRows, judged, notScored, rowOf } from "../../core/report-rows.ts";
import { DAY, reportWorld } from "./report-world.ts";

async function reportOf(rows: readonly CallRow[], period: ReportPeriod = dayPeriod(DAY)): Promise<Report> {
  const world = reportWorld();
  for (const row of rows) await writeJson(world.store, indexRowKey("default", row.callId), row);
  return makeReport({ tenant: "default", period, ports: world });
}

const english = { ...defaultSettings, locale: "en" as const };
const shown = (report: Report, settings = defaultSettings) =>
  plainText(digestMessage(report, settings).join("\n\n"))
    // Blanks that Intl makes unbreakable.
    .replaceAll(/[\u00a0\u202f\u2009]/g, " ");
const textOf = async (...given: Parameters<typeof reportOf>) => shown(await reportOf(...given));
const many = (count: number, given: Parameters<typeof rowOf>[0] = {}) =>
  Array.from({ length: count }, () => rowOf(given));

describe("the digest says what it is of", () => {
  it.each([
    [dayPeriod(DAY), "Сводка за 20 ноября, пятница", "Digest of November 20, Friday"],
    [weekPeriod(DAY), "Сводка за неделю, 16–22 ноября", "Digest of the week, November 16 – 22"],
    [
      weekPeriod("2026-12-02"),
      "Сводка за неделю, 30 ноября – 6 декабря",
      "Digest of the week, November 30 – December 6",
    ],
    [monthPeriod(DAY), "Сводка за ноябрь 2026 года", "Digest of November 2026"],
    [rangePeriod("2026-11-01", "2026-11-19"), "Сводка за период, 1–19 ноября", "Digest of November 1 – 19"],
  ])("%o", async (period, russian, inEnglish) => {
    const report = await reportOf([], period);
    expect(shown(report).split("\n")[0]).toBe(russian);
    expect(shown(report, english).split("\n")[0]).toBe(inEnglish);
  });
});

describe("the digest counts", () => {
  it.each([
    [[], "Звонков за день не было."],
    [[rowOf()], "Был 1 звонок, он оценён"],
    [[notScored("call.missed")], "Был 1 звонок, он не оценён\nНе оценены: не состоялся — 1"],
    [
      [notScored("call.missed"), notScored("call.missed")],
      "Было 2 звонка, ни один не оценён\nНе оценены: не состоялся — 2",
    ],
    [Array.from({ length: 21 }, () => notScored("call.missed")), "Был 21 звонок, ни один не оценён"],
    [[rowOf(), notScored("call.missed")], "Оценён 1 из 2 звонков"],
    [many(21), "Оценён 21 из 21 звонка"],
    [many(22), "Оценено 22 из 22 звонков"],
  ])("in whole Russian sentences", async (rows, expected) => {
    expect(await textOf(rows)).toContain(expected);
  });

  it("says nothing of averages where nothing was scored", async () => {
    const text = await textOf([notScored("call.missed")]);
    expect(text).not.toMatch(/балл|порог|Менеджеры|±/);
  });
});

describe("an average", () => {
  it("stands with its margin, and a handful of calls says so", async () => {
    const text = await textOf([40, 40, 50, 60, 60].map((percent) => rowOf({ percent })));
    expect(text).toContain("Средний балл — 50 ± 8,8 из 100");
    expect(text).toContain("Звонков меньше десяти");
    expect(await textOf(many(10))).not.toContain("меньше десяти");
    expect(await textOf([rowOf({ percent: 40 })])).toContain("Средний балл — 40 из 100");
  });

  it.each([
    [62, 60, "▲ на 2 балла выше, чем 19 ноября, но это в пределах погрешности"],
    [81, 60, "▲ на 21 балл выше, чем 19 ноября"],
    [54.5, 60, "▼ на 5,5 балла ниже, чем 19 ноября, но это в пределах погрешности"],
    [60, 60, "▬ столько же, сколько 19 ноября"],
  ])("of %d after %d is compared in words", async (now, before, expected) => {
    const rows = [-9, 0, 0, 0, 9].map((more) => rowOf({ percent: now + more }));
    const text = await textOf([...rows, rowOf({ percent: before, day: "2026-11-19" })]);
    expect(text.split("\n")).toContain(expected);
  });

  it("of a week is compared with the week before", async () => {
    const rows = [...many(10, { percent: 70 }), ...many(10, { percent: 50, day: "2026-11-12" })];
    expect(await textOf(rows, weekPeriod(DAY))).toContain("▲ на 20 баллов выше, чем неделей раньше");
  });
});

describe("agents", () => {
  const team = (count: number, calls: (n: number) => number) =>
    Array.from({ length: count }, (_value, n) =>
      many(calls(n), { agentId: String(n), agentName: `Менеджер ${String(n).padStart(3, "0")}` }),
    ).flat();

  it("stand by name with average, margin and calls, and are not ranked on a few", async () => {
    const text = await textOf([
      ...many(2, { agentId: "2", agentName: "Яна", percent: 95 }),
      rowOf({ agentId: "1", agentName: "Анна", percent: 20 }),
    ]);
    expect(text).toContain("Менеджеры\nАнна — 20 (1 звонок)\nЯна — 95 (2 звонка)");
    expect(text).toContain("Не у всех набралось десять звонков, сравнивать менеджеров рано.");
  });

  it("have a change only where they have calls enough", async () => {
    const rows = [...many(10, { percent: 70 }), ...many(10, { percent: 75.5, day: "2026-11-19" })];
    expect(await textOf(rows)).toContain("Анна — 70 ± 0 (10 звонков), ▼ на 5,5 ниже");
    expect((await textOf(rows.slice(1))).split("\n")).toContain("Анна — 70 ± 0 (9 звонков)");
  });

  it("have the criterion that they keep best and worst", async () => {
    const criteria = [judged("a", "met"), judged("b", "not_met")];
    expect(await textOf(many(3, { criteria }))).toContain(
      "Анна — 90 (3 звонка)\n · лучше всего: Текст a\n · слабее всего: Текст b",
    );
  });

  it("of a hundred are the thirteen with the most calls, and how many more", async () => {
    const text = await textOf(team(100, (n) => (n % 8 === 0 ? 3 : 1)));
    expect(text.match(/^Менеджер \d+ — /gm)).toHaveLength(13);
    expect(text).toContain(
      "Менеджер 096 — 90 (3 звонка)\nи ещё 87 менеджеров\nЗдесь те, у кого больше всего звонков.",
    );
  });

  it("and all the rest fit into a message of Telegram, however many there are", async () => {
    const criteria = Array.from({ length: 20 }, (_value, n) => ({
      ...judged(`c${n}`, n % 2 === 0 ? "met" : "not_met"),
      text: "Выяснил задачу клиента открытыми вопросами и уточнил сроки, бюджет и того, кто принимает решение",
    }));
    for (const [agents, parts, detailed] of [
      [8, 1, 8],
      [100, 1, 0],
    ] as const) {
      const rows = team(agents, () => 3).map((row) => ({ ...row, criteria }));
      const message = digestMessage(await reportOf(rows), defaultSettings);
      expect(splitIntoParts(message)).toHaveLength(parts);
      const weakest = / · слабее всего: Выяснил задачу клиента открытыми вопросами и уточнил…/g;
      expect(plainText(message.join("\n")).match(weakest) ?? []).toHaveLength(detailed);
    }
  });
});

describe("what was missed, objected and promised", () => {
  it("is counted and quoted", async () => {
    const objection = {
      category: "цена",
      handling: "ignored" as const,
      quote: "Дорого & <долго>",
      startSec: 65,
    };
    const rows = many(2, {
      percent: 70,
      criteria: [judged("a", "not_met")],
      objections: [objection, { ...objection, handling: "handled" }],
      nextStep: { agreed: true, text: "Замер в субботу" },
      cost: { speechSec: 90, promptTokens: 20, completionTokens: 1 },
    });
    const text = await textOf(rows);
    expect(text).toContain("Больше всего замечаний\nТекст a — в 2 из 2 звонков");
    expect(text).toContain("Возражения без ответа: 2 из 4\n10:00, Анна: «Дорого & <долго>» (1:05)");
    expect(text).toContain("Договорились с клиентами\n10:00, Анна: Замер в субботу");
    expect(text).toContain("Расход: 3 мин распознавания, 42 токена модели");
  });

  it("is cut to what can be read, with how many more there are", async () => {
    const objections = [{ category: "цена", handling: "ignored" as const, quote: null, startSec: null }];
    const text = await textOf(many(30, { objections, nextStep: { agreed: true, text: "Замер" } }));
    expect(text).toContain("Возражения без ответа: 30 из 30");
    expect(text.match(/^10:00, Анна: цена$/gm)).toHaveLength(5);
    expect(text).toContain("10:00, Анна: цена\nи ещё 25");
    expect(text).toContain("10:00, Анна: Замер\nи другие");
  });

  it("is said to have been answered", async () => {
    const objections = [{ category: "цена", handling: "handled" as const, quote: null, startSec: null }];
    expect(await textOf([rowOf({ objections })])).toContain(
      "Возражений — 1, без ответа не осталось ни одного",
    );
  });
});

describe("a call", () => {
  const evidence = {
    turn: 0,
    speaker: "client" as const,
    startSec: 74.5,
    endSec: 76,
    quote: "Это <i>дорого</i>",
  };

  it("stands with its day where there are several, and leads to its page where it has one", async () => {
    const bad = rowOf({ percent: 10, worst: { criterion: "Цена", evidence } });
    const report = await reportOf([bad], weekPeriod(DAY));
    expect(shown(report)).toContain(
      "🔴 20 ноября, 10:00, Анна — 10\nЗамечание: Цена\nКлиент: «Это <i>дорого</i>» (1:14)",
    );
    const callLink = (callId: string) => `https://portal.example/?a="1"&call=${callId}`;
    expect(digestMessage(report, defaultSettings, { callLink }).join("\n")).toContain(
      `<a href="https://portal.example/?a=&quot;1&quot;&amp;call=${bad.callId}">20 ноября, 10:00</a>, Анна — 10`,
    );
  });

  it("whose time nobody can read stands without it", async () => {
    expect(await textOf([rowOf({ percent: 10, startedAt: "вчера" })])).toContain("🔴 —, Анна — 10");
  });
});

describe("what an agent gets", () => {
  const quote = {
    callId: "20261120-bitrix24-1",
    startedAt: "2026-11-20T10:00:00+03:00",
    evidence: {
      turn: 0,
      speaker: "agent" as const,
      startSec: 65,
      endSec: 66,
      quote: "А с чем <вы> сравниваете?",
    },
  };
  const practise = [
    {
      criterionId: "a",
      criterion: "Отработал возражение",
      missed: 2,
      of: 5,
      advice: "«Давайте посчитаем вместе.»",
      quote,
    },
    { criterionId: "b", criterion: "Подвёл итог", missed: 1, of: 1, advice: null, quote: null },
  ];

  async function message(differs: Partial<Report["agents"][number]>, settings = defaultSettings) {
    const report = await reportOf(many(5, { percent: 70 }));
    const agents = report.agents.map((agent) => ({ ...agent, ...differs }));
    const blocks = agentMessage({ ...report, agents }, "1", settings);
    return blocks && plainText(blocks.join("\n\n"));
  }

  it("is what goes well and two things to practise, each with its words and what to say instead", async () => {
    const strengths = [{ criterionId: "c", criterion: "Поздоровался", quote }];
    expect(await message({ strengths, practise })).toBe(
      [
        "Анна: 20 ноября, пятница\nСредний балл — 70 ± 0 из 100\nПрошли порог: 5 из 5 звонков\nОценено всего 5 звонков: выводы предварительные.",
        "Что получается\nПоздоровался\n«А с чем <вы> сравниваете?» (10:00, на 1:05)",
        "Над чем поработать\nОтработал возражение — замечания в 2 из 5 звонков\n«А с чем <вы> сравниваете?» (10:00, на 1:05)\nКак сказать лучше: «Давайте посчитаем вместе.»",
        "Подвёл итог — замечания в 1 из 1 звонка",
      ].join("\n\n"),
    );
  });

  it("says so when there is nothing to practise, or nothing was scored", async () => {
    expect(await message({})).toContain("Повторяющихся замечаний нет.");
    expect(await message({ scored: 0 })).toBe(
      "Анна: 20 ноября, пятница\nОценённых звонков за это время нет.",
    );
  });

  it("is nothing for somebody whom the report does not know", async () => {
    expect(agentMessage(await reportOf([]), "1", defaultSettings)).toBeUndefined();
  });

  it("is English for those who read English, to the last word", async () => {
    const text = await message({ practise, name: "Anna" }, english);
    const own = [
      ...practise.flatMap(({ criterion, advice }) => [criterion, advice ?? ""]),
      quote.evidence.quote,
    ];
    expect(own.reduce((rest, words) => rest.replaceAll(words, ""), text ?? "")).not.toMatch(/[а-яё]/i);
  });
});

it("the digest is English for those who read English, to the last word", async () => {
  const rows = [
    ...many(12, { agentName: "Anna", percent: 70, criteria: [] }),
    rowOf({ agentName: null, agentId: null, percent: 10 }),
    notScored("call.too_short"),
    rowOf({ agentName: "Anna", percent: 20, day: "2026-11-19" }),
  ];
  const text = shown(await reportOf(rows), english);
  expect(text).toContain("Scored 13 of 14 calls");
  expect(text).toContain("▲ 45.4 points higher than on November 19");
  expect(text).not.toMatch(/[а-яё]/i);
});

it("the numbers of the message are those of the report [report:digest-counts]", async () => {
  const number = (text: string | undefined) => Number(text?.replace(",", ".").replace(/\s/g, ""));
  const numbers = (text: string, pattern: RegExp) => (pattern.exec(text) ?? []).slice(1).map(number);
  await fc.assert(
    fc.asyncProperty(anyRows([DAY]), async (rows) => {
      const report = await reportOf(rows);
      const text = shown(report);
      const { totals } = report;
      if (totals.calls > 1 && totals.scored > 0)
        expect(numbers(text, /^Оцен\S+ (\d+) из (\d+) звонк/m)).toEqual([totals.scored, totals.calls]);
      const { percent, margin } = totals.average;
      if (percent !== null) expect(numbers(text, /^Средний балл — ([\d,]+)/m)).toEqual([percent]);
      if (margin !== null) expect(numbers(text, /^Средний балл — .+ ± ([\d,]+)/m)).toEqual([margin]);
      if (totals.scored > 0) {
        expect(numbers(text, /^Прошли порог: (\d+) из (\d+)/m)).toEqual([totals.passed, totals.scored]);
        expect(numbers(text, /🟢 (\d+) {2}🟡 (\d+) {2}🔴 (\d+)/)).toEqual(Object.values(totals.bands));
      }
      for (const { code, calls } of report.notScored)
        expect(text).toContain(`${code === "call.missed" ? "не состоялся" : "запись пуста"} — ${calls}`);
      for (const { name, scored, average } of report.agents.filter((agent) => agent.scored > 0)) {
        const line =
          text.split("\n").find((one) => one.startsWith(`${name ?? "менеджер не указан"} — `)) ?? "";
        expect(numbers(line, /\(([\d,]+) звон/)).toEqual([scored]);
        if (average.percent !== null) expect(numbers(line, / — ([\d,]+)/)).toEqual([average.percent]);
      }
      for (const { percent } of [...report.attention, ...report.best])
        expect(text).toContain(` — ${String(percent).replace(".", ",")}\n`.trimEnd());
    }),
    { numRuns: 60 },
  );
});
