import * as fc from "fast-check";
import readXlsxFile from "read-excel-file/node";
import { describe, expect, it } from "vitest";
import type { CallRow } from "../../../../core/call-row.ts";
import type { Report } from "../../../../core/report.ts";
import { reportXlsx } from "../../../../functions/report/documents/xlsx.ts";
import { MOST_CALLS } from "../../../../functions/report/documents/xlsx-calls.ts";
import { emptyReport, sampleReport, sampleRow } from "../sample-report.ts";
import { unzip } from "./unzip.ts";

const settings = { locale: "ru", timeZone: "Europe/Moscow" } as const;

async function* these(...rows: CallRow[]) {
  yield* rows;
}

type Cells = (string | number | boolean | Date | null)[][];

/** What another program reads, by sheet. */
async function readBack(file: Uint8Array): Promise<Map<string, Cells>> {
  const sheets = await readXlsxFile(Buffer.from(file));
  return new Map(sheets.map(({ sheet, data }) => [sheet, data as Cells]));
}

/** Fractions of a day are not exact to the millisecond. */
const wholeSecond = (cell: unknown) => new Date(Math.round(Number(cell) / 1000) * 1000);

const write = (report: Report, ...rows: CallRow[]) => reportXlsx(report, these(...rows), settings);

function column(cells: Cells | undefined, head: string): Cells[number] {
  const at = cells?.[0]?.indexOf(head) ?? -1;
  if (at === -1) throw new Error(`no column ${head}`);
  return cells!.slice(1).map((row) => row[at] ?? null);
}

describe("the Excel file", () => {
  it("has a sheet each for calls, agents, criteria and objections behind the totals", async () => {
    const book = await readBack(await write(sampleReport(), sampleRow(0)));
    expect([...book.keys()]).toEqual([
      "Сводка",
      "Звонки",
      "Менеджеры",
      "Критерии",
      "Возражения",
      "Возражения в звонках",
    ]);
  });

  it("writes numbers as numbers, days as days and durations as durations", async () => {
    const row = sampleRow(0, { startedAt: "2026-11-20T06:15:30.000Z", durationSec: 3725 });
    const file = await write(sampleReport(), row);
    const calls = (await readBack(file)).get("Звонки");
    // A sheet knows no time zones: what stands in it is what the clock in Moscow showed.
    expect(column(calls, "Начало").map(wholeSecond)).toEqual([new Date("2026-11-20T09:15:30.000Z")]);
    expect(column(calls, "Балл")).toEqual([72.5]);
    expect(column(calls, "Доля речи менеджера")).toEqual([0.58]);
    expect(column(calls, "Токены запросов")).toEqual([1830]);
    const [duration] = column(calls, "Длительность");
    // To the reader a duration is a moment of the day that sheets count from.
    expect(Math.round((Number(duration) - Date.UTC(1899, 11, 30)) / 1000)).toBe(3725);
    const styles = unzip(file).get("xl/styles.xml");
    for (const format of ["[h]:mm:ss", "dd.mm.yyyy hh:mm:ss", "0%", "0.0"])
      expect(styles).toContain(`"${format}"`);
  });

  it("shows the clock of winter in winter and of summer in summer", async () => {
    const row = (startedAt: string) => sampleRow(0, { startedAt });
    const file = await reportXlsx(
      sampleReport(),
      these(row("2026-01-20T12:00:00Z"), row("2026-07-20T12:00:00Z")),
      {
        locale: "ru",
        timeZone: "Europe/Berlin",
      },
    );
    expect(column((await readBack(file)).get("Звонки"), "Начало").map(wholeSecond)).toEqual([
      new Date("2026-01-20T13:00:00Z"),
      new Date("2026-07-20T14:00:00Z"),
    ]);
  });

  it("freezes the head of every table and puts a filter over all of it", async () => {
    const files = unzip(await write(sampleReport(), sampleRow(0), sampleRow(1)));
    for (const [sheet, range] of [
      ["sheet2", "A1:AF3"],
      ["sheet3", "A1:U7"],
      ["sheet4", "A1:J9"],
      ["sheet5", "A1:F4"],
      ["sheet6", "A1:G3"],
    ]) {
      const xml = files.get(`xl/worksheets/${sheet}.xml`) ?? "";
      expect(xml, sheet).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);
      // Behind the cells and before everything else, or Excel calls the file broken.
      expect(xml, sheet).toContain(`</sheetData><autoFilter ref="${range}"/><pageMargins`);
    }
    expect(files.get("xl/worksheets/sheet1.xml")).not.toContain("autoFilter");
    const names = files.get("xl/workbook.xml")?.match(/<definedName [^>]*>[^<]*</g);
    expect(names?.[0]).toBe(
      '<definedName name="_xlnm._FilterDatabase" localSheetId="1" hidden="1">\'Звонки\'!$A$1:$AF$3<',
    );
    expect(names).toHaveLength(5);
  });

  it.each([
    "=HYPERLINK(1)",
    "+79990000101",
    "-1",
    "@sum",
    "constructor",
    "__proto__",
    "toString",
    " два пробела",
    "<b>&amp;",
  ])("keeps the text %s as text [documents:no-formulas]", async (text) => {
    const file = await write(emptyReport(), sampleRow(0, { agentName: text, summary: text }));
    const calls = (await readBack(file)).get("Звонки");
    const visible = (cell: unknown) => String(cell).replaceAll("\u200b", "").trim();
    expect(column(calls, "Менеджер").map(visible)).toEqual([text.trim()]);
    expect(column(calls, "Коротко").map(visible)).toEqual([text.trim()]);
    expect(unzip(file).get("xl/worksheets/sheet2.xml")).not.toContain("<f>");
  });

  it("keeps a text that could be taken for a formula one when its cell is edited", async () => {
    const files = unzip(await write(emptyReport(), sampleRow(0, { agentName: "=1+1" })));
    const style = Number(/<c r="C2" s="(\d+)" t="s">/.exec(files.get("xl/worksheets/sheet2.xml") ?? "")?.[1]);
    const styles = files.get("xl/styles.xml") ?? "";
    const format = /<numFmt numFmtId="(\d+)" formatCode="@"/.exec(styles)?.[1];
    const cells = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)?.[1] ?? "";
    const used = [...cells.matchAll(/<xf ([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(format).toBeDefined();
    expect(used[style]).toContain(`numFmtId="${format}"`);
  });

  it("cuts a text that Excel would take for damage, between signs", async () => {
    const calls = (
      await readBack(await write(emptyReport(), sampleRow(0, { summary: "😀".repeat(20_000) })))
    ).get("Звонки");
    const [cut] = column(calls, "Коротко");
    expect(String(cut).length).toBeLessThan(32_767);
    expect(String(cut)).toMatch(/^(😀)+…$/u);
  });

  it("leaves empty what is not known", async () => {
    const bare = sampleRow(0, {
      status: "skipped",
      code: "recording.absent",
      percent: null,
      durationSec: null,
      passed: null,
      band: null,
      worst: null,
      nextStep: null,
      startedAt: "soon",
    });
    const calls = (await readBack(await write(emptyReport(), bare))).get("Звонки");
    for (const head of ["Балл", "Длительность", "Прошёл порог", "Зона", "Цитата", "На проверку"])
      expect(column(calls, head), head).toEqual([null]);
    expect(column(calls, "Причина")).toEqual(["нет записи"]);
    expect(column(calls, "Начало")).toEqual(["soon"]);
  });

  it("lists each objection of each call with its quote", async () => {
    const quotes = (await readBack(await write(sampleReport(), sampleRow(0), sampleRow(1)))).get(
      "Возражения в звонках",
    );
    expect(column(quotes, "Как отработано")).toEqual(["не отработано", "не отработано"]);
    expect(column(quotes, "Цитата")[0]).toContain("дороговато");
  });

  it("is in English for those who read English", async () => {
    const book = await readBack(
      await reportXlsx(sampleReport(), these(sampleRow(0)), { ...settings, locale: "en" }),
    );
    expect([...book.keys()].slice(0, 3)).toEqual(["Summary", "Calls", "Agents"]);
  });

  it("says the same numbers as the report, whatever they are [documents:same-numbers]", async () => {
    const figure = fc.integer({ min: 0, max: 1_000_000 });
    const percent = fc.option(
      fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
      { nil: null },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(figure, percent, percent), { minLength: 1, maxLength: 12 }),
        async (any) => {
          const report = withNumbers(any);
          const book = await readBack(await write(report));
          const [agents, criteria, objections, summary] = [
            "Менеджеры",
            "Критерии",
            "Возражения",
            "Сводка",
          ].map((name) => book.get(name));
          expect(column(agents, "Звонки")).toEqual(report.agents.map(({ calls }) => calls));
          expect(column(agents, "Средний балл")).toEqual(report.agents.map(({ average }) => average.percent));
          expect(column(agents, "Точность, ±")).toEqual(report.agents.map(({ average }) => average.margin));
          expect(column(criteria, "Не выполнено")).toEqual(report.criteria.map(({ notMet }) => notMet));
          expect(column(criteria, "Доля")).toEqual(report.criteria.map(({ share }) => share));
          expect(column(objections, "Всего")).toEqual(report.objections.map(({ total }) => total));
          const named = new Map(summary?.map(([name, value]) => [name, value ?? null]));
          expect(named.get("Звонков")).toBe(report.totals.calls);
          expect(named.get("Средний балл из 100")).toBe(report.totals.average.percent);
          expect(named.get("Стоимость, RUB")).toBe(report.cost.money?.amount);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it("says on the first sheet when there are more calls than it can hold", { timeout: 120_000 }, async () => {
    const file = await reportXlsx(sampleReport(), many(MOST_CALLS + 7), settings);
    const xml = unzip(file).get("xl/worksheets/sheet2.xml") ?? "";
    expect(xml.match(/<row /g)).toHaveLength(MOST_CALLS + 1);
    const notes = unzip(file).get("xl/sharedStrings.xml")?.replaceAll("\u00a0", " ");
    expect(notes).toContain("первые 20 000 звонков из 20 007");
  });
});

/** Rows without texts, so that the test measures nothing but their number. */
async function* many(count: number) {
  const row = sampleRow(0, { summary: null, worst: null, objections: [], nextStep: null, clientNeed: null });
  for (let n = 0; n < count; n += 1) yield row;
}

function withNumbers(any: readonly (readonly [number, number | null, number | null])[]): Report {
  const report = sampleReport({ agents: any.length, criteria: any.length });
  const [first] = any;
  return {
    ...report,
    totals: {
      ...report.totals,
      calls: first![0],
      average: { percent: first![1], of: 1, margin: first![2], change: null },
    },
    agents: report.agents.map((agent, index) => {
      const [calls, percent, margin] = any[index]!;
      return { ...agent, calls, average: { percent, of: calls, margin, change: null } };
    }),
    criteria: report.criteria.map((criterion, index) => ({
      ...criterion,
      notMet: any[index]![0],
      share: any[index]![1] === null ? null : any[index]![1]! / 100,
    })),
    objections: any.map(([total], index) => ({
      category: `№ ${index}`,
      total,
      handled: 0,
      partly: 0,
      unhandled: 0,
      ignored: total,
    })),
    cost: { ...report.cost, money: { amount: first![0] / 100, currency: "RUB" } },
  };
}
