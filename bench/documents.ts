import type { CallRow } from "../core/call-row.ts";
import { defaultSettings } from "../core/settings.ts";
import { heatMapPicture, trendPicture } from "../functions/report/charts/picture.ts";
import { reportPdf } from "../functions/report/documents/pdf.ts";
import { reportXlsx } from "../functions/report/documents/xlsx.ts";
import { emptyReport, sampleReport, sampleRow } from "../test/functions/report/sample-report.ts";
import { median, ratioOf } from "./statistics.ts";
import { figure, type Row } from "./table.ts";

const GOAL_MS = 1000;

export interface DocumentsSize {
  agents: number;
  criteria: number;
  days: number;
  calls: number;
  rounds: number;
}

/** What the files of a report cost the processor; the floor of the PDF is one that says there were no calls. */
export async function benchDocuments({ agents, criteria, days, calls, rounds }: DocumentsSize) {
  const report = sampleReport({ agents, criteria, days });
  const empty = emptyReport();
  const first = await cpuMsOf(() => reportPdf(report, defaultSettings));
  const pdf: number[] = [];
  const floor: number[] = [];
  const pictures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floor.push(await cpuMsOf(() => reportPdf(empty, defaultSettings)));
    pdf.push(await cpuMsOf(() => reportPdf(report, defaultSettings)));
    pictures.push(
      await cpuMsOf(async () => {
        await trendPicture(report, defaultSettings);
        await heatMapPicture(report, defaultSettings);
      }),
    );
  }
  const sheet = await cpuMsOf(() => reportXlsx(report, rowsOf(calls), defaultSettings));
  const row = { part: "documents", floor: null, ratio: null, goal: null };
  const rows: Row[] = [
    {
      part: "documents",
      what: "PDF, CPU ms",
      measured: figure(median(pdf)),
      floor: figure(median(floor)),
      ratio: ratioOf(pdf, floor),
      goal: { text: `< ${GOAL_MS}`, met: median(pdf) < GOAL_MS },
    },
    { ...row, what: "the same, the first of a process", measured: figure(first) },
    { ...row, what: "two charts as pictures, CPU ms", measured: figure(median(pictures)) },
    { ...row, what: "Excel file, CPU ms", measured: figure(sheet) },
  ];
  return {
    rows,
    notes: [
      `documents: a report of ${agents} agents, ${criteria} criteria and ${days} days; ${calls} calls in the Excel file`,
    ],
  };
}

async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}

async function* rowsOf(calls: number): AsyncGenerator<CallRow> {
  for (let n = 0; n < calls; n += 1) {
    yield sampleRow(n, { summary: `Разговор ${n}: клиент хочет остеклить балкон до Нового года.` });
  }
}
