import { expect, it } from "vitest";
import type { CallRow } from "../../../../core/call-row.ts";
import { assertSendable } from "../../../../core/ports/notify.ts";
import { reportFiles } from "../../../../functions/report/documents/report-files.ts";
import { emptyReport, oneCallReport, sampleReport, sampleRow } from "../sample-report.ts";

const settings = { locale: "ru", timeZone: "Europe/Moscow" } as const;

async function* rows(): AsyncGenerator<CallRow> {
  yield sampleRow(0);
}

it("sends charts, PDF and Excel with a report", async () => {
  const files = await reportFiles(sampleReport(), rows(), settings);
  assertSendable({ blocks: ["x"], files });
  expect(files.map(({ kind, name }) => [kind, name])).toEqual([
    ["photo", "trend.png"],
    ["photo", "criteria.png"],
    ["document", "Качество звонков 2026-11-14 — 2026-11-20.pdf"],
    ["document", "Качество звонков 2026-11-14 — 2026-11-20.xlsx"],
  ]);
  const heads = files.map(({ bytes }) => Buffer.from(bytes).toString("latin1", 0, 4));
  expect(heads).toEqual(["\x89PNG", "\x89PNG", "%PDF", "PK\x03\x04"]);
});

it("sends no chart of a single day", async () => {
  const files = await reportFiles(oneCallReport(), rows(), settings);
  expect(files.map(({ name }) => name)).not.toContain("trend.png");
});

it("sends nothing when there were no calls", async () => {
  expect(await reportFiles(emptyReport(), rows(), settings)).toEqual([]);
});
