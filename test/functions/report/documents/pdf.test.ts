import { createRequire } from "node:module";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Report } from "../../../../core/report.ts";
import { documentFormat, documentName } from "../../../../functions/report/documents/document-format.ts";
import { reportPdf } from "../../../../functions/report/documents/pdf.ts";
import { emptyReport, oneCallReport, sampleReport, sampleRow } from "../sample-report.ts";
import { hasPoppler, type ReadPdf, readPdf } from "./poppler.ts";

const settings = { locale: "ru", timeZone: "Europe/Moscow" } as const;
const format = documentFormat(settings);
const plain = (text: string) => text.replaceAll(/\s+/gu, " ");
const shown = (value: number) => plain(format.texts.number(value));

const loaded = (library: string) =>
  Object.keys(createRequire(import.meta.url).cache).some((path) =>
    path.includes(`/node_modules/${library}/`),
  );

const poppler = await hasPoppler();

it("loads its library when the first document is made and not before", async () => {
  expect(loaded("pdfmake")).toBe(false);
  await reportPdf(emptyReport(), settings);
  expect(loaded("pdfmake")).toBe(true);
});

it("makes the same bytes of the same report", async () => {
  const [one, other] = [await reportPdf(sampleReport(), settings), await reportPdf(sampleReport(), settings)];
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
});

it("is read back with poppler wherever tests run for others", () => {
  // On a machine of one's own it may be absent; then the tests below are not there either, and this says so.
  if (!poppler)
    console.warn("poppler is not installed, so no PDF is read back: apt-get install poppler-utils");
  expect(poppler || process.env.REQUIRE_POPPLER === undefined).toBe(true);
});

if (poppler) {
  describe("the PDF of a week", () => {
    const report = sampleReport();
    let pdf: ReadPdf;
    beforeAll(async () => {
      pdf = await readPdf(await reportPdf(report, settings), { draw: true });
    });

    it("embeds its fonts, with which Cyrillic can be copied out again", () => {
      expect(pdf.fonts.length).toBeGreaterThanOrEqual(2);
      expect(
        pdf.fonts.every(({ name, embedded, unicode }) => /Roboto/.test(name) && embedded && unicode),
      ).toBe(true);
      for (const sign of ["ё", "«", "»", "₽", "±", "—", "−"]) expect(pdf.text, sign).toContain(sign);
    });

    it("names itself, its author and the time of the report", () => {
      expect(pdf.info.Title).toBe("Качество звонков, 14–20 ноября 2026 г.");
      expect(pdf.info.Author).toBe("Call Quality Analyst");
      expect(pdf.info.CreationDate).toMatch(/Nov 20 16:00:00 2026/);
    });

    it("numbers every page and is drawn without a complaint", () => {
      const pages = Number(pdf.info.Pages);
      for (let page = 1; page <= pages; page += 1) expect(pdf.text).toContain(`стр. ${page} из ${pages}`);
      expect(pdf.drawnPages).toBe(pages);
      expect(pdf.complaints).toBe("");
    });

    it("shows the key figures", () => {
      expect(pdf.text).toContain("71,4 ± 3,7");
      expect(pdf.text).toContain("на 2,3 ниже прошлого");
      expect(pdf.text).toContain(`из ${report.totals.calls} звонков`);
      expect(pdf.text).toContain("За прошлые дни досчитано: 2 звонка, средний балл — 55,5.");
      expect(pdf.text).toContain(plain(format.money(report.cost.money!)));
    });

    it("shows each call that needs attention with its quote and second", () => {
      expect(pdf.text).toContain("Критическое нарушение: Грубил клиенту");
      expect(pdf.text).toContain("«Ну я не знаю, это дороговато, у соседей за 90 000 ₽ сделали.» на 1:14");
    });

    it("has a page for each agent", () => {
      const coached = pdf.lines.filter((line) => line.startsWith("Разбор для менеджера"));
      expect(coached).toHaveLength(report.agents.length);
      expect(pdf.text).toContain("Как сказать лучше: Спросите:");
    });

    it("warns where the samples are small [documents:few-calls]", () => {
      expect(report.comparable).toBe(false);
      expect(pdf.text).toContain("сравнивать менеджеров между собой рано");
      expect(pdf.text).toContain("Оценено меньше 10 звонков");
    });
  });

  it("shows every figure of fifty agents and twenty criteria", { timeout: 60_000 }, async () => {
    const report = sampleReport({ agents: 50, criteria: 20, days: 50 });
    const { lines, complaints } = await readPdf(await reportPdf(report, settings), { draw: true });
    for (const agent of report.agents) expectLine(lines, agentFigures(agent));
    for (const criterion of report.criteria) expectLine(lines, criterionFigures(criterion));
    expect(complaints).toBe("");
  });

  it("says so on one page when there were no calls", async () => {
    const { text, info } = await readPdf(await reportPdf(emptyReport(), settings));
    expect(info.Pages).toBe("1");
    expect(text).toContain("Звонков за этот период не было.");
  });

  it("is whole for one call of one agent", async () => {
    const { text } = await readPdf(await reportPdf(oneCallReport(), settings));
    expect(text).toContain("72,5");
    expect(text).not.toContain("72,5 ±");
    expect(text).toContain("из 1 звонка");
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it.each([
    ["markup", "<b>Иван</b> & Co", "<b>Иван</b> & Co"],
    ["an emoji", "Анна 😀👍🏽 Ёлкина", "Анна Ёлкина"],
    ["a decomposed letter", "Зои\u0306", "Зой"],
    ["an arrow", "звонок → заявка", "звонок — заявка"],
    ["a letter that the font lacks", "王 Пётр", "\ufffd Пётр"],
    ["a line separator and a zero byte", "Пётр\u2028\u0000 Первый", "Пётр Первый"],
  ])("shows %s in a name", async (_what, name, visible) => {
    const report = {
      ...emptyReport(),
      totals: sampleReport().totals,
      best: [sampleRow(1, { agentName: name })],
    };
    expect((await readPdf(await reportPdf(report, settings))).text).toContain(visible);
  });

  it("breaks a word that is wider than the page", async () => {
    const word = "ж".repeat(300);
    const report = Report.parse({
      ...sampleReport({ agents: 1 }),
      nextSteps: [{ ...sampleReport().nextSteps[0], text: word }],
    });
    const { text } = await readPdf(await reportPdf(report, settings));
    expect(text.replaceAll(/[^ж]/g, "").length).toBeGreaterThanOrEqual(word.length);
  });

  it("is in English for those who read English", async () => {
    const { text } = await readPdf(
      await reportPdf(sampleReport(), { locale: "en", timeZone: "Europe/Moscow" }),
    );
    expect(text).toContain("Call quality");
    expect(text).toContain("page 1 of");
    expect(text).toContain("71.4 ± 3.7");
  });

  it("says the same numbers as the report, whatever they are [documents:same-numbers]", async () => {
    const figure = fc.integer({ min: 0, max: 99_999 });
    const percent = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
    const numbers = fc.record({
      calls: figure,
      scored: figure,
      passed: figure,
      percent,
      margin: percent,
      met: figure,
      notMet: figure,
      total: figure,
    });
    await fc.assert(
      fc.asyncProperty(numbers, async (any) => {
        const report = withNumbers(any);
        const { lines, text } = await readPdf(await reportPdf(report, settings));
        expect(text).toContain(`${shown(any.percent)} ± ${shown(any.margin)}`);
        expectLine(lines, agentFigures(report.agents[0]!));
        expectLine(lines, criterionFigures(report.criteria[0]!));
        expectLine(lines, objectionFigures(report.objections[0]!));
      }),
      { numRuns: 8 },
    );
  }, 60_000);
}

describe("the name of a document", () => {
  it.each([
    [{ kind: "day", from: "2026-11-20", to: "2026-11-20" }, "Качество звонков 2026-11-20.pdf"],
    [{ kind: "week", from: "2026-11-16", to: "2026-11-22" }, "Качество звонков 2026-11-16 — 2026-11-22.pdf"],
    [{ kind: "month", from: "2026-11-01", to: "2026-11-30" }, "Качество звонков 2026-11.pdf"],
  ] as const)("says the period: %o", (period, name) => {
    expect(documentName({ period }, "pdf", settings)).toBe(name);
  });
});

type Agent = Report["agents"][number];
type Criterion = Report["criteria"][number];

function agentFigures(agent: Agent): string {
  const { calls, scored, average, passed, needsReview, autoFailed } = agent;
  return plain(
    [
      shown(calls),
      shown(scored),
      format.average(average),
      format.change(average.change),
      ...[passed, needsReview, autoFailed].map(shown),
    ].join(" "),
  );
}

function criterionFigures({
  met,
  partly,
  notMet,
  notApplicable,
  uncertain,
  share,
  change,
}: Criterion): string {
  const counts = [met, partly, notMet, notApplicable, uncertain].map(shown);
  return plain(
    [...counts, format.share(share), format.change(change === null ? null : change * 100)].join(" "),
  );
}

function objectionFigures({
  total,
  handled,
  partly,
  unhandled,
  ignored,
}: Report["objections"][number]): string {
  return [total, handled, partly, unhandled, ignored].map(shown).join(" ");
}

function expectLine(lines: readonly string[], figures: string): void {
  expect(lines.find((line) => line.includes(figures)) ?? `no line has ${figures}`).toContain(figures);
}

function withNumbers(
  any: Record<"calls" | "scored" | "passed" | "percent" | "margin" | "met" | "notMet" | "total", number>,
): Report {
  const report = sampleReport({ agents: 1, criteria: 1, days: 1 });
  const { calls, scored, passed, percent, margin, met, notMet, total } = any;
  const average = { percent, of: scored, margin, change: -percent };
  return Report.parse({
    ...report,
    totals: { ...report.totals, calls, scored, passed, average },
    agents: report.agents.map((agent) => ({ ...agent, calls, scored, passed, average })),
    criteria: report.criteria.map((criterion) => ({ ...criterion, met, notMet, share: percent / 100 })),
    objections: [{ category: "дорого", total, handled: met, partly: 0, unhandled: notMet, ignored: passed }],
  });
}
