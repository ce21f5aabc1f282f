import { describe, expect, it } from "vitest";
import type { Report } from "../../../../core/report.ts";
import { bandsBar } from "../../../../functions/report/charts/bands-bar.ts";
import { fitted, printable, textWidth, wrapped } from "../../../../functions/report/charts/font.ts";
import { heatMapChart, MAX_CRITERIA } from "../../../../functions/report/charts/heat-map.ts";
import { missedCriteriaChart } from "../../../../functions/report/charts/missed-criteria.ts";
import {
  heatMapPicture,
  missedCriteriaPicture,
  trendPicture,
} from "../../../../functions/report/charts/picture.ts";
import { scoreTrendChart } from "../../../../functions/report/charts/score-trend.ts";
import { textsFor } from "../../../../locales/index.ts";
import { emptyReport, oneCallReport, sampleReport } from "../sample-report.ts";

const texts = textsFor("ru");
const withTitle = true;
const trendOf = (report: Pick<Report, "trend" | "period">) =>
  scoreTrendChart(report, { texts, locale: "ru", withTitle });

/** What stands in the drawing, in its order. */
const wordsOf = (svg: string) =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, content]) => content ?? "");
const count = (svg: string, element: string) => svg.split(`<${element} `).length - 1;

const reports = {
  "a week of six": sampleReport(),
  "fifty agents": sampleReport({ agents: 50, criteria: 20, days: 50 }),
  "one call": oneCallReport(),
  "a day without calls": emptyReport(),
};

describe("every chart", () => {
  it.each(Object.entries(reports))("of %s stays within its own edges", (_name, report) => {
    for (const chart of [
      trendOf(report),
      heatMapChart(report, { texts, withTitle }),
      missedCriteriaChart(report, { texts, withTitle }),
      bandsBar(report, texts),
    ]) {
      expect(chart.svg).not.toMatch(/NaN|undefined|Infinity|="-\d/);
      for (const [, x, y] of chart.svg.matchAll(/<(?:text|rect) x="([\d.]+)" y="([\d.]+)"/g)) {
        expect(Number(x)).toBeLessThanOrEqual(chart.width);
        expect(Number(y)).toBeLessThanOrEqual(chart.height);
      }
    }
  });
});

describe("the trend", () => {
  const period = { kind: "range", from: "2026-11-16", to: "2026-11-20" } as const;
  const day = (date: number, averagePercent: number | null) => ({
    day: `2026-11-${date}`,
    calls: averagePercent === null ? 0 : 12,
    scored: averagePercent === null ? 0 : 10,
    averagePercent,
  });

  it("is interrupted where a day has no score", () => {
    const { svg } = trendOf({
      period,
      trend: [day(16, 70), day(17, 80), day(18, null), day(19, 75), day(20, 85)],
    });
    expect(count(svg, "polyline")).toBe(2);
    expect(count(svg, "circle")).toBe(4);
  });

  it("writes every value where there is room", () => {
    const { svg } = trendOf({ period, trend: [day(16, 70.5), day(17, 80), day(18, 12.3)] });
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(["70,5", "80", "12,3"]));
  });

  it("writes the lowest, the highest and the last value of many days", () => {
    const { trend } = sampleReport({ days: 50 });
    const known = trend.flatMap(({ averagePercent }) => averagePercent ?? []);
    const words = wordsOf(trendOf({ period, trend }).svg);
    for (const value of [Math.min(...known), Math.max(...known), known.at(-1)!])
      expect(words).toContain(texts.number(value));
  });

  it("marks where the period of the report begins, when days stand before it", () => {
    const trend = [day(14, 60), day(16, 70)];
    expect(wordsOf(trendOf({ period, trend }).svg)).toContain("отчётный период");
    expect(wordsOf(trendOf({ period, trend: trend.slice(1) }).svg)).not.toContain("отчётный период");
  });

  it("names the last day and as many before it as can be read", () => {
    const words = wordsOf(trendOf(sampleReport({ days: 50 })).svg).filter((word) => /нояб|окт/.test(word));
    expect(words.at(-1)).toBe("20 нояб.");
    expect(words.length).toBeLessThanOrEqual(11);
  });

  it("says so when there is nothing to show", () => {
    expect(wordsOf(trendOf(emptyReport()).svg)).toEqual(["Средний балл и звонки по дням", "Данных пока нет"]);
  });
});

describe("the heat map", () => {
  it("writes the number into every cell", () => {
    const report = sampleReport({ agents: 50, criteria: 20 });
    const words = wordsOf(heatMapChart(report, { texts, withTitle: false }).svg);
    const [first] = report.agents;
    const start = words.findIndex((word) => word.startsWith(first!.name!.slice(0, 12)));
    const shares = report.criteria.map(({ criterionId }) => first!.shares[criterionId]);
    expect(words.slice(start + 1, start + 21)).toEqual(
      shares.map((share) => (share === null || share === undefined ? "–" : String(Math.round(share * 100)))),
    );
  });

  it("names the criteria below by the numbers of their columns", () => {
    const report = sampleReport({ criteria: 4 });
    const words = wordsOf(heatMapChart(report, { texts, withTitle: false }).svg);
    for (const [index, { text }] of report.criteria.entries())
      expect(words[words.findIndex((word) => text.startsWith(word) && word.length > 10) - 1]).toBe(
        String(index + 1),
      );
  });

  it("shows the criteria where most is lost when there are too many, and says so", () => {
    const words = wordsOf(heatMapChart(sampleReport({ criteria: 30 }), { texts, withTitle: false }).svg);
    expect(words).toContain(`Показаны критерии, где теряют больше всего: ${MAX_CRITERIA} из 30.`);
  });

  it("leaves out agents of whom nothing is known", () => {
    const report = sampleReport({ agents: 2 });
    const silent = { ...report.agents[0]!, name: "Тихий", shares: {} };
    const words = wordsOf(
      heatMapChart({ ...report, agents: [silent, report.agents[1]!] }, { texts, withTitle }).svg,
    );
    expect(words).not.toContain("Тихий");
  });

  it("takes a criterion id for what it is, whatever it is called", () => {
    const report = sampleReport({ agents: 1, criteria: 1 });
    const criteria = report.criteria.map((criterion) => ({ ...criterion, criterionId: "constructor" }));
    expect(wordsOf(heatMapChart({ ...report, criteria }, { texts, withTitle }).svg)).toContain(
      "Данных пока нет",
    );
  });

  it("is not broken by a name", () => {
    const report = sampleReport({ agents: 1 });
    const agents = report.agents.map((agent) => ({ ...agent, name: '<b>"Ёж" & Co</b>' }));
    const { svg } = heatMapChart({ ...report, agents }, { texts, withTitle });
    expect(svg).toContain("&lt;b&gt;&quot;Ёж&quot; &amp; Co&lt;/b&gt;");
    expect(svg).not.toContain("<b>");
  });
});

describe("the criteria missed most", () => {
  it("stand with their counts, those that nobody missed left out", () => {
    const report = sampleReport({ criteria: 3 });
    const [first] = report.criteria;
    const kept = { ...first!, criterionId: "kept", text: "Никто не пропустил", notMet: 0, partly: 0 };
    const words = wordsOf(missedCriteriaChart({ criteria: [first!, kept] }, { texts, withTitle }).svg);
    expect(words).toContain(
      `${first!.notMet + first!.partly} из ${first!.met + first!.partly + first!.notMet}`,
    );
    expect(words).not.toContain("Никто не пропустил");
  });
});

describe("a picture", () => {
  const sizeOf = (png: Uint8Array) => {
    const bytes = Buffer.from(png);
    expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  };

  it("is 1280 wide", async () => {
    const report = sampleReport();
    for (const make of [trendPicture, heatMapPicture, missedCriteriaPicture])
      expect(sizeOf(await make(report, { locale: "ru" })).width).toBe(1280);
  });

  it("of fifty agents is within what a messenger takes for a photo", async () => {
    const { width, height } = sizeOf(
      await heatMapPicture(sampleReport({ agents: 50, criteria: 20 }), { locale: "ru" }),
    );
    // Telegram Bot API, sendPhoto: width and height together at most 10,000, their ratio at most 20.
    expect(width + height).toBeLessThanOrEqual(10_000);
    expect(height / width).toBeLessThan(20);
  });

  it("is drawn with its own font: texts in two languages look different", async () => {
    const [ru, en] = await Promise.all(
      (["ru", "en"] as const).map((locale) => trendPicture(emptyReport(), { locale })),
    );
    expect(Buffer.from(ru!).equals(Buffer.from(en!))).toBe(false);
  });
});

describe("the font", () => {
  it("is told from what it cannot show", () => {
    expect(printable("«Ёлка» № 5 ± 3 ₽ — қазақ, Straße")).toBe("«Ёлка» № 5 ± 3 ₽ — қазақ, Straße");
    expect(printable("👩‍👩‍👧 семья 🇷🇺 1️⃣")).toBe("семья 1");
    expect(printable("漢字")).toBe("\ufffd\ufffd");
  });

  it("cuts and breaks texts to a width", () => {
    const long = "Выяснил задачу клиента открытыми вопросами и уточнил сроки";
    expect(textWidth(fitted(long, 12, 100), 12)).toBeLessThanOrEqual(100);
    const lines = wrapped(long, 12, 120, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
    expect(fitted("коротко", 12, 100)).toBe("коротко");
  });
});
